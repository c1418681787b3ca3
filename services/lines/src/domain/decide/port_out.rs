//! The number goes to another operator.

use vigie_clock::{Context, Timestamp};

use super::draft::{AskedOf, Draft, asked, told};
use super::{Decided, takes_commands};
use crate::domain::event::{Fact, PortOutCompleted, PortOutPlan, TerminationRequested};
use crate::domain::policy::Policy;
use crate::domain::port_out::may_handle_port_out;
use crate::domain::rejection::Rejection;
use crate::domain::suspension::Asker;

/// Told again with another date, the port is planned anew.
pub(super) fn note(
    asker: &Asker<'_>,
    planned_at: Timestamp,
    context: &Context,
) -> Result<Decided, Rejection> {
    may_handle_port_out(asker)?;
    let line = asker.line;
    takes_commands(line)?;
    if line.port_out().is_some_and(|noted| noted.planned_at == planned_at) {
        return Ok(Decided::nothing(line, context));
    }
    let Policy { port_out_ahead_max, port_out_age_max, .. } = Policy::DEFAULT;
    let is_near = planned_at.since(context.now) <= port_out_ahead_max
        && context.now.since(planned_at) <= port_out_age_max;
    if !is_near {
        return Err(Rejection::PortOutDateRefused);
    }
    let mut draft = Draft::of(line, context);
    draft.record(Fact::PortOutNoted(PortOutPlan { told: told(asker, context), planned_at }));
    Ok(draft.finish(context.act_id))
}

/// The line stays.
pub(super) fn cancel(asker: &Asker<'_>, context: &Context) -> Result<Decided, Rejection> {
    may_handle_port_out(asker)?;
    let line = asker.line;
    takes_commands(line)?;
    let planned_at = line.port_out().ok_or(Rejection::PortOutNotNoted)?.planned_at;
    let mut draft = Draft::of(line, context);
    draft.record(Fact::PortOutCancelled(PortOutPlan { told: told(asker, context), planned_at }));
    Ok(draft.finish(context.act_id))
}

/// Ends the line: it is barred here, whatever waited for the register. Nobody's step-up and no replacement of the SIM holds
/// it up, for it has happened already: a SIM that is being replaced comes up barred.
pub(super) fn complete(
    asker: &Asker<'_>,
    completed_at: Timestamp,
    context: &Context,
) -> Result<Decided, Rejection> {
    may_handle_port_out(asker)?;
    let line = asker.line;
    let ended_by = line.latest_act().filter(|_| line.ported_out_at().is_some());
    if let Some(ended_by) = ended_by {
        return Ok(Decided::joins(ended_by.act_id));
    }
    takes_commands(line)?;
    let planned_at = line.port_out().ok_or(Rejection::PortOutNotNoted)?.planned_at;
    let is_recent =
        completed_at <= context.now && context.now.since(completed_at) <= Policy::DEFAULT.port_out_age_max;
    if !is_recent {
        return Err(Rejection::PortOutDateRefused);
    }
    let asked = asked(asker, AskedOf::Register, line.unconfirmed_reinstatements(), context);
    let mut draft = Draft::of(line, context);
    draft.record(Fact::TerminationRequested(TerminationRequested { asked }));
    draft.record(Fact::PortOutCompleted(PortOutCompleted {
        act_id: context.act_id,
        told: told(asker, context),
        planned_at,
        completed_at,
    }));
    Ok(draft.finish(context.act_id))
}
