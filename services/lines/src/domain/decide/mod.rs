//! From a command to events, or to a refusal: one file a gesture.
//!
//! Every gesture asks in the same order: may this person do it; does the line take commands; is it done already
//! (then the request joins that act and nothing is recorded); is the line such that it can be done.

mod confirm;
mod draft;
mod drift;
mod register;
mod reinstate;
mod replace_sim;
mod suspend;
mod terminate;
mod undo;
mod wake;

use uuid::Uuid;
use vigie_clock::Context;

use super::command::Command;
use super::event::Event;
use super::line::Line;
use super::rejection::Rejection;
use super::suspension::Asker;

/// What a command leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// What is to be recorded; nothing when the line already is as asked.
    pub events: Vec<Event>,
    /// The act that the command opens or joins.
    pub act_id: Uuid,
}

impl Decided {
    /// Nothing to record: the command joins an act.
    const fn joins(act_id: Uuid) -> Self {
        Self { events: Vec::new(), act_id }
    }

    /// Nothing to record, on no act's account.
    fn nothing(line: &Line, context: &Context) -> Self {
        Self::joins(line.latest_act().map_or(context.act_id, |act| act.act_id))
    }
}

/// Decides `command` against the line, `None` if it is not registered.
pub fn decide(state: &Option<Line>, command: &Command, context: &Context) -> Result<Decided, Rejection> {
    let Some(line) = state else {
        return match command {
            Command::Register(new) => Ok(register::register(new, context)),
            _ => Err(Rejection::LineNotFound),
        };
    };
    match command {
        Command::Register(_) => Err(Rejection::AlreadyRegistered),
        Command::Suspend { reason, by, on_behalf } => {
            suspend::suspend(&Asker { line, by, on_behalf: on_behalf.as_ref() }, *reason, context)
        }
        Command::Reinstate { reason, by, on_behalf, handset_recovery } => {
            let asker = Asker { line, by, on_behalf: on_behalf.as_ref() };
            reinstate::reinstate(&asker, *reason, handset_recovery.as_ref(), context)
        }
        Command::Undo { act_id, by } => undo::undo(&Asker { line, by, on_behalf: None }, *act_id, context),
        Command::ReplaceSim { new_sim, by, on_behalf } => {
            replace_sim::replace_sim(&Asker { line, by, on_behalf: on_behalf.as_ref() }, new_sim, context)
        }
        Command::Terminate { by, on_behalf } => {
            terminate::terminate(&Asker { line, by, on_behalf: on_behalf.as_ref() }, context)
        }
        Command::Confirm { sequence, read_back } => confirm::confirm(line, *sequence, *read_back, context),
        Command::RecordDrift { sequence, found, explained_by_own_write } => {
            drift::found(line, *sequence, *found, *explained_by_own_write, context)
        }
        Command::RecordDriftRepaired { sequence, read_back, approved_by } => {
            drift::repaired(line, *sequence, *read_back, approved_by.as_deref(), context)
        }
        Command::Wake { due } => Ok(wake::wake(line, *due, context)),
    }
}

/// A terminated line takes no more commands.
fn takes_commands(line: &Line) -> Result<(), Rejection> {
    if line.terminated { Err(Rejection::LineTerminated) } else { Ok(()) }
}
