//! The broker's process: its jars, its configuration, its ports.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use parking_lot::Mutex;
use rustix::process::Signal;

use crate::part::Part;
use crate::{Error, Scratch, bounded, free_port, tool};

use super::{NAME, admin};

const START_LIMIT: Duration = Duration::from_secs(60);
const STOP_LIMIT: Duration = Duration::from_secs(20);
const FORMAT_LIMIT: Duration = Duration::from_secs(30);

/// Any would do: every broker is a cluster of its own.
const CLUSTER_ID: &str = "VigieTestKitCluster001";

const LOGGING: &str = "\
rootLogger.level=INFO
rootLogger.appenderRef.out.ref=out
appender.out.type=Console
appender.out.name=out
appender.out.layout.type=PatternLayout
appender.out.layout.pattern=%d{HH:mm:ss.SSS} %p %c{1} %m%n
";

/// A broker that is its own controller, in a scratch folder.
#[derive(Debug)]
pub(super) struct Broker {
    part: Mutex<Part>,
    programs: Programs,
    effort: Effort,
    bootstrap: String,
    // Last, so that the broker has been told to end before its folder goes.
    _scratch: Scratch,
}

/// What a broker has besides the listener that asks for nothing.
#[derive(Debug, Default)]
pub(super) struct Additions {
    pub(super) listener: Option<Listener>,
    /// Names and values of `server.properties`.
    pub(super) settings: Vec<(String, String)>,
}

/// A second address for clients.
#[derive(Debug)]
pub(super) struct Listener {
    pub(super) name: &'static str,
    pub(super) protocol: &'static str,
    pub(super) port: u16,
}

impl Broker {
    /// Starts one with an empty log; `prepare` may write files into its home and says what is special about it.
    pub(super) fn start(
        effort: Effort,
        prepare: impl FnOnce(&Path) -> Result<Additions, Error>,
    ) -> Result<Self, Error> {
        let programs = Programs::find()?;
        let scratch = Scratch::new("kafka")?;
        let home = scratch.folder("broker")?;
        let (port, controller) = (free_port()?, free_port()?);
        let additions = prepare(&home)?;
        let mut settings = settings(&home, port, controller, additions.listener);
        settings.extend(additions.settings);
        let text: String = settings.iter().map(|(name, value)| format!("{name}={value}\n")).collect();
        std::fs::write(home.join("server.properties"), text).map_err(failed)?;
        std::fs::write(home.join("log4j2.properties"), LOGGING).map_err(failed)?;
        programs.format(&home)?;
        let broker = Self {
            part: Mutex::new(Part::new(NAME, home, scratch.path().join("kafka.log"))),
            programs,
            effort,
            bootstrap: format!("127.0.0.1:{port}"),
            _scratch: scratch,
        };
        broker.launch(&mut broker.part.lock())?;
        Ok(broker)
    }

    pub(super) fn bootstrap(&self) -> &str {
        &self.bootstrap
    }

    pub(super) fn kill(&self) -> Result<(), Error> {
        self.part.lock().kill()
    }

    pub(super) fn signal(&self, signal: Signal) -> Result<(), Error> {
        self.part.lock().signal_all(signal)
    }

    pub(super) fn restart(&self) -> Result<(), Error> {
        let mut part = self.part.lock();
        if part.is_running() {
            // A frozen one would not hear the second signal.
            part.signal_all(Signal::CONT)?;
            part.end_by(Signal::TERM, STOP_LIMIT)?;
        }
        self.launch(&mut part)
    }

    pub(super) fn log_tail(&self) -> String {
        self.part.lock().log_tail()
    }

    fn launch(&self, part: &mut Part) -> Result<(), Error> {
        let mut command = self.programs.java("kafka.Kafka", self.effort);
        command.arg("server.properties");
        part.start(&mut command, START_LIMIT, |_| admin::is_ready(&self.bootstrap))
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        let _ = self.part.lock().kill();
    }
}

/// One node that is broker and controller, everything replicated once.
fn settings(home: &Path, port: u16, controller: u16, second: Option<Listener>) -> Vec<(String, String)> {
    let mut listeners = format!("PLAIN://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}");
    let mut protocols = "PLAIN:PLAINTEXT,CONTROLLER:PLAINTEXT".to_owned();
    if let Some(Listener { name, protocol, port }) = second {
        listeners += &format!(",{name}://127.0.0.1:{port}");
        protocols += &format!(",{name}:{protocol}");
    }
    let settings = [
        ("process.roles", "broker,controller"),
        ("node.id", "1"),
        ("controller.quorum.voters", &format!("1@127.0.0.1:{controller}")),
        ("listeners", &listeners),
        ("listener.security.protocol.map", &protocols),
        ("controller.listener.names", "CONTROLLER"),
        ("inter.broker.listener.name", "PLAIN"),
        ("log.dirs", &home.join("data").display().to_string()),
        ("auto.create.topics.enable", "false"),
        ("default.replication.factor", "1"),
        ("min.insync.replicas", "1"),
        ("offsets.topic.replication.factor", "1"),
        ("offsets.topic.num.partitions", "4"),
        ("transaction.state.log.replication.factor", "1"),
        ("transaction.state.log.min.isr", "1"),
        ("transaction.state.log.num.partitions", "4"),
        ("share.coordinator.state.topic.replication.factor", "1"),
        ("share.coordinator.state.topic.min.isr", "1"),
        ("share.coordinator.state.topic.num.partitions", "1"),
        ("group.initial.rebalance.delay.ms", "0"),
        // Tests of a consumer that stands still do not wait for the default of 45 s to end.
        ("group.min.session.timeout.ms", "1000"),
        // After a kill the controller holds the dead broker's registration for this long before it takes the new one.
        ("broker.session.timeout.ms", "3000"),
        ("broker.heartbeat.interval.ms", "500"),
    ];
    settings.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec()
}

/// What the virtual machine's compilers are to work for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effort {
    /// To be there soon, at a third of the CPU.
    Start,
    /// To be fast once it is warm, as in production.
    Throughput,
}

/// Java and the broker's jars.
#[derive(Debug)]
struct Programs {
    java: PathBuf,
    jars: PathBuf,
}

impl Programs {
    fn find() -> Result<Self, Error> {
        // Written last by the script that fetches them; without links and dots, as the archive of classes has it.
        let jars = tool::own_tools().join("kafka").canonicalize().unwrap_or_default();
        if !jars.join("kafka-pom.xml").is_file() {
            let advice = "run `scripts/install-test-parts`, which fetches its jars; `make test` does";
            return Err(Error::Missing { part: NAME.to_owned(), advice: advice.to_owned() });
        }
        Ok(Self { java: tool::Tool::find("java")?, jars })
    }

    /// The virtual machine at `class`, with small memory.
    fn java(&self, class: &str, effort: Effort) -> Command {
        let mut command = Command::new(&self.java);
        command.args(["-Xms64m", "-Xmx384m", "-Dlog4j2.configurationFile=log4j2.properties"]);
        if effort == Effort::Start {
            command.arg("-XX:TieredStopAtLevel=1");
        }
        // Where it does not fit the virtual machine, that says so in the log and goes on without.
        let archive = self.jars.join("classes.jsa");
        if archive.is_file() {
            command.arg(format!("-XX:SharedArchiveFile={}", archive.display()));
        }
        command.arg("-cp").arg(format!("{}/*", self.jars.display())).arg(class);
        command
    }

    /// Prepares the empty folder that `server.properties` in `home` names.
    fn format(&self, home: &Path) -> Result<(), Error> {
        let mut command = self.java("kafka.tools.StorageTool", Effort::Start);
        command.args(["format", "-t", CLUSTER_ID, "-c"]).arg(home.join("server.properties"));
        bounded::run("Kafka's StorageTool", &mut command, FORMAT_LIMIT).map(drop)
    }
}

fn failed(error: std::io::Error) -> Error {
    Error::failed(NAME, error)
}
