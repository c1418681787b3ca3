//! The log of `lines`, which another process owns and serves.

use std::sync::Arc;
use std::time::Duration;

use opentelemetry::global;
use serde::{Deserialize, Serialize};
use tokio::time::{sleep, timeout};
use vigie_bus::{RemoteFeed, Topics};
use vigie_chassis::client::{self, Tls, Token};
use vigie_chassis::config::Secret;
use vigie_chassis::health::Check;
use vigie_chassis::identity::Role;
use vigie_chassis::identity::dev::Grant;
use vigie_eventlog::view::Feed;

use crate::configuration::Elsewhere;
use crate::error::{Error, with_causes};
use crate::kafka::{self, Kafka};
use crate::process::Process;

/// How often the log is asked where it ends.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// How long it may take to say so.
const LOOK_MAX: Duration = Duration::from_secs(2);

/// Section `[lines]`, as those see it who read the log of `lines` from elsewhere.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LinesLogOptions {
    /// Where `lines` serves gRPC: `https://lines.internal:7070`.
    pub endpoint: Option<String>,
    /// The file of a token that may read the log: role auditor, and no scope that narrows it. Read anew at every call, so
    /// whoever keeps it fresh need not restart anything. Without it development tokens are made, where there are such.
    pub token: Option<Secret>,
    /// Whom an https endpoint is trusted as, and who we are to it.
    pub tls: Tls,
    /// The service's own.
    pub managers: Elsewhere,
    /// The service's own.
    pub driver: Elsewhere,
    /// The service's own.
    pub answer_max_ms: Elsewhere,
    /// The service's own.
    pub view_lag_max: Elsewhere,
}

/// The log of `lines`, which another process serves: followed by gRPC; where there is Kafka by way of that, and by gRPC what
/// is missing there.
pub struct LinesLog {
    log: RemoteFeed,
    topics: Topics,
    kafka: Kafka,
}

impl LinesLog {
    /// The log, which need not be reachable yet. The process is ready only while it is (check `lines_log`).
    ///
    /// # Errors
    /// When the configuration does not say where, or contradicts itself.
    pub fn open(process: &Process, config: &LinesLogOptions, kafka: &Kafka) -> Result<Self, Error> {
        kafka::check(kafka)?;
        let topics = Topics::new("lines", "line").map_err(Error::part)?;
        let url = config.endpoint.as_deref().ok_or_else(|| {
            Error::Usage(
                "lines.endpoint: say where the log of lines is served, such as \"http://127.0.0.1:7070\""
                    .into(),
            )
        })?;
        let endpoint = client::endpoint(url, &config.tls);
        let endpoint = endpoint.map_err(|error| Error::Usage(with_causes(&error)))?;
        let token = match (&config.token, process.issuer()) {
            (Some(file), _) => Token::File(file.clone()),
            (None, Some(issuer)) => Token::Development(issuer, Grant::new("view", &[Role::Auditor])),
            (None, None) => {
                return Err(Error::Usage(
                    "lines.token: name the file of a token that may read the log (role auditor, no scope)"
                        .into(),
                ));
            }
        };
        let log = RemoteFeed::new(&endpoint, token, process.ids());
        process.beside(look(log.clone(), process.readiness().check("lines_log")));
        Ok(Self { log, topics, kafka: kafka.clone() })
    }

    /// The log for the view `name`.
    pub fn feed(&self, name: &'static str) -> Arc<dyn Feed> {
        kafka::feed(&self.kafka, &self.topics, name, Arc::new(self.log.clone()))
    }
}

/// Says whether the log can be reached, and where it ends.
async fn look(log: RemoteFeed, check: Check) {
    let position = global::meter("vigie.eventlog")
        .i64_gauge("vigie.eventlog.position")
        .with_description("Position of the newest event that this process knows of")
        .build();
    let mut is_known_to_fail = false;
    loop {
        let failure = match timeout(LOOK_MAX, log.head()).await {
            Ok(Ok(head)) => {
                position.record(head.position, &[]);
                None
            }
            Ok(Err(error)) => Some(with_causes(&error)),
            Err(_) => Some("the event log does not answer".to_owned()),
        };
        match &failure {
            None => check.pass(),
            Some(why) => check.fail(why),
        }
        if failure.is_some() != std::mem::replace(&mut is_known_to_fail, failure.is_some()) {
            match failure {
                Some(why) => tracing::warn!(%why, "the log is not there"),
                None => tracing::info!("the log is there again"),
            }
        }
        sleep(LOOK_EVERY).await;
    }
}
