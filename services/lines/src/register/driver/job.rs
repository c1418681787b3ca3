//! Work on one line: take the lease, read the intent under it, drive the register there, read back, record.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use tracing::{Instrument, info_span};
use uuid::Uuid;
use vigie_clock::Context;
use vigie_eventlog::{ExecuteError, LeaseOp, Order, Outcome};

use super::Core;
use super::hands::{Hands, Settled};
use super::lease::Held;
use super::metrics::{FoundBy, Towards};
use super::queue::{Lane, Purpose, Work};
use super::stop::Stop;
use crate::domain::{Command, Confirmation, Line, Observed, Rejection};
use crate::register::watch::Cause;
use crate::register::{Domains, Error, ReadBack, Session};

/// Intents that may overtake one another under one lease.
const ROUNDS_MAX: usize = 16;

/// SIMs of a line's past that are looked at.
const RETIRED_MAX: usize = 8;

/// How long recording may take.
const RECORD_DEADLINE: Duration = Duration::from_secs(5);

/// The actor of what the driver records.
const ACTOR: &str = "register-driver";

/// What to do with a line after work on it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// Nothing.
    Done,
    /// Again after this time.
    Again(Duration),
}

/// Who says that a difference nobody waits for may be put right, and in which direction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Licence {
    /// A write of ours explains it: either direction.
    OwnWrite,
    /// The sweep by itself: towards barred only.
    TowardsBarred,
    /// A person: either direction.
    Approved(String),
    /// Nobody: only record it.
    Nobody,
}

impl Licence {
    fn allows(&self, towards: Towards) -> bool {
        match self {
            Self::OwnWrite | Self::Approved(_) => true,
            Self::TowardsBarred => towards == Towards::Barred,
            Self::Nobody => false,
        }
    }

    fn found_by(&self) -> FoundBy {
        match self {
            Self::OwnWrite => FoundBy::Watch,
            Self::TowardsBarred | Self::Approved(_) | Self::Nobody => FoundBy::Comparison,
        }
    }
}

/// What comparing a line that nobody waits for came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Compared {
    pub(crate) differs: bool,
    pub(crate) repaired: bool,
}

/// One piece of work, with the session that it uses.
pub(crate) struct Job<'a> {
    pub(crate) core: &'a Core,
    pub(crate) session: &'a mut Option<Box<dyn Session>>,
    pub(crate) work: &'a mut Work,
}

impl Job<'_> {
    /// Does what the line needs now.
    pub(crate) async fn run(&mut self) -> Next {
        let result = match self.work.purpose {
            Purpose::Drive => self.drive(None).await.map(drop),
            Purpose::Watch => self.watch().await,
        };
        match result {
            Ok(()) => Next::Done,
            Err(stop) => self.next_after(stop).await,
        }
    }

    /// A look at a line that a late write may have changed. Without a lease as long as nothing differs.
    async fn watch(&mut self) -> Result<(), Stop> {
        self.arm_what_must_be().await?;
        let (state, _) = self.core.aggregates.load(self.work.line_id).await?;
        if let Some(line) = state.as_ref() {
            if line.is_unconfirmed() {
                // The driver's; the watch goes on until the line was looked at after its confirmation.
                return Ok(());
            }
            if line.drift().is_some() || self.look(line).await?.differs() {
                let explained = self.core.watches.explains(self.work.line_id).await.map_err(Stop::Watch)?;
                let licence = if explained { Licence::OwnWrite } else { Licence::TowardsBarred };
                self.drive(Some(&licence)).await?;
            }
        }
        self.core.end_watch(self.work.line_id).await
    }

    /// Carries out what waits; if nothing does, compares under `licence`, where there is one.
    pub(crate) async fn drive(&mut self, licence: Option<&Licence>) -> Result<Compared, Stop> {
        self.arm_what_must_be().await?;
        for round in 0..ROUNDS_MAX {
            let is_first_look = round == 0 && self.work.carry.attempts == 0;
            let state = self.lease_and_state(is_first_look).await?;
            let Some(line) = state.as_ref() else {
                self.give_back().await;
                return Ok(Compared::default());
            };
            if let Some(waiting_since) = line.waiting_since() {
                let waited = self.core.now().since(waiting_since);
                self.work.carry.since = Instant::now().checked_sub(waited).unwrap_or_else(Instant::now);
            }
            let step = match licence {
                _ if line.is_unconfirmed() => self.carry_out(line).await?.map(|()| Compared::default()),
                Some(licence) => self.compare(line, licence).await?,
                None => {
                    self.give_back().await;
                    return Ok(Compared::default());
                }
            };
            if let Some(compared) = step {
                return Ok(compared);
            }
        }
        Err(Stop::Restless)
    }

    /// Drives the register to the intent and records the confirmation. None if a later intent came meanwhile.
    async fn carry_out(&mut self, line: &Line) -> Result<Option<()>, Stop> {
        let Some(intent) = line.unconfirmed() else {
            tracing::warn!(line_id = %self.work.line_id, "an identifier was erased: the register cannot be driven");
            self.give_back().await;
            return Ok(Some(()));
        };
        let settled = self.hands().carry_out(&intent.target).instrument(info_span!("register.write")).await?;
        vigie_eventlog::kill_point("register.after_read_back");
        let command = Command::Confirm { sequence: intent.sequence, read_back: self.confirmation(&settled) };
        let urgent = self.work.lane == Lane::Urgent || line.is_urgent();
        let confirm = self.settle_lease_with(command, urgent).instrument(info_span!("register.confirm"));
        let Some(outcome) = confirm.await? else { return Ok(None) };
        let recorded_at = outcome.events.first().map_or_else(|| self.core.now(), |event| event.recorded_at);
        for act in line.pending_acts() {
            self.core.metrics.confirmed(act, recorded_at.since(act.received_at));
        }
        self.core.waiters.confirmed(self.work.line_id, intent.sequence);
        Ok(Some(()))
    }

    /// Compares a line that nobody waits for, records a difference, and puts it right if `licence` allows. None if the line
    /// changed meanwhile.
    async fn compare(&mut self, line: &Line, licence: &Licence) -> Result<Option<Compared>, Stop> {
        let seen = self.look(line).await?;
        let retired_were_alive = !seen.retired_alive.is_empty();
        if retired_were_alive && *licence != Licence::Nobody {
            // Whatever the line itself may need: a replaced SIM never comes back to life.
            for imsi in &seen.retired_alive {
                self.hands().settle(imsi, Domains::BARRED).await?;
                self.core.metrics.drift(licence.found_by(), Towards::Barred, true);
                tracing::warn!(line_id = %self.work.line_id, "a replaced SIM was alive and is barred again");
            }
        }
        if let (false, Some(main)) = (seen.main_differs(), &seen.main) {
            // Also ends what is on record as different, if somebody else put it right.
            let settled = Settled { read_back: main.clone(), detached: false };
            let repaired = retired_were_alive && *licence != Licence::Nobody;
            let recorded = self.record_repair(line, &settled, None).await?;
            return Ok(recorded.map(|()| Compared { differs: retired_were_alive, repaired }));
        }
        let Some(imsi) = line.imsi().known() else {
            self.give_back().await;
            return Ok(Some(Compared::default()));
        };
        let command = Command::RecordDrift {
            sequence: sequence_of(line),
            found: seen.observed(),
            explained_by_own_write: *licence == Licence::OwnWrite,
        };
        if self.record(command, LeaseOp::None, true).await?.is_none() {
            return Ok(None);
        }
        let towards = if seen.wanted.is_barred() { Towards::Barred } else { Towards::Open };
        // A SIM that the register does not know cannot be written.
        let is_allowed = seen.main.is_some() && licence.allows(towards);
        self.core.metrics.drift(licence.found_by(), towards, is_allowed);
        tracing::warn!(
            line_id = %self.work.line_id, towards = towards.as_str(), repairing = is_allowed,
            "the register shows something that nobody asked for"
        );
        if !is_allowed {
            self.give_back().await;
            return Ok(Some(Compared { differs: true, repaired: false }));
        }
        let settled = self.hands().settle(imsi.as_str(), seen.wanted).await?;
        let approved_by = match licence {
            Licence::Approved(person) => Some(person.clone()),
            _ => None,
        };
        let recorded = self.record_repair(line, &settled, approved_by).await?;
        Ok(recorded.map(|()| Compared { differs: true, repaired: true }))
    }

    /// What the register shows for the line's SIMs.
    pub(crate) async fn look(&mut self, line: &Line) -> Result<Seen, Stop> {
        let wanted = if line.must_be_barred() { Domains::BARRED } else { Domains::OPEN };
        let mut hands = self.hands();
        let main = match line.imsi().known() {
            Some(imsi) => hands.read(imsi.as_str()).await?,
            None => None,
        };
        let mut retired_alive = Vec::new();
        for imsi in line.retired_imsis().take(RETIRED_MAX) {
            if hands.read(imsi.as_str()).await?.is_some_and(|found| !found.domains.is_barred()) {
                retired_alive.push(imsi.as_str().to_owned());
            }
        }
        Ok(Seen { wanted, main, retired_alive })
    }

    async fn record_repair(
        &mut self,
        line: &Line,
        settled: &Settled,
        approved_by: Option<String>,
    ) -> Result<Option<()>, Stop> {
        let command = Command::RecordDriftRepaired {
            sequence: sequence_of(line),
            read_back: self.confirmation(settled),
            approved_by,
        };
        Ok(self.settle_lease_with(command, true).await?.map(drop))
    }

    fn confirmation(&self, settled: &Settled) -> Confirmation {
        let Domains { cs, ps } = settled.read_back.domains;
        Confirmation { cs, ps, attached: settled.detached, simulated: self.core.register.is_simulated() }
    }

    /// Records, and gives the lease back in the same commit. None if the line has another intent by now.
    async fn settle_lease_with(
        &mut self,
        command: Command,
        urgent: bool,
    ) -> Result<Option<Outcome<Option<Line>>>, Stop> {
        let Some(held) = self.work.carry.held else { return Err(Stop::LeaseStale) };
        let settle = LeaseOp::Settle { holder: self.core.holder, fence: held.fence };
        let outcome = self.record(command, settle, urgent).await?;
        if outcome.is_some() {
            self.work.carry.held = None;
        }
        Ok(outcome)
    }

    async fn record(
        &mut self,
        command: Command,
        lease: LeaseOp,
        urgent: bool,
    ) -> Result<Option<Outcome<Option<Line>>>, Stop> {
        let log = self.core.aggregates.log();
        let mut context = Context::system(ACTOR, log.clock().now(), log.ids().next());
        context.traceparent = vigie_chassis::grpc::traceparent();
        let mut order = Order::new(self.work.line_id, command, context);
        order.urgent = urgent;
        order.lease = lease;
        order.deadline = Some(Instant::now() + RECORD_DEADLINE);
        match self.core.aggregates.execute(order).await {
            Ok(outcome) => Ok(Some(outcome)),
            Err(ExecuteError::Rejected { rejection: Rejection::Superseded, .. }) => Ok(None),
            Err(ExecuteError::Rejected { rejection: Rejection::ReadBackDiffers, .. }) => Err(Stop::Differs),
            Err(error) => Err(Stop::log(error)),
        }
    }

    /// The state under the lease: the one that came with the intent while it is fresh, else a new one.
    async fn lease_and_state(&mut self, is_first_look: bool) -> Result<Arc<Option<Line>>, Stop> {
        let line_id = self.work.line_id;
        if let Some(held) = self.work.carry.held {
            self.adopt(held).await?;
            if held.lasts(self.core.options.write_needs()) {
                // The append that took this lease was this process' own and the latest then. What another replica has
                // appended since makes the confirmation conflict, and the next round reads it.
                let known = is_first_look.then(|| self.core.aggregates.last_known(line_id)).flatten();
                return match known {
                    Some((state, _)) => Ok(state),
                    None => Ok(self.core.aggregates.load(line_id).await?.0),
                };
            }
            self.work.carry.held = None;
        }
        let (asked, ttl) = (Instant::now(), self.core.options.lease_ttl());
        let leased = self.core.aggregates.take_lease(line_id, self.core.holder, ttl).await?;
        let lease = leased.lease.ok_or_else(|| Stop::Log("no answer about the lease".to_owned()))?;
        let held = if lease.granted {
            Held::since(asked, &lease, ttl)
        } else {
            let log = self.core.aggregates.log();
            let rest = Held::until(&lease, log.clock().now(), log.clock_skew(), ttl);
            let is_ours = lease.holder == Some(self.core.holder);
            if !is_ours || !rest.lasts(self.core.options.write_needs()) {
                let skew = log.clock_skew().min(ttl);
                return Err(Stop::Elsewhere(rest.expires.saturating_duration_since(Instant::now()) + skew));
            }
            // Granted with an intent whose nudge has not reached us: there is one worker per line in this process.
            rest
        };
        self.adopt(held).await?;
        Ok(leased.state)
    }

    /// Before the first write under a lease: whoever had it before without giving it back may have a write under way. Unless
    /// that was this process, which knows of all its writes.
    async fn adopt(&mut self, held: Held) -> Result<(), Stop> {
        let was_ours = self.work.carry.last_fence == Some(held.fence - 1);
        if held.taken_over && !was_ours {
            self.core.arm(self.work.line_id, Cause::LeaseTakenOver).await?;
        }
        self.work.carry.last_fence = Some(held.fence);
        self.work.carry.held = Some(Held { taken_over: false, ..held });
        Ok(())
    }

    /// Best effort: a lease that is not given back ends by itself, and whoever takes it next watches the line.
    async fn give_back(&mut self) {
        if let Some(held) = self.work.carry.held.take()
            && let Err(error) =
                self.core.aggregates.give_back(self.work.line_id, self.core.holder, held.fence).await
        {
            tracing::debug!(line_id = %self.work.line_id, %error, "a lease was not given back");
        }
    }

    async fn arm_what_must_be(&mut self) -> Result<(), Stop> {
        if let Some(cause) = self.work.carry.must_arm {
            self.core.arm(self.work.line_id, cause).await?;
            self.work.carry.must_arm = None;
        }
        Ok(())
    }

    /// Puts on record what may land late, then says when to try again. The lease is kept: as long as it lasts nobody else
    /// writes, and once it is over this process knows that it was its own.
    pub(crate) async fn next_after(&mut self, stop: Stop) -> Next {
        let line_id: Uuid = self.work.line_id;
        let cause = match &stop {
            Stop::Register(Error::UnknownEffect { .. }) => Some(Cause::UnknownEffect),
            Stop::LateAnswer => Some(Cause::LateAnswer),
            Stop::LeaseLost => Some(Cause::LeaseLost),
            _ => None,
        };
        if cause.is_some() {
            self.work.carry.must_arm = cause;
            if let Err(stop) = self.arm_what_must_be().await {
                tracing::error!(%line_id, error = %stop, "a write of unknown effect is not on record yet");
            }
        }
        if matches!(stop, Stop::LateAnswer | Stop::LeaseLost | Stop::LeaseStale) {
            self.work.carry.held = None;
        }
        let attempts = self.work.carry.attempts;
        let options = &self.core.options;
        let delay = match &stop {
            Stop::LeaseStale | Stop::LateAnswer | Stop::LeaseLost => Duration::ZERO,
            Stop::Elsewhere(rest) => (*rest).clamp(options.retry_min(), options.lease_ttl()),
            // The session was found closed before anything was sent: another one may do.
            Stop::Register(Error::Unreachable { .. }) if attempts == 0 => Duration::ZERO,
            Stop::Register(Error::NoSuchSubscriber | Error::Refused(_) | Error::NumberTaken)
            | Stop::Differs
            | Stop::Conflict(_) => options.backoff(attempts, options.refused_retry_max()),
            _ => options.backoff(attempts, options.retry_max()),
        };
        if !matches!(stop, Stop::Elsewhere(_)) {
            self.work.carry.attempts = attempts.saturating_add(1);
            // Loud at first and then at every doubling: a register that is down fails every line again and again.
            if self.work.carry.attempts.is_power_of_two() {
                tracing::warn!(%line_id, attempts = self.work.carry.attempts, error = %stop, "the register is not driven yet");
            }
        }
        Next::Again(delay)
    }

    fn hands(&mut self) -> Hands<'_> {
        Hands {
            session: self.session,
            metrics: &self.core.metrics,
            write_needs: self.core.options.write_needs(),
            held: self.work.carry.held,
        }
    }
}

/// The intent that a line without a waiting command is compared with.
fn sequence_of(line: &Line) -> u64 {
    line.intent().map_or(0, |intent| intent.sequence)
}

/// What the register shows for a line, beside what it should.
#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) wanted: Domains,
    /// The SIM in use; None if the register does not know it.
    pub(crate) main: Option<ReadBack>,
    /// Replaced SIMs that some domain serves.
    pub(crate) retired_alive: Vec<String>,
}

impl Seen {
    pub(crate) fn differs(&self) -> bool {
        self.main_differs() || !self.retired_alive.is_empty()
    }

    /// A SIM that the register does not know cannot be served: it differs, and no write of ours helps.
    pub(crate) fn main_differs(&self) -> bool {
        self.main.as_ref().is_none_or(|found| found.domains != self.wanted)
    }

    fn observed(&self) -> Observed {
        self.main
            .as_ref()
            .map_or(Observed::UNKNOWN, |found| Observed::domains(found.domains.cs, found.domains.ps))
    }
}
