//! The register was driven to the intent and read back.

use vigie_clock::{Context, Timestamp};

use super::Decided;
use super::draft::Draft;
use crate::domain::act::{Act, ActKind};
use crate::domain::event::{Confirmed, ConfirmedAct, Fact, TerminationConfirmed};
use crate::domain::intent::Confirmation;
use crate::domain::line::Line;
use crate::domain::policy::Policy;
use crate::domain::rejection::Rejection;

/// Confirms every act that waits, in one event for each kind: they all ask for what was read back, or a later act
/// would have superseded them. A read-back for an older intent, or one that shows something else, confirms nothing.
pub(super) fn confirm(
    line: &Line,
    sequence: u64,
    read_back: Confirmation,
    context: &Context,
) -> Result<Decided, Rejection> {
    if sequence != line.sequence {
        return Err(Rejection::Superseded);
    }
    if !line.is_unconfirmed() {
        return Ok(Decided::nothing(line, context));
    }
    let barred = line.must_be_barred();
    if !read_back.shows(barred) {
        return Err(Rejection::ReadBackDiffers);
    }
    let confirmed = |kind| Confirmed {
        acts: line.pending_acts().filter(|act| act.kind == kind).map(confirmed_act).collect(),
        sequence,
        evidence: read_back.evidence(barred),
        cs: read_back.cs,
        ps: read_back.ps,
        attached: read_back.attached,
    };
    let waits = |kind| line.pending_acts().any(|act| act.kind == kind);

    let mut draft = Draft::of(line, context);
    if line.replacement.is_some() {
        draft.record(Fact::SimReplacementConfirmed(confirmed(ActKind::ReplaceSim)));
    }
    if waits(ActKind::Suspend) {
        draft.record(Fact::SuspensionConfirmed(confirmed(ActKind::Suspend)));
    }
    if waits(ActKind::Reinstate) {
        draft.record(Fact::ReinstatementConfirmed(confirmed(ActKind::Reinstate)));
    }
    if line.terminated {
        draft.record(Fact::TerminationConfirmed(TerminationConfirmed {
            confirmed: confirmed(ActKind::Terminate),
            number_quarantined_until: quarantined_until(line, context.now),
        }));
    }
    let nobody_waits = line.pending_acts().next().is_none();
    if nobody_waits {
        // The act that made this intent was superseded by lifting its reason while others remain.
        draft.record(Fact::SuspensionConfirmed(confirmed(ActKind::Suspend)));
    }
    let act_id = line.latest_act().map_or(context.act_id, |act| act.act_id);
    Ok(draft.finish(act_id))
}

/// A number that was ported out is not ours to keep back: it returns by being ported in.
fn quarantined_until(line: &Line, now: Timestamp) -> Timestamp {
    match line.ported_out_at() {
        Some(_) => now,
        None => now.plus(Policy::DEFAULT.number_quarantine),
    }
}

fn confirmed_act(act: &Act) -> ConfirmedAct {
    ConfirmedAct { act_id: act.act_id, reason: act.reason, received_at: act.received_at }
}
