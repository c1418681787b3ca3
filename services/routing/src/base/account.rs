//! An account, as the base keeps it.

use uuid::Uuid;
use vigie_clock::Timestamp;

use super::change::{AccountChange, Assigned, Covered};
use super::timeline::Timeline;
use crate::domain::account::CoverCause;
use crate::domain::route::{AccountKey, AccountThen, ManagerThen, Region, Set};
use crate::domain::{Language, Segment};

/// An account through time, by all that is known now.
#[derive(Debug)]
pub(super) struct Account {
    pub(super) id: Uuid,
    /// Of its stream; 0 while only others have named it.
    pub(super) version: u32,
    above: Timeline<Option<AccountKey>>,
    segments: Timeline<Set<Segment>>,
    language: Timeline<Option<Language>>,
    region: Timeline<Option<Region>>,
    closed_at: Option<Timestamp>,
    managers: Box<[Assigned]>,
    covers: Box<[Covered]>,
}

impl Account {
    /// An account of which nothing is known but that others name it.
    pub(super) fn named(id: Uuid) -> Self {
        Self {
            id,
            version: 0,
            above: Timeline::Silent,
            segments: Timeline::Silent,
            language: Timeline::Silent,
            region: Timeline::Silent,
            closed_at: None,
            managers: Box::new([]),
            covers: Box::new([]),
        }
    }

    /// Takes a statement in. `key_of` knows where the account above is.
    pub(super) fn change(&mut self, change: &AccountChange, above: Option<AccountKey>) {
        match *change {
            AccountChange::Above { from, .. } => self.above.state(from, above),
            AccountChange::Segments { from, segments } => self.segments.state(from, segments),
            AccountChange::Language { from, language } => self.language.state(from, language),
            AccountChange::Region { from, region } => self.region.state(from, region),
            AccountChange::Closed { at } => self.closed_at = Some(at),
            AccountChange::Assigned(assigned) => add(&mut self.managers, assigned),
            AccountChange::AssignmentEnded { id, until } => {
                if let Some(assigned) = self.managers.iter_mut().find(|assigned| assigned.id == id) {
                    assigned.period.until = Some(until);
                }
            }
            AccountChange::Covered(covered) => add(&mut self.covers, covered),
            AccountChange::CoverEnded { id, until } => {
                // Of a cause that made several covers, one after the other, the latest is the one that ends.
                if let Some(covered) = self.covers.iter_mut().rev().find(|covered| covered.id == id) {
                    covered.period.until = Some(until);
                }
            }
        }
    }

    /// As it is, was or will be at an instant.
    pub(super) fn then(&self, at: Timestamp) -> AccountThen {
        AccountThen {
            id: self.id,
            above: self.above.at(at).flatten(),
            segments: self.segments.at(at).unwrap_or_default(),
            language: self.language.at(at).flatten(),
            region: self.region.at(at).flatten(),
            has_ended: self.closed_at.is_some_and(|closed_at| closed_at <= at),
            manager: self.manager(at),
        }
    }

    fn manager(&self, at: Timestamp) -> Option<ManagerThen> {
        // Should two hold, the one recorded last counts.
        let staff = self.managers.iter().rev().find(|assigned| assigned.period.holds(at))?.staff;
        let cover = |cause| {
            let mut covers = self.covers.iter().rev();
            let holds = |covered: &&Covered| covered.manager == staff && covered.period.holds(at);
            covers.find(holds).filter(|covered| covered.cause == cause).map(|covered| covered.staff)
        };
        let (cover_while_away, cover_after_leaving) = (cover(CoverCause::Absence), cover(CoverCause::Left));
        Some(ManagerThen { staff, cover_while_away, cover_after_leaving })
    }

    /// All that it says, in one order, for a digest; the account above by its key.
    pub(super) fn canonical(&self, id_of: impl Fn(AccountKey) -> Option<Uuid>) -> String {
        let above: Vec<_> = self.above.iter().map(|(from, above)| (from, above.and_then(&id_of))).collect();
        format!(
            "account {} {} {above:?} {:?} {:?} {:?} {:?} {:?} {:?}",
            self.id,
            self.version,
            self.segments.iter().collect::<Vec<_>>(),
            self.language.iter().collect::<Vec<_>>(),
            self.region.iter().collect::<Vec<_>>(),
            self.closed_at,
            self.managers,
            self.covers,
        )
    }

    /// Bytes that it points to.
    pub(super) fn bytes(&self) -> usize {
        self.above.bytes()
            + self.segments.bytes()
            + self.language.bytes()
            + self.region.bytes()
            + size_of_val(&*self.managers)
            + size_of_val(&*self.covers)
    }
}

/// Without room to grow: most accounts have one manager for years.
fn add<T>(all: &mut Box<[T]>, one: T) {
    let mut list = std::mem::take(all).into_vec();
    list.push(one);
    *all = list.into();
}
