//! The parts, opened in the order in which they need each other and closed in the other.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use vigie_bus::{DeadLetterServer, LogServer};
use vigie_chassis::health::{Check, Readiness};
use vigie_chassis::identity::{Verifier, dev};
use vigie_chassis::page::Signer;
use vigie_chassis::server::{Builder, Server, Services};
use vigie_chassis::telemetry::{self, Telemetry};
use vigie_clock::{Clock, Ids, SystemClock, SystemIds};
use vigie_commitments::{Commitments, State};
use vigie_eventlog::{AnchorFile, EventLog, forget_old_requests};
use vigie_lines::Lines;
use vigie_lines::register::{Register, Simulated};
use vigie_progress::Progress;
use vigie_proto::log::log_service_server::LogServiceServer;
use vigie_proto::views::dead_letter_service_server::DeadLetterServiceServer;

use super::config::{Config, with_causes};
use super::kafka::Bus;
use super::register::Opened;
use crate::demo::{self, Marker, Stopwatch};
use crate::error::Error;

/// How often the log's head is anchored outside of its database (rule 12).
const ANCHOR_EVERY: Duration = Duration::from_secs(5);
/// How long closing may take.
const CLOSE_WITHIN: Duration = Duration::from_secs(5);

/// All parts of a running Vigie.
pub(super) struct Parts {
    clock: Arc<dyn Clock>,
    telemetry: Telemetry,
    readiness: Readiness,
    verifier: Verifier,
    issuer: Option<Arc<dev::Issuer>>,
    pages: Signer,
    log: EventLog,
    bus: Bus,
    register: Opened,
    lines: Lines,
    commitments: Commitments,
    progress: Progress,
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Parts {
    /// Opens everything; nothing is served yet.
    pub(super) async fn open(config: &Config, marker: Marker) -> Result<Self, Error> {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let ids: Arc<dyn Ids> = Arc::new(SystemIds);
        let demo_is_due = config.is_embedded() && marker != Marker::Finished;
        let telemetry = telemetry::init(&config.telemetry(demo_is_due)).map_err(|error| unopened(&error))?;
        let readiness = Readiness::new();
        let data = &config.storage.data;
        let (verifier, issuer) = identity(config, &clock)?;
        let pages = Signer::open_or_create(&data.join("pages.key")).map_err(|error| unopened(&error))?;
        let places = config.storage.places()?;

        let log = EventLog::open(places.log_options(), clock.clone(), ids);
        let log = log.await.map_err(|error| unopened(&error))?;
        let bus = Bus::open(config, &places, &log).await?;
        let register = config.register.open(data, clock.clone())?;
        let mut options = config.lines.options(&places, config.register.call_timeout_ms());
        if issuer.is_some() {
            // Nobody with real tokens holds the demo's accounts.
            options.managers.extend(demo::managers());
        }
        let lines = vigie_lines::Parts {
            log: log.clone(),
            register: register.register.clone(),
            pages: pages.clone(),
            readiness: readiness.clone(),
        };
        let lines = Lines::open(options, lines).await.map_err(|error| unopened(&error))?;

        let ledger = vigie_commitments::Options {
            meter: Some(telemetry.meter("vigie_commitments")),
            ..places.ledger_options()
        };
        let commitments = Commitments::open(ledger, bus.feed("commitments"), clock.clone());
        let commitments = commitments.await.map_err(|error| unopened(&error))?;

        let timelines = vigie_progress::Options {
            meter: Some(telemetry.meter("vigie_progress")),
            ..places.progress_options()
        };
        let progress = Progress::open(timelines, bus.feed("progress"), clock.clone());
        let progress = progress.await.map_err(|error| unopened(&error))?;

        let parts = Self {
            clock,
            telemetry,
            readiness,
            verifier,
            issuer,
            pages,
            log,
            bus,
            register,
            lines,
            commitments,
            progress,
            stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
        };
        parts.start(config);
        Ok(parts)
    }

    /// What runs beside the serving.
    fn start(&self, config: &Config) {
        let anchoring = anchors(config).follow(self.log.clone(), ANCHOR_EVERY);
        self.tasks.spawn(self.stop.clone().run_until_cancelled_owned(anchoring));
        let forgetting = forget_old_requests(self.log.clone());
        self.tasks.spawn(self.stop.clone().run_until_cancelled_owned(forgetting));

        let (ledger, stop) = (self.commitments.clone(), self.stop.clone());
        let saying = say_whether_it_moves(self.readiness.check("commitments"), ledger.states());
        self.tasks.spawn(self.stop.clone().run_until_cancelled_owned(saying));
        self.tasks.spawn(async move {
            // Its own log line and the check say why; what it has taken in so far stays readable.
            let _told_already = ledger.run(stop.cancelled_owned()).await;
        });

        let (progress, stop) = (self.progress.clone(), self.stop.clone());
        let saying = say_whether_it_moves(self.readiness.check("progress"), progress.states());
        self.tasks.spawn(self.stop.clone().run_until_cancelled_owned(saying));
        self.tasks.spawn(async move {
            let _told_already = progress.run(stop.cancelled_owned()).await;
        });
    }

    /// Takes the addresses.
    pub(super) async fn bind(&self, config: &Config) -> Result<Server, Error> {
        let log = LogServer::new(self.log.clone(), anchors(config));
        let dead_letters = DeadLetterServer::new(
            vec![("progress", self.progress.parking())],
            self.pages.clone(),
            self.clock.clone(),
        );
        let services = self
            .lines
            .add_to(Services::new())
            .add(LogServiceServer::new(log))
            .add(DeadLetterServiceServer::new(dead_letters))
            .add(vigie_commitments::service(self.commitments.clone(), self.pages.clone()))
            .add(vigie_progress::service(self.progress.clone(), self.pages.clone()));
        Builder::new(config.server.clone(), self.clock.clone())
            .identity(self.verifier.clone())
            .rules(Lines::rules())
            .rules(vigie_bus::rules())
            .rules(vigie_bus::dead_letter_rules())
            .rules(vigie_commitments::rules())
            .rules(vigie_progress::rules())
            .descriptors(vigie_proto::DESCRIPTORS)
            .telemetry(self.telemetry.clone())
            .readiness(self.readiness.clone())
            .bind(services)
            .await
            .map_err(|error| unopened(&error))
    }

    /// The register that lines are driven in.
    pub(super) fn register(&self) -> &dyn Register {
        &*self.register.register
    }

    /// Who makes development tokens, if somebody does.
    pub(super) fn issuer(&self) -> Option<Arc<dev::Issuer>> {
        self.issuer.clone()
    }

    /// The simulated register and what sees it used.
    pub(super) fn stage_register(&self) -> Option<(Simulated, Stopwatch)> {
        self.register.simulated.clone()
    }

    /// Whether nothing was ever recorded here.
    pub(super) fn log_is_empty(&self) -> bool {
        self.log.known_head().position == 0
    }

    /// Stops what runs, commits what is queued, closes everything; bounded.
    pub(super) async fn close(self) {
        let deadline = Instant::now() + CLOSE_WITHIN;
        self.lines.shutdown(deadline).await;
        self.stop.cancel();
        self.tasks.close();
        if tokio::time::timeout_at(deadline, self.tasks.wait()).await.is_err() {
            tracing::warn!("some parts did not stop in time");
        }
        let _ = tokio::time::timeout_at(deadline, self.commitments.close()).await;
        let _ = tokio::time::timeout_at(deadline, self.progress.close()).await;
        self.bus.shutdown(deadline).await;
        self.log.close(deadline).await;
        self.telemetry.shutdown().await;
    }
}

/// Passes `check` while a view moves on.
async fn say_whether_it_moves(check: Check, mut states: watch::Receiver<State>) {
    loop {
        match &*states.borrow_and_update() {
            State::Starting => check.fail("starting"),
            State::Following => check.pass(),
            State::Stopped { why } => check.fail(&format!("stopped: {why}")),
        }
        if states.changed().await.is_err() {
            return;
        }
    }
}

/// Where the log's head is written down, outside of its database.
fn anchors(config: &Config) -> AnchorFile {
    AnchorFile::new(config.storage.data.join("lines.anchor"))
}

fn identity(config: &Config, clock: &Arc<dyn Clock>) -> Result<(Verifier, Option<Arc<dev::Issuer>>), Error> {
    if !config.identity.is_development() {
        let verifier = Verifier::new(&config.identity, clock.clone()).map_err(|error| unopened(&error))?;
        return Ok((verifier, None));
    }
    let issuer = dev::Issuer::open(&config.storage.data, clock.clone()).map_err(|error| unopened(&error))?;
    let verifier = Verifier::development(&issuer, &config.identity, clock.clone());
    Ok((verifier.map_err(|error| unopened(&error))?, Some(Arc::new(issuer))))
}

fn unopened(error: &dyn std::error::Error) -> Error {
    Error::Start(with_causes(error))
}
