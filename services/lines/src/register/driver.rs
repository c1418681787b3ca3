//! Drives every line's register to its recorded intent, at once and for as long as it takes (EVENTLOG.md, rules 27–29).
//!
//! A command is nudged here after its commit; what was not nudged is found by a scan. Each line is worked on under a lease, by
//! one worker of one replica at a time. What cannot be known, a write without an answer, is put on record and watched.
//!
//! Invariant: nothing is written to the register without a lease that lasts longer than the write may take, and nothing is
//! tried again before an unknown effect is on record.

mod hands;
pub(super) mod job;
mod lease;
pub(super) mod metrics;
mod options;
pub(super) mod queue;
mod scan;
mod stop;
mod waiters;
mod worker;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};
use std::time::Duration;

use opentelemetry::global;
use parking_lot::Mutex;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout_at};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use vigie_clock::Timestamp;
use vigie_eventlog::{Aggregates, Database, Lease};

use self::lease::Held;
use self::metrics::Metrics;
pub use self::options::Options;
use self::queue::{Lane, Nudge, Purpose, Queue};
use self::stop::Stop;
use self::waiters::Waiters;
use super::candidates::Candidates;
use super::control::{Control, Orders};
use super::reconcile::{self, Progress, ReconcileError};
use super::watch::{Cause, Watches};
use super::{Error, Register, Session};
use crate::domain::Line;

/// How often a waiter looks whether another replica confirmed.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Everything that the driver's tasks share.
pub(super) struct Core {
    pub(super) aggregates: Aggregates<Line>,
    pub(super) register: Arc<dyn Register>,
    pub(super) candidates: Arc<dyn Candidates>,
    pub(super) watches: Watches,
    pub(super) control: Control,
    pub(super) options: Options,
    pub(super) holder: Uuid,
    pub(super) queue: Queue,
    waiters: Waiters,
    pub(super) metrics: Metrics,
    stopping: CancellationToken,
    reachable: AtomicBool,
    /// When the register last could not be reached, microseconds.
    trouble_at: AtomicI64,
    pending: AtomicUsize,
    overdue: AtomicUsize,
    pub(super) orders: Mutex<Orders>,
    pub(super) sweeping: tokio::sync::Mutex<()>,
}

/// How the register and what waits for it stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// `OsmoHLR at 127.0.0.1:4259`.
    pub description: String,
    /// Whether no real network hears it.
    pub simulated: bool,
    /// Whether it answered last.
    pub reachable: bool,
    /// Commands that wait for it, of all replicas.
    pub pending: u64,
    /// Of these, known to this replica to wait for more than 60 s.
    pub overdue: u64,
    /// Why the reconciler is paused.
    pub paused: Option<String>,
    /// Differences that wait for a person.
    pub waiting_for_approval: u64,
}

/// The driver of a register, on its way.
pub struct Driver;

impl Driver {
    /// Starts the workers, the scan, the watch and the sweep. `database` holds the tables of [`super::watch::MIGRATION`]
    /// and must be durable: what is written there cannot be derived from the log.
    pub fn start(
        aggregates: Aggregates<Line>,
        register: Arc<dyn Register>,
        candidates: Arc<dyn Candidates>,
        database: Database,
        options: Options,
    ) -> Handle {
        let log = aggregates.log();
        let (holder, now) = (log.ids().next(), log.clock().now());
        let core = Arc::new(Core {
            register,
            candidates,
            watches: Watches::new(database.clone()),
            control: Control::new(database),
            holder,
            queue: Queue::new(options.queue_max),
            waiters: Waiters::default(),
            metrics: Metrics::new(),
            stopping: CancellationToken::new(),
            reachable: AtomicBool::new(false),
            trouble_at: AtomicI64::new(now.as_micros()),
            pending: AtomicUsize::new(0),
            overdue: AtomicUsize::new(0),
            orders: Mutex::default(),
            sweeping: tokio::sync::Mutex::new(()),
            aggregates,
            options,
        });
        core.observe();
        let mut tasks = Vec::new();
        for worker in 0..core.options.workers.max(2) {
            // One worker is always free for a loss or theft, and one more for what may have gone wrong.
            let lowest = match worker {
                0 => Lane::Urgent,
                1 if core.options.workers > 2 => Lane::Watch,
                _ => Lane::Normal,
            };
            tasks.push(tokio::spawn(worker::run(Arc::clone(&core), lowest)));
        }
        tasks.push(tokio::spawn(scan::run(Arc::clone(&core))));
        tasks.push(tokio::spawn(scan::watches(Arc::clone(&core))));
        tasks.push(tokio::spawn(reconcile::sweep_regularly(Arc::clone(&core), core.stopping.clone())));
        let tasks = Tasks { stopping: core.stopping.clone(), handles: Mutex::new(tasks) };
        Handle { core, tasks: Arc::new(tasks) }
    }
}

/// How the rest of the service talks to the driver. Cheap to clone.
#[derive(Clone)]
pub struct Handle {
    core: Arc<Core>,
    tasks: Arc<Tasks>,
}

/// The driver's tasks; they end when nobody has a handle any more.
struct Tasks {
    stopping: CancellationToken,
    handles: Mutex<Vec<JoinHandle<()>>>,
}

impl Drop for Tasks {
    fn drop(&mut self) {
        self.stopping.cancel();
    }
}

impl Handle {
    /// Whom leases are taken for.
    pub fn holder(&self) -> Uuid {
        self.core.holder
    }

    /// How long a lease is taken for with an intent.
    pub fn lease_ttl(&self) -> Duration {
        self.core.options.lease_ttl()
    }

    /// Asks for the line to be driven, after the commit of its intent; with the lease that was taken in that commit, if it
    /// was granted. Never blocks. When there is no room the scan finds the line.
    pub fn drive(&self, line_id: Uuid, urgent: bool, lease: Option<Lease>) {
        let log = self.core.aggregates.log();
        let granted = lease.filter(|lease| lease.granted);
        let held = granted.map(|lease| {
            Held::until(&lease, log.clock().now(), log.clock_skew(), self.core.options.lease_ttl())
        });
        let lane = if urgent { Lane::Urgent } else { Lane::Normal };
        let nudge = Nudge { held, span: tracing::Span::current(), ..Nudge::new(lane, Purpose::Drive) };
        if !self.core.queue.push(line_id, nudge) {
            tracing::debug!(%line_id, "no room for a nudge: the scan finds the line");
        }
    }

    /// Waits until intent `sequence` of the line, or a later one, is confirmed, by whichever replica; false at `deadline`.
    pub async fn confirmed(&self, line_id: Uuid, sequence: u64, deadline: Instant) -> bool {
        let Some(mut here) = self.core.waiters.wait(line_id, sequence) else { return true };
        let is_confirmed = loop {
            let look_at = deadline.min(Instant::now() + LOOK_EVERY);
            match timeout_at(look_at, &mut here).await {
                Ok(answer) => break answer.is_ok(),
                Err(_) if Instant::now() >= deadline => break false,
                Err(_) => {
                    let look = timeout_at(deadline, self.core.aggregates.load(line_id)).await;
                    if matches!(look, Ok(Ok((state, _))) if is_confirmed(state.as_ref().as_ref(), sequence)) {
                        break true;
                    }
                }
            }
        };
        drop(here);
        self.core.waiters.tidy(line_id);
        is_confirmed
    }

    /// How things stand; no I/O.
    pub fn status(&self) -> Status {
        self.core.status()
    }

    /// Compares every line with the register, and puts right what may be put right. `approved_by` is the person who allows
    /// what the sweep does not do by itself: unbarring, and more differences than the limit. Progress is sent as it goes; the
    /// comparison goes on to its end when nobody listens any more.
    ///
    /// # Errors
    /// See [`ReconcileError`].
    pub async fn reconcile(
        &self,
        approved_by: Option<String>,
        progress: mpsc::Sender<Progress>,
    ) -> Result<Progress, ReconcileError> {
        let core = Arc::clone(&self.core);
        let sweep = tokio::spawn(async move { reconcile::sweep(&core, approved_by, Some(progress)).await });
        sweep.await.map_err(|_| ReconcileError::Ended)?
    }

    /// Stops repairs by the reconciler, of all replicas; commands and watches go on.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn pause(&self, reason: &str) -> Result<(), sqlx::Error> {
        self.core.control.pause(reason).await?;
        self.core.orders.lock().paused = Some(reason.to_owned());
        Ok(())
    }

    /// Lets the reconciler repair again.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn unpause(&self) -> Result<(), sqlx::Error> {
        self.core.control.unpause().await?;
        self.core.orders.lock().paused = None;
        Ok(())
    }

    /// Lets what is in work end, at most until `deadline`. What waits stays recorded: another replica, or the next start,
    /// goes on with it.
    pub async fn shutdown(&self, deadline: Instant) {
        self.core.stopping.cancel();
        let tasks = std::mem::take(&mut *self.tasks.handles.lock());
        for mut task in tasks {
            if timeout_at(deadline, &mut task).await.is_err() {
                task.abort();
            }
        }
    }
}

fn is_confirmed(line: Option<&Line>, sequence: u64) -> bool {
    line.is_some_and(|line| {
        let is_reached = line.intent().is_some_and(|intent| intent.sequence >= sequence);
        is_reached && !line.is_unconfirmed()
    })
}

impl Core {
    pub(super) fn now(&self) -> Timestamp {
        self.aggregates.log().clock().now()
    }

    pub(super) async fn connect(&self) -> Result<Box<dyn Session>, Error> {
        let connected = self.register.connect().await;
        self.heard(connected.is_ok());
        if connected.is_err() {
            self.trouble_at.store(self.now().as_micros(), Ordering::Relaxed);
        }
        connected
    }

    /// Whether the register answered just now.
    fn heard(&self, answered: bool) {
        self.reachable.store(answered, Ordering::Relaxed);
    }

    async fn arm(&self, line_id: Uuid, cause: Cause) -> Result<(), Stop> {
        let time = self.options.watch_for();
        self.watches.arm(line_id, self.now(), time, cause).await.map_err(Stop::Watch)
    }

    /// A watch ends when its time is over, counted from when the register last could not be reached: what it did not take in
    /// then may still be in some queue.
    async fn end_watch(&self, line_id: Uuid) -> Result<(), Stop> {
        let (now, trouble_at) = (self.now(), Timestamp::from_micros(self.trouble_at.load(Ordering::Relaxed)));
        if now < trouble_at.plus(self.options.watch_for()) {
            return Ok(());
        }
        self.watches.end(line_id, now).await.map_err(Stop::Watch)
    }

    /// Lets loss and theft go first.
    pub(super) async fn make_way(&self) {
        while self.queue.is_urgent_waiting() && !self.stopping.is_cancelled() {
            sleep(Duration::from_millis(1)).await;
        }
    }

    fn status(&self) -> Status {
        let orders = self.orders.lock().clone();
        let count = |number: &AtomicUsize| number.load(Ordering::Relaxed) as u64;
        Status {
            description: self.register.description(),
            simulated: self.register.is_simulated(),
            reachable: self.reachable.load(Ordering::Relaxed),
            pending: count(&self.pending),
            overdue: count(&self.overdue),
            paused: orders.paused,
            waiting_for_approval: orders.waiting,
        }
    }

    fn observe(self: &Arc<Self>) {
        let meter = global::meter("vigie.lines.register");
        type Gauge = (&'static str, &'static str, fn(&Status) -> u64);
        let gauges: [Gauge; 5] = [
            ("vigie.register.pending", "Commands that wait for the register", |status| status.pending),
            ("vigie.register.overdue", "Of these, for more than 60 s", |status| status.overdue),
            ("vigie.register.reachable", "1 if the register answered last", |status| status.reachable.into()),
            ("vigie.register.waiting_for_approval", "Differences that wait for a person", |status| {
                status.waiting_for_approval
            }),
            ("vigie.register.paused", "1 while the reconciler is paused", |status| {
                status.paused.is_some().into()
            }),
        ];
        for (name, description, value) in gauges {
            let core = Arc::downgrade(self);
            let gauge = meter.u64_observable_gauge(name).with_description(description).with_callback(
                move |observer| {
                    if let Some(core) = core.upgrade() {
                        observer.observe(value(&core.status()), &[]);
                    }
                },
            );
            let _ = gauge.build();
        }
    }
}
