//! One clock of one case: what was promised, what paused it, how it ended, and what that makes of the promise.

mod clocks;
mod error;
mod promise;
mod questions;
mod verdict;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Cause, CauseKind, Pause, Pauses, Term, Timestamp};

pub use clocks::Countdowns;
pub use error::Error;
pub use promise::{Promise, Reopening};
pub use verdict::{Judgement, Standing, Verdict};

/// Pauses of one clock.
const PAUSES_MAX: usize = 1_000;
/// Promises of one clock.
const PROMISES_MAX: usize = 256;
/// Reopenings of one clock.
const REOPENINGS_MAX: usize = 256;
/// Clocks of one case, with those that have ended.
const RUNS_MAX: usize = 4_096;

/// One clock of one case, such as the time to restore an incident.
///
/// It holds facts only: when it started, what was promised when, which pauses there were, when it ended and was
/// reopened. What follows of them (due, elapsed, verdict) is reckoned when asked, with the [`Almanac`](crate::Almanac)
/// that has the calendars, and is the same at every repeat. `started_at` (T0) never changes, whatever else does.
///
/// A refused change changes nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Countdown {
    started_at: Timestamp,
    first: Promise,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    later: Vec<Promise>,
    #[serde(default, skip_serializing_if = "is_empty")]
    pauses: Pauses,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    reopenings: Vec<Reopening>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ended_at: Option<Timestamp>,
}

fn is_empty(pauses: &Pauses) -> bool {
    pauses.recorded().is_empty()
}

impl Countdown {
    /// A clock that starts at `at` (T0: of a report, not of the ticket that somebody wrote later).
    ///
    /// # Errors
    /// When the term gives no time.
    pub fn start(at: Timestamp, term: Term) -> Result<Self, Error> {
        term.check()?;
        let first = Promise { term, made_at: at, why: String::new() };
        Ok(Self {
            started_at: at,
            first,
            later: Vec::new(),
            pauses: Pauses::default(),
            reopenings: Vec::new(),
            ended_at: None,
        })
    }

    /// The case waits since `at`. The clock stops if it is for the customer, else it runs on and the wait is on
    /// record.
    ///
    /// # Errors
    /// When the clock has ended, started later than that, or waits for the same already.
    pub fn pause(&mut self, cause: Cause, author: &str, at: Timestamp) -> Result<(), Error> {
        if self.pauses.open(cause.kind()).is_some() {
            return Err(Error::AlreadyPaused(cause.kind()));
        }
        self.record_pause(Pause { cause, author: author.to_owned(), start: at, end: None })
    }

    /// A pause that is recorded after the fact, perhaps one that is over.
    ///
    /// # Errors
    /// As [`Self::pause`], and when it ends before it starts.
    pub fn record_pause(&mut self, pause: Pause) -> Result<(), Error> {
        self.still_runs_since(pause.start)?;
        if let Some(end) = pause.end.filter(|end| *end < pause.start) {
            return Err(Error::EndsBeforeStart { start: pause.start, end });
        }
        if pause.end.is_none() && self.pauses.open(pause.cause.kind()).is_some() {
            return Err(Error::AlreadyPaused(pause.cause.kind()));
        }
        if self.pauses.recorded().len() >= PAUSES_MAX {
            return Err(Error::TooManyPauses);
        }
        self.pauses.push(pause);
        Ok(())
    }

    /// The case does not wait for that any more, since `at`.
    ///
    /// # Errors
    /// When it did not, or only since later than that.
    pub fn resume(&mut self, kind: CauseKind, at: Timestamp) -> Result<(), Error> {
        let pause = self.pauses.open(kind).ok_or(Error::NotPaused(kind))?;
        if at < pause.start {
            return Err(Error::EndsBeforeStart { start: pause.start, end: at });
        }
        self.pauses.end(Some(kind), at);
        Ok(())
    }

    /// The customer was heard, through whatever door: a call, a mail, a note on the extranet. A clock that waits for
    /// the customer runs again; whether it did wait.
    pub fn customer_heard(&mut self, at: Timestamp) -> bool {
        self.pauses.end(Some(CauseKind::Customer), at)
    }

    /// Another promise, because of another priority, desk or contract. It is reckoned from the clock's start with all
    /// pauses that there were, so that changing it back and forth gains nothing.
    ///
    /// # Errors
    /// When the clock has ended, started later than that, or the term gives no time.
    pub fn change_term(&mut self, term: Term, at: Timestamp, why: &str) -> Result<(), Error> {
        self.still_runs_since(at)?;
        term.check()?;
        // The first one counts.
        if self.later.len() + 1 >= PROMISES_MAX {
            return Err(Error::TooManyPromises);
        }
        self.later.push(Promise { term, made_at: at, why: why.to_owned() });
        Ok(())
    }

    /// It is done. What the case waited for, it waits for no more.
    ///
    /// # Errors
    /// When the clock has ended already, or started later than that.
    pub fn end(&mut self, at: Timestamp) -> Result<(), Error> {
        self.still_runs_since(at)?;
        self.pauses.end(None, at);
        self.ended_at = Some(at);
        Ok(())
    }

    /// It was not done after all. The time since it was said to be counts as any other: the customer still waited.
    ///
    /// # Errors
    /// When the clock has not ended, or only later than that.
    pub fn reopen(&mut self, at: Timestamp) -> Result<(), Error> {
        let ended_at = self.ended_at.ok_or(Error::NotEnded)?;
        if at < ended_at {
            return Err(Error::EndsBeforeStart { start: ended_at, end: at });
        }
        if self.reopenings.len() >= REOPENINGS_MAX {
            return Err(Error::TooManyReopenings);
        }
        self.reopenings.push(Reopening { ended_at, reopened_at: at });
        self.ended_at = None;
        Ok(())
    }

    /// T0.
    pub const fn started_at(&self) -> Timestamp {
        self.started_at
    }

    /// When it was done; none while it is not.
    pub const fn ended_at(&self) -> Option<Timestamp> {
        self.ended_at
    }

    /// Whether it is not done yet; also while paused.
    pub const fn is_running(&self) -> bool {
        self.ended_at.is_none()
    }

    /// The first promise.
    pub const fn first_promise(&self) -> &Promise {
        &self.first
    }

    /// The latest promise; the first one when there is no other.
    pub fn latest_promise(&self) -> &Promise {
        self.later.last().unwrap_or(&self.first)
    }

    /// Every promise, in the order in which they were made.
    pub fn promises(&self) -> impl Iterator<Item = &Promise> {
        std::iter::once(&self.first).chain(&self.later)
    }

    /// Every pause.
    pub const fn pauses(&self) -> &Pauses {
        &self.pauses
    }

    /// Every time that it was taken for done and was not.
    pub fn reopenings(&self) -> &[Reopening] {
        &self.reopenings
    }

    fn still_runs_since(&self, at: Timestamp) -> Result<(), Error> {
        match self.ended_at {
            Some(ended_at) => Err(Error::Ended(ended_at)),
            None if at < self.started_at => Err(Error::BeforeStart { at, started_at: self.started_at }),
            None => Ok(()),
        }
    }
}
