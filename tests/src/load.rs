//! Many callers at once who suspend and reinstate the same lines, and repeat what was not answered.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::{Duration, Instant};

use tokio::task::JoinSet;
use vigie_clock::{Clock, Ids, SystemClock, SystemIds};
use vigie_lines::domain::Reason;

use crate::call::{Ask, Attempt, Call, Reply};
use crate::dice::Dice;
use crate::fleet::Fleet;
use crate::inventory::TestLine;

/// A caller hears nothing for so long and asks elsewhere.
const PATIENCE: Duration = Duration::from_secs(4);

/// A request that is not answered after this time is left for the checker to complain about.
const ANSWER_LIMIT: Duration = Duration::from_secs(120);

/// How the callers behave.
#[derive(Clone, Debug)]
pub struct Pace {
    /// How many there are.
    pub callers: usize,
    /// What each waits between two requests, in milliseconds.
    pub pause_ms: Range<u64>,
    /// Lines that half of all requests are for, so that opposite commands meet; the others are for all lines.
    pub favourites: usize,
    /// The replica that all requests go to; any if none is named.
    pub only: Option<usize>,
}

impl Default for Pace {
    fn default() -> Self {
        Self { callers: 16, pause_ms: 0..20, favourites: 10, only: None }
    }
}

/// Callers at work.
pub struct Load {
    is_over: Arc<AtomicBool>,
    callers: JoinSet<Vec<Call>>,
}

/// All that was asked and answered.
#[derive(Debug, Default)]
pub struct History(pub Vec<Call>);

struct Caller {
    fleet: Arc<Fleet>,
    lines: Arc<Vec<TestLine>>,
    floors: Arc<Vec<AtomicI64>>,
    pace: Pace,
    dice: Dice,
    is_over: Arc<AtomicBool>,
}

impl Load {
    /// Begins. `floors` is the newest version of each line that any answer has shown so far.
    pub(crate) fn start(
        fleet: &Arc<Fleet>,
        lines: &Arc<Vec<TestLine>>,
        floors: &Arc<Vec<AtomicI64>>,
        pace: &Pace,
        dice: &mut Dice,
    ) -> Self {
        let is_over = Arc::new(AtomicBool::new(false));
        let mut callers = JoinSet::new();
        for _ in 0..pace.callers {
            let caller = Caller {
                fleet: fleet.clone(),
                lines: lines.clone(),
                floors: floors.clone(),
                pace: pace.clone(),
                dice: dice.another(),
                is_over: is_over.clone(),
            };
            callers.spawn(caller.call());
        }
        Self { is_over, callers }
    }

    /// No new requests; waits until all that were begun are answered.
    pub async fn finish(mut self) -> History {
        self.is_over.store(true, Ordering::SeqCst);
        let mut history = History::default();
        while let Some(calls) = self.callers.join_next().await {
            history.0.extend(calls.unwrap());
        }
        history
    }
}

impl Caller {
    async fn call(mut self) -> Vec<Call> {
        let mut calls = Vec::new();
        while !self.is_over.load(Ordering::SeqCst) {
            let ask = self.ask();
            let line = if self.dice.chance(50) {
                self.dice.below(self.pace.favourites.min(self.lines.len()))
            } else {
                self.dice.below(self.lines.len())
            };
            let mut call = Call::new(SystemIds.next(), line, ask, self.fleet.stage().account());
            self.carry_through(&mut call).await;
            calls.push(call);
            tokio::time::sleep(self.dice.millis(self.pace.pause_ms.clone())).await;
        }
        calls
    }

    fn ask(&mut self) -> Ask {
        let reasons =
            [Reason::Loss, Reason::Loss, Reason::Theft, Reason::Theft, Reason::Other, Reason::Unpaid];
        let reason = *self.dice.pick(&reasons);
        match self.dice.below(10) {
            0 => Ask::Look,
            1..=4 => Ask::Suspend(reason),
            // Now and then somebody forgets that the handset must be back.
            _ if self.dice.chance(5) => Ask::Reinstate(reason, None),
            _ => Ask::Reinstate(reason, Some(SystemClock.now())),
        }
    }

    /// Sends the request until it is answered, each time to any replica.
    async fn carry_through(&mut self, call: &mut Call) {
        let began = Instant::now();
        while call.end().is_none() && began.elapsed() < ANSWER_LIMIT {
            let way = match self.pace.only {
                Some(number) => self.fleet.door(number, &call.person).map(|door| (number, door)),
                None => self.fleet.any_door(&mut self.dice, &call.person),
            };
            let Some((replica, door)) = way else {
                tokio::time::sleep(Duration::from_millis(20)).await;
                continue;
            };
            let deadline = match self.dice.below(4) {
                0 => None,
                1 => Some(Duration::from_millis(300)),
                _ => Some(Duration::from_secs(3)),
            };
            let floor = self.floors[call.line].load(Ordering::SeqCst);
            let sent_at = Instant::now();
            let sending = call.send(&door, &self.lines[call.line], deadline);
            let reply = tokio::time::timeout(PATIENCE, sending).await.unwrap_or(Reply::NoAnswer {
                code: tonic::Code::DeadlineExceeded,
                reason: String::new(),
                retry_after: None,
            });
            if let Some(version) = reply.version() {
                self.floors[call.line].fetch_max(version, Ordering::SeqCst);
            }
            let (ended_at, ended_at_clock) = (Instant::now(), SystemClock.now());
            let is_end = reply.is_end();
            call.attempts.push(Attempt { floor, replica, sent_at, ended_at, ended_at_clock, reply });
            if !is_end {
                // Shorter than asked for, so that a repeat meets the first attempt still under way.
                tokio::time::sleep(self.dice.millis(5..150)).await;
            }
        }
    }
}

impl History {
    /// All attempts, by the moment of their end.
    pub fn attempts(&self) -> Vec<&Attempt> {
        let mut attempts: Vec<_> = self.0.iter().flat_map(|call| &call.attempts).collect();
        attempts.sort_by_key(|attempt| attempt.ended_at);
        attempts
    }

    /// How long after `moment` a command was carried out by `replica` that was sent after it; none if none was. Every
    /// command takes the log's lock, also one that finds nothing to do.
    pub fn serves_after(&self, replica: usize, moment: Instant) -> Option<Duration> {
        let commands = self.0.iter().filter(|call| call.ask.is_command());
        let served = commands.flat_map(|call| &call.attempts).filter(|attempt| {
            attempt.replica == replica
                && attempt.sent_at >= moment
                && matches!(attempt.reply, Reply::Answered(_))
        });
        served.map(|attempt| attempt.ended_at - moment).min()
    }

    /// What was said to those who got no answer from a replica that was there: code, reason, and whether it says when to
    /// try again; each with its count.
    pub fn complaints(&self) -> std::collections::BTreeMap<(String, String, bool), usize> {
        let mut complaints = std::collections::BTreeMap::new();
        for attempt in self.attempts() {
            if let Reply::NoAnswer { code, reason, retry_after } = &attempt.reply {
                let complaint = (format!("{code:?}"), reason.clone(), retry_after.is_some());
                *complaints.entry(complaint).or_default() += 1;
            }
        }
        complaints
    }

    /// Requests whose answer came at the first attempt, of all.
    pub fn summary(&self) -> String {
        let attempts: usize = self.0.iter().map(|call| call.attempts.len()).sum();
        let refused = self
            .0
            .iter()
            .filter(|call| call.end().is_some_and(|end| matches!(end.reply, Reply::Refused { .. })));
        format!("{} requests in {attempts} attempts, {} refused", self.0.len(), refused.count())
    }

    /// Both together.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }
}
