//! `DeskService`: the teams that customers reach, and where they reach them.

mod change;
mod close;
pub(super) mod contact_point;
pub(super) mod entry;
mod get;
mod list;
mod publish;
mod recipients;
mod register;
mod retire;
mod shown;

use std::sync::Arc;

use tonic::{Request, Response, Status};
use uuid::Uuid;
use vigie_chassis::error::{Error as Refusal, Reason};
use vigie_chassis::rules::{Rule, Rules};
use vigie_chassis::server::Services;
use vigie_command::{refusal, unreadable};
use vigie_eventlog::Order;
use vigie_proto::routing::desk_service_server::{DeskService, DeskServiceServer};
use vigie_proto::routing::*;

use super::Deps;
use super::house::writers;
use crate::domain::desk::{Command, Desk as Team, OVERFLOW_STEPS_MAX, OverflowDesk};

/// Who may call what. Where customers are served, and when, is no secret.
pub(super) fn rules() -> Rules {
    Rules::new()
        .allow(register::METHOD, writers())
        .allow(change::METHOD, writers())
        .allow(close::METHOD, writers())
        .allow(get::DESK, Rule::authenticated())
        .allow(list::DESKS, Rule::authenticated())
        .allow(publish::METHOD, writers())
        .allow(retire::METHOD, writers())
        .allow(get::CONTACT_POINT, Rule::authenticated())
        .allow(list::CONTACT_POINTS, Rule::authenticated())
        .allow(recipients::METHOD, recipients::readers())
}

/// Adds the service to those of a server.
pub(super) fn add_to(deps: &Deps, services: Services) -> Services {
    services.add(DeskServiceServer::new(Door(deps.clone())))
}

/// Runs a command, and shows the desk after it.
async fn carry_out(deps: &Deps, order: Order<Command>) -> Result<Desk, Refusal> {
    let outcome = deps.desks.execute(order).await.map_err(refusal)?;
    let desk = Option::as_ref(&outcome.state).ok_or_else(not_found)?;
    Ok(shown::desk(desk, outcome.version))
}

/// The desk that a field names, ended or not.
pub(super) async fn desk(deps: &Deps, field: &str, desk_id: Uuid) -> Result<Arc<Option<Team>>, Refusal> {
    let (state, _) = deps.desks.load(desk_id).await.map_err(refusal)?;
    if state.is_none() { Err(not_found().field(field, "no such desk")) } else { Ok(state) }
}

/// Refuses a field that names no desk, or one that has ended.
pub(super) async fn open_desk(deps: &Deps, field: &str, desk_id: Uuid) -> Result<(), Refusal> {
    let desk = desk(deps, field, desk_id).await?;
    if Option::as_ref(&desk).is_some_and(|desk| desk.closed_at().is_some()) {
        return Err(Refusal::new(Reason::Ended, "the desk has ended: name another one").field(field, "ended"));
    }
    Ok(())
}

/// The desks that contacts take on from `first`, one more than there may be at most: enough for the rule to see that they
/// are too many.
pub(super) async fn overflow_way(deps: &Deps, first: Option<Uuid>) -> Result<Vec<OverflowDesk>, Refusal> {
    let mut way = Vec::new();
    let mut next = first;
    while let Some(desk_id) = next.filter(|_| way.len() <= OVERFLOW_STEPS_MAX) {
        let state = desk(deps, "desk.overflow_desk_id", desk_id).await?;
        let Some(desk) = Option::as_ref(&state) else { break };
        way.push(OverflowDesk { desk_id, is_closed: desk.closed_at().is_some() });
        next = desk.particulars().overflow_desk_id;
    }
    Ok(way)
}

/// Streams filed under a key of the directory, at most `max`.
async fn filed_under(deps: &Deps, kind: &str, desk_id: Uuid, max: usize) -> Result<Vec<Uuid>, Refusal> {
    let filed = deps.log.key_members(kind, &desk_id.to_string(), max).await;
    filed.map_err(|error| unreadable(&error))
}

fn not_found() -> Refusal {
    Refusal::new(Reason::DeskNotFound, "there is no such desk")
}

fn no_contact_point() -> Refusal {
    Refusal::new(Reason::ContactPointNotFound, "there is no such contact point, or none that was valid then")
}

#[derive(Clone)]
struct Door(Deps);

#[tonic::async_trait]
impl DeskService for Door {
    async fn register_desk(
        &self,
        request: Request<RegisterDeskRequest>,
    ) -> Result<Response<RegisterDeskResponse>, Status> {
        Ok(Response::new(register::serve(&self.0, request).await?))
    }

    async fn change_desk(
        &self,
        request: Request<ChangeDeskRequest>,
    ) -> Result<Response<ChangeDeskResponse>, Status> {
        Ok(Response::new(change::serve(&self.0, request).await?))
    }

    async fn close_desk(
        &self,
        request: Request<CloseDeskRequest>,
    ) -> Result<Response<CloseDeskResponse>, Status> {
        Ok(Response::new(close::serve(&self.0, request).await?))
    }

    async fn get_desk(&self, request: Request<GetDeskRequest>) -> Result<Response<GetDeskResponse>, Status> {
        Ok(Response::new(get::desk(&self.0, request).await?))
    }

    async fn list_desks(
        &self,
        request: Request<ListDesksRequest>,
    ) -> Result<Response<ListDesksResponse>, Status> {
        Ok(Response::new(list::desks(&self.0, request).await?))
    }

    async fn publish_contact_point(
        &self,
        request: Request<PublishContactPointRequest>,
    ) -> Result<Response<PublishContactPointResponse>, Status> {
        Ok(Response::new(publish::serve(&self.0, request).await?))
    }

    async fn retire_contact_point(
        &self,
        request: Request<RetireContactPointRequest>,
    ) -> Result<Response<RetireContactPointResponse>, Status> {
        Ok(Response::new(retire::serve(&self.0, request).await?))
    }

    async fn get_contact_point(
        &self,
        request: Request<GetContactPointRequest>,
    ) -> Result<Response<GetContactPointResponse>, Status> {
        Ok(Response::new(get::contact_point(&self.0, request).await?))
    }

    async fn list_contact_points(
        &self,
        request: Request<ListContactPointsRequest>,
    ) -> Result<Response<ListContactPointsResponse>, Status> {
        Ok(Response::new(list::contact_points(&self.0, request).await?))
    }

    async fn list_recipients(
        &self,
        request: Request<ListRecipientsRequest>,
    ) -> Result<Response<ListRecipientsResponse>, Status> {
        Ok(Response::new(recipients::serve(&self.0, request).await?))
    }
}
