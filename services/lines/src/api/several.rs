//! A gesture on several lines at once: one act a line, answered line by line, not atomic.

use std::sync::Arc;

use futures::future::join_all;
use uuid::Uuid;
use vigie_chassis::error::{Error as Refusal, Reason};
use vigie_clock::derived_id;
use vigie_proto::lines::{LineError, LineOutcome, line_outcome};

use super::asking::Asking;
use super::carry_out::Served;
use super::place::{Place, by_id};
use super::reinstate::Reinstatement;
use super::suspend::Suspension;
use super::{Deps, reject, response};
use crate::stream::key;

/// Lines that one gesture may be about.
const LINES_MAX: usize = 64;

/// What is asked for each line.
pub(super) enum Gesture {
    Suspend(Suspension),
    Reinstate(Reinstatement),
}

impl Gesture {
    pub(super) async fn ask(
        &self,
        deps: &Deps,
        asking: &Asking,
        place: &Place,
        request_id: Uuid,
        body_hash: [u8; 32],
    ) -> Result<Served, Refusal> {
        match self {
            Self::Suspend(suspension) => suspension.ask(deps, asking, place, request_id, body_hash).await,
            Self::Reinstate(reinstatement) => {
                reinstatement.ask(deps, asking, place, request_id, body_hash).await
            }
        }
    }
}

/// A gesture that is asked for several lines.
pub(super) struct Several<'a> {
    pub(super) deps: &'a Deps,
    pub(super) asking: &'a Asking,
    pub(super) gesture: &'a Gesture,
    pub(super) request_id: Uuid,
    pub(super) body_hash: [u8; 32],
}

impl Several<'_> {
    /// Asks for all lines at the same time: the last one is not to wait for the first one's register.
    pub(super) async fn answers(&self, places: &[Arc<Place>]) -> Vec<Result<Served, Refusal>> {
        join_all(places.iter().map(|place| self.one(place))).await
    }

    /// The same, as it is told.
    pub(super) async fn outcomes(&self, places: &[Arc<Place>]) -> Vec<LineOutcome> {
        let answers = self.answers(places).await;
        places.iter().zip(answers).map(|(place, answer)| outcome(place.line_id, answer)).collect()
    }

    async fn one(&self, place: &Place) -> Result<Served, Refusal> {
        let Self { deps, asking, gesture, request_id, body_hash } = *self;
        // Each line's act has a request id of its own.
        let request_id = derived_id(request_id, &place.line_id.to_string());
        gesture.ask(deps, asking, place, request_id, body_hash).await
    }
}

/// The lines filed under a key that the caller may see, in order of id. `whose` says of whom they are, for people.
pub(super) async fn lines_under(
    deps: &Deps,
    asking: &Asking,
    kind: &'static str,
    key: &str,
    whose: &str,
) -> Result<Vec<Arc<Place>>, Refusal> {
    let members = deps.aggregates.log().key_members(kind, key, LINES_MAX + 1).await;
    let members = members.map_err(|error| reject::unreadable(&error))?;
    if members.len() > LINES_MAX {
        // Some would be left out, and a stolen phone might be among them.
        let message = format!("this {whose} has more than {LINES_MAX} lines; ask line by line");
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
    Ok(places)
}

/// The data twins of a main line that the caller may see.
pub(super) async fn twins_of(deps: &Deps, asking: &Asking, main: Uuid) -> Result<Vec<Arc<Place>>, Refusal> {
    lines_under(deps, asking, key::TWIN, &main.to_string(), "line and its twins").await
}

pub(super) fn outcome(line_id: Uuid, answer: Result<Served, Refusal>) -> LineOutcome {
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
