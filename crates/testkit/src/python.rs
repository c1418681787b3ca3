//! Python with a Kafka client, a CloudEvents library and a calendar of public holidays that we did not write.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{Error, Process, Scratch, tool};

const NAME: &str = "Python";

/// An interpreter that has `confluent_kafka`, `cloudevents` and `holidays`.
#[derive(Clone, Debug)]
pub struct Python {
    interpreter: PathBuf,
}

impl Python {
    /// The interpreter that `VIGIE_TEST_PYTHON` names, else that of the virtual environment in `target/tools/python`.
    ///
    /// # Errors
    /// What to install.
    pub fn with_kafka() -> Result<Self, Error> {
        Self::find("confluent-kafka and cloudevents")
    }

    /// The same interpreter, for whoever wants `holidays` of it.
    ///
    /// # Errors
    /// What to install.
    pub fn with_holidays() -> Result<Self, Error> {
        Self::find("holidays")
    }

    fn find(wanted: &str) -> Result<Self, Error> {
        let chosen = std::env::var_os("VIGIE_TEST_PYTHON").map(PathBuf::from);
        let interpreter = chosen.unwrap_or_else(|| tool::own_tools().join("python/bin/python"));
        if tool::is_program(&interpreter) {
            return Ok(Self { interpreter });
        }
        let advice = format!(
            "set VIGIE_TEST_PYTHON to one that has {wanted}, or run `scripts/install-test-parts`; `make test` does"
        );
        Err(Error::Missing { part: NAME.to_owned(), advice })
    }

    /// The interpreter.
    pub fn interpreter(&self) -> &Path {
        &self.interpreter
    }

    /// Starts the script in the file `script`; it works in `home` and ends with it. What it prints arrives line by line.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn run<A: AsRef<str>>(
        &self,
        home: &Scratch,
        script: &Path,
        args: impl IntoIterator<Item = A>,
    ) -> Result<Process, Error> {
        let script = script.canonicalize().map_err(|error| Error::failed(NAME, error))?;
        let mut command = self.command();
        command.arg(script);
        args.into_iter().for_each(|arg| {
            command.arg(arg.as_ref());
        });
        Process::start(home, &mut command)
    }

    /// The same for a script given as text.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn run_text<A: AsRef<str>>(
        &self,
        home: &Scratch,
        script: &str,
        args: impl IntoIterator<Item = A>,
    ) -> Result<Process, Error> {
        let mut command = self.command();
        command.args(["-c", script]);
        args.into_iter().for_each(|arg| {
            command.arg(arg.as_ref());
        });
        Process::start(home, &mut command)
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.interpreter);
        command.env("PYTHONUNBUFFERED", "1").env("PYTHONDONTWRITEBYTECODE", "1");
        command
    }
}
