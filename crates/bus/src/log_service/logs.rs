//! The logs that a process serves, by name.

use vigie_chassis::error::{Error, Reason};
use vigie_eventlog::{AnchorFile, EventLog};

/// The logs that a process serves, each with its anchor.
pub(super) struct Logs(pub(super) Vec<(EventLog, AnchorFile)>);

impl Logs {
    /// All of them.
    pub(super) fn all(&self) -> impl Iterator<Item = &EventLog> {
        self.0.iter().map(|(log, _)| log)
    }

    /// The log called `name`.
    pub(super) fn log(&self, name: &str) -> Result<&EventLog, Error> {
        self.anchored(name).map(|(log, _)| log)
    }

    /// The log called `name`, with its anchor. Without a name: the only one. Of several none is guessed, since a reader of the
    /// wrong one would not notice.
    pub(super) fn anchored(&self, name: &str) -> Result<&(EventLog, AnchorFile), Error> {
        match (name, self.0.as_slice()) {
            ("", [only]) => Ok(only),
            ("", _) => Err(self.refuse(Reason::LogNameRequired, "say which log, in `log`", "missing")),
            (name, logs) => logs.iter().find(|(log, _)| log.name() == name).ok_or_else(|| {
                self.refuse(Reason::LogNotFound, "there is no log of that name here", "unknown")
            }),
        }
    }

    fn refuse(&self, reason: Reason, message: &str, violation: &str) -> Error {
        let names: Vec<_> = self.all().map(EventLog::name).collect();
        Error::new(reason, format!("{message}; there are: {}", names.join(", ")))
            .with("logs", names.join(","))
            .field("log", violation)
    }
}
