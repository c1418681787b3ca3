//! What it takes to reckon a deadline: calendars, and schedules that are compiled once.

mod cache;
mod measure;

use std::sync::{Arc, LazyLock};

use crate::{CalendarRef, Calendars, Hours, Schedule, ScheduleError, Term, TimeZone, Timestamp};
use cache::Cache;
use measure::Length;

pub use measure::Measure;
pub(crate) use measure::share_of;

/// The calendars of an installation, and the schedules of the hours and working days in use.
///
/// A process has one and shares it. What it answers depends on its calendars and the question only; the schedules that
/// it remembers (at most 2,048) make it quick.
#[derive(Debug)]
pub struct Almanac {
    calendars: Calendars,
    opening: Cache<Hours>,
    working_days: Cache<(CalendarRef, TimeZone)>,
}

impl Almanac {
    /// An almanac of these calendars.
    pub fn new(calendars: Calendars) -> Self {
        Self { calendars, opening: Cache::new(), working_days: Cache::new() }
    }

    /// The almanac of an installation that has only the built-in calendars.
    pub fn built_in() -> &'static Self {
        static BUILT_IN: LazyLock<Almanac> = LazyLock::new(|| Almanac::new(Calendars::built_in()));
        &BUILT_IN
    }

    /// Its calendars.
    pub const fn calendars(&self) -> &Calendars {
        &self.calendars
    }

    /// When `hours` are open.
    ///
    /// # Errors
    /// When the calendar that they name is not known here.
    pub fn opening(&self, hours: &Hours) -> Result<Arc<Schedule>, ScheduleError> {
        self.opening.get(hours, || Schedule::opening(hours, &self.calendars))
    }

    /// The *jours ouvrés* of a calendar as whole local days.
    ///
    /// # Errors
    /// When that calendar is not known here.
    pub fn working_days(
        &self,
        calendar: CalendarRef,
        time_zone: &TimeZone,
    ) -> Result<Arc<Schedule>, ScheduleError> {
        let key = (calendar, time_zone.clone());
        self.working_days.get(&key, || Schedule::working_days(calendar, time_zone, &self.calendars))
    }

    /// `term`, ready to measure.
    ///
    /// # Errors
    /// When the term gives no time or too much, or names a calendar that is not known here.
    pub fn measure(&self, term: &Term) -> Result<Measure, ScheduleError> {
        term.check()?;
        Ok(Measure::new(match term {
            Term::WorkingDays { days, calendar, time_zone } => {
                let working_days = self.working_days(*calendar, time_zone)?;
                Length::WorkingDays { days: *days, working_days }
            }
            Term::Open { budget, hours } => Length::Open { budget: *budget, opening: self.opening(hours)? },
            Term::Elapsed { budget } => Length::Elapsed { budget: *budget },
            Term::CalendarDays { days, time_zone } => {
                Length::CalendarDays { days: *days, time_zone: time_zone.clone() }
            }
        }))
    }

    /// The first instant at which a promise of `term` that starts at `start` is broken, if nothing pauses it.
    ///
    /// # Errors
    /// As [`Self::measure`], and when an instant is outside of the years that schedules cover.
    pub fn deadline(&self, term: &Term, start: Timestamp) -> Result<Timestamp, ScheduleError> {
        self.measure(term)?.deadline(start)
    }
}
