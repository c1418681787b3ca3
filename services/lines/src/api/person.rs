//! A person's lines, all at once: one act a line, answered line by line, not atomic.

use std::sync::Arc;

use futures::future::join_all;
use tonic::Request;
use uuid::Uuid;
use vigie_chassis::error::{Error as Refusal, Reason};
use vigie_clock::derived_id;
use vigie_proto::lines::{
    LineError, LineOutcome, ReinstatePersonRequest, ReinstatePersonResponse, SuspendPersonRequest,
    SuspendPersonResponse, line_outcome,
};

use super::asking::{Asking, body_hash};
use super::carry_out::Served;
use super::place::{Place, by_id};
use super::reinstate::Reinstatement;
use super::suspend::Suspension;
use super::{Deps, reject, request, response};
use crate::stream::{key, person_key};

pub(super) const SUSPEND: &str = "/vigie.lines.v1.LineService/SuspendPerson";
pub(super) const REINSTATE: &str = "/vigie.lines.v1.LineService/ReinstatePerson";

/// Lines that one person may have.
const LINES_MAX: usize = 64;

pub(super) async fn suspend(
    deps: &Deps,
    call: Request<SuspendPersonRequest>,
) -> Result<SuspendPersonResponse, Refusal> {
    let (asking, mut body) = Asking::of(deps, call)?;
    let request_id = request::request_id(&std::mem::take(&mut body.request_id))?;
    let body_hash = body_hash(&body);
    let gesture = Gesture::Suspend(Suspension {
        reason: request::reason(body.reason)?,
        on_behalf: request::on_behalf(body.on_behalf)?,
    });
    let places = lines_of(deps, &asking, &body.account_id, &body.user_id).await?;
    let ask = Ask { deps, asking: &asking, gesture, request_id, body_hash };
    Ok(SuspendPersonResponse { outcomes: ask.each(&places).await? })
}

pub(super) async fn reinstate(
    deps: &Deps,
    call: Request<ReinstatePersonRequest>,
) -> Result<ReinstatePersonResponse, Refusal> {
    let (asking, mut body) = Asking::of(deps, call)?;
    let request_id = request::request_id(&std::mem::take(&mut body.request_id))?;
    let body_hash = body_hash(&body);
    let gesture = Gesture::Reinstate(Reinstatement {
        reason: request::reason(body.reason)?,
        on_behalf: request::on_behalf(body.on_behalf)?,
        handset_recovery: request::handset_recovery(body.handset_recovery)?,
    });
    let places = lines_of(deps, &asking, &body.account_id, &body.user_id).await?;
    let ask = Ask { deps, asking: &asking, gesture, request_id, body_hash };
    Ok(ReinstatePersonResponse { outcomes: ask.each(&places).await? })
}

enum Gesture {
    Suspend(Suspension),
    Reinstate(Reinstatement),
}

/// What is asked for each line of a person.
struct Ask<'a> {
    deps: &'a Deps,
    asking: &'a Asking,
    gesture: Gesture,
    request_id: Uuid,
    body_hash: [u8; 32],
}

impl Ask<'_> {
    /// Asks for all lines at the same time: the last one is not to wait for the first one's register.
    async fn each(&self, places: &[Arc<Place>]) -> Result<Vec<LineOutcome>, Refusal> {
        let answers = join_all(places.iter().map(|place| self.one(place))).await;
        let is_reused = |answer: &Result<Served, Refusal>| matches!(answer, Err(refusal) if refusal.reason() == Reason::RequestIdReused);
        let all_reused = answers.iter().all(is_reused);
        let outcomes = places.iter().zip(answers).map(|(place, answer)| match answer {
            Err(refusal) if all_reused => Err(refusal),
            answer => Ok(outcome(place.line_id, answer)),
        });
        outcomes.collect()
    }

    async fn one(&self, place: &Place) -> Result<Served, Refusal> {
        let request_id = of_line(self.request_id, place);
        let Self { deps, asking, body_hash, .. } = *self;
        match &self.gesture {
            Gesture::Suspend(suspension) => suspension.ask(deps, asking, place, request_id, body_hash).await,
            Gesture::Reinstate(reinstatement) => {
                reinstatement.ask(deps, asking, place, request_id, body_hash).await
            }
        }
    }
}

/// The request id that a line's own act has.
fn of_line(request_id: Uuid, place: &Place) -> Uuid {
    derived_id(request_id, &place.line_id.to_string())
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
    let members = deps.aggregates.log().key_members(key::PERSON, &person, LINES_MAX + 1).await;
    let members = members.map_err(|error| reject::unreadable(&error))?;
    if members.len() > LINES_MAX {
        // Some would be left out, and a stolen phone might be among them.
        let message = format!("this person has more than {LINES_MAX} lines; ask line by line");
        return Err(Refusal::new(Reason::TooLarge, message));
    }
    let mut places = Vec::new();
    for line_id in members {
        match by_id(deps, &asking.caller, line_id).await {
            Ok(place) => places.push(place),
            Err(refusal) if refusal.reason() == Reason::LineNotFound => {}
            Err(refusal) => return Err(refusal),
        }
    }
    if places.is_empty() {
        return Err(Refusal::new(
            Reason::LineNotFound,
            "there is no line of this person, or none is yours to see",
        ));
    }
    Ok(places)
}

fn outcome(line_id: Uuid, answer: Result<Served, Refusal>) -> LineOutcome {
    let answer = answer.and_then(|served| Ok((response::act(served.act()?), served.version)));
    let (outcome, version) = match answer {
        Ok((act, version)) => (line_outcome::Outcome::Act(act), version),
        Err(refusal) => {
            let error = LineError {
                reason: refusal.reason().as_str().to_owned(),
                message: refusal.message().to_owned(),
            };
            (line_outcome::Outcome::Error(error), 0)
        }
    };
    LineOutcome { line_id: line_id.to_string(), version, outcome: Some(outcome) }
}
