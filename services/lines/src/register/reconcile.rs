//! Compares every line with the register, and puts right what may be put right without a person (EVENTLOG.md, rule 28).
//!
//! Fail-secure: by itself it only bars. What would unbar, and more differences than the limit, wait for a person: a register
//! restored from an old backup, or a wrong import, must not be "repaired" by a thousand writes in the night.

use std::sync::Arc;

use tokio::sync::mpsc;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::candidates::{BoxError, Candidate};
use super::driver::Core;
use super::driver::job::{Job, Licence, Next};
use super::driver::queue::{Purpose, Work};
use super::{Domains, Error, Session};

/// Lines per page.
const PAGE: usize = 500;

/// Where an alert about this is explained.
const RUNBOOK: &str = "deploy/runbooks/register-unconfirmed.md";

/// How far a comparison is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Lines compared so far.
    pub compared: u64,
    /// Lines to compare, as counted at the beginning.
    pub total: u64,
    /// Differences that no command explains.
    pub found: u64,
    /// Of these, put right.
    pub repaired: u64,
    /// Left for a person.
    pub waiting_for_approval: u64,
}

/// Why a comparison did not come to its end.
#[derive(Debug, thiserror::Error)]
pub enum ReconcileError {
    /// Another comparison is on its way in this process.
    #[error("a comparison is on its way already")]
    Busy,
    /// The reconciler is paused; nothing that needs approval is carried out.
    #[error("the reconciler is paused: {0}")]
    Paused(String),
    /// The register did not answer; what was compared so far stands.
    #[error("the register did not answer: the comparison ended before its end")]
    Register(#[source] Error),
    /// The view cannot be read.
    #[error("the lines cannot be listed")]
    Candidates(#[source] BoxError),
    /// The reconciler's control cannot be read or written.
    #[error("the reconciler's control cannot be read or written")]
    Control(#[source] sqlx::Error),
    /// The process is shutting down.
    #[error("the process is shutting down")]
    Ended,
}

/// Compares all lines every so often, in one of the replicas.
pub(super) async fn sweep_regularly(core: Arc<Core>, stopping: CancellationToken) {
    let period = core.options.sweep_every();
    while !stopping.is_cancelled() {
        let now = core.now();
        match core.control.take_sweep(now, now.plus(period)).await {
            Ok(true) => tokio::select! {
                swept = sweep(&core, None, None) => {
                    if let Err(error) = swept {
                        tracing::warn!(%error, "the regular comparison with the register failed");
                    }
                }
                () = stopping.cancelled() => {}
            },
            Ok(false) => {}
            Err(error) => tracing::warn!(%error, "the regular comparison cannot be planned"),
        }
        tokio::select! {
            () = sleep(core.options.scan_every()) => {}
            () = stopping.cancelled() => {}
        }
    }
}

/// One comparison of all lines.
pub(super) async fn sweep(
    core: &Core,
    approved_by: Option<String>,
    listener: Option<mpsc::Sender<Progress>>,
) -> Result<Progress, ReconcileError> {
    let Ok(_only_one) = core.sweeping.try_lock() else { return Err(ReconcileError::Busy) };
    let orders = core.control.orders().await.map_err(ReconcileError::Control)?;
    if let (Some(reason), true) = (&orders.paused, approved_by.is_some()) {
        return Err(ReconcileError::Paused(reason.clone()));
    }
    let total = core.candidates.count().await.map_err(ReconcileError::Candidates)?;
    let session = core.connect().await.map_err(ReconcileError::Register)?;
    let mut sweep =
        Sweep { core, session: Some(session), listener, progress: Progress { total, ..Progress::default() } };
    let limit = core.options.drift_limit(total);
    let kept = if approved_by.is_some() { usize::MAX } else { usize::try_from(limit).unwrap_or(usize::MAX) };
    let different = sweep.compare_all(kept).await?;
    let is_over_limit = sweep.progress.found > limit;
    let licence = match approved_by {
        Some(person) => Licence::Approved(person),
        None if orders.paused.is_some() => Licence::Nobody,
        None if is_over_limit => {
            // Not even recorded line by line: what is wrong is not the lines.
            sweep.progress.waiting_for_approval = sweep.progress.found;
            sweep.stop(limit).await?;
            return Ok(sweep.progress);
        }
        None => Licence::TowardsBarred,
    };
    sweep.put_right(&different, &licence).await?;
    sweep.progress.waiting_for_approval = sweep.progress.found - sweep.progress.repaired;
    sweep.stop(limit).await?;
    Ok(sweep.progress)
}

struct Sweep<'a> {
    core: &'a Core,
    session: Option<Box<dyn Session>>,
    listener: Option<mpsc::Sender<Progress>>,
    progress: Progress,
}

impl Sweep<'_> {
    /// The lines that differ, at most `kept` of them; all are counted.
    async fn compare_all(&mut self, kept: usize) -> Result<Vec<Uuid>, ReconcileError> {
        let mut different = Vec::new();
        let mut after = None;
        loop {
            let page = self.core.candidates.lines(after, PAGE).await.map_err(ReconcileError::Candidates)?;
            let Some(last) = page.last().map(|candidate| candidate.line_id) else { break };
            for candidate in &page {
                self.core.make_way().await;
                if self.may_differ(candidate).await? && self.differs(candidate.line_id).await? {
                    self.progress.found += 1;
                    if different.len() < kept {
                        different.push(candidate.line_id);
                    }
                }
                self.progress.compared += 1;
            }
            self.tell();
            after = Some(last);
        }
        Ok(different)
    }

    /// By the view, which may be behind. What waits for the register is the driver's.
    async fn may_differ(&mut self, candidate: &Candidate) -> Result<bool, ReconcileError> {
        if !candidate.confirmed {
            return Ok(false);
        }
        if candidate.in_drift {
            // Perhaps put right by hand meanwhile: then that is to be recorded.
            return Ok(true);
        }
        let wanted = if candidate.barred { Domains::BARRED } else { Domains::OPEN };
        let found = self.read(&candidate.imsi).await?;
        if found.is_none_or(|found| found != wanted) {
            return Ok(true);
        }
        for imsi in &candidate.retired_imsis {
            if self.read(imsi).await?.is_some_and(|found| !found.is_barred()) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// By the line itself. What a write of ours may have caused is the watch's.
    async fn differs(&mut self, line_id: Uuid) -> Result<bool, ReconcileError> {
        let is_watched = self.core.watches.explains(line_id).await.map_err(ReconcileError::Control)?;
        let Ok((state, _)) = self.core.aggregates.load(line_id).await else { return Ok(false) };
        let Some(line) = state.as_ref().as_ref().filter(|line| !line.is_unconfirmed() && !is_watched) else {
            return Ok(false);
        };
        let mut work = unqueued(line_id);
        let mut job = Job { core: self.core, session: &mut self.session, work: &mut work };
        let seen = job.look(line).await;
        match seen {
            Ok(seen) => Ok(seen.differs() || line.drift().is_some()),
            Err(_) => {
                self.reconnect().await?;
                Ok(false)
            }
        }
    }

    /// Under each line's lease, as `licence` allows.
    async fn put_right(&mut self, different: &[Uuid], licence: &Licence) -> Result<(), ReconcileError> {
        for line_id in different {
            self.core.make_way().await;
            // A line that is in work now is being driven to its intent.
            let Some(mut work) = self.core.queue.claim(*line_id, Purpose::Drive) else { continue };
            self.reconnect().await?;
            let mut job = Job { core: self.core, session: &mut self.session, work: &mut work };
            match job.drive(Some(licence)).await {
                Ok(compared) => {
                    self.progress.repaired += u64::from(compared.repaired);
                    self.progress.found -= u64::from(!compared.differs);
                    self.core.queue.finish(work);
                }
                Err(stop) => match job.next_after(stop).await {
                    // An unknown effect is the watch's from here on, and what is not on record yet must get there.
                    Next::Again(delay) if work.carry.must_arm.is_some() => self.core.queue.retry(work, delay),
                    Next::Again(_) | Next::Done => self.core.queue.finish(work),
                },
            }
            self.tell();
        }
        Ok(())
    }

    /// Says what is left for a person, and shouts if there is something.
    async fn stop(&mut self, limit: u64) -> Result<(), ReconcileError> {
        let Progress { found, waiting_for_approval: waiting, .. } = self.progress;
        if waiting > 0 {
            tracing::error!(
                found,
                waiting,
                limit,
                runbook = RUNBOOK,
                "the register differs from the record: look, then `vigie register reconcile --approve`"
            );
        }
        self.core.metrics.compared(self.core.now());
        self.core.orders.lock().waiting = waiting;
        self.core.control.set_waiting(waiting).await.map_err(ReconcileError::Control)?;
        self.tell();
        Ok(())
    }

    async fn read(&mut self, imsi: &str) -> Result<Option<Domains>, ReconcileError> {
        self.reconnect().await?;
        let Some(session) = &mut self.session else { return Ok(None) };
        match session.read(imsi).await {
            Ok(found) => Ok(found.map(|found| found.domains)),
            Err(error) => {
                self.session = None;
                Err(ReconcileError::Register(error))
            }
        }
    }

    async fn reconnect(&mut self) -> Result<(), ReconcileError> {
        if self.session.is_none() {
            self.session = Some(self.core.connect().await.map_err(ReconcileError::Register)?);
        }
        Ok(())
    }

    /// Whoever listens may be slow or gone.
    fn tell(&self) {
        if let Some(listener) = &self.listener {
            let _ = listener.try_send(self.progress);
        }
    }
}

fn unqueued(line_id: Uuid) -> Work {
    use super::driver::queue::{Carry, Lane};
    Work { line_id, lane: Lane::Normal, purpose: Purpose::Watch, carry: Carry::new() }
}
