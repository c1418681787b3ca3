//! Many facts from JSON lines: each is answered by itself, and one that is refused stops none of the others.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Status};
use vigie_proto::routing::{FactOutcome, RecordContactsRequest, RecordContactsResponse};

use crate::cli::FactFile;
use crate::client::Client;
use crate::error::Error;
use crate::import::facts::{FactLine, Facts, RejectedFacts};
use crate::import::{Reject, Rejects};
use crate::output::progress::Progress;
use crate::output::style::{self, paint};
use crate::output::{Output, time};

/// Standard input, as people write it.
const STANDARD_INPUT: &str = "-";
/// Lines read ahead.
const READ_AHEAD: usize = 256;
/// Facts that were sent and have no answer yet: so many lines are remembered.
const UNANSWERED_MAX: usize = 1_024;
/// Rejected lines shown on the way; the others are counted, and written with `--rejects`.
const SHOWN_MAX: u64 = 20;

type Lines = mpsc::Receiver<Result<FactLine, Error>>;

pub(super) async fn run(client: &Client, output: &mut Output, arguments: &FactFile) -> Result<(), Error> {
    let path = arguments.path.as_path();
    let is_standard_input = path == Path::new(STANDARD_INPUT);
    let total = if is_standard_input { 0 } else { count(path).await? };
    let rejected = match &arguments.rejects {
        Some(target) if !is_standard_input && is_same(path, target) => {
            return Err(Error::Usage("--rejects names the file that is read; write them elsewhere".into()));
        }
        Some(target) => Some(RejectedFacts::create(target)?),
        None => None,
    };
    let mut telling = Telling {
        progress: output.progress("recording"),
        total,
        done: 0,
        recorded: 0,
        repeated: 0,
        unanswered: HashMap::new(),
        rejects: Rejects::default(),
        rejected,
    };
    let lines = read(path, is_standard_input)?;
    let outcome = telling.tell(client, output, lines).await;
    telling.end(output, arguments, outcome)
}

/// What became of the facts so far.
struct Telling {
    progress: Progress,
    /// Lines of the file; 0 where nobody can tell before its end.
    total: i64,
    done: i64,
    recorded: i64,
    repeated: i64,
    /// Lines that were sent, by number: what is rejected is written as it stood.
    unanswered: HashMap<i64, String>,
    rejects: Rejects,
    rejected: Option<RejectedFacts>,
}

impl Telling {
    async fn tell(&mut self, client: &Client, output: &mut Output, mut lines: Lines) -> Result<(), Error> {
        // As large as what may be unanswered: sending never waits, so answers are always read.
        let (requests, to_send) = mpsc::channel(UNANSWERED_MAX);
        let mut requests = Some(requests);
        let mut contacts = client.contacts();
        let call = contacts.record_contacts(Request::new(ReceiverStream::new(to_send)));
        tokio::pin!(call);
        // The service may answer its headers only with its first message, so lines must not wait for it.
        let mut answers = loop {
            tokio::select! {
                line = lines.recv(), if self.has_room(&requests) => self.next(output, &mut requests, line)?,
                response = &mut call => break response?.into_inner(),
            }
        };
        loop {
            tokio::select! {
                line = lines.recv(), if self.has_room(&requests) => self.next(output, &mut requests, line)?,
                answer = answers.message() => match answer? {
                    Some(answer) => self.took(output, answer)?,
                    None => break,
                },
            }
        }
        match (requests, self.unanswered.len()) {
            (None, 0) => Ok(()),
            (_, without) => {
                let message = format!("the service ended with {without} facts unanswered");
                Err(Status::unavailable(message).into())
            }
        }
    }

    fn has_room(&self, requests: &Option<mpsc::Sender<RecordContactsRequest>>) -> bool {
        requests.is_some() && self.unanswered.len() < UNANSWERED_MAX
    }

    /// Sends a line on, or puts it to those that are no facts; after the last one the service is told so.
    fn next(
        &mut self,
        output: &mut Output,
        requests: &mut Option<mpsc::Sender<RecordContactsRequest>>,
        line: Option<Result<FactLine, Error>>,
    ) -> Result<(), Error> {
        let Some(line) = line else {
            *requests = None;
            return Ok(());
        };
        let FactLine { number, text, fact } = line?;
        match fact {
            Ok(fact) => {
                self.unanswered.insert(number, text);
                let request = RecordContactsRequest { number, fact: Some(fact) };
                // Refused only by a call that is over, which says why itself.
                if let Some(requests) = requests {
                    let _ = requests.try_send(request);
                }
                Ok(())
            }
            Err(problem) => {
                let (reason, message) = (problem.reason().to_owned(), problem.to_string());
                self.reject(output, Reject { row: number, reason, message }, &text)
            }
        }
    }

    fn took(&mut self, output: &mut Output, answer: RecordContactsResponse) -> Result<(), Error> {
        // An answer that nobody waits for is one of another build's making: nothing depends on it.
        let Some(text) = self.unanswered.remove(&answer.number) else { return Ok(()) };
        match answer.outcome() {
            FactOutcome::Rejected => {
                let reject = Reject { row: answer.number, reason: answer.reason, message: answer.message };
                return self.reject(output, reject, &text);
            }
            FactOutcome::Repeated => self.repeated += 1,
            FactOutcome::Recorded | FactOutcome::Unspecified => self.recorded += 1,
        }
        self.show(output);
        Ok(())
    }

    fn reject(&mut self, output: &mut Output, reject: Reject, text: &str) -> Result<(), Error> {
        if self.rejects.count() < SHOWN_MAX {
            let reason = paint(style::BAD, &reject.reason);
            output.text(&format!("line {}  {reason}  {}", reject.row, reject.message))?;
        }
        if let Some(rejected) = &mut self.rejected {
            rejected.add(&reject, text)?;
        }
        self.rejects.add(reject);
        self.show(output);
        Ok(())
    }

    fn show(&mut self, output: &mut Output) {
        self.done += 1;
        let rejected = self.rejects.count();
        let note = if rejected == 0 { String::new() } else { format!("{rejected} rejected") };
        self.progress.update(self.done, self.total, note);
        output.show(&mut self.progress);
    }

    fn end(self, output: &mut Output, arguments: &FactFile, outcome: Result<(), Error>) -> Result<(), Error> {
        let Self { progress, recorded, repeated, rejects, rejected, .. } = self;
        let elapsed_ms = progress.elapsed().as_secs_f64() * 1e3;
        output.finish(progress);
        // Also when the connection broke: what was rejected so far can be mended already.
        if let (Some(rejected), Some(target)) = (rejected, &arguments.rejects) {
            let written = rejected.finish()?;
            output.note(&format!("{written} rejected lines written to {}", target.display()));
        }
        if let Err(error) = outcome {
            if matches!(error, Error::Service(_)) {
                output.note("Interrupted. Record the same lines again: what is on record is absorbed.");
            }
            return Err(error);
        }
        output.either(
            || document(recorded, repeated, &rejects),
            |_| summary(recorded, repeated, &rejects, elapsed_ms),
        )?;
        match rejects.count() {
            0 => Ok(()),
            count => Err(Error::Found {
                reason: "FACTS_REJECTED",
                message: format!(
                    "{count} facts rejected; mend them and record them, the others are on record"
                ),
            }),
        }
    }
}

fn summary(recorded: i64, repeated: i64, rejects: &Rejects, elapsed_ms: f64) -> String {
    let rejected = rejects.count();
    let hidden = rejected.saturating_sub(SHOWN_MAX);
    let mut text = String::new();
    if hidden > 0 {
        text.push_str(&format!("… and {hidden} more rejected lines; --rejects writes them all\n"));
    }
    let mut counts = format!("{recorded} recorded");
    if repeated > 0 {
        counts.push_str(&format!(", {repeated} on record already"));
    }
    counts.push_str(&format!(", {rejected} rejected"));
    let colour = if rejected == 0 { style::GOOD } else { style::WAITING };
    text.push_str(&format!("{} in {}\n", paint(colour, &counts), time::span(elapsed_ms)));
    text
}

fn document(recorded: i64, repeated: i64, rejects: &Rejects) -> Value {
    let rejections: Vec<_> = rejects
        .kept()
        .map(|line| json!({ "line": line.row, "reason": line.reason, "message": line.message }))
        .collect();
    json!({ "recorded": recorded, "repeated": repeated, "rejected": rejects.count(), "rejections": rejections })
}

/// Reads the lines on a thread of their own: a pipe may be slow.
fn read(path: &Path, is_standard_input: bool) -> Result<Lines, Error> {
    let name = if is_standard_input { "standard input".to_owned() } else { path.display().to_string() };
    let source: Box<dyn Read + Send> =
        if is_standard_input { Box::new(std::io::stdin()) } else { Box::new(open(path)?) };
    let (sender, lines) = mpsc::channel(READ_AHEAD);
    tokio::task::spawn_blocking(move || {
        let mut facts = Facts::new(BufReader::new(source));
        loop {
            let line = match facts.next_line() {
                Ok(None) => return,
                Ok(Some(line)) => Ok(line),
                Err(error) => Err(Error::local(format!("read {name}"), error)),
            };
            let is_over = line.is_err();
            if sender.blocking_send(line).is_err() || is_over {
                return;
            }
        }
    });
    Ok(lines)
}

/// Lines of a file that are not blank.
async fn count(path: &Path) -> Result<i64, Error> {
    let (file, name) = (open(path)?, path.display().to_string());
    let counted = tokio::task::spawn_blocking(move || {
        Facts::new(BufReader::new(file)).count().map_err(|error| Error::local(format!("read {name}"), error))
    });
    counted.await.map_err(|_| Error::Usage("reading the file was interrupted".into()))?
}

fn open(path: &Path) -> Result<File, Error> {
    File::open(path).map_err(|error| Error::local(format!("read {}", path.display()), error))
}

fn is_same(one: &Path, other: &Path) -> bool {
    matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
}
