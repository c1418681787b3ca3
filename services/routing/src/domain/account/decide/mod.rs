//! From a command to events, or to a refusal: one file a gesture.

mod assign;
mod change;
mod close;
mod cover;
mod draft;
mod hang;
mod register;
mod standing;
mod told;

use uuid::Uuid;
use vigie_clock::{Context, Timestamp};

use self::draft::Draft;
use super::command::Command;
use super::event::Event;
use super::rejection::Rejection;
use super::state::Account;

/// What a command leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// What is to be recorded; nothing when the account already is as asked.
    pub events: Vec<Event>,
    /// The act that the command opens or joins.
    pub act_id: Uuid,
}

/// Decides `command` against the account, `None` if it is not registered.
///
/// # Errors
/// Why nothing is recorded.
pub fn decide(state: &Option<Account>, command: &Command, context: &Context) -> Result<Decided, Rejection> {
    let Some(account) = state else {
        return match command {
            Command::Register(new) => register::register(new, context),
            _ => Err(Rejection::NotFound),
        };
    };
    if let Command::RecordStanding { seen_version, .. } = command
        && *seen_version != account.version()
    {
        return Err(Rejection::ChangedMeanwhile);
    }
    // What was planned and holds by now is told before anything else is.
    let now = match command {
        // The clock may have been set back since the timer was found due.
        Command::Wake { due } => context.now.max(*due),
        _ => context.now,
    };
    let mut draft = Draft::of(account, context, now);
    let act_id = match command {
        Command::Register(_) => return Err(Rejection::AlreadyRegistered),
        Command::Change { change, effective_from } => change::change(&mut draft, change, *effective_from)?,
        Command::Move { above, effective_from } => hang::hang(&mut draft, above.as_ref(), *effective_from)?,
        Command::Close { effective_from, is_needed_below } => {
            close::close(&mut draft, *effective_from, *is_needed_below)?
        }
        Command::AssignManager { candidate, effective_from, effective_until, replaces } => {
            let time = (effective_from.unwrap_or(context.now), *effective_until);
            assign::assign(&mut draft, candidate, time, *replaces)?
        }
        Command::EndAssignment { assignment_id, effective_until } => {
            assign::end(&mut draft, *assignment_id, effective_until.unwrap_or(context.now))?
        }
        Command::StepIn { cover_id, staff_id, cover, cause, from, until } => {
            let asked = cover::StepIn {
                cover_id: *cover_id,
                staff_id: *staff_id,
                cause: *cause,
                time: (*from, *until),
            };
            cover::step_in(&mut draft, &asked, cover)?
        }
        Command::StepBack { cover_id, until } => cover::step_back(&mut draft, *cover_id, *until)?,
        Command::RecordStanding { turns, .. } => standing::record(&mut draft, turns),
        Command::RecordTold { told, notice_id, told_at } => {
            told::record(&mut draft, *told, *notice_id, *told_at)?
        }
        Command::Wake { .. } => {
            standing::tell_breach(&mut draft, now);
            told::tell_breach(&mut draft, now);
            context.act_id
        }
    };
    Ok(draft.finish(act_id))
}

/// An account that has ended takes nothing that would hold after its end. What lies before it may still be corrected.
fn takes_from(account: &Account, from: Timestamp) -> Result<(), Rejection> {
    if from < account.customer_since() {
        return Err(Rejection::Period("the account was no customer before customer_since"));
    }
    if account.closes_at().is_some_and(|closes_at| closes_at <= from) {
        return Err(Rejection::Ended("the account has ended by then"));
    }
    Ok(())
}
