//! Open time as intervals of UTC, and the measure on it that every deadline stands on.

mod compile;
mod error;
mod year;

use std::sync::OnceLock;
use std::time::Duration;

use jiff::civil::Date;

use crate::{Calendar, CalendarRef, Calendars, Hours, OpeningDay, TimeZone, Timestamp};
use year::{Interval, Year};

pub use error::Error;

/// The first year in which schedules know what is open.
pub(crate) const FIRST_YEAR: i16 = 1990;
/// The last one.
pub(crate) const LAST_YEAR: i16 = 2149;

/// When something is open: opening hours, or working days taken as whole days; in UTC, of the years 1990 to 2149.
///
/// A year is compiled when it is first asked about (some 10 kB for two shifts a working day), so that a question costs
/// two binary searches and no allocation. It can be shared between threads.
///
/// The *measure* is [`Self::open_between`] with its inverse [`Self::after`]: whatever counts time counts it by the
/// same schedule, or a pause of one night would push a deadline of opening hours by a night.
#[derive(Debug)]
pub struct Schedule {
    source: Source,
    /// The first instant of each year, local time, and that of the year after the last.
    bounds: Box<[i64]>,
    years: Box<[OnceLock<Year>]>,
}

#[derive(Debug)]
enum Source {
    Opening { hours: Hours, calendar: Option<Calendar> },
    WorkingDays { calendar: Calendar, time_zone: TimeZone },
}

/// Whether a door is open, and until when; `None` if that is not before 2150.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// Open.
    Open {
        /// The first instant at which it is not.
        closes_at: Option<Timestamp>,
    },
    /// Closed.
    Closed {
        /// The first instant at which it is open again.
        opens_at: Option<Timestamp>,
    },
}

impl Schedule {
    /// When `hours` are open.
    ///
    /// # Errors
    /// When `calendars` has not the calendar that they name.
    pub fn opening(hours: &Hours, calendars: &Calendars) -> Result<Self, Error> {
        let calendar =
            hours.holidays().map(|holidays| calendars.get(holidays.calendar)).transpose()?.cloned();
        let bounds = year_starts(hours.time_zone());
        Ok(Self::new(Source::Opening { hours: hours.clone(), calendar }, bounds))
    }

    /// The *jours ouvrés* of a calendar as whole local days, each an interval of its own.
    ///
    /// # Errors
    /// When `calendars` has not that calendar.
    pub fn working_days(
        calendar: CalendarRef,
        time_zone: &TimeZone,
        calendars: &Calendars,
    ) -> Result<Self, Error> {
        let calendar = calendars.get(calendar)?.clone();
        let bounds = year_starts(time_zone);
        Ok(Self::new(Source::WorkingDays { calendar, time_zone: time_zone.clone() }, bounds))
    }

    fn new(source: Source, bounds: Box<[i64]>) -> Self {
        let years = bounds.iter().skip(1).map(|_| OnceLock::new()).collect();
        Self { source, bounds, years }
    }

    /// Open time from `from` to `to`; none when `to` is not later. Additive: what is between a and c is what is
    /// between a and b and what is between b and c.
    ///
    /// # Errors
    /// When either is outside of the years 1990 to 2149.
    pub fn open_between(&self, from: Timestamp, to: Timestamp) -> Result<Duration, Error> {
        if to <= from {
            return Ok(Duration::ZERO);
        }
        let (first, last) = (self.index_of(from)?, self.index_of(to)?);
        let up_to_end = self.year(last).map_or(0, |year| year.open_before(to.as_micros()));
        let up_to_start = self.year(first).map_or(0, |year| year.open_before(from.as_micros()));
        let years_between: i64 = (first..last).filter_map(|index| self.year(index)).map(Year::open).sum();
        Ok(micros(years_between + up_to_end - up_to_start))
    }

    /// The earliest instant by which `budget` of open time has passed since `start`: the inverse of
    /// [`Self::open_between`]. Never inside of closed time: a budget that is used up at closing time is used up then,
    /// not at the next opening. No budget has passed at `start` itself.
    ///
    /// # Errors
    /// When `start` or the answer is outside of the years 1990 to 2149.
    pub fn after(&self, start: Timestamp, budget: Duration) -> Result<Timestamp, Error> {
        let first = self.index_of(start)?;
        let Some(budget) = i64::try_from(budget.as_micros()).ok() else {
            return Err(Error::NeverWithinSpan(start));
        };
        if budget == 0 {
            return Ok(start);
        }
        let used = self.year(first).map_or(0, |year| year.open_before(start.as_micros()));
        let mut left = budget.saturating_add(used);
        for index in first..self.years.len() {
            let Some(year) = self.year(index) else { break };
            if left <= year.open() {
                return year.reached(left).map(Timestamp::from_micros).ok_or(Error::NeverWithinSpan(start));
            }
            left -= year.open();
        }
        Err(Error::NeverWithinSpan(start))
    }

    /// The end of the `nth` interval that begins after `at`; of the one that `at` is in, or of the last before it,
    /// when
    /// `nth` is 0. With working days: the end of the `nth` *jour ouvré*, the day of `at` not counted.
    ///
    /// # Errors
    /// When `at` or the answer is outside of the years 1990 to 2149.
    pub fn end_of_nth_after(&self, at: Timestamp, nth: u16) -> Result<Timestamp, Error> {
        let first = self.index_of(at)?;
        let begun = self.year(first).map_or(0, |year| year.count_begun(at.as_micros()));
        // Counted from one, from the beginning of the year.
        let mut wanted = begun + usize::from(nth);
        if wanted == 0 {
            return Err(Error::OutOfSpan(at));
        }
        for index in first..self.years.len() {
            let Some(year) = self.year(index) else { break };
            if let Some(end) = year.end_of(wanted - 1) {
                return Ok(Timestamp::from_micros(end));
            }
            wanted -= year.count();
        }
        Err(Error::NeverWithinSpan(at))
    }

    /// Whether it is open at `at`.
    ///
    /// # Errors
    /// When `at` is outside of the years 1990 to 2149.
    pub fn is_open(&self, at: Timestamp) -> Result<bool, Error> {
        let index = self.index_of(at)?;
        Ok(self.year(index).and_then(|year| year.around(at.as_micros())).is_some())
    }

    /// Whether it is open at `at`, and until when it stays so.
    ///
    /// # Errors
    /// When `at` is outside of the years 1990 to 2149.
    pub fn door(&self, at: Timestamp) -> Result<Door, Error> {
        let index = self.index_of(at)?;
        let now = self.year(index).and_then(|year| year.around(at.as_micros()));
        Ok(match now {
            Some(open) => Door::Open { closes_at: self.end_of_chain(open.end).map(Timestamp::from_micros) },
            None => Door::Closed { opens_at: self.next_start(at.as_micros()).map(Timestamp::from_micros) },
        })
    }

    /// `at` when it is open then, else the first instant after it at which it is; `None` if that is not before 2150.
    ///
    /// # Errors
    /// When `at` is outside of the years 1990 to 2149.
    pub fn next_opening(&self, at: Timestamp) -> Result<Option<Timestamp>, Error> {
        Ok(match self.door(at)? {
            Door::Open { .. } => Some(at),
            Door::Closed { opens_at } => opens_at,
        })
    }

    /// The first instant after `at` at which it is not open any more; `None` when it is closed at `at`, and when it
    /// does not close before 2150.
    ///
    /// # Errors
    /// When `at` is outside of the years 1990 to 2149.
    pub fn closes_at(&self, at: Timestamp) -> Result<Option<Timestamp>, Error> {
        Ok(match self.door(at)? {
            Door::Open { closes_at } => closes_at,
            Door::Closed { .. } => None,
        })
    }

    /// The windows of `date` and why it has them; `None` for working days, which have no windows.
    pub fn day(&self, date: Date) -> Option<OpeningDay> {
        match &self.source {
            Source::Opening { hours, calendar } => Some(hours.day(date, calendar.as_ref())),
            Source::WorkingDays { .. } => None,
        }
    }

    /// The end of the interval that ends at `end`, or of those that follow it without a gap.
    fn end_of_chain(&self, end: i64) -> Option<i64> {
        let mut end = end;
        loop {
            let index = self.index_of(Timestamp::from_micros(end)).ok()?;
            match self.year(index)?.around(end) {
                Some(next) => end = next.end,
                None => return Some(end),
            }
        }
    }

    fn next_start(&self, at: i64) -> Option<i64> {
        let first = self.index_of(Timestamp::from_micros(at)).ok()?;
        let mut years = (first..self.years.len()).filter_map(|index| self.year(index));
        years.find_map(|year| year.next(at)).map(|interval| interval.start)
    }

    /// Which year `at` is in.
    fn index_of(&self, at: Timestamp) -> Result<usize, Error> {
        let begun = self.bounds.partition_point(|start| *start <= at.as_micros());
        let index = begun.checked_sub(1).filter(|index| *index < self.years.len());
        index.ok_or(Error::OutOfSpan(at))
    }

    fn year(&self, index: usize) -> Option<&Year> {
        let year = self.years.get(index)?;
        let (start, end) = (*self.bounds.get(index)?, *self.bounds.get(index + 1)?);
        Some(year.get_or_init(|| match &self.source {
            Source::Opening { hours, calendar } => {
                compile::opening(Interval { start, end }, hours, calendar.as_ref())
            }
            Source::WorkingDays { calendar, time_zone } => {
                compile::working_days(year_number(index), calendar, time_zone)
            }
        }))
    }
}

fn year_starts(time_zone: &TimeZone) -> Box<[i64]> {
    let years = FIRST_YEAR..=LAST_YEAR + 1;
    let starts = years.filter_map(|year| Date::new(year, 1, 1).ok()).map(|date| time_zone.start_of(date));
    starts.map(Timestamp::as_micros).collect()
}

fn year_number(index: usize) -> i16 {
    i16::try_from(index).map_or(LAST_YEAR, |index| FIRST_YEAR.saturating_add(index))
}

fn micros(duration: i64) -> Duration {
    Duration::from_micros(u64::try_from(duration).unwrap_or(0))
}
