//! Whom a customer has to do with at a moment: "who was my contact on date D, as known on day K?" (promise 2.1).

use uuid::Uuid;
use vigie_clock::Timestamp;

use super::manager::{Assignment, CoverCause};
use super::state::Account;
use crate::domain::Moment;

/// The assignment that holds for an account: its own, or that of the nearest account above that has one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holding {
    /// Whose assignment it is.
    pub account_id: Uuid,
    /// Whether it is that of an account above.
    pub is_inherited: bool,
    /// The assignment, as known then.
    pub assignment: Assignment,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// Who steps in at that account while the manager is away.
    pub cover_while_away: Option<Uuid>,
    /// Who steps in at that account after the manager left.
    pub cover_after_leaving: Option<Uuid>,
    /// The events that say so: stream and version.
    pub evidence: Vec<(Uuid, i64)>,
}

/// What holds for the first account of `chain`, which goes on with the accounts above it at `moment`, each above the one
/// before. `None` where nobody is assigned, or the account is not there then.
pub fn holding(chain: &[&Account], moment: Moment) -> Option<Holding> {
    let own = chain.first()?;
    if own.is_closed(moment) || own.shown(moment).is_none() {
        return None;
    }
    let mut evidence = Vec::new();
    for (height, account) in chain.iter().enumerate() {
        let stream_id = account.account_id();
        if let Some(kept) = account.assignment_at(moment) {
            let assignment = kept.shown(moment.known_at);
            evidence.extend(kept.evidence(moment.known_at).map(|version| (stream_id, version)));
            let mut cover = |cause| {
                let kept = account
                    .cover_at(assignment.staff_id, moment)
                    .filter(|kept| kept.made().cause == cause)?;
                evidence.extend(kept.evidence(moment.known_at).map(|version| (stream_id, version)));
                Some(kept.made().cover_staff_id)
            };
            let (away, left) = (cover(CoverCause::Absence), cover(CoverCause::Left));
            return Some(Holding {
                account_id: stream_id,
                is_inherited: height > 0,
                recorded_at: kept.recorded_at(),
                assignment,
                cover_while_away: away,
                cover_after_leaving: left,
                evidence,
            });
        }
        // The manager of an account above counts because this one hangs below it.
        evidence.extend(account.parent_statement(moment).map(|statement| (stream_id, statement.version)));
    }
    None
}

/// A staff member at a moment, as known then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presence {
    /// Who.
    pub staff_id: Uuid,
    /// Name that customers are told; none once erased.
    pub name: Option<String>,
    /// Whether their training for account managers is valid.
    pub is_trained: bool,
    /// Whether they have left.
    pub has_left: bool,
    /// Who steps in wherever nobody follows after they left.
    pub deputy_staff_id: Option<Uuid>,
    /// The absence that they are in.
    pub away: Option<Away>,
}

/// An absence, as known then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Away {
    /// Until when, exclusive.
    pub until: Timestamp,
    /// Who covers.
    pub cover_staff_id: Option<Uuid>,
}

impl Presence {
    fn is_there(&self) -> bool {
        !self.has_left && self.away.is_none()
    }
}

impl Holding {
    /// Who may have to step in for `manager`, the one to ask first in front. [`named_contact`] takes the first who is there.
    pub fn stand_ins(&self, manager: &Presence) -> Vec<Uuid> {
        let stand_ins = if manager.has_left {
            [self.cover_after_leaving, manager.deputy_staff_id]
        } else {
            [self.cover_while_away, manager.away.and_then(|away| away.cover_staff_id)]
        };
        let mut stand_ins: Vec<_> = stand_ins.into_iter().flatten().collect();
        stand_ins.dedup();
        stand_ins
    }
}

/// Why somebody is, or nobody is, the named contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// The account's own manager, and there.
    Assigned,
    /// The manager of an account above, and there.
    Inherited,
    /// The manager is away, or has left: who steps in.
    Cover,
    /// The manager is away and nobody covers: the manager all the same.
    AwayWithoutCover,
    /// The manager has left and nobody follows.
    LeftWithoutSuccessor,
}

/// Whom a customer has to do with, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedContact {
    /// Who; none where there is nobody.
    pub staff: Option<Presence>,
    /// Why.
    pub basis: Basis,
    /// Until when the manager is away, where that is why.
    pub away_until: Option<Timestamp>,
}

/// Whom the customer has to do with, given the assignment's manager and those of [`Holding::stand_ins`], in that order.
pub fn named_contact(holding: &Holding, manager: Presence, stand_ins: Vec<Presence>) -> NamedContact {
    let away_until = manager.away.filter(|_| !manager.has_left).map(|away| away.until);
    if manager.is_there() {
        let basis = if holding.is_inherited { Basis::Inherited } else { Basis::Assigned };
        return NamedContact { staff: Some(manager), basis, away_until };
    }
    // Whoever is away or gone stands in for nobody.
    if let Some(stand_in) = stand_ins.into_iter().find(Presence::is_there) {
        return NamedContact { staff: Some(stand_in), basis: Basis::Cover, away_until };
    }
    if manager.has_left {
        return NamedContact { staff: None, basis: Basis::LeftWithoutSuccessor, away_until };
    }
    NamedContact { staff: Some(manager), basis: Basis::AwayWithoutCover, away_until }
}
