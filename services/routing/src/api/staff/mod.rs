//! `StaffService`: the operator's people who face customers.

mod absence;
mod change;
pub(super) mod entry;
mod get;
mod leaving;
mod list;
mod register;
mod shown;
mod training;
mod work;

use tonic::{Request, Response, Status};
use uuid::Uuid;
use vigie_chassis::error::{Error as Refusal, Reason};
use vigie_chassis::rules::Rules;
use vigie_chassis::server::Services;
use vigie_clock::Timestamp;
use vigie_command::refusal;
use vigie_eventlog::Order;
use vigie_proto::routing::staff_service_server::{StaffService, StaffServiceServer};
use vigie_proto::routing::*;

use super::Deps;
use super::house::{readers, writers};
use crate::domain::staff::{Command, StandIn};

/// Who may call what.
pub(super) fn rules() -> Rules {
    Rules::new()
        .allow(register::METHOD, writers())
        .allow(change::METHOD, writers())
        .allow(training::METHOD, writers())
        .allow(absence::PLAN, writers())
        .allow(absence::CANCEL, writers())
        .allow(leaving::METHOD, writers())
        .allow(get::METHOD, readers())
        .allow(list::METHOD, readers())
        .allow(work::METHOD, readers())
}

/// Adds the service to those of a server.
pub(super) fn add_to(deps: &Deps, services: Services) -> Services {
    services.add(StaffServiceServer::new(Door(deps.clone())))
}

/// Runs a command, and shows the staff member after it.
async fn carry_out(deps: &Deps, order: Order<Command>) -> Result<Staff, Refusal> {
    let outcome = deps.staff.execute(order).await.map_err(refusal)?;
    let member = Option::as_ref(&outcome.state).ok_or_else(not_found)?;
    Ok(shown::staff(member, outcome.version))
}

/// How a colleague stands who is to step in for the time from `from` until `until`; for the instant `from` alone where
/// there is no end.
pub(super) async fn stand_in(
    deps: &Deps,
    field: &str,
    staff_id: Option<Uuid>,
    from: Timestamp,
    until: Option<Timestamp>,
) -> Result<Option<StandIn>, Refusal> {
    let Some(staff_id) = staff_id else { return Ok(None) };
    let (state, _) = deps.staff.load(staff_id).await.map_err(refusal)?;
    let colleague = Option::as_ref(&state).ok_or_else(|| not_found().field(field, "nobody"))?;
    Ok(Some(StandIn::of(colleague, from, until)))
}

pub(super) fn not_found() -> Refusal {
    Refusal::new(Reason::StaffNotFound, "there is no such staff member")
}

#[derive(Clone)]
struct Door(Deps);

#[tonic::async_trait]
impl StaffService for Door {
    async fn register_staff(
        &self,
        request: Request<RegisterStaffRequest>,
    ) -> Result<Response<RegisterStaffResponse>, Status> {
        Ok(Response::new(register::serve(&self.0, request).await?))
    }

    async fn change_staff(
        &self,
        request: Request<ChangeStaffRequest>,
    ) -> Result<Response<ChangeStaffResponse>, Status> {
        Ok(Response::new(change::serve(&self.0, request).await?))
    }

    async fn record_training(
        &self,
        request: Request<RecordTrainingRequest>,
    ) -> Result<Response<RecordTrainingResponse>, Status> {
        Ok(Response::new(training::serve(&self.0, request).await?))
    }

    async fn plan_absence(
        &self,
        request: Request<PlanAbsenceRequest>,
    ) -> Result<Response<PlanAbsenceResponse>, Status> {
        Ok(Response::new(absence::plan(&self.0, request).await?))
    }

    async fn cancel_absence(
        &self,
        request: Request<CancelAbsenceRequest>,
    ) -> Result<Response<CancelAbsenceResponse>, Status> {
        Ok(Response::new(absence::cancel(&self.0, request).await?))
    }

    async fn record_leaving(
        &self,
        request: Request<RecordLeavingRequest>,
    ) -> Result<Response<RecordLeavingResponse>, Status> {
        Ok(Response::new(leaving::serve(&self.0, request).await?))
    }

    async fn get_staff(
        &self,
        request: Request<GetStaffRequest>,
    ) -> Result<Response<GetStaffResponse>, Status> {
        Ok(Response::new(get::serve(&self.0, request).await?))
    }

    async fn list_staff(
        &self,
        request: Request<ListStaffRequest>,
    ) -> Result<Response<ListStaffResponse>, Status> {
        Ok(Response::new(list::serve(&self.0, request).await?))
    }

    async fn list_work(
        &self,
        request: Request<ListWorkRequest>,
    ) -> Result<Response<ListWorkResponse>, Status> {
        Ok(Response::new(work::serve(&self.0, request).await?))
    }
}
