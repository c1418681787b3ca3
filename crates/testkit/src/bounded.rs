//! A command line tool that is run to its end, but not for ever.

use std::fs::File;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use crate::{Error, Scratch};

/// How a tool ended and what it printed.
#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) status: ExitStatus,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// A tool that works in a folder of its own, so that it dies with the test.
#[derive(Debug)]
pub(crate) struct Bounded<'a> {
    name: &'a str,
    home: &'a Scratch,
    child: Child,
}

impl<'a> Bounded<'a> {
    /// Starts `command`. What it prints goes to files: a pipe that nobody reads would stop it.
    pub(crate) fn start(name: &'a str, home: &'a Scratch, command: &mut Command) -> Result<Self, Error> {
        let file =
            |ending| File::create(home.path().join(ending)).map_err(|error| Error::failed(name, error));
        let child = command
            .current_dir(home.path())
            .stdin(Stdio::null())
            .stdout(file("out")?)
            .stderr(file("err")?)
            .spawn()
            .map_err(|error| Error::failed(name, error))?;
        Ok(Self { name, home, child })
    }

    /// Waits for its end.
    ///
    /// # Errors
    /// When that does not come within `limit`; it is killed then. With what it said.
    pub(crate) fn wait(mut self, limit: Duration) -> Result<Finished, Error> {
        let end = Instant::now() + limit;
        loop {
            if let Some(status) = self.child.try_wait().map_err(|error| Error::failed(self.name, error))? {
                return Ok(Finished { status, out: self.printed("out"), err: self.printed("err") });
            }
            if Instant::now() > end {
                let what = format!("the end of {}, which said: {}", self.name, self.printed("err").trim());
                return Err(Error::timed_out(what, limit));
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn printed(&self, file: &str) -> String {
        let path: &Path = &self.home.path().join(file);
        String::from_utf8_lossy(&std::fs::read(path).unwrap_or_default()).into_owned()
    }
}

impl Drop for Bounded<'_> {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs `command` in a folder of its own; its output if it succeeds.
///
/// # Errors
/// When it fails or does not end within `limit`, with what it said.
pub(crate) fn run(name: &str, command: &mut Command, limit: Duration) -> Result<String, Error> {
    let home = Scratch::new("tool")?;
    let finished = Bounded::start(name, &home, command)?.wait(limit)?;
    if finished.status.success() {
        Ok(finished.out)
    } else {
        Err(Error::failed(name, format!("{}: {}", finished.status, finished.err.trim())))
    }
}
