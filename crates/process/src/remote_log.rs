//! A log that another process owns and serves.

use std::sync::Arc;
use std::time::Duration;

use opentelemetry::{KeyValue, global};
use tokio::time::{sleep, timeout};
use vigie_bus::RemoteFeed;
use vigie_chassis::client::{self, Tls, Token};
use vigie_chassis::config::Secret;
use vigie_chassis::health::Check;
use vigie_chassis::identity::Role;
use vigie_chassis::identity::dev::Grant;
use vigie_eventlog::Checkpoint;
use vigie_eventlog::view::Feed;

use crate::error::{Error, with_causes};
use crate::kafka::{self, Kafka};
use crate::process::Process;

/// How often the log is asked where it ends.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// How long it may take to say so.
const LOOK_MAX: Duration = Duration::from_secs(2);

/// Where a context's log is served, as its section of the configuration says.
#[derive(Clone, Debug)]
pub struct Served {
    /// The context, which the log is named after.
    pub(crate) context: &'static str,
    /// The name of the readiness check.
    pub(crate) check: &'static str,
    pub(crate) endpoint: Option<String>,
    pub(crate) token: Option<Secret>,
    pub(crate) tls: Tls,
}

/// A log that another process serves: followed by gRPC; where there is Kafka by way of that, and by gRPC what is missing
/// there. A process may read several.
pub struct RemoteLog {
    log: RemoteFeed,
    context: &'static str,
    kafka: Kafka,
}

impl RemoteLog {
    /// The log, which need not be reachable yet. The process is ready only while it is (check `<context>_log`).
    ///
    /// # Errors
    /// When the configuration does not say where, or contradicts itself.
    pub fn open(process: &Process, served: Served, kafka: &Kafka) -> Result<Self, Error> {
        kafka::check(kafka)?;
        let Served { context, check, endpoint, token, tls } = served;
        let url = endpoint.ok_or_else(|| {
            Error::Usage(format!(
                "{context}.endpoint: say where the log of {context} is served, such as \"http://127.0.0.1:7070\""
            ))
        })?;
        let endpoint = client::endpoint(&url, &tls);
        let endpoint = endpoint.map_err(|error| Error::Usage(with_causes(&error)))?;
        let token = match (token, process.issuer()) {
            (Some(file), _) => Token::File(file),
            (None, Some(issuer)) => Token::Development(issuer, Grant::new("view", &[Role::Auditor])),
            (None, None) => {
                return Err(Error::Usage(format!(
                    "{context}.token: name the file of a token that may read the log (role auditor, no scope)"
                )));
            }
        };
        let log = RemoteFeed::new(&endpoint, context, token, process.ids());
        process.beside(look(log.clone(), process.readiness().check(check)));
        Ok(Self { log, context, kafka: kafka.clone() })
    }

    /// Where the log ends now.
    ///
    /// # Errors
    /// When it cannot be reached, or does not let us read.
    pub async fn head(&self) -> Result<Checkpoint, Error> {
        self.log.head().await.map_err(Error::part)
    }

    /// The log for the view `name`.
    pub fn feed(&self, name: &'static str) -> Arc<dyn Feed> {
        kafka::feed(&self.kafka, self.context, name, Arc::new(self.log.clone()))
    }
}

/// Says whether the log can be reached, and where it ends.
async fn look(log: RemoteFeed, check: Check) {
    let position = global::meter("vigie.eventlog")
        .i64_gauge("vigie.eventlog.position")
        .with_description("Position of the newest event that this process knows of")
        .build();
    let about = [KeyValue::new("log", log.log().to_owned())];
    let mut is_known_to_fail = false;
    loop {
        let failure = match timeout(LOOK_MAX, log.head()).await {
            Ok(Ok(head)) => {
                position.record(head.position, &about);
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
                Some(why) => tracing::warn!(log = log.log(), %why, "the log is not there"),
                None => tracing::info!(log = log.log(), "the log is there again"),
            }
        }
        sleep(LOOK_EVERY).await;
    }
}
