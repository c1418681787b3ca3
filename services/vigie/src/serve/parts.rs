//! The parts, opened in the order in which they need each other and closed in the other.

use std::sync::Arc;

use tokio::time::timeout_at;
use vigie_chassis::identity::dev;
use vigie_chassis::server::{Server, Services};
use vigie_commitments::{Commitments, Feeds, Log};
use vigie_lines::Lines;
use vigie_lines::config::{self, Opened};
use vigie_lines::register::{Register, Simulated};
use vigie_notices::Notices;
use vigie_process::{OwnLog, Process, Waiting};
use vigie_progress::Progress;
use vigie_routing::Routing;

use super::config::Config;
use super::notices;
use crate::demo::{self, Marker, Stopwatch};
use crate::error::Error;

/// All parts of a running Vigie.
pub(super) struct Parts {
    process: Process,
    lines_log: OwnLog,
    routing_log: OwnLog,
    notices_log: OwnLog,
    register: Arc<dyn Register>,
    /// The same where it is simulated, for the demo to provision, to cut and to watch.
    stage_register: Option<(Simulated, Stopwatch)>,
    lines: Lines,
    routing: Routing,
    notices: Notices,
    commitments: Commitments,
    progress: Progress,
}

impl Parts {
    /// Opens everything; nothing is served yet.
    pub(super) async fn open(config: &Config, marker: Marker) -> Result<Self, Error> {
        let demo_is_due = config.is_embedded() && marker != Marker::Finished;
        let process = Process::open(&config.storage, &config.identity, &config.telemetry(demo_is_due))?;
        let places = config.storage.places()?;
        let own = |topics| OwnLog::open(&process, &config.storage, &config.kafka, topics);
        let lines_log = own(config::topics()?).await?;
        let routing_log = own(vigie_routing::config::topics()?).await?;
        let notices_log = own(vigie_notices::config::topics()?).await?;

        let opened = config.register.open(&config.storage.data)?;
        let (register, stage_register) = watched(opened, &process);
        let mut options = config.lines.options(&places, &config.register);
        if process.issuer().is_some() {
            // Nobody with real tokens holds the demo's accounts.
            options.managers.extend(demo::managers());
        }
        let lines = vigie_lines::Parts {
            log: lines_log.log().clone(),
            register: register.clone(),
            block_list: config.lines.block_list.open(&config.storage.data)?,
            pages: process.pages(),
            readiness: process.readiness().clone(),
        };
        let lines = Lines::open(options, lines).await.map_err(unopened)?;

        let routing = vigie_routing::Parts {
            log: routing_log.log().clone(),
            pages: process.pages(),
            readiness: process.readiness().clone(),
        };
        let routing = Routing::open(config.routing.options(&places), routing).await.map_err(unopened)?;
        #[cfg(feature = "kafka")]
        routing.take_facts(&config.kafka, &config.routing.facts_topic).map_err(unopened)?;

        let logs = notices::Logs { own: &notices_log, lines: &lines_log, routing: &routing_log };
        let notices = notices::open(config, &process, &places, logs).await?;

        let meter = Some(process.telemetry().meter("vigie_commitments"));
        let ledger = vigie_commitments::Options { meter, ..vigie_commitments::Options::of(&places) };
        let feeds = Feeds {
            lines: lines_log.feed(Commitments::reader(Log::Lines)),
            routing: Some(routing_log.feed(Commitments::reader(Log::Routing))),
        };
        let commitments = Commitments::open_over(ledger, feeds, process.clock()).await.map_err(unopened)?;

        let meter = Some(process.telemetry().meter("vigie_progress"));
        let timelines = vigie_progress::Options { meter, ..vigie_progress::Options::of(&places) };
        let progress = Progress::open(timelines, lines_log.feed("progress"), process.clock());
        let progress = progress.await.map_err(unopened)?;

        for (log, states) in commitments.readers() {
            let ledger = commitments.clone();
            let run = move |stop| async move { ledger.run_of(log, stop).await };
            process.follow(Commitments::reader(log), states, run);
        }
        let timelines = progress.clone();
        process.follow("progress", timelines.states(), |stop| async move { timelines.run(stop).await });
        Ok(Self {
            process,
            lines_log,
            routing_log,
            notices_log,
            register,
            stage_register,
            lines,
            routing,
            notices,
            commitments,
            progress,
        })
    }

    /// Takes the addresses.
    pub(super) async fn bind(&self, config: &Config) -> Result<Server, Error> {
        let pages = || self.process.pages();
        let waiting = Waiting::default()
            .view("progress", self.progress.parking())
            .reactions(self.lines.reactions())
            .reactions(self.routing.reactions())
            .reactions(self.notices.reactions());
        let services = Services::new().add(OwnLog::service(self.logs()));
        let services = waiting.add_to(&self.process, services);
        let services = self
            .notices
            .add_to(self.routing.add_to(self.lines.add_to(services)))
            .add(vigie_commitments::service(self.commitments.clone(), pages()))
            .add(vigie_progress::service(self.progress.clone(), pages()));
        self.process
            .server(config.server.clone())
            .rules(Lines::rules())
            .rules(Routing::rules())
            .rules(Notices::rules())
            .rules(OwnLog::rules())
            .rules(Waiting::rules())
            .rules(vigie_commitments::rules())
            .rules(vigie_progress::rules())
            .bind(services)
            .await
            .map_err(unopened)
    }

    /// The register that lines are driven in.
    pub(super) fn register(&self) -> &dyn Register {
        &*self.register
    }

    /// Who makes development tokens, if somebody does.
    pub(super) fn issuer(&self) -> Option<Arc<dev::Issuer>> {
        self.process.issuer()
    }

    /// The simulated register and what sees it used.
    pub(super) fn stage_register(&self) -> Option<(Simulated, Stopwatch)> {
        self.stage_register.clone()
    }

    /// Whether nothing was ever recorded here.
    pub(super) fn log_is_empty(&self) -> bool {
        self.logs().iter().all(|own| own.log().known_head().position == 0)
    }

    /// All logs of the process.
    const fn logs(&self) -> [&OwnLog; 3] {
        [&self.lines_log, &self.routing_log, &self.notices_log]
    }

    /// Stops what runs, commits what is queued, closes everything; bounded.
    pub(super) async fn close(self) {
        let deadline = Process::closes_until();
        self.lines.shutdown(deadline).await;
        self.routing.shutdown(deadline).await;
        self.notices.shutdown(deadline).await;
        self.process.stop(deadline).await;
        let _ = timeout_at(deadline, self.commitments.close()).await;
        let _ = timeout_at(deadline, self.progress.close()).await;
        self.lines_log.close(deadline).await;
        self.routing_log.close(deadline).await;
        self.notices_log.close(deadline).await;
        self.process.close().await;
    }
}

/// The register, seen at its work where the demo plays the network.
fn watched(opened: Opened, process: &Process) -> (Arc<dyn Register>, Option<(Simulated, Stopwatch)>) {
    match opened {
        Opened::Real(register) => (register, None),
        Opened::Simulated(simulated) => {
            let stopwatch = Stopwatch::new(Arc::new(simulated.clone()), process.clock());
            (Arc::new(stopwatch.clone()), Some((simulated, stopwatch)))
        }
    }
}

fn unopened(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    vigie_process::Error::part(error).into()
}
