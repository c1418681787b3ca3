//! From a command to events, or to a refusal: one file a gesture.
//!
//! Every gesture asks in the same order: may this person do it; does the line take commands; is it done already
//! (then the request joins that act and nothing is recorded); is the line such that it can be done.

mod block_list;
mod confirm;
mod declare_recovered;
mod declare_theft;
mod draft;
mod drift;
mod port_out;
mod record_handset;
mod register;
mod reinstate;
mod replace_sim;
mod suspend;
mod terminate;
mod undo;
mod wake;

use uuid::Uuid;
use vigie_clock::Context;

use self::declare_recovered::Recovery;
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
        Command::RecordHandset { imei, by, on_behalf } => {
            let asker = Asker { line, by, on_behalf: on_behalf.as_ref() };
            record_handset::record_handset(&asker, imei, context)
        }
        Command::DeclareTheft { report, by, on_behalf } => {
            let asker = Asker { line, by, on_behalf: on_behalf.as_ref() };
            declare_theft::declare_theft(&asker, report, context)
        }
        Command::DeclareRecovered { declaration_id, recovered_at, attested_by, by, on_behalf } => {
            let asker = Asker { line, by, on_behalf: on_behalf.as_ref() };
            let recovery = Recovery {
                declaration_id: *declaration_id,
                recovered_at: *recovered_at,
                attested_by: attested_by.as_deref(),
            };
            declare_recovered::declare_recovered(&asker, &recovery, context)
        }
        Command::ConfirmBlocked { declaration_id, evidence } => {
            block_list::blocked(line, *declaration_id, *evidence, context)
        }
        Command::ConfirmReleased { declaration_id, is_kept, evidence } => {
            block_list::released(line, *declaration_id, *is_kept, *evidence, context)
        }
        Command::NotePortOut { planned_at, by } => {
            port_out::note(&Asker { line, by, on_behalf: None }, *planned_at, context)
        }
        Command::CancelPortOut { by } => port_out::cancel(&Asker { line, by, on_behalf: None }, context),
        Command::CompletePortOut { completed_at, by } => {
            port_out::complete(&Asker { line, by, on_behalf: None }, *completed_at, context)
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

/// An ended line takes no more commands.
fn takes_commands(line: &Line) -> Result<(), Rejection> {
    match (line.terminated, line.ported_out_at()) {
        (false, _) => Ok(()),
        (true, None) => Err(Rejection::LineTerminated),
        (true, Some(_)) => Err(Rejection::LinePortedOut),
    }
}
