//! An account: the fold of its events, in both of its times.

use uuid::Uuid;
use vigie_clock::Timestamp;

use super::gap::Gap;
use super::level::Level;
use super::manager::{Assignment, Cover, Kept};
use super::snapshot::Snapshot;
use super::telling::{Announcement, Telling};
use crate::domain::{
    Address, CountryCode, Dated, ExternalIdentifier, Language, Moment, Segments, Siren, Siret, Statement,
};

/// A registered account. One that is not is `None`.
///
/// Invariant: by all that is known, no two assignments hold at the same instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    pub(super) account_id: Uuid,
    pub(super) level: Level,
    pub(super) siren: Option<Siren>,
    pub(super) siret: Option<Siret>,
    pub(super) external_identifiers: Vec<ExternalIdentifier>,
    pub(super) customer_since: Timestamp,
    pub(super) name: Dated<String>,
    pub(super) segments: Dated<Segments>,
    pub(super) language: Dated<Option<Language>>,
    pub(super) address: Dated<Option<Address>>,
    pub(super) countries: Dated<Vec<CountryCode>>,
    pub(super) parent: Dated<Option<Uuid>>,
    pub(super) closings: Dated<Timestamp>,
    pub(super) assignments: Vec<Kept<Assignment>>,
    pub(super) covers: Vec<Kept<Cover>>,
    /// The instant up to which turns of its standing are on record; none while none is.
    pub(super) turned_at: Option<Timestamp>,
    pub(super) gap: Option<Gap>,
    pub(super) telling: Telling,
    /// Version of the stream: how many events this is the fold of.
    pub(super) version: i64,
    /// Up to when planned changes were shown to have taken effect.
    pub(super) shown_as_of: Timestamp,
}

/// An account at a moment: its own attributes, without those of the accounts above.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Name.
    pub name: String,
    /// The account above.
    pub parent_account_id: Option<Uuid>,
    /// Own segments.
    pub segments: Segments,
    /// Own language.
    pub language: Option<Language>,
    /// Of a site, or the seat.
    pub address: Option<Address>,
    /// Where it works abroad.
    pub countries: Vec<CountryCode>,
    /// When it ended, or is to end, as known then.
    pub closed_at: Option<Timestamp>,
}

impl Account {
    /// Its id.
    pub const fn account_id(&self) -> Uuid {
        self.account_id
    }

    /// Level in the hierarchy.
    pub const fn level(&self) -> Level {
        self.level
    }

    /// Of a company.
    pub const fn siren(&self) -> Option<&Siren> {
        self.siren.as_ref()
    }

    /// Of a site.
    pub const fn siret(&self) -> Option<&Siret> {
        self.siret.as_ref()
    }

    /// Keys in other systems.
    pub fn external_identifiers(&self) -> &[ExternalIdentifier] {
        &self.external_identifiers
    }

    /// Since when it is a customer.
    pub const fn customer_since(&self) -> Timestamp {
        self.customer_since
    }

    /// Version of its stream.
    pub const fn version(&self) -> i64 {
        self.version
    }

    /// When it ended or is to end, by all that is known.
    pub fn closes_at(&self) -> Option<Timestamp> {
        self.closes_at_as_known(Timestamp::from_micros(i64::MAX))
    }

    pub(super) fn closes_at_as_known(&self, known_at: Timestamp) -> Option<Timestamp> {
        self.closings.value(Moment { as_of: Timestamp::from_micros(i64::MAX), known_at }).copied()
    }

    /// Whether it has ended at `moment`.
    pub fn is_closed(&self, moment: Moment) -> bool {
        self.closes_at_as_known(moment.known_at).is_some_and(|closes_at| closes_at <= moment.as_of)
    }

    /// The account above at `moment`.
    pub fn parent(&self, moment: Moment) -> Option<Uuid> {
        self.parent.value(moment).copied().flatten()
    }

    /// Whether it hangs below `account_id` at `from` or at any time after it, by all that is planned, and has not ended by
    /// then.
    pub fn hangs_below(&self, account_id: Uuid, from: Timestamp) -> bool {
        let later = self.parent.statements().iter().map(|statement| statement.from);
        let mut instants = std::iter::once(from).chain(later.filter(|later| *later > from)).map(Moment::at);
        instants.any(|moment| self.parent(moment) == Some(account_id) && !self.is_closed(moment))
    }

    /// The statement that says what is above at `moment`.
    pub(super) fn parent_statement(&self, moment: Moment) -> Option<&Statement<Option<Uuid>>> {
        self.parent.statement(moment)
    }

    /// As it was at `moment`; `None` before it was a customer, or was known to be one.
    pub fn shown(&self, moment: Moment) -> Option<Shown> {
        Some(Shown {
            name: self.name.value(moment)?.clone(),
            parent_account_id: self.parent(moment),
            segments: self.segments.value(moment).copied().unwrap_or_default(),
            language: self.language.value(moment).copied().flatten(),
            address: self.address.value(moment).cloned().flatten(),
            countries: self.countries.value(moment).cloned().unwrap_or_default(),
            closed_at: self.closes_at_as_known(moment.known_at),
        })
    }

    /// The assignment of that id, by all that is known, and when it was recorded.
    pub fn assignment(&self, assignment_id: Uuid) -> Option<(Assignment, Timestamp)> {
        let kept = self.assignments.iter().find(|kept| kept.made().assignment_id == assignment_id)?;
        Some((kept.shown(Timestamp::from_micros(i64::MAX)), kept.recorded_at()))
    }

    /// All assignments that were ever recorded, as known at `known_at`, in the order of recording.
    pub fn assignments(&self, known_at: Timestamp) -> impl Iterator<Item = (Assignment, Timestamp)> {
        let known = self.assignments.iter().filter(move |kept| kept.recorded_at() <= known_at);
        known.map(move |kept| (kept.shown(known_at), kept.recorded_at()))
    }

    pub(super) fn assignment_at(&self, moment: Moment) -> Option<&Kept<Assignment>> {
        // One that was recorded as ended before another was made may have overlapped it as known then: the latest counts.
        self.assignments.iter().rev().find(|kept| kept.holds(moment))
    }

    pub(super) fn cover_at(&self, staff_id: Uuid, moment: Moment) -> Option<&Kept<Cover>> {
        self.covers.iter().rev().find(|kept| kept.made().staff_id == staff_id && kept.holds(moment))
    }

    /// The first instant after `after` at which something that was recorded ahead takes effect.
    pub(super) fn next_change(&self, after: Timestamp) -> Option<Timestamp> {
        let dated = [
            self.name.next_after(after),
            self.segments.next_after(after),
            self.language.next_after(after),
            self.address.next_after(after),
            self.countries.next_after(after),
            self.parent.next_after(after),
            self.closes_at().filter(|closes_at| *closes_at > after),
        ];
        let assignments = self.assignments.iter().filter_map(|kept| kept.next_after(after));
        let covers = self.covers.iter().filter_map(|kept| kept.next_after(after));
        dated.into_iter().flatten().chain(assignments).chain(covers).min()
    }

    /// The instant up to which turns of its standing are on record; none while none is.
    pub const fn turned_at(&self) -> Option<Timestamp> {
        self.turned_at
    }

    /// The gap that is on record as open.
    pub const fn gap(&self) -> Option<&Gap> {
        self.gap.as_ref()
    }

    /// What is known of telling the customer of a change of the manager, by the id of the assignment or cover.
    pub fn announcement(&self, change_id: Uuid) -> Announcement {
        let Some(change) = self.telling.latest(change_id) else { return Announcement::default() };
        Announcement {
            tell_by: change.due,
            told_at: change.told.map(|(told_at, _)| told_at),
            notice_id: change.told.map(|(_, notice_id)| notice_id),
        }
    }

    /// When the customer was told a version of a contact point.
    pub fn point_told_at(&self, contact_point_id: Uuid, point_version: u32) -> Option<Timestamp> {
        self.telling.point(contact_point_id, point_version)
    }

    /// The account as events show it: what holds at `as_of`.
    pub fn snapshot(&self, as_of: Timestamp) -> Snapshot {
        let moment = Moment::at(as_of);
        let address = self.address.value(moment).cloned().flatten();
        let territory = address.as_ref().and_then(Address::territory);
        let manager = self.assignment_at(moment).map(|kept| kept.shown(moment.known_at));
        let cover = manager.as_ref().and_then(|manager| self.cover_at(manager.staff_id, moment));
        Snapshot {
            as_of,
            level: self.level,
            parent_account_id: self.parent(moment),
            name: self.name.value(moment).cloned().unwrap_or_default(),
            siren: self.siren.clone(),
            siret: self.siret.clone(),
            segments: self.segments.value(moment).copied().unwrap_or_default(),
            language: self.language.value(moment).copied().flatten(),
            departement: territory.map(|found| found.departement.to_owned()),
            region: territory.map(|found| found.region.to_owned()),
            time_zone: territory.map(|found| found.time_zone.to_owned()),
            address,
            countries: self.countries.value(moment).cloned().unwrap_or_default(),
            customer_since: self.customer_since,
            closed_at: self.closes_at(),
            cover: cover.map(|kept| kept.shown(moment.known_at)),
            manager,
            gap: self.gap.clone(),
            next_change_at: self.next_change(as_of),
        }
    }
}
