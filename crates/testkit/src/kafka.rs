//! A real Apache Kafka.

mod admin;
mod broker;
mod certificates;
mod scram;
mod secure;
mod wire;

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use rustix::process::Signal;

use crate::Error;
use broker::{Additions, Broker, Effort};

pub use secure::{Right, SecureKafka};

const NAME: &str = "Kafka";

/// An Apache Kafka of one node, broker and controller in one, which replicates nothing and creates no topic by itself;
/// or the one that `VIGIE_TEST_KAFKA` names, which the kit only creates topics on.
#[derive(Debug)]
pub struct Kafka {
    bootstrap: String,
    own: Option<Broker>,
}

impl Kafka {
    /// The one broker of this test binary: the one that `VIGIE_TEST_KAFKA` (`host:port`) names if set, else one of our
    /// own. Tests that stop or freeze it [`start`](Self::start) their own.
    ///
    /// # Errors
    /// As [`start`](Self::start), the same at every call.
    pub fn shared() -> Result<&'static Self, Error> {
        static SHARED: OnceLock<Result<Kafka, Error>> = OnceLock::new();
        let shared = SHARED.get_or_init(|| match std::env::var("VIGIE_TEST_KAFKA") {
            Ok(bootstrap) => Ok(Self { bootstrap, own: None }),
            Err(_) => Self::start(),
        });
        shared.as_ref().map_err(Clone::clone)
    }

    /// A broker of its own without any topic, ready to take records; some 2 s and 350 MB.
    ///
    /// # Errors
    /// What to install, or the end of the broker's log.
    pub fn start() -> Result<Self, Error> {
        Broker::start(Effort::Start, |_| Ok(Additions::default())).map(Self::of)
    }

    /// The same for measurements: slower to start, compiled like one in production once it is warm.
    ///
    /// # Errors
    /// What to install, or the end of the broker's log.
    pub fn start_for_bench() -> Result<Self, Error> {
        Broker::start(Effort::Throughput, |_| Ok(Additions::default())).map(Self::of)
    }

    /// The same with a second listener, where clients need TLS, a password and the right to what they ask for.
    ///
    /// # Errors
    /// What to install, or the end of the broker's log.
    pub fn start_secure() -> Result<SecureKafka, Error> {
        SecureKafka::start()
    }

    fn of(broker: Broker) -> Self {
        Self { bootstrap: broker.bootstrap().to_owned(), own: Some(broker) }
    }

    /// Where clients begin: `host:port`, without TLS or password.
    pub fn bootstrap(&self) -> String {
        self.bootstrap.clone()
    }

    /// A topic name that begins with `prefix` and that nobody has used, also not an earlier run on the same broker.
    pub fn fresh_name(&self, prefix: &str) -> String {
        static GIVEN: AtomicU32 = AtomicU32::new(0);
        // The kernel's random id: process ids come again.
        let boot = std::fs::read_to_string("/proc/sys/kernel/random/uuid").unwrap_or_default();
        let random: String = boot.chars().take(8).collect();
        let number = GIVEN.fetch_add(1, Ordering::Relaxed);
        format!("{prefix}-{}-{number}-{random}", std::process::id())
    }

    /// Creates a topic with the given settings (`("cleanup.policy", "compact")`), and waits until it can be written.
    ///
    /// # Errors
    /// What the broker says: a name it has already, a setting it does not know.
    pub fn create_topic(&self, name: &str, partitions: u16, configs: &[(&str, &str)]) -> Result<(), Error> {
        admin::create_topic(&self.bootstrap, name, partitions, configs)
    }

    /// SIGKILL. What it had answered for is in the page cache and there again after [`restart`](Self::restart).
    ///
    /// # Errors
    /// When the broker is not ours.
    pub fn kill(&self) -> Result<(), Error> {
        self.own()?.kill()
    }

    /// Freezes it (SIGSTOP): connections stay open and silent.
    ///
    /// # Errors
    /// When the broker is not ours.
    pub fn freeze(&self) -> Result<(), Error> {
        self.own()?.signal(Signal::STOP)
    }

    /// Lets a frozen broker go on (SIGCONT).
    ///
    /// # Errors
    /// When the broker is not ours.
    pub fn thaw(&self) -> Result<(), Error> {
        self.own()?.signal(Signal::CONT)
    }

    /// Starts it again on the same data and ports and waits until it takes records; a running one is stopped first, in
    /// good order. After [`kill`](Self::kill) it takes some 3 s longer: the dead broker's session ends first.
    ///
    /// # Errors
    /// When the broker is not ours, or the end of its log.
    pub fn restart(&self) -> Result<(), Error> {
        self.own()?.restart()
    }

    /// The last lines of the broker's log, to explain a failed test.
    ///
    /// # Errors
    /// When the broker is not ours.
    pub fn log_tail(&self) -> Result<String, Error> {
        Ok(self.own()?.log_tail())
    }

    fn own(&self) -> Result<&Broker, Error> {
        self.own
            .as_ref()
            .ok_or_else(|| Error::failed(NAME, "the broker of VIGIE_TEST_KAFKA is not ours to stop"))
    }
}
