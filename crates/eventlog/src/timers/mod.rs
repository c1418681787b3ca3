//! Timers are rows, not sleeps: a wake is a command whose request id is (stream, due instant).
//!
//! The rows are looked at in sweeps ([`sweep`]), each from the most overdue timer on to what is due now. What a look
//! finds is woken in that order, so many at once that they share commits ([`wake`]). What cannot be woken stays due and
//! rests, each time for longer ([`resting`]), and a sweep goes on behind it: however many cannot be woken, the others are.
//! Of two replicas that race for the same timers one steps back for a while ([`race`]).
//!
//! Invariant: what is kept here is kept for speed alone. That each wake acts once stands on its request id, which is in
//! the transaction of what it led to, and holds across crashes and replicas.

mod metrics;
mod race;
mod resting;
mod sweep;
mod timer;
mod wake;

use std::time::Duration;

use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use tokio::time::{Instant, sleep};
use vigie_clock::Timestamp;

pub(crate) use self::timer::{Found, Timer};

use self::metrics::Metrics;
use self::race::Race;
use self::sweep::Sweep;
use self::wake::{Ended, Failures};
use crate::aggregate::Aggregate;
use crate::aggregates::Aggregates;
use crate::log::ReadError;

/// Timers per look.
const LOOK_MAX: usize = 512;

/// Wakes under way at once: enough to fill commits, few enough that reads of others do not wait long for a connection.
const AT_ONCE: usize = 64;

/// Pause after the rows could not be read.
const ASK_AGAIN: Duration = Duration::from_secs(1);

/// Lead that a replica gives to another one that wakes the same timers. Should that one die, what is due meanwhile is
/// late by so much.
const STEP_BACK: Duration = Duration::from_millis(250);

/// Wakes the aggregates of one kind when they are due. Any number of replicas may run it: one of them acts.
pub struct Timers<A: Aggregate> {
    aggregates: Aggregates<A>,
    metrics: Metrics,
}

/// What came of a look.
struct Look {
    /// Timers that were due and not left to another replica.
    seen: usize,
    /// When the first of those that are not due yet will be; `None` if there is none.
    next: Option<Timestamp>,
    /// More may be due than this look has seen.
    has_more: bool,
    /// Because another replica is a step ahead, so that the rest was left to it.
    is_outrun: bool,
}

impl<A: Aggregate> Timers<A> {
    /// Timers of `aggregates`.
    pub fn new(aggregates: Aggregates<A>) -> Self {
        let metrics = Metrics::new(aggregates.log().name(), A::KIND);
        Self { aggregates, metrics }
    }

    /// Runs until dropped. Drop it at any await: what is due stays due.
    pub async fn run(self) {
        let mut sweep = Sweep::begin(Instant::now());
        loop {
            let (pause, has_more) = match self.look(&mut sweep, self.now()).await {
                Ok(look) if look.is_outrun => (STEP_BACK, true),
                Ok(look) if look.has_more => (Duration::ZERO, true),
                Ok(look) => (sweep::pause(self.now(), look.next), false),
                Err(error) => {
                    tracing::warn!(%error, kind = A::KIND, "timers cannot be read");
                    (ASK_AGAIN, true)
                }
            };
            if !pause.is_zero() {
                sleep(pause).await;
            }
            sweep.go_on(Instant::now(), has_more);
        }
    }

    /// Wakes all that is due now; answers how many were. What cannot be woken is tried once, and stays due.
    ///
    /// # Errors
    /// When the rows cannot be read.
    pub async fn wake_due(&self) -> Result<usize, ReadError> {
        let now = self.now();
        let mut sweep = Sweep::begin(Instant::now());
        let mut due = 0;
        loop {
            let look = self.look(&mut sweep, now).await?;
            due += look.seen;
            if !look.has_more {
                return Ok(due);
            }
        }
    }

    /// When the first timer is due, or was; `None` if there is none. For whoever moves the clock by hand.
    ///
    /// # Errors
    /// When the rows cannot be read.
    pub async fn next_due(&self) -> Result<Option<Timestamp>, ReadError> {
        let Found { due, next } = self.aggregates.log().timers(A::KIND, Timer::START, self.now(), 1).await?;
        Ok(due.first().map(|timer| timer.due).or(next))
    }

    fn now(&self) -> Timestamp {
        self.aggregates.log().clock().now()
    }

    /// Wakes the next timers of the sweep that are due at `now`.
    async fn look(&self, sweep: &mut Sweep, now: Timestamp) -> Result<Look, ReadError> {
        let is_first = sweep.is_at_start();
        let Found { due, next } = self.aggregates.log().timers(A::KIND, sweep.after(), now, LOOK_MAX).await?;
        if is_first {
            let oldest = due.first().map(|timer| timer.due);
            self.metrics.stands(oldest.map_or(Duration::ZERO, |due| now.since(due)), sweep.resting.len());
        }
        let is_full = due.len() == LOOK_MAX;
        let seen = self.wake_all(sweep, due).await;
        let is_outrun = sweep.race.is_lost();
        if is_outrun {
            sweep.race = Race::default();
        }
        Ok(Look { seen, next, has_more: is_full || is_outrun, is_outrun })
    }

    /// In order of the instants at which they were due, until another replica turns out to be at it; answers how many it
    /// came to. The sweep stands behind those.
    async fn wake_all(&self, sweep: &mut Sweep, due: Vec<Timer>) -> usize {
        let mut waiting = due.into_iter();
        let mut under_way = FuturesUnordered::new();
        let (mut seen, mut failures) = (0, Failures::default());
        loop {
            while under_way.len() < AT_ONCE && !sweep.race.is_lost() {
                let Some(timer) = waiting.next() else { break };
                sweep.came_to(timer);
                seen += 1;
                // Those that rest count as seen.
                if !sweep.resting.is_resting(&timer, Instant::now()) {
                    under_way.push(async move { (timer, wake::wake(&self.aggregates, timer).await) });
                }
            }
            let Some((timer, ended)) = under_way.next().await else { break };
            match ended {
                Ok(ended) => {
                    sweep.resting.forget(&timer);
                    sweep.race.add(ended);
                    if ended == Ended::Acted {
                        self.metrics.woken(self.now().since(timer.due));
                    }
                }
                Err(why) => {
                    sweep.resting.failed(timer, Instant::now());
                    failures.add(timer, why);
                    self.metrics.failed();
                }
            }
        }
        failures.tell(A::KIND);
        seen
    }
}
