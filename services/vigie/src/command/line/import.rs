//! `vigie line import`

use std::path::{Path, PathBuf};

use serde_json::json;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Status};
use vigie_proto::lines::import_lines_request::Message;
use vigie_proto::lines::{ImportHeader, ImportLinesRequest, ImportLinesResponse, ImportRow, RejectedRow};

use crate::cli::Import;
use crate::client::Client;
use crate::error::Error;
use crate::import::{self, Rejects, Rows, Survey};
use crate::output::progress::Progress;
use crate::output::style::{self, paint};
use crate::output::{Output, time};

/// Rows read ahead of the wire; the service's own flow control does the rest.
const READ_AHEAD: usize = 256;
/// Rejected rows shown on the way; the others are counted, and written with `--rejects`.
const SHOWN_MAX: u64 = 20;

pub(super) async fn run(client: &Client, output: &mut Output, arguments: &Import) -> Result<(), Error> {
    let path = arguments.file.clone();
    let survey = blocking(move || import::survey(&path)).await?;
    let mut import = Running::new(survey, output.progress("importing"));
    let outcome = import.stream(client, output, &arguments.file).await;
    let Running { progress, tally, rejects, survey, .. } = import;
    let elapsed_ms = progress.elapsed().as_secs_f64() * 1e3;
    output.finish(progress);
    // Also when the connection broke: what was rejected so far can be mended already.
    if let Some(target) = &arguments.rejects {
        write_rejects(output, &arguments.file, target, &rejects)?;
    }
    outcome.map_err(|error| resumable(error, output))?;
    output.either(|| document(&survey, &tally, &rejects), |_| summary(&tally, &rejects, elapsed_ms))?;
    verdict(&rejects)
}

/// What the service said of the rows so far.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    registered: i64,
    repeated: i64,
}

struct Running {
    survey: Survey,
    progress: Progress,
    tally: Tally,
    rejects: Rejects,
}

impl Running {
    fn new(survey: Survey, progress: Progress) -> Self {
        Self { survey, progress, tally: Tally::default(), rejects: Rejects::default() }
    }

    async fn stream(&mut self, client: &Client, output: &mut Output, file: &Path) -> Result<(), Error> {
        let (requests, to_send) = mpsc::channel(READ_AHEAD);
        let (broken, mut broken_rows) = mpsc::channel(READ_AHEAD);
        let (path, survey) = (file.to_path_buf(), self.survey.clone());
        let reader = tokio::task::spawn_blocking(move || read(path, &survey, &requests, &broken));
        let mut lines = client.lines();
        let call = lines.import_lines(Request::new(ReceiverStream::new(to_send)));
        tokio::pin!(call);
        // The service may answer its headers only with its first message, so broken rows must not wait for it.
        let mut answers = loop {
            tokio::select! {
                Some(row) = broken_rows.recv() => self.reject(output, row)?,
                response = &mut call => break response?.into_inner(),
            }
        };
        let mut answered = 0;
        loop {
            tokio::select! {
                Some(row) = broken_rows.recv() => self.reject(output, row)?,
                message = answers.message() => match message? {
                    Some(response) => {
                        answered = response.rows_done;
                        self.took(output, response)?;
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

    fn took(&mut self, output: &mut Output, response: ImportLinesResponse) -> Result<(), Error> {
        self.tally = Tally { registered: response.registered, repeated: response.repeated_rows };
        response.rejections.into_iter().try_for_each(|row| self.reject(output, row))
    }

    fn reject(&mut self, output: &mut Output, row: RejectedRow) -> Result<(), Error> {
        if self.rejects.count() < SHOWN_MAX {
            output.text(&rejection(&row))?;
        }
        self.rejects.add(row);
        Ok(())
    }

    fn show(&mut self, output: &mut Output, answered: i64) {
        let rejected = self.rejects.count();
        let note = if rejected == 0 { String::new() } else { format!("{rejected} rejected") };
        let rows = self.survey.rows;
        self.progress.update(answered, rows, note);
        output.show(&mut self.progress);
    }
}

/// Reads the file's rows into `requests`, those that are no rows into `broken`; returns how many were sent.
fn read(
    path: PathBuf,
    survey: &Survey,
    requests: &mpsc::Sender<ImportLinesRequest>,
    broken: &mpsc::Sender<RejectedRow>,
) -> Result<i64, Error> {
    let header = ImportHeader { file_hash: survey.hash.clone(), rows: survey.rows };
    let mut rows = Rows::open(&path)?;
    let mut sent = 0;
    // A closed channel means that the call is over; the call says why.
    if requests.blocking_send(ImportLinesRequest { message: Some(Message::Header(header)) }).is_err() {
        return Ok(sent);
    }
    while let Some((row, line)) = rows.next_row()? {
        let open = match line {
            Ok(line) => {
                sent += 1;
                let message = Message::Row(ImportRow { row, line: Some(line) });
                requests.blocking_send(ImportLinesRequest { message: Some(message) }).is_ok()
            }
            Err(problem) => {
                let (reason, message) = (problem.reason().to_owned(), problem.to_string());
                broken.blocking_send(RejectedRow { row, reason, message }).is_ok()
            }
        };
        if !open {
            return Ok(sent);
        }
    }
    if rows.hash() != survey.hash {
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

fn write_rejects(output: &mut Output, source: &Path, target: &Path, rejects: &Rejects) -> Result<(), Error> {
    let written = import::write_rejects(source, target, rejects)?;
    output.note(&format!("{written} rejected rows written to {}", target.display()));
    Ok(())
}

/// Rows are registered once, however often they are sent: say so when it matters.
fn resumable(error: Error, output: &mut Output) -> Error {
    if matches!(error, Error::Service(_)) && !output.is_json() {
        output.note("Interrupted. Run the same command again: it goes on, and no row is registered twice.");
    }
    error
}

fn rejection(row: &RejectedRow) -> String {
    format!("row {}  {}  {}", row.row, paint(style::BAD, &row.reason), row.message)
}

fn summary(tally: &Tally, rejects: &Rejects, elapsed_ms: f64) -> String {
    let rejected = rejects.count();
    let hidden = rejected.saturating_sub(SHOWN_MAX);
    let mut text = String::new();
    if hidden > 0 {
        text.push_str(&format!("… and {hidden} more rejected rows; --rejects FILE writes them all\n"));
    }
    let colour = if rejected == 0 { style::GOOD } else { style::WAITING };
    let mut counts = format!("{} registered", tally.registered);
    if tally.repeated > 0 {
        counts.push_str(&format!(", {} registered by an earlier run", tally.repeated));
    }
    counts.push_str(&format!(", {rejected} rejected"));
    text.push_str(&format!("{} in {}\n", paint(colour, &counts), time::span(elapsed_ms)));
    text
}

fn document(survey: &Survey, tally: &Tally, rejects: &Rejects) -> serde_json::Value {
    let rejections: Vec<_> = rejects
        .kept()
        .map(|row| json!({ "row": row.row, "reason": row.reason, "message": row.message }))
        .collect();
    json!({
        "file_hash": survey.hash,
        "rows": survey.rows,
        "registered": tally.registered,
        "repeated_rows": tally.repeated,
        "rejected": rejects.count(),
        "rejections": rejections,
    })
}

fn verdict(rejects: &Rejects) -> Result<(), Error> {
    match rejects.count() {
        0 => Ok(()),
        count => Err(Error::Found {
            reason: "ROWS_REJECTED",
            message: format!("{count} rows rejected; mend them and import them, the others are registered"),
        }),
    }
}
