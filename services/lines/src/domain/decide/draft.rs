//! Events in the making: each shows the line after it.

use uuid::Uuid;
use vigie_clock::{Context, Personal};

use super::Decided;
use crate::domain::act::reference;
use crate::domain::event::{Asked, Event, Fact, Told};
use crate::domain::identifiers::subject_of;
use crate::domain::line::Line;
use crate::domain::suspension::Asker;

/// The line as the facts recorded so far leave it, and their events.
pub(super) struct Draft<'a> {
    line: Line,
    context: &'a Context,
    events: Vec<Event>,
}

impl<'a> Draft<'a> {
    pub(super) fn of(line: &Line, context: &'a Context) -> Self {
        Self { line: line.clone(), context, events: Vec::new() }
    }

    pub(super) fn record(&mut self, fact: Fact) {
        self.line.apply(&fact, self.context.now);
        self.events.push(Event {
            account_id: self.line.account_id,
            line_id: self.line.line_id,
            external_identifiers: self.line.external_identifiers.clone(),
            fact,
            line: self.line.snapshot(),
        });
    }

    pub(super) fn finish(self, act_id: Uuid) -> Decided {
        Decided { events: self.events, act_id }
    }
}

/// The new act of `asker`. One that asks something of the register makes a new intent.
pub(super) fn asked(asker: &Asker<'_>, register: AskedOf, supersedes: Vec<Uuid>, context: &Context) -> Asked {
    let line = asker.line;
    let Told { received_at, actor, on_behalf_of, channel, caller_checks } = told(asker, context);
    Asked {
        act_id: context.act_id,
        reference: reference(context.act_id),
        received_at,
        actor,
        on_behalf_of,
        channel,
        caller_checks,
        sequence: match register {
            AskedOf::Register => line.sequence.saturating_add(1),
            AskedOf::RecordOnly => line.sequence,
        },
        supersedes,
    }
}

/// Who tells what `asker` tells.
pub(super) fn told(asker: &Asker<'_>, context: &Context) -> Told {
    let caller_checks = asker.on_behalf.map(|caller| {
        Personal::new(subject_of(asker.line.account_id, &caller.person), caller.caller_checks.clone())
    });
    Told {
        received_at: context.received_at.min(context.now),
        actor: asker.by.user_id.clone(),
        on_behalf_of: asker.on_behalf.map(|caller| caller.person.clone()),
        channel: context.channel,
        caller_checks,
    }
}

/// Whom an act asks something of.
#[derive(Clone, Copy)]
pub(super) enum AskedOf {
    /// The register is to be read back anew.
    Register,
    /// Nothing changes in the register.
    RecordOnly,
}
