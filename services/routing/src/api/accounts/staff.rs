//! What accounts ask of the operator's staff.

use uuid::Uuid;
use vigie_chassis::error::Error as Refusal;
use vigie_clock::Timestamp;
use vigie_command::{Rejected as _, refusal};
use vigie_eventlog::ExecuteError;

use super::super::Deps;
use crate::domain::Moment;
use crate::domain::account::{Candidate, Presence};
use crate::domain::staff::Rejection;
pub(in crate::api) use crate::domain::standing::candidate_of;
use crate::domain::standing::presence_of;

/// A staff member to whom an account is to be given from `from` on, confirmed with the log.
pub(super) async fn candidate(deps: &Deps, staff_id: Uuid, from: Timestamp) -> Result<Candidate, Refusal> {
    let (state, _) = deps.staff.load(staff_id).await.map_err(refusal)?;
    let member = Option::as_ref(&state)
        .ok_or_else(|| refusal(ExecuteError::Rejected { rejection: Rejection::not_found(), version: 0 }))?;
    Ok(candidate_of(member, from))
}

/// A staff member at a moment. One whom the log does not know any more is one who has left.
pub(super) async fn presence(deps: &Deps, staff_id: Uuid, moment: Moment) -> Result<Presence, Refusal> {
    let (state, _) = deps.staff.load(staff_id).await.map_err(refusal)?;
    Ok(presence_of(staff_id, Option::as_ref(&state), moment))
}
