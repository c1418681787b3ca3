//! A project begins, with its referent and the term of its answer.

use tonic::Request;
use vigie_chassis::error::{Error as Refusal, Reason};
use vigie_clock::{Almanac, CalendarRef, Term, Zone};
use vigie_command::field;
use vigie_proto::routing::{OpenProjectRequest, OpenProjectResponse, ProjectKind};

use super::super::accounts::chain;
use super::super::contacts::staff_member;
use super::super::{Deps, wire as fields};
use super::carry_out;
use crate::domain::Moment;
use crate::domain::project::{Command, Kind, New};

pub(super) const METHOD: &str = "/vigie.routing.v1.ProjectService/OpenProject";

/// An answer within 2 *jours ouvrés* [D], of the metropole: the teams for projects abroad work there.
const ANSWER_WORKING_DAYS: u16 = 2;

pub(super) async fn serve(
    deps: &Deps,
    call: Request<OpenProjectRequest>,
) -> Result<OpenProjectResponse, Refusal> {
    let (asking, mut body) = deps.door.open(call)?;
    let request_id = field::take_request_id(&mut body.request_id)?;
    let chain = chain::resolve(deps, &asking.caller, body.account.as_ref(), Moment::at(asking.now)).await?;
    let account_id = chain.own()?.account_id();
    let countries = fields::countries("countries", &body.countries)?;
    if countries.is_empty() {
        return Err(field::missing("countries", "where the project is, at least one country"));
    }
    let referent_staff_id = field::id("referent_staff_id", &body.referent_staff_id)?;
    staff_member(deps, "referent_staff_id", referent_staff_id).await?;
    let requested_at = field::optional_instant("requested_at", body.requested_at)?.unwrap_or(asking.now);
    let term = Term::working_days(ANSWER_WORKING_DAYS, CalendarRef::built_in(Zone::Metropole));
    let answer_due_at = Almanac::built_in().deadline(&term, requested_at);
    let answer_due_at =
        answer_due_at.map_err(|error| field::wrong(Reason::BadPeriod, "requested_at", &error))?;
    let project_id = asking.new_id("project", request_id);
    let command = Command::Open(Box::new(New {
        project_id,
        account_id,
        kind: kind(body.kind)?,
        countries,
        referent_staff_id,
        requested_at,
        term,
        answer_due_at,
    }));
    let order = asking.order(METHOD, request_id, &body, project_id, command);
    Ok(OpenProjectResponse { project: Some(carry_out(deps, order).await?) })
}

fn kind(number: i32) -> Result<Kind, Refusal> {
    match ProjectKind::try_from(number) {
        Ok(ProjectKind::NewSite) => Ok(Kind::NewSite),
        Ok(ProjectKind::NewFleet) => Ok(Kind::NewFleet),
        Ok(ProjectKind::Request) => Ok(Kind::Request),
        Ok(ProjectKind::Unspecified) => Err(field::missing("kind", "what the project is")),
        Err(_) => Err(fields::unknown("kind", "a kind of project")),
    }
}
