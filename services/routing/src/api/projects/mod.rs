//! `ProjectService`: projects abroad and international requests.

mod answer;
mod change_promise;
mod change_referent;
mod close;
mod get;
mod list;
mod open;
mod shown;

use std::sync::Arc;

use tonic::{Request, Response, Status};
use uuid::Uuid;
use vigie_chassis::error::{Error as Refusal, Reason};
use vigie_chassis::identity::Role;
use vigie_chassis::rules::{Rule, Rules};
use vigie_chassis::server::Services;
use vigie_command::{Asking, Rejected as _, refusal};
use vigie_eventlog::{ExecuteError, Order};
use vigie_proto::routing::project_service_server::{ProjectService, ProjectServiceServer};
use vigie_proto::routing::{Project as WireProject, *};

use super::Deps;
use super::accounts::chain;
use crate::domain::Moment;
use crate::domain::project::{Command, Project, Rejection};

/// Those who serve customers, and the systems that know of projects.
fn writers() -> Rule {
    Rule::roles([Role::Advisor, Role::Operator, Role::Integration])
}

/// Those who face customers, and the customer's own managers.
fn readers() -> Rule {
    Rule::roles([
        Role::FleetManager,
        Role::ItManager,
        Role::ContractManager,
        Role::AccountAdministrator,
        Role::Advisor,
        Role::Technician,
        Role::Auditor,
        Role::Operator,
        Role::Integration,
    ])
}

/// Who may call what. Whose projects, is decided call by call.
pub(super) fn rules() -> Rules {
    Rules::new()
        .allow(open::METHOD, writers())
        .allow(change_referent::METHOD, writers())
        .allow(answer::METHOD, writers())
        .allow(change_promise::METHOD, writers())
        .allow(close::METHOD, writers())
        .allow(get::METHOD, readers())
        .allow(list::METHOD, readers())
}

/// Adds the service to those of a server.
pub(super) fn add_to(deps: &Deps, services: Services) -> Services {
    services.add(ProjectServiceServer::new(Projects(deps.clone())))
}

/// The project of that id, if the caller may see its account.
async fn seen(
    deps: &Deps,
    asking: &Asking,
    project_id: Uuid,
) -> Result<(Arc<Option<Project>>, i64), Refusal> {
    let (state, version) = deps.projects.load(project_id).await.map_err(refusal)?;
    let account_id = Option::as_ref(&state).ok_or_else(not_found)?.account_id;
    match chain::seen(deps, &asking.caller, account_id, Moment::at(asking.now)).await {
        Ok(_) => Ok((state, version)),
        Err(refusal) if refusal.reason() == Reason::AccountNotFound => Err(not_found()),
        Err(refusal) => Err(refusal),
    }
}

/// Runs a command, and shows the project after it.
async fn carry_out(deps: &Deps, order: Order<Command>) -> Result<WireProject, Refusal> {
    let outcome = deps.projects.execute(order).await.map_err(refusal)?;
    let project = Option::as_ref(&outcome.state).ok_or_else(not_found)?;
    Ok(shown::project(project.project_id, project.account_id, &project.shown, outcome.version))
}

/// No such project, or not the caller's to see: nobody can tell which.
fn not_found() -> Refusal {
    refusal(ExecuteError::Rejected { rejection: Rejection::not_found(), version: 0 })
}

#[derive(Clone)]
struct Projects(Deps);

#[tonic::async_trait]
impl ProjectService for Projects {
    async fn open_project(
        &self,
        request: Request<OpenProjectRequest>,
    ) -> Result<Response<OpenProjectResponse>, Status> {
        Ok(Response::new(open::serve(&self.0, request).await?))
    }

    async fn change_referent(
        &self,
        request: Request<ChangeReferentRequest>,
    ) -> Result<Response<ChangeReferentResponse>, Status> {
        Ok(Response::new(change_referent::serve(&self.0, request).await?))
    }

    async fn answer_project(
        &self,
        request: Request<AnswerProjectRequest>,
    ) -> Result<Response<AnswerProjectResponse>, Status> {
        Ok(Response::new(answer::serve(&self.0, request).await?))
    }

    async fn change_project_promise(
        &self,
        request: Request<ChangeProjectPromiseRequest>,
    ) -> Result<Response<ChangeProjectPromiseResponse>, Status> {
        Ok(Response::new(change_promise::serve(&self.0, request).await?))
    }

    async fn close_project(
        &self,
        request: Request<CloseProjectRequest>,
    ) -> Result<Response<CloseProjectResponse>, Status> {
        Ok(Response::new(close::serve(&self.0, request).await?))
    }

    async fn get_project(
        &self,
        request: Request<GetProjectRequest>,
    ) -> Result<Response<GetProjectResponse>, Status> {
        Ok(Response::new(get::serve(&self.0, request).await?))
    }

    async fn list_projects(
        &self,
        request: Request<ListProjectsRequest>,
    ) -> Result<Response<ListProjectsResponse>, Status> {
        Ok(Response::new(list::serve(&self.0, request).await?))
    }
}
