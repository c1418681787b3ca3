//! `ContactService`: what came of contacts.

mod fact;
mod get;
mod list;
mod pinned;
mod record;
mod refs;
mod rejected;
mod shown;
mod split;
mod taken;

use tonic::{Request, Response, Status, Streaming};
use vigie_chassis::identity::Role;
use vigie_chassis::rules::{Rule, Rules};
use vigie_chassis::server::Services;
use vigie_proto::routing::contact_service_server::{ContactService, ContactServiceServer};
use vigie_proto::routing::*;

use super::Deps;
#[cfg(feature = "kafka")]
pub(crate) use fact::{fact as read_fact, presence as read_presence};
pub(super) use refs::staff_member;
#[cfg(feature = "kafka")]
pub(crate) use taken::{may_pass, take};

/// Who called whom is for those who serve customers, not for their colleagues.
fn readers() -> Rule {
    Rule::roles([Role::Advisor, Role::Technician, Role::Auditor, Role::Operator, Role::Integration])
}

/// Who may call what. Whose contacts, is decided call by call. A contact centre tells of all customers, also of callers whom
/// nobody knows: it is let in as those are who answer there, and no scope narrows it.
pub(super) fn rules() -> Rules {
    Rules::new()
        .allow(record::METHOD, Rule::roles([Role::Advisor, Role::Operator]).every_account())
        .allow(get::METHOD, readers())
        .allow(list::METHOD, readers())
        .allow(rejected::LIST, Rule::roles([Role::Advisor, Role::Auditor, Role::Operator]).every_account())
        .allow(rejected::SETTLE, Rule::roles([Role::Operator]).every_account())
        .allow(split::METHOD, Rule::roles([Role::Advisor, Role::Operator, Role::Integration]))
}

/// Adds the service to those of a server.
pub(super) fn add_to(deps: &Deps, services: Services) -> Services {
    services.add(ContactServiceServer::new(Contacts(deps.clone())))
}

#[derive(Clone)]
struct Contacts(Deps);

#[tonic::async_trait]
impl ContactService for Contacts {
    type RecordContactsStream = record::Messages;

    async fn record_contacts(
        &self,
        request: Request<Streaming<RecordContactsRequest>>,
    ) -> Result<Response<Self::RecordContactsStream>, Status> {
        Ok(Response::new(record::serve(&self.0, request)?))
    }

    async fn get_contact(
        &self,
        request: Request<GetContactRequest>,
    ) -> Result<Response<GetContactResponse>, Status> {
        Ok(Response::new(get::serve(&self.0, request).await?))
    }

    async fn list_contacts(
        &self,
        request: Request<ListContactsRequest>,
    ) -> Result<Response<ListContactsResponse>, Status> {
        Ok(Response::new(list::serve(&self.0, request).await?))
    }

    async fn list_rejected_facts(
        &self,
        request: Request<ListRejectedFactsRequest>,
    ) -> Result<Response<ListRejectedFactsResponse>, Status> {
        Ok(Response::new(rejected::list(&self.0, request).await?))
    }

    async fn settle_rejected_fact(
        &self,
        request: Request<SettleRejectedFactRequest>,
    ) -> Result<Response<SettleRejectedFactResponse>, Status> {
        Ok(Response::new(rejected::settle(&self.0, request).await?))
    }

    async fn split_contact(
        &self,
        request: Request<SplitContactRequest>,
    ) -> Result<Response<SplitContactResponse>, Status> {
        Ok(Response::new(split::serve(&self.0, request).await?))
    }
}
