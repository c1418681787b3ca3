//! The clocks of one case, each under its own name.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::error::Error;
use super::{Countdown, RUNS_MAX};
use crate::{Almanac, Cause, CauseKind, ScheduleError, Timestamp};

/// The clocks of one case: `first-response`, `next-update`, `resolution`, each under its own name, so that none
/// overwrites another. A name may run again once it has ended (the next update after this one); every run is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Countdowns {
    /// The runs of each name, in the order in which they started.
    #[serde(default)]
    clocks: BTreeMap<String, Vec<Countdown>>,
    /// When the case ended; none while it has not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ended_at: Option<Timestamp>,
}

impl Countdowns {
    /// Starts a clock under `name`.
    ///
    /// # Errors
    /// When the case has ended, or a clock of that name runs: it is not overwritten.
    pub fn start(&mut self, name: &str, clock: Countdown) -> Result<(), Error> {
        if let Some(ended_at) = self.ended_at {
            return Err(Error::CaseEnded(ended_at));
        }
        if self.running(name).is_some() {
            return Err(Error::AlreadyRuns(name.to_owned()));
        }
        if self.clocks.values().map(Vec::len).sum::<usize>() >= RUNS_MAX {
            return Err(Error::TooManyClocks);
        }
        self.clocks.entry(name.to_owned()).or_default().push(clock);
        Ok(())
    }

    /// The latest run of `name`.
    pub fn get(&self, name: &str) -> Option<&Countdown> {
        self.runs(name).last()
    }

    /// The latest run of `name`, to change it.
    ///
    /// # Errors
    /// When there is none.
    pub fn get_mut(&mut self, name: &str) -> Result<&mut Countdown, Error> {
        let latest = self.clocks.get_mut(name).and_then(|runs| runs.last_mut());
        latest.ok_or_else(|| Error::NoSuchClock(name.to_owned()))
    }

    /// The run of `name` that has not ended.
    pub fn running(&self, name: &str) -> Option<&Countdown> {
        self.get(name).filter(|clock| clock.is_running())
    }

    /// Every run of `name`, in the order in which they started.
    pub fn runs(&self, name: &str) -> &[Countdown] {
        self.clocks.get(name).map_or(&[], Vec::as_slice)
    }

    /// Every run of every name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Countdown)> {
        self.clocks.iter().flat_map(|(name, runs)| runs.iter().map(move |clock| (name.as_str(), clock)))
    }

    /// The case waits since `at`, and so do all its clocks that run and do not wait for the same already. A clock that
    /// started after `at` waits since its start.
    ///
    /// # Errors
    /// When the case has ended, or a clock has too many pauses; then none has changed.
    pub fn pause_all(&mut self, cause: &Cause, author: &str, at: Timestamp) -> Result<(), Error> {
        if let Some(ended_at) = self.ended_at {
            return Err(Error::CaseEnded(ended_at));
        }
        self.change_all(|clock| match clock.pauses().open(cause.kind()) {
            Some(_) => Ok(()),
            None => clock.pause(cause.clone(), author, at.max(clock.started_at())),
        })
    }

    /// The case does not wait for that any more, since `at`.
    ///
    /// # Errors
    /// When no clock did.
    pub fn resume_all(&mut self, kind: CauseKind, at: Timestamp) -> Result<(), Error> {
        let mut was_paused = false;
        for clock in self.all_running() {
            was_paused |= clock.pauses.end(Some(kind), at);
        }
        if was_paused { Ok(()) } else { Err(Error::NotPaused(kind)) }
    }

    /// The customer was heard, through whatever door: every clock that waits for that runs again. Whether one did
    /// wait.
    pub fn customer_heard(&mut self, at: Timestamp) -> bool {
        self.resume_all(CauseKind::Customer, at).is_ok()
    }

    /// The case is done: every clock that runs ends, and none starts any more.
    ///
    /// # Errors
    /// When the case has ended already.
    pub fn end_all(&mut self, at: Timestamp) -> Result<(), Error> {
        if let Some(ended_at) = self.ended_at {
            return Err(Error::CaseEnded(ended_at));
        }
        // A clock that started later than that has not run at all.
        self.change_all(|clock| clock.end(at.max(clock.started_at())))?;
        self.ended_at = Some(at);
        Ok(())
    }

    /// The case was not done after all: the clock `name` goes on, the others stay as they ended.
    ///
    /// # Errors
    /// When there is no such clock, or it has not ended, or only later than that.
    pub fn reopen(&mut self, name: &str, at: Timestamp) -> Result<(), Error> {
        self.get_mut(name)?.reopen(at)?;
        self.ended_at = None;
        Ok(())
    }

    /// When the case ended.
    pub const fn ended_at(&self) -> Option<Timestamp> {
        self.ended_at
    }

    /// The next instant at which a promise of a clock that runs is broken, and the clock's name; `None` when none can
    /// be.
    ///
    /// # Errors
    /// When a calendar is not known to `almanac`, or an instant is outside of the years that schedules cover.
    pub fn due(&self, almanac: &Almanac) -> Result<Option<(Timestamp, &str)>, ScheduleError> {
        let mut next = None;
        for (name, clock) in self.iter().filter(|(_, clock)| clock.is_running()) {
            let due = clock.due(almanac)?.map(|due| (due, name));
            next = [next, due].into_iter().flatten().min();
        }
        Ok(next)
    }

    fn all_running(&mut self) -> impl Iterator<Item = &mut Countdown> {
        self.clocks.values_mut().filter_map(|runs| runs.last_mut()).filter(|clock| clock.is_running())
    }

    /// All or none.
    fn change_all(&mut self, change: impl Fn(&mut Countdown) -> Result<(), Error>) -> Result<(), Error> {
        let mut changed = self.clone();
        changed.all_running().try_for_each(change)?;
        *self = changed;
        Ok(())
    }
}
