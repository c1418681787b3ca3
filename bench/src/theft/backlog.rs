//! Commands that wait for the register, and go on waiting because new ones come.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};
use tonic::{Code, Request, Status};
use vigie_clock::{Ids as _, SystemIds};
use vigie_proto::lines::{ReinstateLineRequest, SuspendLineRequest, SuspensionReason};
use vigie_testkit::OsmoHlr;

use crate::fiction;
use crate::harness::{blocking, text};
use crate::vigie::{Lines, Vigie};

/// Commands asked at once.
const AT_ONCE: u64 = 192;

/// "Accepted, pending" is answered 50 ms before the caller's deadline; a short one makes a backlog quickly.
const DEADLINE: Duration = Duration::from_millis(150);

/// Tries with the same request id where the answer did not come in time.
const TRIES_MAX: usize = 50;

/// What is asked beyond the wanted number, since the register works while is counted.
const RESERVE: u64 = 2_500;

/// Commands asked between two looks.
const STEP: u64 = 1_000;
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Commands for a range of lines.
pub struct Backlog {
    lines: Lines,
    numbers: Range<u64>,
    vigie: Arc<Vigie>,
    next: AtomicU64,
    /// Acts asked, by others too.
    asked: AtomicU64,
    /// Acts that had been confirmed before.
    confirmed_before: u64,
}

/// How many waited while the backlog was kept.
#[derive(Clone, Copy, Debug)]
pub struct Pending {
    pub at_start: u64,
    pub min: u64,
    pub max: u64,
    pub worked_off_per_s: f64,
}

impl Backlog {
    /// Nothing waits yet, and nothing else may be under way.
    pub async fn new(lines: Lines, numbers: Range<u64>, vigie: Arc<Vigie>) -> Result<Self, String> {
        let confirmed_before = vigie.confirmed_acts().await?;
        if confirmed_before == 0 {
            return Err("the metrics count no confirmed act, so a backlog cannot be counted".to_owned());
        }
        let (next, asked) = (AtomicU64::new(0), AtomicU64::new(0));
        Ok(Self { lines, numbers, vigie, next, asked, confirmed_before })
    }

    /// Stops the register, asks for `pending` acts and more, lets it go on.
    pub async fn build_up(self: &Arc<Self>, register: &Arc<OsmoHlr>, pending: u64) -> Result<(), String> {
        let (stopped, resumed) = (register.clone(), register.clone());
        blocking(move || stopped.stop()).await?;
        let asked = self.ask(pending + 2 * RESERVE).await;
        blocking(move || resumed.cont()).await?;
        asked
    }

    /// Counts acts that somebody else asked for.
    pub fn also_asked(&self, acts: u64) {
        self.asked.fetch_add(acts, Ordering::Relaxed);
    }

    /// Keeps at least `pending` waiting until `is_over`.
    pub async fn keep(self: Arc<Self>, pending: u64, is_over: Arc<AtomicBool>) -> Result<Pending, String> {
        let (start, confirmed_at_start) = (Instant::now(), self.vigie.confirmed_acts().await?);
        let mut waiting = self.waiting(confirmed_at_start);
        let mut seen = Pending { at_start: waiting, min: waiting, max: waiting, worked_off_per_s: 0.0 };
        while !is_over.load(Ordering::Relaxed) {
            if waiting < pending + RESERVE {
                self.ask(STEP).await?;
            } else {
                sleep(LOOK_EVERY).await;
            }
            let confirmed = self.vigie.confirmed_acts().await?;
            waiting = self.waiting(confirmed);
            seen.min = seen.min.min(waiting);
            seen.max = seen.max.max(waiting);
            let worked_off = confirmed.saturating_sub(confirmed_at_start);
            seen.worked_off_per_s = worked_off as f64 / start.elapsed().as_secs_f64();
        }
        Ok(seen)
    }

    fn waiting(&self, confirmed: u64) -> u64 {
        let worked_off = confirmed.saturating_sub(self.confirmed_before);
        self.asked.load(Ordering::Relaxed).saturating_sub(worked_off)
    }

    /// Asks for so many acts and waits until each is accepted.
    async fn ask(self: &Arc<Self>, acts: u64) -> Result<(), String> {
        let until = self.next.load(Ordering::Relaxed) + acts;
        let mut callers = JoinSet::new();
        for _ in 0..AT_ONCE.min(acts) {
            let backlog = self.clone();
            callers.spawn(async move {
                while let Some(act) = backlog.ticket(until) {
                    backlog.ask_one(act).await?;
                    backlog.also_asked(1);
                }
                Ok::<_, String>(())
            });
        }
        callers.join_all().await.into_iter().collect()
    }

    fn ticket(&self, until: u64) -> Option<u64> {
        let take = |next| (next < until).then_some(next + 1);
        self.next.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).ok()
    }

    /// All lines are suspended in turn, then reinstated, and so on: far fewer wait than there are lines, so a line's act is
    /// confirmed before its next one.
    async fn ask_one(&self, act: u64) -> Result<(), String> {
        let lines = self.numbers.end - self.numbers.start;
        let line = Some(fiction::by_number(self.numbers.start + act % lines));
        let (reason, request_id) = (SuspensionReason::Other.into(), SystemIds.next().to_string());
        let mut last = Status::ok("");
        for _ in 0..TRIES_MAX {
            let (request_id, line) = (request_id.clone(), line.clone());
            let answered = if (act / lines).is_multiple_of(2) {
                let request = SuspendLineRequest { request_id, line, reason, ..Default::default() };
                self.lines.clone().suspend_line(soon(request)).await.map(drop)
            } else {
                let request = ReinstateLineRequest {
                    request_id,
                    line,
                    reason,
                    on_behalf: None,
                    handset_recovery: None,
                    ..Default::default()
                };
                self.lines.clone().reinstate_line(soon(request)).await.map(drop)
            };
            match answered {
                Ok(()) => return Ok(()),
                Err(status) if may_pass(&status) => last = status,
                Err(status) => return Err(text(status)),
            }
        }
        Err(format!("a command was not accepted: {last}"))
    }
}

fn soon<T>(message: T) -> Request<T> {
    let mut request = Request::new(message);
    request.set_timeout(DEADLINE);
    request
}

/// The same request id tells, or goes through, a moment later.
fn may_pass(status: &Status) -> bool {
    matches!(
        status.code(),
        Code::Cancelled
            | Code::DeadlineExceeded
            | Code::Unavailable
            | Code::ResourceExhausted
            | Code::Aborted
    )
}
