//! A file of rows to the service, whatever its rows are: read, sent, answered, and what was rejected.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Status, Streaming};

use crate::client::Client;
use crate::error::Error;
use crate::import::{self, Reject, Rejects, Rows, Sheet, Survey};
use crate::output::progress::Progress;
use crate::output::style::{self, paint};
use crate::output::{Output, time};

/// Rows read ahead of the wire; the service's own flow control does the rest.
const READ_AHEAD: usize = 256;
/// Rejected rows shown on the way; the others are counted, and written with `--rejects`.
const SHOWN_MAX: u64 = 20;

/// An RPC that takes a file's header and its rows, and answers how far it has come.
pub(super) trait Import {
    /// What a row describes.
    type Row: Sheet;
    /// Header or row, on the wire.
    type Request: Send + 'static;
    /// Progress, on the wire.
    type Response;

    /// The first message.
    fn header(&self, survey: &Survey) -> Self::Request;

    /// The message of a row.
    fn row(number: i64, row: Self::Row) -> Self::Request;

    /// Makes the call.
    async fn call(
        &self,
        client: &Client,
        requests: ReceiverStream<Self::Request>,
    ) -> Result<Streaming<Self::Response>, Status>;

    /// What an answer says.
    fn answer(response: Self::Response) -> Answer;
}

/// What the service says of the rows so far.
pub(super) struct Answer {
    /// Dealt with.
    pub(super) done: i64,
    /// Of these, taken by this call.
    pub(super) registered: i64,
    /// Of these, taken by an earlier one.
    pub(super) repeated: i64,
    /// Rejected since the last answer.
    pub(super) rejected: Vec<Reject>,
}

/// A file that was imported.
pub(super) struct Imported {
    survey: Survey,
    registered: i64,
    repeated: i64,
    rejects: Rejects,
    elapsed_ms: f64,
}

/// Imports a file; what was rejected is written to `rejects`, also when the connection breaks.
pub(super) async fn run<I: Import>(
    client: &Client,
    output: &mut Output,
    import: &I,
    file: &Path,
    rejects: Option<&Path>,
) -> Result<Imported, Error> {
    let path = file.to_path_buf();
    let survey = blocking(move || import::survey::<I::Row>(&path)).await?;
    let progress = output.progress("importing");
    let mut running = Running {
        progress,
        imported: Imported {
            survey,
            registered: 0,
            repeated: 0,
            rejects: Rejects::default(),
            elapsed_ms: 0.0,
        },
    };
    let outcome = running.stream(client, output, import, file).await;
    let Running { progress, mut imported } = running;
    imported.elapsed_ms = progress.elapsed().as_secs_f64() * 1e3;
    output.finish(progress);
    // Also when the connection broke: what was rejected so far can be mended already.
    if let Some(target) = rejects {
        let written = import::write_rejects(file, target, &imported.rejects)?;
        output.note(&format!("{written} rejected rows written to {}", target.display()));
    }
    outcome.map_err(|error| resumable(error, output))?;
    Ok(imported)
}

struct Running {
    progress: Progress,
    imported: Imported,
}

impl Running {
    async fn stream<I: Import>(
        &mut self,
        client: &Client,
        output: &mut Output,
        import: &I,
        file: &Path,
    ) -> Result<(), Error> {
        let (requests, to_send) = mpsc::channel(READ_AHEAD);
        let (broken, mut broken_rows) = mpsc::channel(READ_AHEAD);
        let (path, hash) = (file.to_path_buf(), self.imported.survey.hash.clone());
        let header = import.header(&self.imported.survey);
        let reader = tokio::task::spawn_blocking(move || read::<I>(path, &hash, header, &requests, &broken));
        let call = import.call(client, ReceiverStream::new(to_send));
        tokio::pin!(call);
        // The service may answer its headers only with its first message, so broken rows must not wait for it.
        let mut answers = loop {
            tokio::select! {
                Some(row) = broken_rows.recv() => self.reject(output, row)?,
                response = &mut call => break response?,
            }
        };
        let mut answered = 0;
        loop {
            tokio::select! {
                Some(row) = broken_rows.recv() => self.reject(output, row)?,
                message = answers.message() => match message? {
                    Some(response) => {
                        let answer = I::answer(response);
                        answered = answer.done;
                        self.took(output, answer)?;
                    }
                    None => break,
                },
            }
            self.show(output, answered);
        }
        while let Some(row) = broken_rows.recv().await {
            self.reject(output, row)?;
        }
        let sent = reader.await.map_err(|_| Error::Usage("the file's reader stopped".into()))??;
        if answered < sent {
            return Err(Status::unavailable(format!("the service answered {answered} of {sent} rows")).into());
        }
        Ok(())
    }

    fn took(&mut self, output: &mut Output, answer: Answer) -> Result<(), Error> {
        (self.imported.registered, self.imported.repeated) = (answer.registered, answer.repeated);
        answer.rejected.into_iter().try_for_each(|row| self.reject(output, row))
    }

    fn reject(&mut self, output: &mut Output, row: Reject) -> Result<(), Error> {
        if self.imported.rejects.count() < SHOWN_MAX {
            output.text(&format!("row {}  {}  {}", row.row, paint(style::BAD, &row.reason), row.message))?;
        }
        self.imported.rejects.add(row);
        Ok(())
    }

    fn show(&mut self, output: &mut Output, answered: i64) {
        let rejected = self.imported.rejects.count();
        let note = if rejected == 0 { String::new() } else { format!("{rejected} rejected") };
        self.progress.update(answered, self.imported.survey.rows, note);
        output.show(&mut self.progress);
    }
}

/// Reads the file's rows into `requests`, those that are no rows into `broken`; returns how many were sent.
fn read<I: Import>(
    path: PathBuf,
    hash: &str,
    header: I::Request,
    requests: &mpsc::Sender<I::Request>,
    broken: &mpsc::Sender<Reject>,
) -> Result<i64, Error> {
    let mut rows = Rows::<I::Row>::open(&path)?;
    let mut sent = 0;
    // A closed channel means that the call is over; the call says why.
    if requests.blocking_send(header).is_err() {
        return Ok(sent);
    }
    while let Some((number, row)) = rows.next_row()? {
        let open = match row {
            Ok(row) => {
                sent += 1;
                requests.blocking_send(I::row(number, row)).is_ok()
            }
            Err(problem) => {
                let (reason, message) = (problem.reason().to_owned(), problem.to_string());
                broken.blocking_send(Reject { row: number, reason, message }).is_ok()
            }
        };
        if !open {
            return Ok(sent);
        }
    }
    if rows.hash() != hash {
        return Err(Error::Usage(format!("{} changed while it was read; import it again", path.display())));
    }
    Ok(sent)
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|_| Error::Usage("reading the file was interrupted".into()))?
}

/// Rows are registered once, however often they are sent: say so when it matters.
fn resumable(error: Error, output: &mut Output) -> Error {
    if matches!(error, Error::Service(_)) && !output.is_json() {
        output.note("Interrupted. Run the same command again: it goes on, and no row is registered twice.");
    }
    error
}

impl Imported {
    /// Rows that were rejected.
    pub(super) fn rejected(&self) -> u64 {
        self.rejects.count()
    }

    /// For people.
    pub(super) fn summary(&self) -> String {
        let rejected = self.rejects.count();
        let hidden = rejected.saturating_sub(SHOWN_MAX);
        let mut text = String::new();
        if hidden > 0 {
            text.push_str(&format!("… and {hidden} more rejected rows; --rejects writes them all\n"));
        }
        let colour = if rejected == 0 { style::GOOD } else { style::WAITING };
        let mut counts = format!("{} registered", self.registered);
        if self.repeated > 0 {
            counts.push_str(&format!(", {} registered by an earlier run", self.repeated));
        }
        counts.push_str(&format!(", {rejected} rejected"));
        text.push_str(&format!("{} in {}\n", paint(colour, &counts), time::span(self.elapsed_ms)));
        text
    }

    /// For programs.
    pub(super) fn document(&self) -> Value {
        let rejections: Vec<_> = self
            .rejects
            .kept()
            .map(|row| json!({ "row": row.row, "reason": row.reason, "message": row.message }))
            .collect();
        json!({
            "file_hash": self.survey.hash,
            "rows": self.survey.rows,
            "registered": self.registered,
            "repeated_rows": self.repeated,
            "rejected": self.rejects.count(),
            "rejections": rejections,
        })
    }
}

/// Rejected rows need a person.
pub(super) fn verdict(rejected: u64) -> Result<(), Error> {
    match rejected {
        0 => Ok(()),
        count => Err(Error::Found {
            reason: "ROWS_REJECTED",
            message: format!("{count} rows rejected; mend them and import them, the others are registered"),
        }),
    }
}
