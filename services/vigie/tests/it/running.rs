//! `vigie run` as a process, and the command line against it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use vigie_testkit::{Process, Scratch, Stream, free_port};

/// What the first start has to show it all.
const FIRST_START: Duration = Duration::from_secs(60);
/// Views are this much behind the log, at most.
const FOLLOWS_WITHIN: Duration = Duration::from_secs(10);
const STOPS_WITHIN: Duration = Duration::from_secs(20);
pub(crate) const NO_DEMO: (&str, &str) = ("VIGIE_DEMO__ENABLED", "false");

pub(crate) struct Running {
    pub(crate) process: Process,
    data: PathBuf,
    port: u16,
}

impl Running {
    pub(crate) fn start(
        home: &Scratch,
        data: &Path,
        arguments: &[&str],
        environment: &[(&str, &str)],
    ) -> Self {
        let port = free_port().unwrap();
        let mut command = vigie(data);
        command
            .arg("run")
            .args(arguments)
            .env("VIGIE_SERVER__LISTEN", format!("127.0.0.1:{port}"))
            .env("VIGIE_SERVER__ADMIN", format!("127.0.0.1:{}", free_port().unwrap()))
            .envs(environment.iter().copied());
        Self { process: Process::start(home, &mut command).unwrap(), data: data.to_owned(), port }
    }

    /// Everything printed up to a line that contains `last`, and perhaps some more.
    pub(crate) fn until(&self, last: &str) -> String {
        self.process.wait_for_line(last, FIRST_START, |line| line.contains(last)).unwrap();
        self.process.text(Stream::Out)
    }

    /// A command against it.
    pub(crate) fn command(&self, arguments: &[&str]) -> Answer {
        self.command_with(&self.data, arguments)
    }

    /// A command against it, again until what it prints contains `wanted`.
    pub(crate) fn command_until(&self, arguments: &[&str], wanted: &str) -> String {
        let end = Instant::now() + FOLLOWS_WITHIN;
        loop {
            let text = self.command(arguments).ok();
            if text.contains(wanted) {
                return text;
            }
            assert!(Instant::now() < end, "no {wanted:?} in:\n{text}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// A command against it, with another data folder.
    pub(crate) fn command_with(&self, data: &Path, arguments: &[&str]) -> Answer {
        let endpoint = format!("http://127.0.0.1:{}", self.port);
        answer(vigie(data).args(arguments).env("VIGIE_ENDPOINT", endpoint))
    }

    /// Asks it to stop, as an operator does; all that it printed.
    pub(crate) fn stop(self) -> String {
        let status = self.process.terminate(STOPS_WITHIN).unwrap();
        assert!(status.success(), "{status}");
        self.process.text(Stream::Out)
    }
}

pub(crate) struct Answer {
    code: Option<i32>,
    pub(crate) out: String,
    err: String,
}

pub(crate) fn answer(command: &mut Command) -> Answer {
    let output = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Answer { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

impl Answer {
    pub(crate) fn ok(self) -> String {
        assert_eq!(self.code, Some(0), "{}{}", self.out, self.err);
        self.out
    }

    pub(crate) fn failed(self, code: i32) -> String {
        assert_eq!(self.code, Some(code), "{}{}", self.out, self.err);
        self.err
    }
}

pub(crate) fn vigie(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vigie"));
    command.arg("--data").arg(data).env("TZ", "UTC").env_remove("VIGIE_TOKEN");
    command
}
