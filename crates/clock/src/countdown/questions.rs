//! What follows from the facts of a clock.

use std::time::Duration;

use super::Countdown;
use super::promise::Promise;
use super::verdict::{Judgement, Standing, Verdict};
use crate::almanac::share_of;
use crate::{Almanac, CauseKind, Measure, ScheduleError, Timestamp};

impl Countdown {
    /// The first instant at which the latest promise is broken. `None` while an open pause stops the clock, unless the
    /// promise was broken before that pause: nothing is broken while paused. A clock that has ended still tells it;
    /// what wakes a case is [`Countdowns::due`](crate::Countdowns::due), or this of a clock that
    /// [runs](Self::is_running).
    ///
    /// # Errors
    /// When a calendar is not known to `almanac`, or an instant is outside of the years that schedules cover.
    pub fn due(&self, almanac: &Almanac) -> Result<Option<Timestamp>, ScheduleError> {
        self.latest(almanac)?.due(self.started_at, &self.pauses)
    }

    /// The same of the first promise.
    ///
    /// # Errors
    /// As [`Self::due`].
    pub fn first_due(&self, almanac: &Almanac) -> Result<Option<Timestamp>, ScheduleError> {
        almanac.measure(&self.first.term)?.due(self.started_at, &self.pauses)
    }

    /// How much of the latest term's time has run at `at`, or had when the clock ended: always known, also afterwards.
    ///
    /// # Errors
    /// As [`Self::due`].
    pub fn elapsed(&self, almanac: &Almanac, at: Timestamp) -> Result<Duration, ScheduleError> {
        self.latest(almanac)?.elapsed(self.started_at, &self.pauses, self.outcome_or(at))
    }

    /// How much of the latest term's time was left at `at`, or was left when the clock ended; none when it is used up.
    ///
    /// # Errors
    /// As [`Self::due`].
    pub fn remaining(&self, almanac: &Almanac, at: Timestamp) -> Result<Duration, ScheduleError> {
        let measure = self.latest(almanac)?;
        let elapsed = measure.elapsed(self.started_at, &self.pauses, self.outcome_or(at))?;
        Ok(measure.budget(self.started_at)?.saturating_sub(elapsed))
    }

    /// Whether `percent` of the latest term's time is used up at `at` and the promise can still be kept.
    ///
    /// # Errors
    /// As [`Self::due`].
    pub fn at_risk(&self, almanac: &Almanac, at: Timestamp, percent: u8) -> Result<bool, ScheduleError> {
        let measure = self.latest(almanac)?;
        let budget = measure.budget(self.started_at)?;
        let elapsed = measure.elapsed(self.started_at, &self.pauses, at)?;
        Ok(self.is_running() && elapsed >= share_of(budget, percent) && elapsed < budget)
    }

    /// The first instant at which `percent` of the latest term's time is used up: when to warn. `None` as with
    /// [`Self::due`].
    ///
    /// # Errors
    /// As [`Self::due`].
    pub fn at_risk_from(&self, almanac: &Almanac, percent: u8) -> Result<Option<Timestamp>, ScheduleError> {
        self.latest(almanac)?.used_up(percent, self.started_at, &self.pauses)
    }

    /// How much of the latest term's time was held for a cause of `kinds` by `at`, or by the end of the clock. It
    /// stays in the elapsed time; a contract may exclude it from the penalty, never from the record. What the customer
    /// paused anyway is not in it, and what is held for two causes at once is in it once.
    ///
    /// # Errors
    /// As [`Self::due`].
    pub fn held(
        &self,
        almanac: &Almanac,
        kinds: &[CauseKind],
        at: Timestamp,
    ) -> Result<Duration, ScheduleError> {
        let measure = self.latest(almanac)?;
        let until = self.outcome_or(at);
        let held = self.pauses.held(kinds);
        held.iter()
            .map(|stretch| measure.between(stretch.start.max(self.started_at), stretch.end_by(until)))
            .sum()
    }

    /// What became of the first and of the latest promise at `at`.
    ///
    /// # Errors
    /// As [`Self::due`].
    pub fn verdict(&self, almanac: &Almanac, at: Timestamp) -> Result<Verdict, ScheduleError> {
        let first = self.judge(&self.first, almanac, at)?;
        let latest = match self.later.last() {
            Some(promise) => self.judge(promise, almanac, at)?,
            None => first,
        };
        Ok(Verdict { first, latest, ended_at: self.ended_at })
    }

    /// What became of `promise` at `at`.
    ///
    /// # Errors
    /// As [`Self::due`].
    pub fn judge(
        &self,
        promise: &Promise,
        almanac: &Almanac,
        at: Timestamp,
    ) -> Result<Judgement, ScheduleError> {
        let measure = almanac.measure(&promise.term)?;
        let due = measure.due(self.started_at, &self.pauses)?;
        let moment = self.outcome_or(at);
        let elapsed = measure.elapsed(self.started_at, &self.pauses, moment)?;
        let standing = match due {
            Some(due) if due <= moment => Standing::Late,
            _ if self.is_running() => Standing::Running,
            _ => Standing::Kept,
        };
        Ok(Judgement { standing, due, elapsed })
    }

    fn latest(&self, almanac: &Almanac) -> Result<Measure, ScheduleError> {
        almanac.measure(&self.latest_promise().term)
    }

    /// When the clock ended, else `at`.
    fn outcome_or(&self, at: Timestamp) -> Timestamp {
        self.ended_at.unwrap_or(at)
    }
}
