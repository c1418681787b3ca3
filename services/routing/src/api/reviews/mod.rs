//! `ReviewService`: yearly reviews with companies.

mod cancel;
mod get;
mod hold;
mod list;
mod plan;
mod reschedule;
mod shown;

use tonic::{Request, Response, Status};
use uuid::Uuid;
use vigie_chassis::error::Error as Refusal;
use vigie_chassis::identity::Role;
use vigie_chassis::rules::{Rule, Rules};
use vigie_chassis::server::Services;
use vigie_command::{Asking, Rejected as _, field, refusal};
use vigie_eventlog::{ExecuteError, Order};
use vigie_proto::routing::review_service_server::{ReviewService, ReviewServiceServer};
use vigie_proto::routing::*;

use super::Deps;
use super::accounts::chain;
use super::wire as fields;
use crate::domain::Moment;
use crate::domain::review_plan::{Command, Rejection, Side as DomainSide};

/// Those who hold reviews, and the systems that know of them.
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
        Role::Auditor,
        Role::Operator,
        Role::Integration,
    ])
}

/// Who may call what. Whose reviews, is decided call by call; all plans cannot be shown in part.
pub(super) fn rules() -> Rules {
    Rules::new()
        .allow(plan::METHOD, writers())
        .allow(reschedule::METHOD, writers())
        .allow(hold::METHOD, writers())
        .allow(cancel::METHOD, writers())
        .allow(get::METHOD, readers())
        .allow(list::METHOD, Rule::roles([Role::Advisor, Role::Auditor, Role::Operator]).every_account())
}

/// Adds the service to those of a server.
pub(super) fn add_to(deps: &Deps, services: Services) -> Services {
    services.add(ReviewServiceServer::new(Reviews(deps.clone())))
}

/// The company that a request names, if the caller may see it.
async fn company(deps: &Deps, asking: &Asking, account: Option<&AccountRef>) -> Result<Uuid, Refusal> {
    let chain = chain::resolve(deps, &asking.caller, account, Moment::at(asking.now)).await?;
    Ok(chain.own()?.account_id())
}

/// Runs a command, and shows the plan after it.
async fn carry_out(deps: &Deps, order: Order<Command>) -> Result<ReviewPlan, Refusal> {
    let outcome = deps.review_plans.execute(order).await.map_err(refusal)?;
    let plan = Option::as_ref(&outcome.state).ok_or_else(not_found)?;
    Ok(shown::plan(plan.account_id, &plan.shown, outcome.version))
}

fn side(number: i32) -> Result<DomainSide, Refusal> {
    match Side::try_from(number) {
        Ok(Side::Customer) => Ok(DomainSide::Customer),
        Ok(Side::Operator) => Ok(DomainSide::Operator),
        Ok(Side::Unspecified) => Err(field::missing("by", "on whose side the cause lies")),
        Err(_) => Err(fields::unknown("by", "a side")),
    }
}

fn not_found() -> Refusal {
    refusal(ExecuteError::Rejected { rejection: Rejection::not_found(), version: 0 })
}

#[derive(Clone)]
struct Reviews(Deps);

#[tonic::async_trait]
impl ReviewService for Reviews {
    async fn plan_review(
        &self,
        request: Request<PlanReviewRequest>,
    ) -> Result<Response<PlanReviewResponse>, Status> {
        Ok(Response::new(plan::serve(&self.0, request).await?))
    }

    async fn reschedule_review(
        &self,
        request: Request<RescheduleReviewRequest>,
    ) -> Result<Response<RescheduleReviewResponse>, Status> {
        Ok(Response::new(reschedule::serve(&self.0, request).await?))
    }

    async fn hold_review(
        &self,
        request: Request<HoldReviewRequest>,
    ) -> Result<Response<HoldReviewResponse>, Status> {
        Ok(Response::new(hold::serve(&self.0, request).await?))
    }

    async fn cancel_review(
        &self,
        request: Request<CancelReviewRequest>,
    ) -> Result<Response<CancelReviewResponse>, Status> {
        Ok(Response::new(cancel::serve(&self.0, request).await?))
    }

    async fn get_review_plan(
        &self,
        request: Request<GetReviewPlanRequest>,
    ) -> Result<Response<GetReviewPlanResponse>, Status> {
        Ok(Response::new(get::serve(&self.0, request).await?))
    }

    async fn list_review_plans(
        &self,
        request: Request<ListReviewPlansRequest>,
    ) -> Result<Response<ListReviewPlansResponse>, Status> {
        Ok(Response::new(list::serve(&self.0, request).await?))
    }
}
