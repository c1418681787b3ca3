//! What each event makes of an account.

use vigie_clock::Timestamp;

use super::event::{AccountChanged, Event, Fact};
use super::gap::Gap;
use super::manager::Kept;
use super::state::Account;
use super::telling::{ManagerChange, Telling};
use crate::domain::{Dated, Statement};

/// The state after `event`, which the log recorded at `recorded_at`.
pub fn evolve(state: &mut Option<Account>, event: &Event, recorded_at: Timestamp) {
    match (state.as_mut(), &event.fact) {
        (None, Fact::AccountRegistered(_)) => *state = Some(Account::registered(event, recorded_at)),
        (Some(account), fact) => {
            account.apply(fact, recorded_at);
            account.shown_as_of = event.account.as_of;
        }
        // Only a registration begins a stream: `decide` lets no other event come first.
        (None, _) => {}
    }
}

/// When the account next wants to be woken: when the first of its planned changes takes effect, or a promise was broken
/// shortly before.
pub fn next_due(state: &Option<Account>) -> Option<Timestamp> {
    let account = state.as_ref()?;
    account.next_change(account.shown_as_of).into_iter().chain(account.next_breach()).min()
}

/// A value that one statement gives.
fn stated<T>(value: T, from: Timestamp, recorded_at: Timestamp, version: i64) -> Dated<T> {
    let mut dated = Dated::new();
    dated.state(Statement { from, value, recorded_at, version });
    dated
}

impl Account {
    fn registered(event: &Event, recorded_at: Timestamp) -> Self {
        let (account, version) = (&event.account, 1);
        let from = account.customer_since;
        Self {
            account_id: event.account_id,
            level: account.level,
            siren: account.siren.clone(),
            siret: account.siret.clone(),
            external_identifiers: event.external_identifiers.clone(),
            customer_since: from,
            name: stated(account.name.clone(), from, recorded_at, version),
            segments: stated(account.segments, from, recorded_at, version),
            language: stated(account.language, from, recorded_at, version),
            address: stated(account.address.clone(), from, recorded_at, version),
            countries: stated(account.countries.clone(), from, recorded_at, version),
            parent: stated(account.parent_account_id, from, recorded_at, version),
            closings: Dated::new(),
            assignments: Vec::new(),
            covers: Vec::new(),
            turned_at: None,
            gap: None,
            telling: Telling::default(),
            version,
            shown_as_of: account.as_of,
        }
    }

    /// Takes in what comes after the registration.
    pub(super) fn apply(&mut self, fact: &Fact, recorded_at: Timestamp) {
        self.version += 1;
        let version = self.version;
        match fact {
            Fact::AccountRegistered(_) | Fact::PlannedChangeTookEffect(_) => {}
            Fact::AccountChanged(change) => self.changed(change, recorded_at),
            Fact::AccountMoved(fact) => {
                let (from, value) = (fact.effective_from, fact.parent_account_id);
                self.parent.state(Statement { from, value, recorded_at, version });
            }
            Fact::AccountClosed(fact) => self.closings.correct(fact.closed_at, recorded_at, version),
            Fact::ManagerAssigned(fact) => {
                let assignment = fact.assignment.clone();
                let (id, staff_id) = (assignment.assignment_id, assignment.staff_id);
                self.telling.changed(id, ManagerChange::Assigned, staff_id, fact.tell_by.as_ref());
                self.assignments.push(Kept::new(assignment, recorded_at, version));
            }
            Fact::ManagerAssignmentEnded(fact) => {
                let (id, until) = (fact.assignment.assignment_id, fact.assignment.effective_until);
                let kept = self.assignments.iter_mut().find(|kept| kept.made().assignment_id == id);
                if let (Some(kept), Some(until)) = (kept, until) {
                    kept.ended(until, recorded_at, version);
                    if until <= kept.made().effective_from {
                        self.telling.never_held(id);
                    }
                }
            }
            Fact::ManagerCoverBegan(fact) => {
                let cover = fact.cover.clone();
                let (id, staff_id) = (cover.cover_id, cover.cover_staff_id);
                self.telling.changed(id, ManagerChange::Cover, staff_id, fact.tell_by.as_ref());
                self.covers.push(Kept::new(cover, recorded_at, version));
            }
            Fact::ManagerCoverEnded(fact) => {
                let (id, until) = (fact.cover.cover_id, fact.cover.effective_until);
                // Of a cause that made several covers, one after the other, the latest is the one that ends.
                let kept = self.covers.iter_mut().rev().find(|kept| kept.made().cover_id == id);
                if let (Some(kept), Some(until)) = (kept, until) {
                    kept.ended(until, recorded_at, version);
                    if until <= kept.made().effective_from {
                        self.telling.never_held(id);
                    }
                }
            }
            Fact::ManagerGapOpened(fact) => {
                self.gap = Some(fact.gap.clone());
                self.turned_at = Some(fact.known_since);
            }
            Fact::ManagerGapOverdue(_) => {
                let gap = self.gap.take();
                self.gap = gap.map(|gap| Gap { is_overdue: true, ..gap });
            }
            Fact::ManagerGapClosed(fact) => {
                self.gap = None;
                self.turned_at = Some(fact.until);
            }
            Fact::ManagerChangeTold(fact) => self.telling.told(fact.change_id, fact.told_at, fact.notice_id),
            Fact::ManagerChangeNotTold(fact) => self.telling.is_late(fact.change_id),
            Fact::ContactPointTold(fact) => {
                self.telling.point_told(fact.contact_point_id, fact.point_version, fact.told_at);
            }
        }
    }

    fn changed(&mut self, change: &AccountChanged, recorded_at: Timestamp) {
        let (from, version) = (change.effective_from, self.version);
        if let Some(value) = change.name.clone() {
            self.name.state(Statement { from, value, recorded_at, version });
        }
        if let Some(value) = change.segments {
            self.segments.state(Statement { from, value, recorded_at, version });
        }
        if let Some(value) = change.language {
            self.language.state(Statement { from, value: Some(value), recorded_at, version });
        }
        if let Some(value) = change.address.clone() {
            self.address.state(Statement { from, value: Some(value), recorded_at, version });
        }
        if let Some(value) = change.countries.clone() {
            self.countries.state(Statement { from, value, recorded_at, version });
        }
    }
}
