//! A term that is ready to measure.

use std::sync::Arc;
use std::time::Duration;

use crate::pause::Stop;
use crate::{Pauses, Schedule, ScheduleError, TimeZone, Timestamp};

/// A term that is ready to measure: its schedule is at hand. [`Almanac::measure`](crate::Almanac::measure) makes it.
///
/// Everything that counts for a term (time that has run, time that was paused, time that is left) is counted by the
/// term's own schedule, so that opening hours and pauses cannot be counted against each other.
#[derive(Clone, Debug)]
pub struct Measure(Length);

/// How long, and what it is measured by; what names no schedule runs day and night.
#[derive(Clone, Debug)]
pub(super) enum Length {
    WorkingDays { days: u16, working_days: Arc<Schedule> },
    Open { budget: Duration, opening: Arc<Schedule> },
    Elapsed { budget: Duration },
    CalendarDays { days: u16, time_zone: TimeZone },
}

impl Measure {
    pub(super) const fn new(length: Length) -> Self {
        Self(length)
    }

    /// The first instant at which a promise that started at `start`, and was never paused, is broken.
    ///
    /// # Errors
    /// When an instant is outside of the years that schedules cover.
    pub fn deadline(&self, start: Timestamp) -> Result<Timestamp, ScheduleError> {
        match &self.0 {
            Length::WorkingDays { days, working_days } => working_days.end_of_nth_after(start, *days),
            Length::Open { budget, opening } => opening.after(start, *budget),
            Length::Elapsed { budget } => Ok(start.plus(*budget)),
            Length::CalendarDays { days, time_zone } => {
                let date = time_zone.date_of(start).checked_add(jiff::Span::new().days(*days));
                date.map(|date| time_zone.end_of(date)).map_err(|_| ScheduleError::OutOfSpan(start))
            }
        }
    }

    /// How much time the term gives from `start`, by its own schedule.
    ///
    /// # Errors
    /// When an instant is outside of the years that schedules cover.
    pub fn budget(&self, start: Timestamp) -> Result<Duration, ScheduleError> {
        match self.0 {
            Length::Open { budget, .. } | Length::Elapsed { budget } => Ok(budget),
            Length::WorkingDays { .. } | Length::CalendarDays { .. } => {
                self.between(start, self.deadline(start)?)
            }
        }
    }

    /// The deadline after the pauses that stop the clock; `None` while one of them is open and the promise was not
    /// broken before it.
    ///
    /// # Errors
    /// When an instant is outside of the years that schedules cover.
    pub fn due(&self, start: Timestamp, pauses: &Pauses) -> Result<Option<Timestamp>, ScheduleError> {
        let unpaused = self.deadline(start)?;
        self.pushed(unpaused, start, pauses.stops())
    }

    /// The first instant at which `percent` of the term's time is used up; as [`Self::due`] otherwise.
    ///
    /// # Errors
    /// When an instant is outside of the years that schedules cover.
    pub fn used_up(
        &self,
        percent: u8,
        start: Timestamp,
        pauses: &Pauses,
    ) -> Result<Option<Timestamp>, ScheduleError> {
        let share = share_of(self.budget(start)?, percent);
        let unpaused = self.after(start, share)?;
        self.pushed(unpaused, start, pauses.stops())
    }

    /// How much of the term's time has run from `start` to `at`: open time less what was paused of it.
    ///
    /// # Errors
    /// When an instant is outside of the years that schedules cover.
    pub fn elapsed(
        &self,
        start: Timestamp,
        pauses: &Pauses,
        at: Timestamp,
    ) -> Result<Duration, ScheduleError> {
        let mut elapsed = self.between(start, at)?;
        for stop in pauses.stops() {
            if stop.start >= at {
                break;
            }
            elapsed = elapsed.saturating_sub(self.between(stop.start.max(start), stop.end_by(at))?);
        }
        Ok(elapsed)
    }

    /// Time from `from` to `to` by the term's own schedule; none when `to` is not later.
    ///
    /// # Errors
    /// When an instant is outside of the years that schedules cover.
    pub fn between(&self, from: Timestamp, to: Timestamp) -> Result<Duration, ScheduleError> {
        match self.schedule() {
            Some(schedule) => schedule.open_between(from, to),
            None => Ok(to.since(from)),
        }
    }

    /// `reached` later by all pauses that begin before it is reached.
    fn pushed(
        &self,
        reached: Timestamp,
        start: Timestamp,
        stops: &[Stop],
    ) -> Result<Option<Timestamp>, ScheduleError> {
        let (unpaused, mut reached) = (reached, reached);
        let mut paused = Duration::ZERO;
        for stop in stops {
            // Stops are in order: the next ones begin later still.
            if stop.start >= reached {
                break;
            }
            let Some(end) = stop.end else { return Ok(None) };
            let lost = self.between(stop.start.max(start), end)?;
            if !lost.is_zero() {
                paused += lost;
                reached = self.after(unpaused, paused)?;
            }
        }
        Ok(Some(reached))
    }

    fn schedule(&self) -> Option<&Schedule> {
        match &self.0 {
            Length::WorkingDays { working_days, .. } => Some(working_days),
            Length::Open { opening, .. } => Some(opening),
            Length::Elapsed { .. } | Length::CalendarDays { .. } => None,
        }
    }

    fn after(&self, start: Timestamp, budget: Duration) -> Result<Timestamp, ScheduleError> {
        match self.schedule() {
            Some(schedule) => schedule.after(start, budget),
            None => Ok(start.plus(budget)),
        }
    }
}

/// So many percent of `budget`, rounded up to the microsecond.
pub(crate) fn share_of(budget: Duration, percent: u8) -> Duration {
    let share = (budget.as_micros() * u128::from(percent.min(100))).div_ceil(100);
    Duration::from_micros(u64::try_from(share).unwrap_or(u64::MAX))
}
