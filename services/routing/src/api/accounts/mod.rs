//! `AccountService`: customers, their people, and who is their named contact.

mod assign_manager;
pub(super) mod chain;
mod change_account;
mod change_person;
mod close_account;
mod end_assignment;
mod get_account;
mod get_manager;
mod get_person;
mod list_accounts;
mod list_assignments;
mod list_people;
mod move_account;
pub(super) mod person_fields;
mod person_sight;
mod record_told;
pub(super) mod register_account;
mod register_person;
mod remove_person;
mod response;
mod sight;
pub(super) mod staff;

use tonic::{Request, Response, Status};
use vigie_chassis::identity::Role;
use vigie_chassis::rules::{Rule, Rules};
use vigie_chassis::server::Services;
use vigie_proto::routing::account_service_server::{AccountService, AccountServiceServer};
use vigie_proto::routing::*;

use super::Deps;

/// The operator's people and systems keep customers' records.
fn writing() -> Rule {
    Rule::roles([Role::Advisor, Role::Operator, Role::Integration])
}

/// Whoever tells customers, and has the proof.
fn telling() -> Rule {
    Rule::roles([Role::Operator, Role::Integration])
}

/// Everybody, within their scope.
fn reading() -> Rule {
    Rule::roles([
        Role::EndUser,
        Role::FleetManager,
        Role::ItManager,
        Role::ContractManager,
        Role::AccountAdministrator,
        Role::Advisor,
        Role::Technician,
        Role::BillingClerk,
        Role::Auditor,
        Role::Operator,
        Role::Integration,
    ])
}

/// Who may call what. Whose accounts and people, is decided call by call.
pub(super) fn rules() -> Rules {
    Rules::new()
        .allow(register_account::METHOD, writing())
        .allow(change_account::METHOD, writing())
        .allow(move_account::METHOD, writing())
        .allow(close_account::METHOD, writing())
        .allow(get_account::METHOD, reading())
        .allow(list_accounts::METHOD, reading())
        .allow(assign_manager::METHOD, writing())
        .allow(end_assignment::METHOD, writing())
        .allow(get_manager::METHOD, reading())
        .allow(list_assignments::METHOD, reading())
        .allow(record_told::METHOD, telling())
        .allow(register_person::METHOD, writing())
        .allow(change_person::METHOD, writing())
        .allow(remove_person::METHOD, writing())
        .allow(get_person::METHOD, reading())
        .allow(list_people::METHOD, reading())
}

pub(super) fn add_to(deps: &Deps, services: Services) -> Services {
    services.add(AccountServiceServer::new(Accounts(deps.clone())))
}

/// The customers of the operator.
#[derive(Clone)]
struct Accounts(Deps);

#[tonic::async_trait]
impl AccountService for Accounts {
    async fn register_account(
        &self,
        request: Request<RegisterAccountRequest>,
    ) -> Result<Response<RegisterAccountResponse>, Status> {
        Ok(Response::new(register_account::serve(&self.0, request).await?))
    }

    async fn change_account(
        &self,
        request: Request<ChangeAccountRequest>,
    ) -> Result<Response<ChangeAccountResponse>, Status> {
        Ok(Response::new(change_account::serve(&self.0, request).await?))
    }

    async fn move_account(
        &self,
        request: Request<MoveAccountRequest>,
    ) -> Result<Response<MoveAccountResponse>, Status> {
        Ok(Response::new(move_account::serve(&self.0, request).await?))
    }

    async fn close_account(
        &self,
        request: Request<CloseAccountRequest>,
    ) -> Result<Response<CloseAccountResponse>, Status> {
        Ok(Response::new(close_account::serve(&self.0, request).await?))
    }

    async fn get_account(
        &self,
        request: Request<GetAccountRequest>,
    ) -> Result<Response<GetAccountResponse>, Status> {
        Ok(Response::new(get_account::serve(&self.0, request).await?))
    }

    async fn list_accounts(
        &self,
        request: Request<ListAccountsRequest>,
    ) -> Result<Response<ListAccountsResponse>, Status> {
        Ok(Response::new(list_accounts::serve(&self.0, request).await?))
    }

    async fn assign_manager(
        &self,
        request: Request<AssignManagerRequest>,
    ) -> Result<Response<AssignManagerResponse>, Status> {
        Ok(Response::new(assign_manager::serve(&self.0, request).await?))
    }

    async fn end_assignment(
        &self,
        request: Request<EndAssignmentRequest>,
    ) -> Result<Response<EndAssignmentResponse>, Status> {
        Ok(Response::new(end_assignment::serve(&self.0, request).await?))
    }

    async fn get_manager(
        &self,
        request: Request<GetManagerRequest>,
    ) -> Result<Response<GetManagerResponse>, Status> {
        Ok(Response::new(get_manager::serve(&self.0, request).await?))
    }

    async fn list_assignments(
        &self,
        request: Request<ListAssignmentsRequest>,
    ) -> Result<Response<ListAssignmentsResponse>, Status> {
        Ok(Response::new(list_assignments::serve(&self.0, request).await?))
    }

    async fn record_told(
        &self,
        request: Request<RecordToldRequest>,
    ) -> Result<Response<RecordToldResponse>, Status> {
        Ok(Response::new(record_told::serve(&self.0, request).await?))
    }

    async fn register_person(
        &self,
        request: Request<RegisterPersonRequest>,
    ) -> Result<Response<RegisterPersonResponse>, Status> {
        Ok(Response::new(register_person::serve(&self.0, request).await?))
    }

    async fn change_person(
        &self,
        request: Request<ChangePersonRequest>,
    ) -> Result<Response<ChangePersonResponse>, Status> {
        Ok(Response::new(change_person::serve(&self.0, request).await?))
    }

    async fn remove_person(
        &self,
        request: Request<RemovePersonRequest>,
    ) -> Result<Response<RemovePersonResponse>, Status> {
        Ok(Response::new(remove_person::serve(&self.0, request).await?))
    }

    async fn get_person(
        &self,
        request: Request<GetPersonRequest>,
    ) -> Result<Response<GetPersonResponse>, Status> {
        Ok(Response::new(get_person::serve(&self.0, request).await?))
    }

    async fn list_people(
        &self,
        request: Request<ListPeopleRequest>,
    ) -> Result<Response<ListPeopleResponse>, Status> {
        Ok(Response::new(list_people::serve(&self.0, request).await?))
    }
}
