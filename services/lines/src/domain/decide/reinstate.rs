//! Reinstating: a reason is lifted.

use uuid::Uuid;
use vigie_clock::{Context, Personal};

use super::draft::{AskedOf, Draft, asked};
use super::{Decided, takes_commands};
use crate::domain::act::ActKind;
use crate::domain::authority::HandsetRecovery;
use crate::domain::event::{
    Fact, RecoveryAttested, ReinstatementRequested, SecondContactNoticeDue, SuspensionReasonLifted,
};
use crate::domain::identifiers::subject_of;
use crate::domain::rejection::Rejection;
use crate::domain::suspension::{Asker, Reason, is_recovered_from, may_reinstate, theft_is_made_good};

/// Lifting a reason that is not set joins the line's latest act if that lifted this very reason (somebody pressed
/// twice); otherwise it is refused, so that nobody takes an old reinstatement for today's.
pub(super) fn reinstate(
    asker: &Asker<'_>,
    reason: Reason,
    recovery: Option<&HandsetRecovery>,
    context: &Context,
) -> Result<Decided, Rejection> {
    may_reinstate(asker, reason)?;
    takes_commands(asker.line)?;
    let Some(set_by) = asker.line.set_by(reason) else {
        let latest = asker.line.latest_act();
        let repeated = latest.filter(|act| act.kind == ActKind::Reinstate && act.reason == Some(reason));
        return repeated.map(|act| Decided::joins(act.act_id)).ok_or(Rejection::ReasonNotSet);
    };
    let mut lift = Lift { reason, undoes: None, handset_recovery: None };
    if reason == Reason::Theft {
        theft_is_made_good(asker.line, set_by, recovery, context.now)?;
        let proven = recovery.filter(|recovery| is_recovered_from(set_by, recovery, context.now));
        lift.handset_recovery = proven.map(|recovery| RecoveryAttested {
            attested_by: Personal::new(
                subject_of(asker.line.account_id(), &recovery.attested_by),
                recovery.attested_by.clone(),
            ),
            recovered_at: recovery.recovered_at,
        });
    }
    Ok(lift.carry_out(asker, context))
}

/// A reason that may be lifted.
pub(super) struct Lift {
    pub(super) reason: Reason,
    pub(super) undoes: Option<Uuid>,
    pub(super) handset_recovery: Option<RecoveryAttested>,
}

impl Lift {
    /// With the last reason the line is reinstated; while others remain nothing changes in the register.
    pub(super) fn carry_out(self, asker: &Asker<'_>, context: &Context) -> Decided {
        let Self { reason, undoes, handset_recovery } = self;
        let remaining: Vec<_> = asker.line.reasons().filter(|other| *other != reason).collect();
        let supersedes = asker.line.unconfirmed_suspensions(reason);
        let mut draft = Draft::of(asker.line, context);
        if remaining.is_empty() {
            let asked = asked(asker, AskedOf::Register, supersedes, context);
            draft.record(Fact::ReinstatementRequested(ReinstatementRequested {
                asked,
                reason,
                undoes,
                handset_recovery,
            }));
        } else {
            let asked = asked(asker, AskedOf::RecordOnly, supersedes, context);
            draft.record(Fact::SuspensionReasonLifted(SuspensionReasonLifted {
                asked,
                reason,
                remaining,
                undoes,
                handset_recovery,
            }));
        }
        if reason.is_loss_or_theft() {
            // Due even while others remain: what protected the person is gone, and paying will open the line.
            draft.record(Fact::SecondContactNoticeDue(SecondContactNoticeDue {
                act_id: context.act_id,
                reason,
                received_at: context.received_at.min(context.now),
                actor: asker.by.user_id.clone(),
                on_behalf_of: asker.on_behalf.map(|caller| caller.person.clone()),
                channel: context.channel,
            }));
        }
        draft.finish(context.act_id)
    }
}
