//! A declaration of theft (*déclaration de vol*), and the handset that it puts on the EIR block list (promise 9.3; article
//! L34-3 of the CPCE).
//!
//! It is about the handset, suspension is about the line: each can be without the other, and a declaration outlives its
//! line. One declaration has one deadline, which is counted when it is made and never again.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vigie_clock::{Almanac, CalendarRef, Personal, ScheduleError, Term, TimeZone, Timestamp, Zone};

use super::act::reference;
use super::authority::Role;
use super::imei::Imei;
use super::policy::Policy;
use super::rejection::Rejection;
use super::suspension::Asker;

/// What the police took down, as the customer hands it on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TheftReport {
    /// The handset; the one on record if not said.
    pub imei: Option<Imei>,
    /// Reference of the police's record.
    pub police_report: String,
    /// When the police took the declaration.
    pub declared_at: Timestamp,
    /// Whose public holidays count.
    pub zone: Zone,
    /// Where days begin and end.
    pub time_zone: TimeZone,
}

/// How long blocking may take: *jours ouvrés* of a pinned calendar. The day from which they are counted is not one of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BlockTerm {
    /// How many.
    pub working_days: u16,
    /// Whose public holidays; a version of a calendar never changes.
    pub calendar: CalendarRef,
    /// Where days begin and end.
    pub time_zone: TimeZone,
}

/// A deadline, and the instant from which it is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Deadline {
    pub(super) counted_from: Timestamp,
    pub(super) due_at: Timestamp,
}

impl BlockTerm {
    /// The term of a declaration made now.
    pub(super) fn of(report: &TheftReport) -> Self {
        Self {
            working_days: Policy::DEFAULT.block_working_days,
            calendar: Almanac::built_in().calendars().latest(report.zone),
            time_zone: report.time_zone.clone(),
        }
    }

    /// When the handset must be blocked at the latest: the first instant that is too late.
    ///
    /// Counted from the day on which the police took the declaration. One that reaches us when that term is over already is
    /// counted from its receipt, as the law does: nobody can be in time for what was not known.
    pub(super) fn deadline(
        &self,
        declared_at: Timestamp,
        received_at: Timestamp,
    ) -> Result<Deadline, ScheduleError> {
        let Self { working_days: days, calendar, time_zone } = self.clone();
        let measure = Almanac::built_in().measure(&Term::WorkingDays { days, calendar, time_zone })?;
        let due_at = measure.deadline(declared_at)?;
        if received_at < due_at {
            return Ok(Deadline { counted_from: declared_at, due_at });
        }
        Ok(Deadline { counted_from: received_at, due_at: measure.deadline(received_at)? })
    }
}

/// Where a handset that was declared stolen stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum HandsetState {
    /// Declared stolen, and not known to be on the block list yet.
    ToBeBlocked,
    /// On the block list, read back.
    Blocked,
    /// Recovered, and not known to be off the block list yet.
    ToBeUnblocked,
    /// Off the block list, read back.
    Unblocked,
    /// Recovered, and on the block list because it is declared stolen elsewhere too.
    KeptBlocked,
}

impl HandsetState {
    /// Whether the declaration stands.
    pub const fn is_stolen(self) -> bool {
        matches!(self, Self::ToBeBlocked | Self::Blocked)
    }

    /// Whether nothing follows any more.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Unblocked | Self::KeptBlocked)
    }
}

/// What is known of the block list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum BlockEvidence {
    /// Read back from the equipment identity register.
    ReadBack,
    /// Read back from a simulated list: proves nothing about a network.
    Simulated,
}

/// A declaration of theft of one handset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declaration {
    /// Its id.
    pub declaration_id: Uuid,
    /// The handset.
    pub imei: Personal<Imei>,
    /// Reference of the police's record.
    pub police_report: Personal<String>,
    /// When the police took it.
    pub declared_at: Timestamp,
    /// When it reached us: the request with a valid token arrived.
    pub received_at: Timestamp,
    /// How long blocking may take.
    pub term: BlockTerm,
    /// From when the term is counted: `declared_at`, or `received_at` if the term was over by then.
    pub counted_from: Timestamp,
    /// The first instant at which blocking is late.
    pub due_at: Timestamp,
    /// Where the handset stands.
    pub state: HandsetState,
    /// Whether the alert for it was raised.
    pub overdue: bool,
    /// When its being on the list was recorded.
    pub blocked_at: Option<Timestamp>,
    /// What was known of the list then, or when it was taken off.
    pub evidence: Option<BlockEvidence>,
    /// When the handset was recovered.
    pub recovered_at: Option<Timestamp>,
}

impl Declaration {
    /// What a person quotes.
    pub fn reference(&self) -> String {
        reference(self.declaration_id)
    }

    /// Whether it stands, and is about `imei`.
    pub(super) fn stands_for(&self, imei: &Imei) -> bool {
        self.state.is_stolen() && self.imei.known() == Some(imei)
    }

    /// Whether an alert is yet to come if nothing happens.
    pub(super) fn awaits_block(&self) -> bool {
        self.state == HandsetState::ToBeBlocked && !self.overdue
    }
}

/// A handset that was declared stolen, as events show it; until it is off the list again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StolenHandset {
    /// The declaration.
    pub declaration_id: Uuid,
    /// The handset.
    pub imei: Personal<Imei>,
    /// Where it stands.
    pub state: HandsetState,
    /// The first instant at which blocking is late.
    pub due_at: Timestamp,
    /// Whether it was not blocked in time.
    pub overdue: bool,
}

impl From<&Declaration> for StolenHandset {
    fn from(declaration: &Declaration) -> Self {
        Self {
            declaration_id: declaration.declaration_id,
            imei: declaration.imei.clone(),
            state: declaration.state,
            due_at: declaration.due_at,
            overdue: declaration.overdue,
        }
    }
}

/// The line's user declares the handset on record; any other takes a manager, or staff or a system that saw the police's
/// paper: a wrong one blocks a stranger's phone.
pub(super) fn may_declare_theft(asker: &Asker<'_>, imei: Option<&Imei>) -> Result<(), Rejection> {
    asker.is_in_person_or_checked_by_staff()?;
    let saw_the_paper = asker.by.is(Role::Advisor) || asker.by.is(Role::Integration);
    if asker.is_manager() || saw_the_paper {
        return Ok(());
    }
    if !asker.is_line_user() {
        return Err(Rejection::PermissionDenied(
            "a theft is declared by the line's user, a manager, an advisor or an integration",
        ));
    }
    let on_record = asker.line.handset().and_then(Personal::known);
    if imei.is_some_and(|imei| Some(imei) != on_record) {
        return Err(Rejection::PermissionDenied(
            "the line's user declares the handset on record; for another one ask your manager or an advisor",
        ));
    }
    Ok(())
}

/// A manager, or an advisor to whom somebody attests it, with step-up, and not from the line that the thief may hold.
pub(super) fn may_declare_recovered(asker: &Asker<'_>, is_attested: bool) -> Result<(), Rejection> {
    asker.is_in_person_or_checked_by_staff()?;
    let on_attestation = asker.by.is(Role::Advisor) && is_attested;
    if !asker.is_manager() && !on_attestation {
        return Err(Rejection::PermissionDenied(
            "a handset is declared recovered by a manager, or by an advisor to whom somebody attests it",
        ));
    }
    asker.is_not_on_this_line()?;
    asker.has_stepped_up()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    fn term(zone: Zone) -> BlockTerm {
        BlockTerm { working_days: 4, calendar: CalendarRef::built_in(zone), time_zone: TimeZone::paris() }
    }

    /// The last day in time for what the police took down at noon of `day`, received the same day.
    fn last_day(zone: Zone, day: &str) -> String {
        let declared_at = at(&format!("{day}T12:00:00+01:00"));
        let deadline = term(zone).deadline(declared_at, declared_at).unwrap();
        assert_eq!(deadline.counted_from, declared_at);
        TimeZone::paris().last_day_before(deadline.due_at).to_string()
    }

    #[test]
    fn four_jours_ouvres_end_on_the_days_of_the_vectors() {
        let vectors = [
            (Zone::Metropole, "2026-05-13", "2026-05-20"),
            (Zone::Metropole, "2026-05-02", "2026-05-07"),
            (Zone::Metropole, "2026-03-31", "2026-04-07"),
            (Zone::AlsaceMoselle, "2026-03-31", "2026-04-08"),
            (Zone::Metropole, "2025-12-24", "2025-12-31"),
            (Zone::AlsaceMoselle, "2025-12-24", "2026-01-02"),
            (Zone::Metropole, "2026-05-20", "2026-05-27"),
            (Zone::Martinique, "2026-05-20", "2026-05-28"),
            (Zone::Metropole, "2027-12-16", "2027-12-22"),
            (Zone::Reunion, "2027-12-16", "2027-12-23"),
        ];
        for (zone, declared, due) in vectors {
            assert_eq!(last_day(zone, declared), due, "{zone} {declared}");
        }
    }

    #[test]
    fn the_last_instant_in_time_is_the_last_of_that_day() {
        let declared_at = at("2026-05-13T10:00:00+02:00");
        let deadline = term(Zone::Metropole).deadline(declared_at, declared_at).unwrap();
        assert_eq!(deadline.due_at, at("2026-05-21T00:00:00+02:00"));
        // The same day elsewhere: in Réunion it ends two hours before.
        let there = BlockTerm { time_zone: TimeZone::of(Zone::Reunion), ..term(Zone::Metropole) };
        let there = there.deadline(declared_at, declared_at).unwrap();
        assert_eq!(there.due_at, at("2026-05-21T00:00:00+04:00"));
    }

    #[test]
    fn a_declaration_that_comes_when_its_term_is_over_is_counted_from_its_receipt() {
        let declared_at = at("2026-05-13T10:00:00+02:00");
        let in_time = at("2026-05-20T23:59:59.999999+02:00");
        let deadline = term(Zone::Metropole).deadline(declared_at, in_time).unwrap();
        assert_eq!(deadline.counted_from, declared_at, "there is a moment left");
        let too_late = at("2026-05-21T00:00:00+02:00");
        let deadline = term(Zone::Metropole).deadline(declared_at, too_late).unwrap();
        // 22, 26, 27, 28 May: the 23rd to the 25th are a week-end and Whit Monday.
        assert_eq!(deadline, Deadline { counted_from: too_late, due_at: at("2026-05-29T00:00:00+02:00") });
    }
}
