//! How long a promise gives: the term.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{CalendarRef, Hours, ScheduleError, TimeZone};

/// Days, of any kind, that a term may last.
pub(crate) const DAYS_MAX: u16 = 3_660;

/// How long a promise gives. It is pinned by value: an event that carries it needs nothing else than the calendars,
/// whose versions never change.
///
/// Whatever the kind, the deadline is the first instant at which the promise is broken: what happens before it is in
/// time.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "SCREAMING_SNAKE_CASE", deny_unknown_fields)]
pub enum Term {
    /// N *jours ouvrés*. The day on which it starts is not counted; the deadline is the end of the Nth working day,
    /// which is the first instant of the day after it.
    ///
    /// Its time runs on working days only, by 24 hours a day, so that a pause moves the deadline by exactly the paused
    /// time that lay in working days (a default of ours).
    WorkingDays {
        /// N, 1 to 3,660.
        #[schemars(range(min = 1, max = 3_660))]
        days: u16,
        /// Whose public holidays.
        calendar: CalendarRef,
        /// Where days begin and end: Europe/Paris unless the contract says otherwise.
        time_zone: TimeZone,
    },
    /// So much time inside of opening hours (GTI, GTR in business hours).
    Open {
        /// How much, ISO 8601 such as `PT4H`.
        #[serde(with = "jiff::fmt::serde::unsigned_duration::required")]
        #[schemars(with = "String", extend("format" = "duration"))]
        budget: Duration,
        /// Inside of which hours.
        hours: Hours,
    },
    /// So much time, day and night.
    Elapsed {
        /// How much, ISO 8601 such as `PT4H`.
        #[serde(with = "jiff::fmt::serde::unsigned_duration::required")]
        #[schemars(with = "String", extend("format" = "duration"))]
        budget: Duration,
    },
    /// J+N: until the end of the Nth calendar day after the one on which it starts; 0 is the same day.
    CalendarDays {
        /// N, 0 to 3,660.
        #[schemars(range(max = 3_660))]
        days: u16,
        /// Where days begin and end.
        time_zone: TimeZone,
    },
}

impl Term {
    /// N *jours ouvrés* of `calendar`, Europe/Paris.
    pub fn working_days(days: u16, calendar: CalendarRef) -> Self {
        Self::WorkingDays { days, calendar, time_zone: TimeZone::paris() }
    }

    /// So much time inside of `hours`.
    pub const fn open(budget: Duration, hours: Hours) -> Self {
        Self::Open { budget, hours }
    }

    /// So much time, day and night.
    pub const fn elapsed(budget: Duration) -> Self {
        Self::Elapsed { budget }
    }

    /// J+N, Europe/Paris.
    pub fn calendar_days(days: u16) -> Self {
        Self::CalendarDays { days, time_zone: TimeZone::paris() }
    }

    /// Refuses a term that is broken before it begins, longer than any contract, or finer than instants are.
    pub(crate) fn check(&self) -> Result<(), ScheduleError> {
        let longest = Duration::from_hours(24 * u64::from(DAYS_MAX));
        let is_sound = match self {
            Self::WorkingDays { days, .. } => (1..=DAYS_MAX).contains(days),
            Self::CalendarDays { days, .. } => *days <= DAYS_MAX,
            Self::Open { budget, .. } | Self::Elapsed { budget } => {
                // Instants have microseconds: a finer budget could never be used up exactly.
                !budget.is_zero() && budget.subsec_nanos() % 1_000 == 0 && *budget <= longest
            }
        };
        if is_sound { Ok(()) } else { Err(ScheduleError::UnusableTerm) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Zone;

    #[test]
    fn is_pinned_in_words_that_people_read() {
        let terms = [
            (
                Term::working_days(4, CalendarRef::built_in(Zone::AlsaceMoselle)),
                r#"{"kind":"WORKING_DAYS","days":4,"calendar":{"zone":"alsace-moselle","version":1},"time_zone":"Europe/Paris"}"#,
            ),
            (Term::elapsed(Duration::from_mins(90)), r#"{"kind":"ELAPSED","budget":"PT1H30M"}"#),
            (Term::calendar_days(1), r#"{"kind":"CALENDAR_DAYS","days":1,"time_zone":"Europe/Paris"}"#),
        ];
        for (term, json) in terms {
            assert_eq!(serde_json::to_string(&term).unwrap(), json);
            assert_eq!(serde_json::from_str::<Term>(json).unwrap(), term);
        }
        let open = Term::open(Duration::from_hours(4), Hours::always());
        let json = serde_json::to_string(&open).unwrap();
        assert!(json.starts_with(
            r#"{"kind":"OPEN","budget":"PT4H","hours":{"time_zone":"UTC","week":{"mon":["00:00-24:00"]"#
        ));
        assert_eq!(serde_json::from_str::<Term>(&json).unwrap(), open);
    }

    #[test]
    fn refuses_no_time_and_absurd_times() {
        let calendar = CalendarRef::built_in(Zone::Metropole);
        for wrong in [
            Term::working_days(0, calendar),
            Term::working_days(3_661, calendar),
            Term::calendar_days(3_661),
            Term::elapsed(Duration::ZERO),
            Term::elapsed(Duration::from_nanos(999)),
            Term::elapsed(Duration::from_nanos(1_001)),
            Term::elapsed(Duration::MAX),
            Term::open(Duration::ZERO, Hours::always()),
        ] {
            assert_eq!(wrong.check(), Err(ScheduleError::UnusableTerm), "{wrong:?}");
        }
        assert_eq!(Term::calendar_days(0).check(), Ok(()));
    }
}
