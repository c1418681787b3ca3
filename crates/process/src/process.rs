//! What every process has, whatever it serves.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use vigie_chassis::health::Readiness;
use vigie_chassis::identity::{self, Verifier, dev};
use vigie_chassis::page::Signer;
use vigie_chassis::rules::Rules;
use vigie_chassis::server::{self, Builder, Services};
use vigie_chassis::telemetry::{self, Telemetry};
use vigie_clock::{Clock, Ids, SystemClock, SystemIds};
use vigie_eventlog::view::State;

use crate::error::Error;
use crate::health::say_whether_it_moves;
use crate::storage::Storage;

/// How long closing may take.
const CLOSE_WITHIN: Duration = Duration::from_secs(5);

/// A process of Vigie: its clock, its identity, its telemetry, and what runs beside the serving.
pub struct Process {
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
    telemetry: Telemetry,
    readiness: Readiness,
    verifier: Verifier,
    issuer: Option<Arc<dev::Issuer>>,
    pages: Signer,
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Process {
    /// Makes the data folder, sets up telemetry and identity; nothing is served yet.
    ///
    /// # Errors
    /// When the folder, a key in it, telemetry or identity cannot be had.
    pub fn open(
        storage: &Storage,
        identity: &identity::Options,
        telemetry: &telemetry::Options,
    ) -> Result<Self, Error> {
        storage.make_folder()?;
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let telemetry = telemetry::init(telemetry).map_err(Error::part)?;
        let (verifier, issuer) = open_identity(storage, identity, &clock)?;
        let pages = Signer::open_or_create(&storage.data.join("pages.key")).map_err(Error::part)?;
        Ok(Self {
            clock,
            ids: Arc::new(SystemIds),
            telemetry,
            readiness: Readiness::new(),
            verifier,
            issuer,
            pages,
            stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
        })
    }

    /// The time.
    pub fn clock(&self) -> Arc<dyn Clock> {
        self.clock.clone()
    }

    /// Where new ids come from.
    pub fn ids(&self) -> Arc<dyn Ids> {
        self.ids.clone()
    }

    /// Traces, metrics, logs.
    pub fn telemetry(&self) -> &Telemetry {
        &self.telemetry
    }

    /// Where parts say whether they can serve.
    pub fn readiness(&self) -> &Readiness {
        &self.readiness
    }

    /// Signs where a page ended.
    pub fn pages(&self) -> Signer {
        self.pages.clone()
    }

    /// Who makes development tokens, if somebody does.
    pub fn issuer(&self) -> Option<Arc<dev::Issuer>> {
        self.issuer.clone()
    }

    /// Runs `task` beside the serving until the process stops.
    pub fn beside(&self, task: impl Future<Output: Send> + Send + 'static) {
        self.tasks.spawn(self.stop.clone().run_until_cancelled_owned(task));
    }

    /// Lets a view move on beside the serving, and makes the process ready only while it does. `run` is told when to stop.
    pub fn follow<F>(
        &self,
        view: &'static str,
        states: watch::Receiver<State>,
        run: impl FnOnce(tokio_util::sync::WaitForCancellationFutureOwned) -> F,
    ) where
        F: Future<Output: Send> + Send + 'static,
    {
        self.beside(say_whether_it_moves(self.readiness.check(view), states));
        // Its own log line and the check say why it stopped; what it has taken in so far stays readable.
        self.tasks.spawn(run(self.stop.clone().cancelled_owned()));
    }

    /// A server that knows the process: identity, descriptors, telemetry, readiness.
    pub fn server(&self, options: server::Options) -> Builder {
        Builder::new(options, self.clock.clone())
            .identity(self.verifier.clone())
            .descriptors(vigie_proto::DESCRIPTORS)
            .telemetry(self.telemetry.clone())
            .readiness(self.readiness.clone())
    }

    /// Serves until SIGINT or SIGTERM.
    ///
    /// # Errors
    /// When the server does not start, or ends by itself.
    pub async fn serve(
        &self,
        options: server::Options,
        rules: Rules,
        services: Services,
    ) -> Result<(), Error> {
        let shutdown = server::signal();
        let server = self.server(options).rules(rules).bind(services).await.map_err(Error::part)?;
        if self.issuer.is_some() {
            tracing::warn!("development tokens: whoever reads the data folder can be anybody; loopback only");
        }
        server.run(shutdown).await.map_err(Error::part)
    }

    /// Until when everything is to be closed, from now.
    pub fn closes_until() -> Instant {
        Instant::now() + CLOSE_WITHIN
    }

    /// Stops what runs beside the serving.
    pub async fn stop(&self, deadline: Instant) {
        self.stop.cancel();
        self.tasks.close();
        if tokio::time::timeout_at(deadline, self.tasks.wait()).await.is_err() {
            tracing::warn!("some parts did not stop in time");
        }
    }

    /// Sends what telemetry still holds. Last of all.
    pub async fn close(self) {
        self.telemetry.shutdown().await;
    }
}

fn open_identity(
    storage: &Storage,
    options: &identity::Options,
    clock: &Arc<dyn Clock>,
) -> Result<(Verifier, Option<Arc<dev::Issuer>>), Error> {
    if !options.is_development() {
        let verifier = Verifier::new(options, clock.clone()).map_err(Error::part)?;
        return Ok((verifier, None));
    }
    let issuer = dev::Issuer::open(&storage.data, clock.clone()).map_err(Error::part)?;
    let verifier = Verifier::development(&issuer, options, clock.clone()).map_err(Error::part)?;
    Ok((verifier, Some(Arc::new(issuer))))
}
