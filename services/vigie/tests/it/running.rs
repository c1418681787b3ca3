//! `vigie run` as a process, and the command line against it.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
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
    admin: u16,
}

impl Running {
    pub(crate) fn start(
        home: &Scratch,
        data: &Path,
        arguments: &[&str],
        environment: &[(&str, &str)],
    ) -> Self {
        let (port, admin) = (free_port().unwrap(), free_port().unwrap());
        let mut command = vigie(data);
        command
            .arg("run")
            .args(arguments)
            .env("VIGIE_SERVER__LISTEN", format!("127.0.0.1:{port}"))
            .env("VIGIE_SERVER__ADMIN", format!("127.0.0.1:{admin}"))
            .envs(environment.iter().copied());
        Self { process: Process::start(home, &mut command).unwrap(), data: data.to_owned(), port, admin }
    }

    /// What `/readyz` says, once it contains all of `wanted`.
    pub(crate) fn readiness_until(&self, wanted: &[&str]) -> String {
        let end = Instant::now() + FOLLOWS_WITHIN;
        loop {
            let said = self.readiness();
            if wanted.iter().all(|wanted| said.contains(wanted)) {
                return said;
            }
            assert!(Instant::now() < end, "no {wanted:?} in:\n{said}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn readiness(&self) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.admin)).unwrap();
        stream.write_all(b"GET /readyz HTTP/1.1\r\nhost: vigie\r\nconnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    /// Imports these rows of `account_id,msisdn,imsi,iccid,account_holder`.
    pub(crate) fn import(&self, home: &Scratch, rows: &[String]) {
        let file = home.path().join("lines.csv");
        let text = format!("account_id,msisdn,imsi,iccid,account_holder\n{}\n", rows.join("\n"));
        std::fs::write(&file, text).unwrap();
        self.command(&["line", "import", file.to_str().unwrap()]).ok();
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
        answer(&mut self.prepare_with(data, arguments))
    }

    /// A command against it that is not started yet.
    pub(crate) fn prepare(&self, arguments: &[&str]) -> Command {
        self.prepare_with(&self.data, arguments)
    }

    fn prepare_with(&self, data: &Path, arguments: &[&str]) -> Command {
        let mut command = vigie(data);
        command.args(arguments).env("VIGIE_ENDPOINT", format!("http://127.0.0.1:{}", self.port));
        command
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
