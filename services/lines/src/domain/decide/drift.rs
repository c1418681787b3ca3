//! The register shows, or shows no longer, something that nobody asked for.
//!
//! Only recorded here. Who may put it right, and when a person must approve, is the reconciler's (EVENTLOG.md,
//! rule 28).

use vigie_clock::Context;

use super::Decided;
use super::draft::Draft;
use crate::domain::event::{Fact, RegisterDriftFound, RegisterDriftRepaired};
use crate::domain::intent::{Confirmation, Observed};
use crate::domain::line::Line;
use crate::domain::rejection::Rejection;

/// While a command waits, a difference is what the driver is about to change, not drift. One that is on record
/// already is not recorded at every sweep.
pub(super) fn found(
    line: &Line,
    sequence: u64,
    found: Observed,
    explained_by_own_write: bool,
    context: &Context,
) -> Result<Decided, Rejection> {
    if sequence != line.sequence {
        return Err(Rejection::Superseded);
    }
    let expected = line.expected();
    let is_on_record = line.drift().is_some_and(|drift| drift.found == found);
    if line.is_unconfirmed() || found == expected || is_on_record {
        return Ok(Decided::nothing(line, context));
    }
    let act_ids = line.acts_at_stake();
    let act_id = act_ids.last().copied().unwrap_or(context.act_id);
    let mut draft = Draft::of(line, context);
    draft.record(Fact::RegisterDriftFound(RegisterDriftFound {
        act_ids,
        sequence,
        expected,
        found,
        explained_by_own_write,
    }));
    Ok(draft.finish(act_id))
}

/// Nothing to record if no drift is on record: the register shows what it should.
pub(super) fn repaired(
    line: &Line,
    sequence: u64,
    read_back: Confirmation,
    approved_by: Option<&str>,
    context: &Context,
) -> Result<Decided, Rejection> {
    if sequence != line.sequence {
        return Err(Rejection::Superseded);
    }
    let Some(drift) = line.drift() else {
        return Ok(Decided::nothing(line, context));
    };
    let barred = line.must_be_barred();
    if !read_back.shows(barred) {
        return Err(Rejection::ReadBackDiffers);
    }
    let act_ids = line.acts_at_stake();
    let act_id = act_ids.last().copied().unwrap_or(context.act_id);
    let mut draft = Draft::of(line, context);
    draft.record(Fact::RegisterDriftRepaired(RegisterDriftRepaired {
        act_ids,
        sequence,
        found: drift.found,
        found_at: drift.found_at,
        evidence: read_back.evidence(barred),
        cs: read_back.cs,
        ps: read_back.ps,
        attached: read_back.attached,
        approved_by: approved_by.map(str::to_owned),
    }));
    Ok(draft.finish(act_id))
}
