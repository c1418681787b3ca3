//! Facts of contacts as JSON lines: read line by line, so that a broken one spoils nothing but itself.

use std::fs::File;
use std::io::{self, BufRead, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};
use vigie_proto::routing::record_contacts_request::Fact;

use super::Reject;
use super::text;
use crate::error::Error;
use crate::output::json::message;

/// The field of a rejected line that says why; a line that still has it is read as if it had not.
const REJECTED: &str = "rejected";

/// A line, and what it tells.
#[derive(Debug)]
pub(crate) struct FactLine {
    /// Counts from 1, blank lines included.
    pub(crate) number: i64,
    /// As it stood; empty where it is no text.
    pub(crate) text: String,
    /// The fact, or why it is none.
    pub(crate) fact: Result<Fact, Problem>,
}

/// Why a line tells nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Problem {
    #[error("{0}")]
    Text(text::Problem),
    #[error("no JSON: {0}")]
    Syntax(String),
    #[error("no JSON object")]
    NoObject,
    #[error("no fact of a contact or of a team: {0}")]
    NoFact(String),
}

impl Problem {
    /// Stable reason, beside those of the service.
    pub(crate) const fn reason(&self) -> &'static str {
        match self {
            Self::Text(text::Problem::NotUtf8(_)) => "JSON_NOT_UTF8",
            Self::Text(_) => "JSON_LINE_TOO_LONG",
            Self::Syntax(_) | Self::NoObject => "JSON_SYNTAX",
            Self::NoFact(_) => "JSON_FIELDS",
        }
    }
}

/// The lines of a file or a pipe, in its order.
#[derive(Debug)]
pub(crate) struct Facts<R> {
    reader: R,
    number: i64,
}

impl<R: BufRead> Facts<R> {
    pub(crate) const fn new(reader: R) -> Self {
        Self { reader, number: 0 }
    }

    /// The next line; `None` at the end. Blank lines are passed over.
    pub(crate) fn next_line(&mut self) -> io::Result<Option<FactLine>> {
        let Some((number, line)) = self.next_text()? else { return Ok(None) };
        Ok(Some(match line {
            Ok(text) => FactLine { number, fact: fact(&text), text },
            Err(problem) => FactLine { number, text: String::new(), fact: Err(Problem::Text(problem)) },
        }))
    }

    /// How many lines there are from here on.
    pub(crate) fn count(mut self) -> io::Result<i64> {
        let mut count = 0;
        while self.next_text()?.is_some() {
            count += 1;
        }
        Ok(count)
    }

    fn next_text(&mut self) -> io::Result<Option<(i64, Result<String, text::Problem>)>> {
        loop {
            let Some(line) = text::next_line(&mut self.reader)? else { return Ok(None) };
            self.number += 1;
            if !line.as_ref().is_ok_and(|line| line.trim().is_empty()) {
                return Ok(Some((self.number, line)));
            }
        }
    }
}

/// A fact of a contact has one; presence of a team has none.
fn fact(text: &str) -> Result<Fact, Problem> {
    let mut fields = object(text)?;
    fields.remove(REJECTED);
    let is_of_contact = fields.contains_key("contact");
    let value = Value::Object(fields);
    let fact =
        if is_of_contact { message(value).map(Fact::Contact) } else { message(value).map(Fact::Presence) };
    fact.map_err(Problem::NoFact)
}

fn object(text: &str) -> Result<Map<String, Value>, Problem> {
    match serde_json::from_str(text) {
        Ok(Value::Object(fields)) => Ok(fields),
        Ok(_) => Err(Problem::NoObject),
        Err(error) => Err(Problem::Syntax(error.to_string())),
    }
}

/// Lines that were rejected, written as they stood, each with why: mended, the file can be read again.
#[derive(Debug)]
pub(crate) struct RejectedFacts {
    path: PathBuf,
    file: BufWriter<File>,
    written: u64,
}

impl RejectedFacts {
    /// Into a new file, or one that is overwritten.
    pub(crate) fn create(path: &Path) -> Result<Self, Error> {
        let file = File::create(path).map_err(|error| failed(path, error))?;
        Ok(Self { path: path.to_owned(), file: BufWriter::new(file), written: 0 })
    }

    /// Adds a line. One that is no JSON object is left out: its number, reason and message were shown.
    pub(crate) fn add(&mut self, reject: &Reject, text: &str) -> Result<(), Error> {
        let Ok(mut fields) = object(text) else { return Ok(()) };
        let why = json!({ "line": reject.row, "reason": reject.reason, "message": reject.message });
        fields.insert(REJECTED.to_owned(), why);
        self.written += 1;
        writeln!(self.file, "{}", Value::Object(fields)).map_err(|error| failed(&self.path, error))
    }

    /// Everything is in the file; how many lines that is.
    pub(crate) fn finish(mut self) -> Result<u64, Error> {
        self.file.flush().map_err(|error| failed(&self.path, error))?;
        Ok(self.written)
    }
}

fn failed(path: &Path, error: io::Error) -> Error {
    Error::local(format!("write {}", path.display()), error)
}

#[cfg(test)]
mod tests {
    use vigie_proto::routing::contact_fact::What;

    use super::*;

    const OFFERED: &str = r#"{"origin":"acd","contact":"4711","fact_id":"1","occurred_at":"2026-11-24T09:00:00Z","offered":{"desk":{"desk_id":"d"},"channel":"CONTACT_CHANNEL_PHONE"}}"#;

    fn read(bytes: &[u8]) -> Vec<FactLine> {
        let mut facts = Facts::new(bytes);
        std::iter::from_fn(|| facts.next_line().unwrap()).collect()
    }

    #[test]
    fn a_line_tells_of_a_contact_or_of_a_team() {
        let presence = r#"{"origin":"wfm","fact_id":"1","desk":{"desk_id":"d"},"from":"2026-11-24T08:00:00Z","until":"2026-11-24T12:00:00Z"}"#;
        let lines = read(format!("{OFFERED}\n\n{presence}").as_bytes());
        let Ok(Fact::Contact(fact)) = &lines[0].fact else { panic!("{lines:?}") };
        assert_eq!((fact.contact.as_str(), fact.occurred_at.unwrap().seconds), ("4711", 1_795_510_800));
        assert!(matches!(fact.what, Some(What::Offered(_))));
        assert!(matches!(lines[1].fact, Ok(Fact::Presence(_))));
        assert_eq!(lines.iter().map(|line| line.number).collect::<Vec<_>>(), [1, 3], "blank lines count");
        assert_eq!(Facts::new(format!("{OFFERED}\n\n{presence}").as_bytes()).count().unwrap(), 2);
    }

    #[test]
    fn a_broken_line_spoils_itself_only_and_says_how() {
        let bytes =
            [b"{\n[]\n{\"contact\":\"1\",\"orign\":\"acd\"}\nL\xe9a\n".as_slice(), OFFERED.as_bytes()]
                .concat();
        let lines = read(&bytes);
        let reasons: Vec<_> =
            lines.iter().map(|line| line.fact.as_ref().map_err(Problem::reason).err()).collect();
        let expected = ["JSON_SYNTAX", "JSON_SYNTAX", "JSON_FIELDS", "JSON_NOT_UTF8"].map(Some);
        assert_eq!(reasons, [expected.as_slice(), &[None]].concat());
        assert!(lines[2].fact.as_ref().unwrap_err().to_string().contains("orign"));
    }

    #[test]
    fn what_is_rejected_can_be_mended_and_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rejects.jsonl");
        let mut rejected = RejectedFacts::create(&path).unwrap();
        let reject = Reject { row: 7, reason: "DESK_NOT_FOUND".into(), message: "no such desk".into() };
        rejected.add(&reject, OFFERED).unwrap();
        rejected.add(&reject, "no JSON").unwrap();
        assert_eq!(rejected.finish().unwrap(), 1);
        let written = std::fs::read(&path).unwrap();
        let line: Value = serde_json::from_slice(&written).unwrap();
        assert_eq!(
            (&line["rejected"]["line"], &line["rejected"]["reason"]),
            (&7.into(), &"DESK_NOT_FOUND".into())
        );
        let again = read(&written).remove(0).fact.unwrap();
        assert_eq!(again, fact(OFFERED).unwrap());
    }
}
