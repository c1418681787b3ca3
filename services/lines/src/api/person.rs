//! A person's lines, all at once: one act a line, answered line by line, not atomic.

use std::sync::Arc;

use tonic::Request;
use vigie_chassis::error::{Error as Refusal, Reason};
use vigie_proto::lines::{
    LineOutcome, ReinstatePersonRequest, ReinstatePersonResponse, SuspendPersonRequest, SuspendPersonResponse,
};

use super::asking::{Asking, body_hash};
use super::carry_out::Served;
use super::place::Place;
use super::reinstate::Reinstatement;
use super::several::{Gesture, Several, lines_under, outcome};
use super::suspend::Suspension;
use super::{Deps, request};
use crate::stream::{key, person_key};

pub(super) const SUSPEND: &str = "/vigie.lines.v1.LineService/SuspendPerson";
pub(super) const REINSTATE: &str = "/vigie.lines.v1.LineService/ReinstatePerson";

pub(super) async fn suspend(
    deps: &Deps,
    call: Request<SuspendPersonRequest>,
) -> Result<SuspendPersonResponse, Refusal> {
    let (asking, mut body) = Asking::of(deps, call)?;
    let request_id = request::take_request_id(&mut body.request_id)?;
    let body_hash = body_hash(&body);
    let gesture = Gesture::Suspend(Suspension {
        reason: request::reason(body.reason)?,
        on_behalf: request::on_behalf(body.on_behalf)?,
    });
    let places = lines_of(deps, &asking, &body.account_id, &body.user_id).await?;
    let several = Several { deps, asking: &asking, gesture: &gesture, request_id, body_hash };
    Ok(SuspendPersonResponse { outcomes: each(&several, &places).await? })
}

pub(super) async fn reinstate(
    deps: &Deps,
    call: Request<ReinstatePersonRequest>,
) -> Result<ReinstatePersonResponse, Refusal> {
    let (asking, mut body) = Asking::of(deps, call)?;
    let request_id = request::take_request_id(&mut body.request_id)?;
    let body_hash = body_hash(&body);
    let gesture = Gesture::Reinstate(Reinstatement {
        reason: request::reason(body.reason)?,
        on_behalf: request::on_behalf(body.on_behalf)?,
        handset_recovery: request::handset_recovery(body.handset_recovery)?,
    });
    let places = lines_of(deps, &asking, &body.account_id, &body.user_id).await?;
    let several = Several { deps, asking: &asking, gesture: &gesture, request_id, body_hash };
    Ok(ReinstatePersonResponse { outcomes: each(&several, &places).await? })
}

/// A request id that was used for something else is refused as a whole.
async fn each(several: &Several<'_>, places: &[Arc<Place>]) -> Result<Vec<LineOutcome>, Refusal> {
    let answers = several.answers(places).await;
    let is_reused = |answer: &Result<Served, Refusal>| matches!(answer, Err(refusal) if refusal.reason() == Reason::RequestIdReused);
    let all_reused = answers.iter().all(is_reused);
    let outcomes = places.iter().zip(answers).map(|(place, answer)| match answer {
        Err(refusal) if all_reused => Err(refusal),
        answer => Ok(outcome(place.line_id, answer)),
    });
    outcomes.collect()
}

/// The person's lines that the caller may see, in order of id.
async fn lines_of(
    deps: &Deps,
    asking: &Asking,
    account_id: &str,
    user_id: &str,
) -> Result<Vec<Arc<Place>>, Refusal> {
    let account_id = request::id("account_id", account_id)?;
    let user_id = request::required_text("user_id", user_id)?;
    let person = person_key(account_id, &user_id);
    let places = lines_under(deps, asking, key::PERSON, &person, "person").await?;
    if places.is_empty() {
        return Err(Refusal::new(
            Reason::LineNotFound,
            "there is no line of this person, or none is yours to see",
        ));
    }
    Ok(places)
}
