//! Ending a line.

use vigie_clock::Context;

use super::draft::{AskedOf, Draft, asked};
use super::{Decided, takes_commands};
use crate::domain::event::{Fact, TerminationRequested};
use crate::domain::rejection::Rejection;
use crate::domain::suspension::Asker;
use crate::domain::termination::may_terminate;

/// Not while a SIM replacement waits for the register: either SIM might stay alive.
pub(super) fn terminate(asker: &Asker<'_>, context: &Context) -> Result<Decided, Rejection> {
    may_terminate(asker)?;
    takes_commands(asker.line)?;
    if asker.line.replacement.is_some() {
        return Err(Rejection::SimReplacementInProgress);
    }
    let supersedes = asker.line.unconfirmed_reinstatements();
    let asked = asked(asker, AskedOf::Register, supersedes, context);
    let mut draft = Draft::of(asker.line, context);
    draft.record(Fact::TerminationRequested(TerminationRequested { asked }));
    Ok(draft.finish(context.act_id))
}
