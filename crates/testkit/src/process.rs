//! A program under test as a child process: its output, signals, and death at a named point.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};
use rustix::process::Signal;

use crate::scratch::send_signal;
use crate::{Error, Scratch};

const LINES_MAX: usize = 50_000;
const LINE_BYTES_MAX: u64 = 64 * 1024;

/// Asks the program that `command` will start to announce the point `name` with the line `KILL-POINT name` on standard
/// error, and to wait there for SIGKILL. `name@3` means the third time that it comes by.
pub fn arm_kill_point(command: &mut Command, name: &str) {
    command.env("VIGIE_KILL_POINT", name);
}

/// Where a line was printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// Standard output.
    Out,
    /// Standard error.
    Err,
}

/// A line that the program printed.
#[derive(Clone, Debug)]
pub struct Line {
    /// Where.
    pub stream: Stream,
    /// When it was read.
    pub at: Instant,
    /// Without the line's end.
    pub text: String,
}

/// A running program. It is killed when the value is dropped and when the test process ends.
#[derive(Debug)]
pub struct Process {
    name: String,
    child: Mutex<Child>,
    pid: u32,
    output: Arc<Output>,
}

#[derive(Debug, Default)]
struct Output {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    lines: VecDeque<Line>,
    streams_ended: u8,
}

impl Process {
    /// Starts `command` with `home` as its current directory, which also makes it end with `home`.
    ///
    /// # Errors
    /// When the program cannot be started.
    pub fn start(home: &Scratch, command: &mut Command) -> Result<Self, Error> {
        let name = command.get_program().to_string_lossy().into_owned();
        let name = name.rsplit('/').next().unwrap_or("process").to_owned();
        let mut child = command
            .current_dir(home.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| Error::failed(&name, error))?;
        let output = Arc::new(Output::default());
        if let Some(pipe) = child.stdout.take() {
            collect(pipe, Stream::Out, Arc::clone(&output));
        }
        if let Some(pipe) = child.stderr.take() {
            collect(pipe, Stream::Err, Arc::clone(&output));
        }
        let pid = child.id();
        Ok(Self { name, child: Mutex::new(child), pid, output })
    }

    /// The process id.
    pub fn id(&self) -> u32 {
        self.pid
    }

    /// Whether it has not ended yet.
    pub fn is_running(&self) -> bool {
        matches!(self.child.lock().try_wait(), Ok(None))
    }

    /// The first line, of all printed so far or still to come, that `is_wanted`.
    ///
    /// # Errors
    /// When it does not come within `limit` or the program ends without it; with the last lines it printed.
    pub fn wait_for_line(
        &self,
        what: &str,
        limit: Duration,
        is_wanted: impl Fn(&str) -> bool,
    ) -> Result<Line, Error> {
        let end = Instant::now() + limit;
        let mut state = self.output.state.lock();
        loop {
            // All again at each change: lines may have been dropped at the front, and tests print little.
            if let Some(line) = state.lines.iter().find(|line| is_wanted(&line.text)) {
                return Ok(line.clone());
            }
            if state.streams_ended == 2 {
                let reason = format!("ended without {what}; it said:\n{}", tail(&state));
                return Err(Error::failed(&self.name, reason));
            }
            if self.output.changed.wait_until(&mut state, end).timed_out() {
                let what = format!("{what} from {}, which said:\n{}", self.name, tail(&state));
                return Err(Error::timed_out(what, limit));
            }
        }
    }

    /// Waits until the program announces the kill point `name`, then sends SIGKILL and waits for the end.
    /// The program must have been started with [`arm_kill_point`].
    ///
    /// # Errors
    /// When it does not come by within `limit`, or ends before; it is killed all the same.
    pub fn kill_at(&self, name: &str, limit: Duration) -> Result<Line, Error> {
        let announcement = format!("KILL-POINT {name}");
        let reached = self.wait_for_line(&announcement, limit, |line| line.trim() == announcement);
        self.kill9()?;
        reached
    }

    /// SIGKILL, then waits for the end.
    ///
    /// # Errors
    /// As the system says.
    pub fn kill9(&self) -> Result<ExitStatus, Error> {
        let mut child = self.child.lock();
        child.kill().and_then(|()| child.wait()).map_err(|error| Error::failed(&self.name, error))
    }

    /// SIGTERM, then waits for the end.
    ///
    /// # Errors
    /// When it has not ended within `limit`; it is killed then.
    pub fn terminate(&self, limit: Duration) -> Result<ExitStatus, Error> {
        self.signal(Signal::TERM)?;
        self.wait(limit)
    }

    /// Waits for the end.
    ///
    /// # Errors
    /// When it has not ended within `limit`; it is killed then.
    pub fn wait(&self, limit: Duration) -> Result<ExitStatus, Error> {
        let end = Instant::now() + limit;
        loop {
            if let Some(status) =
                self.child.lock().try_wait().map_err(|error| Error::failed(&self.name, error))?
            {
                return Ok(status);
            }
            if Instant::now() > end {
                self.kill9()?;
                let what =
                    format!("the end of {}, which said:\n{}", self.name, tail(&self.output.state.lock()));
                return Err(Error::timed_out(what, limit));
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Freezes it (SIGSTOP).
    ///
    /// # Errors
    /// As the system says.
    pub fn stop(&self) -> Result<(), Error> {
        self.signal(Signal::STOP)
    }

    /// Lets it go on (SIGCONT).
    ///
    /// # Errors
    /// As the system says.
    pub fn cont(&self) -> Result<(), Error> {
        self.signal(Signal::CONT)
    }

    /// All lines printed so far, at most the last 50,000.
    pub fn lines(&self) -> Vec<Line> {
        self.output.state.lock().lines.iter().cloned().collect()
    }

    /// What was printed to `stream` so far, line by line.
    pub fn text(&self, stream: Stream) -> String {
        let state = self.output.state.lock();
        let lines = state.lines.iter().filter(|line| line.stream == stream);
        lines.map(|line| format!("{}\n", line.text)).collect()
    }

    fn signal(&self, signal: Signal) -> Result<(), Error> {
        let mut child = self.child.lock();
        // Once it has been waited for, the id may be somebody else's.
        match child.try_wait() {
            Ok(None) => send_signal(self.pid, signal),
            Ok(Some(status)) => Err(Error::failed(&self.name, format!("has ended already: {status}"))),
            Err(error) => Err(Error::failed(&self.name, error)),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.kill9();
    }
}

fn collect(pipe: impl Read + Send + 'static, stream: Stream, output: Arc<Output>) {
    std::thread::spawn(move || {
        let mut reader = BufReader::new(pipe);
        let mut bytes = Vec::new();
        while matches!(reader.by_ref().take(LINE_BYTES_MAX).read_until(b'\n', &mut bytes), Ok(read) if read > 0)
        {
            let text = String::from_utf8_lossy(&bytes).trim_end_matches(['\n', '\r']).to_owned();
            let mut state = output.state.lock();
            if state.lines.len() == LINES_MAX {
                state.lines.pop_front();
            }
            state.lines.push_back(Line { stream, at: Instant::now(), text });
            output.changed.notify_all();
            bytes.clear();
        }
        output.state.lock().streams_ended += 1;
        output.changed.notify_all();
    });
}

fn tail(state: &State) -> String {
    let skipped = state.lines.len().saturating_sub(20);
    let lines: Vec<_> = state.lines.iter().skip(skipped).map(|line| format!("  {}", line.text)).collect();
    lines.join("\n")
}
