//! What the command line prints: for people, aligned and coloured; for programs, JSON.

pub(crate) mod fields;
pub(crate) mod json;
pub(crate) mod progress;
pub(crate) mod style;
pub(crate) mod table;
pub(crate) mod time;
pub(crate) mod words;

use std::io::{IsTerminal as _, Write};
use std::process::ExitCode;

use anstream::AutoStream;
use jiff::tz::TimeZone;
use serde_json::Value;

use crate::error::Error;
use progress::Progress;

/// Standard output and standard error, and how to write on them.
pub(crate) struct Output {
    json: bool,
    zone: TimeZone,
    out: Box<dyn Write + Send>,
    err: Box<dyn Write + Send>,
    err_is_terminal: bool,
}

impl Output {
    /// On the process' own streams: colours and moving progress only on a terminal, and without `NO_COLOR`.
    pub(crate) fn standard(json: bool) -> Self {
        Self {
            json,
            zone: TimeZone::system(),
            out: Box::new(AutoStream::auto(std::io::stdout())),
            err: Box::new(AutoStream::auto(std::io::stderr())),
            err_is_terminal: std::io::stderr().is_terminal(),
        }
    }

    /// Whether programs read this.
    pub(crate) const fn is_json(&self) -> bool {
        self.json
    }

    /// The zone that people read times in.
    pub(crate) const fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// Prints lines for people; nothing when programs read, or when there is nothing to say.
    pub(crate) fn text(&mut self, text: &str) -> Result<(), Error> {
        if self.json || text.is_empty() {
            return Ok(());
        }
        let end = if text.ends_with('\n') { "" } else { "\n" };
        write!(self.out, "{text}{end}").and_then(|()| self.out.flush()).map_err(write_failed)
    }

    /// Prints a document for programs on a line of its own; nothing when people read.
    pub(crate) fn document(&mut self, value: &Value) -> Result<(), Error> {
        if !self.json {
            return Ok(());
        }
        writeln!(self.out, "{value}").and_then(|()| self.out.flush()).map_err(write_failed)
    }

    /// Prints whichever of both is read; neither is made in vain.
    pub(crate) fn either(
        &mut self,
        document: impl FnOnce() -> Value,
        text: impl FnOnce(&TimeZone) -> String,
    ) -> Result<(), Error> {
        if self.json {
            let value = document();
            self.document(&value)
        } else {
            let text = text(&self.zone);
            self.text(&text)
        }
    }

    /// Tells people something beside the result; on standard error, so that it never mixes with it.
    pub(crate) fn note(&mut self, text: &str) {
        if self.json {
            return;
        }
        // A note that cannot be shown is no reason to stop what is being done.
        let _ = writeln!(self.err, "{}", style::paint(style::FAINT, text));
    }

    /// Progress of long work called `label`, on standard error; silent when programs read.
    pub(crate) fn progress(&self, label: &'static str) -> Progress {
        Progress::new(label, !self.json, self.err_is_terminal)
    }

    /// Shows how a progress stands, when it is time to.
    pub(crate) fn show(&mut self, progress: &mut Progress) {
        if let Some(text) = progress.render() {
            let _ = write!(self.err, "{text}").and_then(|()| self.err.flush());
        }
    }

    /// Clears a moving progress line.
    pub(crate) fn finish(&mut self, progress: Progress) {
        let _ = write!(self.err, "{}", progress.clear()).and_then(|()| self.err.flush());
    }

    /// Says why a command failed, in one line, and gives the exit code.
    pub(crate) fn fail(&mut self, error: &Error) -> ExitCode {
        let written = match error {
            Error::OutputClosed => Ok(()),
            _ if self.json => writeln!(self.err, "{}", error.to_json()),
            _ => writeln!(self.err, "{}", failure(error)),
        };
        let _ = written;
        error.exit_code()
    }
}

fn write_failed(source: std::io::Error) -> Error {
    Error::local("write the output", source)
}

/// `error: REASON: what happened; what to do`
fn failure(error: &Error) -> String {
    let mut text = format!("{} ", style::paint(style::BAD, "error:"));
    if let Error::Service(refusal) = error {
        text.push_str(&format!("{}: ", style::paint(style::STRONG, &refusal.reason)));
    }
    text.push_str(&error.to_string());
    if let Error::Service(refusal) = error {
        // What the message says already is not said again.
        for (field, why) in refusal.fields.iter().filter(|(_, why)| !refusal.message.contains(why)) {
            text.push_str(&format!(" [{field}: {why}]"));
        }
    }
    if let Some(hint) = error.hint() {
        text.push_str(&format!("; {hint}"));
    }
    text
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Shared(Arc<Mutex<Vec<u8>>>);

    impl Write for Shared {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    impl Shared {
        fn text(&self) -> String {
            String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
        }
    }

    fn plain(to: Shared) -> AutoStream<Box<dyn Write + Send>> {
        AutoStream::never(Box::new(to))
    }

    fn captured(json: bool) -> (Output, Shared, Shared) {
        let (out, err) = (Shared::default(), Shared::default());
        let output = Output {
            json,
            zone: TimeZone::UTC,
            out: Box::new(plain(out.clone())),
            err: Box::new(plain(err.clone())),
            err_is_terminal: false,
        };
        (output, out, err)
    }

    #[test]
    fn people_get_text_and_programs_get_one_document_a_line() {
        for (json, expected) in [(false, "two lines\nof text\n"), (true, "{\"a\":1}\n")] {
            let (mut output, out, _) = captured(json);
            output.text("two lines\nof text").unwrap();
            output.document(&serde_json::json!({ "a": 1 })).unwrap();
            assert_eq!(out.text(), expected);
        }
    }

    #[test]
    fn an_error_is_one_line_with_its_reason_on_standard_error() {
        let (mut output, out, err) = captured(false);
        output.fail(&Error::from(tonic::Status::unauthenticated("there is no token")));
        assert_eq!(out.text(), "");
        assert_eq!(
            err.text(),
            "error: UNAUTHENTICATED: there is no token; put a token into VIGIE_TOKEN; `vigie token` makes one for \
             development\n"
        );
    }

    #[test]
    fn an_error_for_programs_is_a_document_on_standard_error() {
        let (mut output, out, err) = captured(true);
        output.fail(&Error::Usage("no such file".into()));
        assert_eq!(out.text(), "");
        let document: Value = serde_json::from_str(&err.text()).unwrap();
        assert_eq!(document["error"]["reason"], "USAGE");
    }

    impl std::fmt::Debug for Output {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.debug_struct("Output").field("json", &self.json).finish_non_exhaustive()
        }
    }
}
