//! kcat: a producer and consumer that we did not write.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use serde::Deserialize;

use crate::bounded::{self, Bounded};
use crate::{Error, Scratch, Tool};

const NAME: &str = "kcat";
/// Between a key and its payload: a character that no key holds.
const KEY_END: &str = "\u{1f}";
const PRODUCE_LIMIT: Duration = Duration::from_secs(30);

/// The command line tool, and how it comes to the broker.
#[derive(Clone, Debug)]
pub struct Kcat {
    program: PathBuf,
    settings: Vec<String>,
}

/// A record to produce.
#[derive(Clone, Copy, Debug, Default)]
pub struct Message<'a> {
    /// Decides the partition.
    pub key: Option<&'a str>,
    /// Names and values, in order.
    pub headers: &'a [(&'a str, &'a str)],
    /// Exact bytes; `None` produces a null, which deletes the key from a compacted topic.
    pub payload: Option<&'a [u8]>,
}

/// A record as kcat read it. Bytes that are not UTF-8 come as U+FFFD.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Record {
    /// Where it was.
    pub topic: String,
    /// From 0.
    pub partition: i32,
    /// In the partition.
    pub offset: i64,
    /// Milliseconds since 1970, as the topic's `message.timestamp.type` says.
    #[serde(rename = "ts")]
    pub timestamp_ms: i64,
    /// None if the record has no key.
    pub key: Option<String>,
    /// None if it is a null.
    pub payload: Option<String>,
    /// Name, value, name, value.
    #[serde(default, rename = "headers")]
    flat_headers: Vec<Option<String>>,
}

impl Record {
    /// Names and values, in the order of the record.
    pub fn headers(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        self.flat_headers.chunks_exact(2).filter_map(|pair| match pair {
            [Some(name), value] => Some((name.as_str(), value.as_deref())),
            _ => None,
        })
    }

    /// The value of the first header of that name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers().find(|(known, _)| *known == name)?.1
    }
}

impl Kcat {
    /// The program that `VIGIE_TEST_KCAT` names, else the one installed.
    ///
    /// # Errors
    /// What to install.
    pub fn find() -> Result<Self, Error> {
        Ok(Self { program: Tool::find(NAME)?, settings: Vec::new() })
    }

    /// With settings of librdkafka. Where those of [`SecureKafka`](crate::SecureKafka::client_settings) are too new for the
    /// kcat that is installed, [`Python`](crate::Python) has a client of its own.
    #[must_use]
    pub fn with<N: AsRef<str>, V: AsRef<str>>(mut self, settings: impl IntoIterator<Item = (N, V)>) -> Self {
        let settings = settings.into_iter();
        self.settings.extend(settings.map(|(name, value)| format!("{}={}", name.as_ref(), value.as_ref())));
        self
    }

    /// Writes one record, placed by the key as Java's clients place it.
    ///
    /// # Errors
    /// What kcat says, if it could not deliver within 10 s.
    pub fn produce(&self, bootstrap: &str, topic: &str, message: Message<'_>) -> Result<(), Error> {
        let scratch = Scratch::new(NAME)?;
        let input = scratch.path().join("input");
        let mut command = self.command(bootstrap);
        command.args(["-P", "-t", topic, "-X", "message.timeout.ms=10000"]);
        command.args(["-X", "topic.partitioner=murmur2_random"]);
        for (name, value) in message.headers {
            command.arg("-H").arg(format!("{name}={value}"));
        }
        let text = match (message.key, message.payload) {
            (Some(key), None | Some([])) => {
                // It passes over an empty file, and over an empty line that holds no key.
                command.args(["-K", KEY_END, "-l"]).args(message.payload.is_none().then_some("-Z"));
                format!("{key}{KEY_END}\n").into_bytes()
            }
            (None, None | Some([])) => {
                return Err(Error::failed(NAME, "sends an empty record only under a key"));
            }
            (key, Some(payload)) => {
                command.args(key.map(|key| ["-k", key]).into_iter().flatten());
                payload.to_vec()
            }
        };
        std::fs::write(&input, text).map_err(|error| Error::failed(NAME, error))?;
        command.arg(&input);
        bounded::run(NAME, &mut command, PRODUCE_LIMIT).map(drop)
    }

    /// All committed records of the topic up to its present end; those of one partition are in order.
    ///
    /// # Errors
    /// What kcat says, or that it did not come to the end within `limit`.
    pub fn consume(&self, bootstrap: &str, topic: &str, limit: Duration) -> Result<Vec<Record>, Error> {
        self.read(bootstrap, topic, &["-e"], limit)
    }

    /// The first `count` committed records of the topic, waiting for those that are not there yet.
    ///
    /// # Errors
    /// What kcat says, or that there were fewer after `limit`.
    pub fn take(
        &self,
        bootstrap: &str,
        topic: &str,
        count: usize,
        limit: Duration,
    ) -> Result<Vec<Record>, Error> {
        self.read(bootstrap, topic, &["-c", &count.to_string()], limit)
    }

    fn read(
        &self,
        bootstrap: &str,
        topic: &str,
        until: &[&str],
        limit: Duration,
    ) -> Result<Vec<Record>, Error> {
        let scratch = Scratch::new(NAME)?;
        let mut command = self.command(bootstrap);
        command.args(["-C", "-t", topic, "-o", "beginning", "-q", "-J"]).args(until);
        let finished = Bounded::start(NAME, &scratch, &mut command)?.wait(limit)?;
        if !finished.status.success() {
            return Err(Error::failed(NAME, format!("{topic}: {}", finished.err.trim())));
        }
        finished
            .out
            .lines()
            .map(|line| serde_json::from_str(line).map_err(|error| Error::failed(NAME, error)))
            .collect()
    }

    fn command(&self, bootstrap: &str) -> Command {
        let mut command = Command::new(&self.program);
        command.args(["-b", bootstrap]);
        for setting in &self.settings {
            command.args(["-X", setting]);
        }
        command
    }
}
