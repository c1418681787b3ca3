//! Suspending: a reason is added.

use vigie_clock::Context;

use super::draft::{AskedOf, Draft, asked};
use super::{Decided, takes_commands};
use crate::domain::event::{Fact, SuspensionRequested};
use crate::domain::rejection::Rejection;
use crate::domain::suspension::{Asker, Reason, may_suspend};

/// A request that adds no reason joins the act that set it. One that adds a reason to a barred line is an act of
/// its own, with a read-back of its own: that the line was barred yesterday proves nothing today.
pub(super) fn suspend(asker: &Asker<'_>, reason: Reason, context: &Context) -> Result<Decided, Rejection> {
    may_suspend(asker, reason)?;
    takes_commands(asker.line)?;
    if let Some(set_by) = asker.line.set_by(reason) {
        return Ok(Decided::joins(set_by.act_id));
    }
    let supersedes = asker.line.unconfirmed_reinstatements();
    let asked = asked(asker, AskedOf::Register, supersedes, context);
    let mut draft = Draft::of(asker.line, context);
    draft.record(Fact::SuspensionRequested(SuspensionRequested { asked, reason }));
    Ok(draft.finish(context.act_id))
}
