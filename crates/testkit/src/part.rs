//! A third-party server as a child process: what starting, freezing and killing one has in common.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::Error;
use crate::scratch::{inhabitants, send_signal};

/// A running server, its home folder and its log file.
#[derive(Debug)]
pub(crate) struct Part {
    name: &'static str,
    home: PathBuf,
    log: PathBuf,
    child: Option<Child>,
}

impl Part {
    /// A server that lives in `home` and is not started yet.
    pub(crate) fn new(name: &'static str, home: PathBuf, log: PathBuf) -> Self {
        Self { name, home, log, child: None }
    }

    pub(crate) fn home(&self) -> &Path {
        &self.home
    }

    pub(crate) fn is_running(&mut self) -> bool {
        self.child.as_mut().is_some_and(|child| matches!(child.try_wait(), Ok(None)))
    }

    pub(crate) fn pid(&self) -> Option<u32> {
        self.child.as_ref().map(Child::id)
    }

    /// The server and all processes that it started.
    pub(crate) fn pids(&self) -> Vec<u32> {
        inhabitants(&self.home)
    }

    /// Starts `command` in the home folder and waits until `is_ready` says so.
    pub(crate) fn start(
        &mut self,
        command: &mut Command,
        limit: Duration,
        mut is_ready: impl FnMut(u32) -> bool,
    ) -> Result<(), Error> {
        let log = File::options().create(true).append(true).open(&self.log).map_err(|e| self.failed(e))?;
        let errors = log.try_clone().map_err(|e| self.failed(e))?;
        let child = command
            .current_dir(&self.home)
            .stdin(Stdio::null())
            .stdout(log)
            .stderr(errors)
            .spawn()
            .map_err(|e| self.failed(e))?;
        let pid = child.id();
        self.child = Some(child);
        let started = Instant::now();
        while !is_ready(pid) {
            if !self.is_running() {
                return Err(self.failed(format!("ended while starting:\n{}", self.log_tail())));
            }
            if started.elapsed() > limit {
                self.kill()?;
                return Err(self.failed(format!("not ready after {limit:?}:\n{}", self.log_tail())));
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Ok(())
    }

    /// Sends `signal` to the server and waits until it has ended, at most `limit`; then kills it.
    pub(crate) fn end_by(&mut self, signal: Signal, limit: Duration) -> Result<(), Error> {
        let Some(pid) = self.pid() else { return Ok(()) };
        send_signal(pid, signal)?;
        let asked = Instant::now();
        while self.is_running() {
            if asked.elapsed() > limit {
                self.kill()?;
                return Err(self.failed(format!("did not end within {limit:?} of {signal:?}")));
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        self.child = None;
        Ok(())
    }

    /// SIGKILL to the server and to all that it started.
    pub(crate) fn kill(&mut self) -> Result<(), Error> {
        for pid in self.pids() {
            send_signal(pid, Signal::KILL)?;
        }
        if let Some(mut child) = self.child.take() {
            child.kill().map_err(|e| self.failed(e))?;
            child.wait().map_err(|e| self.failed(e))?;
        }
        Ok(())
    }

    /// Sends `signal` to the server and to all that it started.
    pub(crate) fn signal_all(&self, signal: Signal) -> Result<(), Error> {
        self.pids().into_iter().try_for_each(|pid| send_signal(pid, signal))
    }

    pub(crate) fn log_tail(&self) -> String {
        let text = std::fs::read(&self.log).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        let lines: Vec<_> = text.lines().collect();
        lines.get(lines.len().saturating_sub(20)..).unwrap_or_default().join("\n")
    }

    fn failed(&self, reason: impl std::fmt::Display) -> Error {
        Error::failed(self.name, reason)
    }
}
