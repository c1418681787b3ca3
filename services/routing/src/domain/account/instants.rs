//! Instants at which what holds for an account may change, or what is known of it.

use uuid::Uuid;
use vigie_clock::Timestamp;

use super::manager::{Assignment, Cover, Kept};
use super::state::Account;
use crate::domain::Moment;

impl Account {
    /// Every instant at which its manager, its cover, the account above or its being a customer may change, or what is
    /// known of that. In no order; some come twice.
    pub fn instants(&self) -> impl Iterator<Item = Timestamp> {
        let parent = self.parent.statements().iter().flat_map(|it| [it.from, it.recorded_at]);
        let closings = self.closings.statements().iter().flat_map(|it| [it.value, it.recorded_at]);
        let assignments = self.assignments.iter().flat_map(Kept::instants);
        let covers = self.covers.iter().flat_map(Kept::instants);
        std::iter::once(self.customer_since).chain(parent).chain(closings).chain(assignments).chain(covers)
    }

    /// The first instant from which its standing counts: a customer, and known to be one.
    pub fn counts_from(&self) -> Timestamp {
        let recorded_at = self.name.statements().first().map(|first| first.recorded_at);
        recorded_at.map_or(self.customer_since, |recorded_at| recorded_at.max(self.customer_since))
    }

    /// The accounts that were, are or will be right above.
    pub fn parents(&self) -> impl Iterator<Item = Uuid> {
        self.parent.statements().iter().filter_map(|it| it.value)
    }

    /// The staff who were, are or will be its managers, or cover for them.
    pub fn staff(&self) -> impl Iterator<Item = Uuid> {
        let managers = self.assignments.iter().map(|kept| kept.made().staff_id);
        managers.chain(self.covers.iter().map(|kept| kept.made().cover_staff_id))
    }

    /// Its own assignment that holds at `at`, by all that is known.
    pub fn own_assignment(&self, at: Timestamp) -> Option<Assignment> {
        let moment = Moment::at(at);
        self.assignment_at(moment).map(|kept| kept.shown(moment.known_at))
    }

    /// Covers for that manager that hold at `at`, by all that is known, the latest first.
    pub fn covers_of(&self, staff_id: Uuid, at: Timestamp) -> impl Iterator<Item = Cover> {
        let moment = Moment::at(at);
        let of_manager = self.covers.iter().rev().filter(move |kept| kept.made().staff_id == staff_id);
        of_manager.filter(move |kept| kept.holds(moment)).map(move |kept| kept.shown(moment.known_at))
    }

    /// Whether a cover of that id was ever recorded.
    pub fn has_cover(&self, cover_id: Uuid) -> bool {
        self.covers.iter().any(|kept| kept.made().cover_id == cover_id)
    }
}
