//! From a command to events, or to a refusal.

use uuid::Uuid;
use vigie_clock::Context;

use super::command::{Command, NewDesk, OverflowDesk};
use super::event::{DeskChanged, DeskClosed, DeskRegistered, Event, Fact};
use super::evolve::Desk;
use super::particulars::Particulars;
use super::rejection::Rejection;
use super::snapshot::Snapshot;
use crate::domain::ExternalIdentifier;

/// How often a contact may be handed on while desks are closed. Two desks changed in the same moment may still name one
/// another: whoever follows the way counts as well.
pub const OVERFLOW_STEPS_MAX: usize = 4;

/// What a command leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// What is to be recorded; nothing when everything already is as asked.
    pub events: Vec<Event>,
    /// The act of the command.
    pub act_id: Uuid,
}

/// Decides `command` against the desk, `None` if it is not registered.
///
/// # Errors
/// When a rule stands against it.
pub fn decide(state: &Option<Desk>, command: &Command, context: &Context) -> Result<Decided, Rejection> {
    let events = match (state, command) {
        (None, Command::Register(new)) => register(new, context)?,
        (None, _) => return Err(Rejection::DeskNotFound),
        (Some(_), Command::Register(_)) => return Err(Rejection::AlreadyRegistered),
        (Some(desk), Command::Change { particulars, external_identifiers, overflow }) => {
            change(desk, particulars, external_identifiers, overflow, context)?
        }
        (Some(_), Command::Wake) => Vec::new(),
        (Some(desk), Command::Close { contact_points, overflowing_desks }) => {
            close(desk, *contact_points, *overflowing_desks, context)?
        }
    };
    Ok(Decided { events, act_id: context.act_id })
}

fn register(new: &NewDesk, context: &Context) -> Result<Vec<Event>, Rejection> {
    check_overflow(new.desk_id, &new.overflow)?;
    Ok(vec![Event {
        desk_id: new.desk_id,
        external_identifiers: new.external_identifiers.clone(),
        fact: Fact::DeskRegistered(DeskRegistered { actor: context.actor.clone() }),
        desk: Snapshot { particulars: new.particulars.clone(), closed_at: None },
    }])
}

fn change(
    desk: &Desk,
    particulars: &Particulars,
    keys: &[ExternalIdentifier],
    overflow: &[OverflowDesk],
    context: &Context,
) -> Result<Vec<Event>, Rejection> {
    if desk.closed_at.is_some() {
        return Err(Rejection::Closed);
    }
    check_overflow(desk.desk_id, overflow)?;
    if desk.particulars == *particulars && desk.external_identifiers == keys {
        return Ok(Vec::new());
    }
    let former_overflow = desk.particulars.overflow_desk_id;
    let former_keys = desk.external_identifiers.iter().filter(|key| !keys.contains(key));
    Ok(vec![Event {
        desk_id: desk.desk_id,
        external_identifiers: keys.to_vec(),
        fact: Fact::DeskChanged(DeskChanged {
            actor: context.actor.clone(),
            former_external_identifiers: former_keys.cloned().collect(),
            former_overflow_desk_id: former_overflow
                .filter(|_| former_overflow != particulars.overflow_desk_id),
        }),
        desk: Snapshot { particulars: particulars.clone(), closed_at: None },
    }])
}

/// A desk that customers still reach stays: they would reach nobody.
fn close(
    desk: &Desk,
    contact_points: usize,
    overflowing_desks: usize,
    context: &Context,
) -> Result<Vec<Event>, Rejection> {
    if desk.closed_at.is_some() {
        return Ok(Vec::new());
    }
    if contact_points > 0 {
        return Err(Rejection::ReachedByContactPoints);
    }
    if overflowing_desks > 0 {
        return Err(Rejection::ReachedByOverflow);
    }
    let closed_at = context.now;
    Ok(vec![Event {
        desk_id: desk.desk_id,
        external_identifiers: desk.external_identifiers.clone(),
        fact: Fact::DeskClosed(DeskClosed { actor: context.actor.clone(), closed_at }),
        desk: Snapshot { particulars: desk.particulars.clone(), closed_at: Some(closed_at) },
    }])
}

fn check_overflow(desk_id: Uuid, way: &[OverflowDesk]) -> Result<(), Rejection> {
    if way.iter().any(|step| step.desk_id == desk_id) {
        return Err(Rejection::OverflowCircle);
    }
    if way.iter().any(|step| step.is_closed) {
        return Err(Rejection::OverflowClosed);
    }
    if way.len() > OVERFLOW_STEPS_MAX { Err(Rejection::OverflowTooLong) } else { Ok(()) }
}
