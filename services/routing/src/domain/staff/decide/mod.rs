//! From a command to events, or to a refusal: one file a gesture.
//!
//! What is due already is recorded before what is asked is judged, and what the answer makes due at once is recorded with
//! it: so no answer hangs on whether a timer was quick.

mod absence;
mod change;
mod draft;
mod leaving;
mod register;
mod training;

use uuid::Uuid;
use vigie_clock::Context;

use super::command::Command;
use super::event::Event;
use super::member::StaffMember;
use super::rejection::Rejection;
use draft::Draft;

/// What a command leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// What is to be recorded; nothing when everything already is as asked.
    pub events: Vec<Event>,
    /// The act of the command; also the id of the training or the absence that it records.
    pub act_id: Uuid,
}

/// Decides `command` against the staff member, `None` if they are not registered.
///
/// # Errors
/// When a rule stands against it.
pub fn decide(
    state: &Option<StaffMember>,
    command: &Command,
    context: &Context,
) -> Result<Decided, Rejection> {
    let Some(member) = state else {
        return match command {
            Command::Register(new) => Ok(register::register(new, context)),
            _ => Err(Rejection::StaffNotFound),
        };
    };
    // The later of `due` and the present counts: a wake whose replica's clock is behind must not come to nothing, for the
    // same wake comes only once.
    let present = match command {
        Command::Wake { due } => context.now.max(*due),
        _ => context.now,
    };
    let mut draft = Draft::of(member, context);
    draft.record_due(present);
    if !matches!(command, Command::Wake { .. } | Command::Register(_)) && draft.member().has_left() {
        return Err(Rejection::HasLeft);
    }
    match command {
        Command::Register(_) => return Err(Rejection::AlreadyRegistered),
        Command::Change { profile, external_identifiers } => {
            change::change(&mut draft, profile, external_identifiers);
        }
        Command::RecordTraining { code, passed_at, valid_until } => {
            training::record(&mut draft, code, *passed_at, *valid_until)?;
        }
        Command::PlanAbsence { from, until, cover } => {
            absence::plan(&mut draft, *from, *until, cover.as_ref())?;
        }
        Command::CancelAbsence { absence_id } => absence::cancel(&mut draft, *absence_id)?,
        Command::RecordLeaving { leaves_at, deputy } => {
            leaving::record(&mut draft, *leaves_at, deputy.as_ref())?;
        }
        Command::Wake { .. } => {}
    }
    draft.record_due(present);
    Ok(draft.finish())
}
