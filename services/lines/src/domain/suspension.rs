//! Why a line is suspended, and who may change that.
//!
//! Reasons are a set: lifting one lifts no other, so paying an invoice never brings a stolen phone back. Suspending
//! is easy, reinstating is hard (promise 9.3).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vigie_clock::Timestamp;

use super::authority::{Authority, HandsetRecovery, OnBehalf, Role};
use super::line::Line;
use super::rejection::Rejection;

/// A reason for suspension.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Reason {
    /// Lost (perte).
    Loss,
    /// Stolen (vol).
    Theft,
    /// Asked by a manager for another cause.
    Other,
    /// Unpaid invoices (impayé).
    Unpaid,
    /// Commercial freeze (gel commercial).
    CommercialFreeze,
}

impl Reason {
    /// Every reason.
    pub const ALL: [Self; 5] = [Self::Loss, Self::Theft, Self::Other, Self::Unpaid, Self::CommercialFreeze];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Loss => "LOSS",
            Self::Theft => "THEFT",
            Self::Other => "OTHER",
            Self::Unpaid => "UNPAID",
            Self::CommercialFreeze => "COMMERCIAL_FREEZE",
        }
    }

    /// Whether promise 9.3 is about it.
    pub const fn is_loss_or_theft(self) -> bool {
        matches!(self, Self::Loss | Self::Theft)
    }
}

/// The act that put a reason into the set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SetBy {
    /// The act.
    pub act_id: Uuid,
    /// The intent that it made; a SIM of a later intent is newer than the reason.
    pub sequence: u64,
    /// T0 of the act.
    pub received_at: Timestamp,
}

/// Who asks what of which line: the premise of every rule below.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asker<'a> {
    pub(super) line: &'a Line,
    pub(super) by: &'a Authority,
    pub(super) on_behalf: Option<&'a OnBehalf>,
}

impl Asker<'_> {
    /// The line's user asks: in person, or through staff on the phone.
    pub(super) fn is_line_user(&self) -> bool {
        match self.on_behalf {
            None => self.by.is_line_user,
            Some(caller) => self.line.user_id() == Some(caller.person.as_str()),
        }
    }

    /// A manager of the account asks: in person, or through staff on the phone.
    pub(super) fn is_manager(&self) -> bool {
        self.on_behalf.map_or_else(|| self.by.is(Role::Manager), |caller| caller.is_manager)
    }

    /// Who acts for somebody else is an advisor and recorded how the caller was recognised.
    pub(super) fn is_in_person_or_checked_by_staff(&self) -> Result<(), Rejection> {
        match self.on_behalf {
            None => Ok(()),
            Some(_) if !self.by.is(Role::Advisor) => {
                Err(Rejection::PermissionDenied("only an advisor acts on behalf of somebody else"))
            }
            Some(caller) if !caller.was_checked() => Err(Rejection::CallerChecksRequired),
            Some(_) => Ok(()),
        }
    }

    /// Whoever holds the token, customer or advisor, has just proven again who they are.
    pub(super) fn has_stepped_up(&self) -> Result<(), Rejection> {
        if self.by.step_up { Ok(()) } else { Err(Rejection::StepUpRequired) }
    }

    /// The lost phone alone never opens its own line.
    pub(super) fn is_not_on_this_line(&self) -> Result<(), Rejection> {
        if self.by.asked_from_this_line {
            return Err(Rejection::PermissionDenied(
                "a suspended line is not reinstated from that same line",
            ));
        }
        Ok(())
    }
}

fn require(holds: bool, rule: &'static str) -> Result<(), Rejection> {
    if holds { Ok(()) } else { Err(Rejection::PermissionDenied(rule)) }
}

/// Whether the asker may suspend the line for `reason`.
pub(super) fn may_suspend(asker: &Asker<'_>, reason: Reason) -> Result<(), Rejection> {
    match reason {
        Reason::Loss | Reason::Theft => may_suspend_for_loss_or_theft(asker),
        Reason::Other => may_suspend_for_another_cause(asker),
        Reason::Unpaid => may_set_or_lift_unpaid(asker),
        Reason::CommercialFreeze => may_set_or_lift_commercial_freeze(asker),
    }
}

/// Whether the asker may lift `reason`. What must be true of the line besides is said by [`theft_is_made_good`].
pub(super) fn may_reinstate(asker: &Asker<'_>, reason: Reason) -> Result<(), Rejection> {
    match reason {
        Reason::Loss => may_reinstate_after_loss(asker),
        Reason::Theft => may_reinstate_after_theft(asker),
        Reason::Other => may_reinstate_after_another_cause(asker),
        Reason::Unpaid => may_set_or_lift_unpaid(asker),
        Reason::CommercialFreeze => may_set_or_lift_commercial_freeze(asker),
    }
}

/// The user of the line, a manager, or staff on behalf of whoever calls: when in doubt the line is barred.
fn may_suspend_for_loss_or_theft(asker: &Asker<'_>) -> Result<(), Rejection> {
    asker.is_in_person_or_checked_by_staff()?;
    let may = asker.on_behalf.is_some() || asker.is_line_user() || asker.is_manager();
    require(may, "LOSS and THEFT are set by the line's user, a manager, or staff on behalf")
}

/// The user of the line or a manager, with step-up, and not from the phone that was lost.
fn may_reinstate_after_loss(asker: &Asker<'_>) -> Result<(), Rejection> {
    asker.is_in_person_or_checked_by_staff()?;
    require(asker.is_line_user() || asker.is_manager(), "LOSS is lifted by the line's user or a manager")?;
    asker.is_not_on_this_line()?;
    asker.has_stepped_up()
}

/// A manager only, with step-up, and not from the phone that was stolen.
fn may_reinstate_after_theft(asker: &Asker<'_>) -> Result<(), Rejection> {
    asker.is_in_person_or_checked_by_staff()?;
    require(asker.is_manager(), "THEFT is lifted by a manager only")?;
    asker.is_not_on_this_line()?;
    asker.has_stepped_up()
}

/// A manager, also by phone.
fn may_suspend_for_another_cause(asker: &Asker<'_>) -> Result<(), Rejection> {
    asker.is_in_person_or_checked_by_staff()?;
    require(asker.is_manager(), "OTHER is set and lifted by a manager")
}

/// A manager; by phone the advisor steps up, as for everything that opens a line.
fn may_reinstate_after_another_cause(asker: &Asker<'_>) -> Result<(), Rejection> {
    may_suspend_for_another_cause(asker)?;
    if asker.on_behalf.is_some() { asker.has_stepped_up() } else { Ok(()) }
}

/// The operator's billing clerk, on nobody's behalf: a customer's wish neither sets nor lifts it.
fn may_set_or_lift_unpaid(asker: &Asker<'_>) -> Result<(), Rejection> {
    require(asker.by.is(Role::BillingClerk), "UNPAID is set and lifted by a billing clerk")
}

/// The operator's advisor.
fn may_set_or_lift_commercial_freeze(asker: &Asker<'_>) -> Result<(), Rejection> {
    require(asker.by.is(Role::Advisor), "COMMERCIAL_FREEZE is set and lifted by an advisor")
}

/// After a theft the line opens on a SIM that the thief does not have, or when the handset is back.
///
/// A SIM counts when it was asked for after the theft was reported and the register has confirmed it: one asked
/// for before may have been in the stolen phone.
pub(super) fn theft_is_made_good(
    line: &Line,
    theft: SetBy,
    recovery: Option<&HandsetRecovery>,
    now: Timestamp,
) -> Result<(), Rejection> {
    let new_sim = line.sim_in_use_since() > theft.sequence;
    let recovered = recovery.is_some_and(|recovery| is_recovered_from(theft, recovery, now));
    if new_sim || recovered { Ok(()) } else { Err(Rejection::HandsetRecoveryRequired) }
}

/// Somebody is named who attests that the handset came back after this theft was reported.
pub(super) fn is_recovered_from(theft: SetBy, recovery: &HandsetRecovery, now: Timestamp) -> bool {
    !recovery.attested_by.trim().is_empty()
        && recovery.recovered_at >= theft.received_at
        && recovery.recovered_at <= now
}
