//! Customers' accounts, and whose they are.

use uuid::Uuid;
use vigie_clock::{Calendar, TimeZone, Timestamp, Zone};

use super::Diary;
use crate::year::post::Mailbox;

/// Level of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::year) enum Level {
    Group,
    Company,
    Site,
}

/// What a customer is to the operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::year) enum Segment {
    Large,
    Fleet,
    Fixed,
}

/// Where a customer is: its postal code, and whose holidays and clocks hold there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::year) struct Place {
    pub(in crate::year) postal_code: &'static str,
    zone: Zone,
}

impl Place {
    /// Metropolitan France and overseas.
    pub(in crate::year) const ALL: [Self; 9] = [
        Self { postal_code: "75001", zone: Zone::Metropole },
        Self { postal_code: "13001", zone: Zone::Metropole },
        Self { postal_code: "69002", zone: Zone::Metropole },
        Self { postal_code: "67000", zone: Zone::AlsaceMoselle },
        Self { postal_code: "97400", zone: Zone::Reunion },
        Self { postal_code: "97110", zone: Zone::Guadeloupe },
        Self { postal_code: "97200", zone: Zone::Martinique },
        Self { postal_code: "97300", zone: Zone::Guyane },
        Self { postal_code: "97600", zone: Zone::Mayotte },
    ];
}

/// The end of the `days`th *jour ouvré* after `start` in a zone.
pub(in crate::year) fn working_days(zone: Zone, days: u16, start: Timestamp) -> Timestamp {
    let there = TimeZone::of(zone);
    let last = Calendar::built_in(zone).nth_working_day_after(there.date_of(start), days).unwrap();
    there.end_of(last)
}

/// An account.
pub(in crate::year) struct Customer {
    pub(in crate::year) id: Uuid,
    pub(in crate::year) level: Level,
    pub(in crate::year) siren: String,
    /// When it was registered, since when it is a customer.
    pub(in crate::year) since: Timestamp,
    /// The account above, from when. Recorded as it takes effect, as all that follows.
    pub(in crate::year) parents: Vec<(Timestamp, Option<usize>)>,
    pub(in crate::year) places: Vec<(Timestamp, Option<Place>)>,
    pub(in crate::year) segments: Vec<(Timestamp, Segment)>,
    /// When it ends, and when that was recorded.
    pub(in crate::year) closed: Option<(Timestamp, Timestamp)>,
    /// Where its administrator is written to.
    pub(in crate::year) administrator: Option<Mailbox>,
    pub(in crate::year) fleet_manager: Option<Mailbox>,
    /// Somebody with a phone, whom nobody tells.
    pub(in crate::year) end_user: Option<Uuid>,
}

fn last<T: Copy>(statements: &[(Timestamp, T)], at: Timestamp) -> Option<T> {
    statements.iter().rev().find(|(from, _)| *from <= at).map(|(_, value)| *value)
}

impl Customer {
    pub(in crate::year) fn parent(&self, at: Timestamp) -> Option<usize> {
        last(&self.parents, at).flatten()
    }

    pub(in crate::year) fn segment(&self, at: Timestamp) -> Segment {
        last(&self.segments, at).unwrap()
    }

    /// Whose holidays hold.
    pub(in crate::year) fn zone(&self, at: Timestamp) -> Zone {
        last(&self.places, at).flatten().map_or(Zone::Metropole, |place| place.zone)
    }

    pub(in crate::year) fn is_closed(&self, at: Timestamp, known: Timestamp) -> bool {
        self.closed.is_some_and(|(closed_at, recorded_at)| recorded_at <= known && closed_at <= at)
    }

    /// Whether it is on record as a customer without end.
    pub(in crate::year) fn stays(&self) -> bool {
        self.closed.is_none()
    }

    pub(super) fn instants(&self) -> impl Iterator<Item = Timestamp> {
        let parents = self.parents.iter().map(|(from, _)| *from);
        let closed = self.closed.into_iter().flat_map(|(closed_at, recorded_at)| [closed_at, recorded_at]);
        std::iter::once(self.since).chain(parents).chain(closed)
    }
}

/// That somebody is the manager of an account.
pub(in crate::year) struct Assignment {
    pub(in crate::year) id: String,
    pub(in crate::year) customer: usize,
    pub(in crate::year) staff: usize,
    pub(in crate::year) from: Timestamp,
    pub(in crate::year) recorded_at: Timestamp,
    /// Ends, and when each was recorded.
    pub(in crate::year) ends: Vec<(Timestamp, Timestamp)>,
}

impl Assignment {
    /// Until when, as known at `known`.
    pub(in crate::year) fn until(&self, known: Timestamp) -> Option<Timestamp> {
        self.ends.iter().rev().find(|(_, recorded_at)| *recorded_at <= known).map(|(until, _)| *until)
    }

    pub(in crate::year) fn holds(&self, at: Timestamp, known: Timestamp) -> bool {
        self.recorded_at <= known && self.from <= at && self.until(known).is_none_or(|until| at < until)
    }

    /// When it was recorded that it never held.
    pub(in crate::year) fn never_held(&self) -> Option<Timestamp> {
        self.ends.iter().find(|(until, _)| *until == self.from).map(|(_, recorded_at)| *recorded_at)
    }

    pub(super) fn instants(&self) -> impl Iterator<Item = Timestamp> {
        let ends = self.ends.iter().flat_map(|(until, recorded_at)| [*until, *recorded_at]);
        [self.from, self.recorded_at].into_iter().chain(ends)
    }
}

impl Diary {
    /// The assignment of an account itself: its place in the list.
    pub(in crate::year) fn own_assignment(
        &self,
        customer: usize,
        at: Timestamp,
        known: Timestamp,
    ) -> Option<usize> {
        self.assignments.iter().rposition(|one| one.customer == customer && one.holds(at, known))
    }

    /// Whether an account has no assignment of its own from `from` on.
    pub(in crate::year) fn is_unassigned_from(&self, customer: usize, from: Timestamp) -> bool {
        let own = self.assignments.iter().filter(|one| one.customer == customer);
        own.into_iter()
            .all(|one| one.until(Timestamp::from_micros(i64::MAX)).is_some_and(|until| until <= from))
    }
}
