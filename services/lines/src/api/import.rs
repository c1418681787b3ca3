//! Lines in bulk: one bad row stops nothing, and the same file sent again goes on where it stopped.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use futures::stream::FuturesUnordered;
use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep};
use tokio_stream::Stream;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Status, Streaming};
use tracing::Instrument;
use uuid::Uuid;
use vigie_chassis::error::{Error as Refusal, Reason};
use vigie_chassis::rules::Rule;
use vigie_clock::{Channel, derived_id};
use vigie_eventlog::{ExecuteError, Order};
use vigie_proto::lines::{
    ImportHeader, ImportLinesRequest, ImportLinesResponse, ImportRow, RejectedRow, import_lines_request,
};

use super::asking::{Asking, body_hash};
use super::{Deps, entry, reject, request};
use crate::domain::{Command, Rejection};

pub(super) const METHOD: &str = "/vigie.lines.v1.LineService/ImportLines";

/// Rows on their way to the log: enough for full batches, few enough to leave the queue to others.
const IN_FLIGHT_MAX: usize = 64;

/// A report leaves after so many rows …
const ROWS_PER_REPORT: i64 = 1_000;

/// … or so many rejections …
const REJECTIONS_PER_REPORT: usize = 256;

/// … or so much time, if anything was done.
const REPORT_EVERY: Duration = Duration::from_millis(500);

/// Reports that wait to be read.
const REPORTS_MAX: usize = 4;

/// How long a row waits for the log to take it.
const ROW_DEADLINE: Duration = Duration::from_secs(5);

/// Tries of one row while the log is full or away, and the first wait between two of them, which doubles.
const TRIES_MAX: u32 = 7;
const RETRY_MIN: Duration = Duration::from_millis(100);

pub(super) fn rule() -> Rule {
    entry::rule()
}

/// Progress of an import.
pub(crate) type Messages = Pin<Box<dyn Stream<Item = Result<ImportLinesResponse, Status>> + Send>>;

pub(super) fn serve(deps: &Deps, call: Request<Streaming<ImportLinesRequest>>) -> Result<Messages, Refusal> {
    let (asking, rows) = Asking::of(deps, call)?;
    let (answers, messages) = mpsc::channel(REPORTS_MAX);
    let deps = deps.clone();
    let import = async move {
        let file = File { deps, asking, id: Uuid::nil() };
        if let Err(refusal) = import(file, rows, &answers).await {
            let _ = answers.send(Err(Status::from(refusal))).await;
        }
    };
    tokio::spawn(import.instrument(tracing::Span::current()));
    Ok(Box::pin(ReceiverStream::new(messages)))
}

type Answers = mpsc::Sender<Result<ImportLinesResponse, Status>>;

/// A file under way.
#[derive(Clone)]
struct File {
    deps: Deps,
    asking: Asking,
    id: Uuid,
}

/// What became of a row.
enum Registered {
    Now,
    Before,
}

async fn import(
    mut file: File,
    mut rows: Streaming<ImportLinesRequest>,
    answers: &Answers,
) -> Result<(), Refusal> {
    let first = rows.message().await.map_err(cut)?.and_then(|request| request.message);
    let Some(import_lines_request::Message::Header(header)) = first else {
        return Err(request::missing("header", "the first message names the file"));
    };
    file.id = file_id(&header)?;
    let file = Arc::new(file);

    let mut report = Report::default();
    let mut in_flight = FuturesUnordered::new();
    let mut ticks = interval(REPORT_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut is_at_end = false;
    while !is_at_end || !in_flight.is_empty() {
        tokio::select! {
            message = rows.message(), if !is_at_end && in_flight.len() < IN_FLIGHT_MAX => {
                match message.map_err(cut)? {
                    None => is_at_end = true,
                    Some(request) => in_flight.push(register(file.clone(), row(request)?)),
                }
            }
            Some((row, outcome)) = in_flight.next(), if !in_flight.is_empty() => {
                report.take(row, outcome)?;
            }
            _ = ticks.tick() => report.is_due = true,
        }
        if report.is_ready() {
            send(answers, report.next()).await?;
        }
    }
    send(answers, report.next()).await
}

/// The file's id: the same file is the same import, whoever's copy it is.
fn file_id(header: &ImportHeader) -> Result<Uuid, Refusal> {
    let hash = &header.file_hash;
    request::text("header.file_hash", hash)?;
    if hash.len() != 64 || !hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        let message = "header.file_hash is the file's SHA-256: 64 hexadecimal digits";
        return Err(Refusal::new(Reason::InvalidArgument, message).field("header.file_hash", "not a SHA-256"));
    }
    Ok(derived_id(Uuid::nil(), &format!("import {}", hash.to_ascii_lowercase())))
}

fn row(request: ImportLinesRequest) -> Result<ImportRow, Refusal> {
    match request.message {
        Some(import_lines_request::Message::Row(row)) if row.row >= 1 => Ok(row),
        Some(import_lines_request::Message::Row(_)) => {
            Err(Refusal::new(Reason::InvalidArgument, "row.row counts from 1").field("row.row", "below 1"))
        }
        _ => Err(Refusal::new(Reason::InvalidArgument, "after the header come rows, and nothing else")),
    }
}

/// Registers one row, trying again while the log is full or away.
async fn register(file: Arc<File>, row: ImportRow) -> (i64, Result<Registered, Refusal>) {
    let number = row.row;
    let mut wait = RETRY_MIN;
    for _ in 1..TRIES_MAX {
        match register_once(&file, &row).await {
            Err(refusal) if may_pass(refusal.reason()) => {
                sleep(wait).await;
                wait *= 2;
            }
            outcome => return (number, outcome),
        }
    }
    (number, register_once(&file, &row).await)
}

async fn register_once(file: &File, row: &ImportRow) -> Result<Registered, Refusal> {
    let File { deps, asking, id } = file;
    let entry = row.line.as_ref().ok_or_else(|| request::missing("row.line", "the line to register"))?;
    let request_id = derived_id(*id, &row.row.to_string());
    let line_id = entry::line_id(&asking.caller, request_id);
    let new = entry::new_line(deps, &asking.caller, line_id, entry).await?;

    let mut context = asking.context(deps, request_id, None);
    context.channel = Channel::Import;
    // Each row is a request of its own; the file's first byte is no person's T0.
    context.received_at = context.now;
    let order = Order {
        request: Some(asking.request(METHOD, request_id, body_hash(entry))),
        deadline: Some(Instant::now() + ROW_DEADLINE),
        is_new: true,
        ..Order::new(line_id, Command::Register(Box::new(new)), context)
    };
    match deps.aggregates.execute(order).await {
        Ok(outcome) if outcome.repeated => Ok(Registered::Before),
        Ok(_) => Ok(Registered::Now),
        // The request is forgotten after 30 days; the line, whose id comes from file, row and caller, is not.
        Err(ExecuteError::Rejected { rejection: Rejection::AlreadyRegistered, .. }) => Ok(Registered::Before),
        Err(error) => Err(reject::refusal(error)),
    }
}

/// Whether the same row may go through a moment later.
const fn may_pass(reason: Reason) -> bool {
    matches!(reason, Reason::QueueFull | Reason::Unavailable | Reason::OutcomeUnknown | Reason::Conflict)
}

/// What was done since the last report, and in all.
#[derive(Default)]
struct Report {
    totals: ImportLinesResponse,
    rows_reported: i64,
    is_due: bool,
}

impl Report {
    /// Counts a row. A log that stays away ends the import: the same file goes on later.
    fn take(&mut self, row: i64, outcome: Result<Registered, Refusal>) -> Result<(), Refusal> {
        match outcome {
            Ok(Registered::Now) => self.totals.registered += 1,
            Ok(Registered::Before) => self.totals.repeated_rows += 1,
            Err(refusal) if may_pass(refusal.reason()) && refusal.reason() != Reason::Conflict => {
                return Err(refusal);
            }
            Err(refusal) => {
                self.totals.rejected += 1;
                self.totals.rejections.push(RejectedRow {
                    row,
                    reason: refusal.reason().as_str().to_owned(),
                    message: refusal.message().to_owned(),
                });
            }
        }
        self.totals.rows_done += 1;
        Ok(())
    }

    fn is_ready(&self) -> bool {
        let rows = self.totals.rows_done - self.rows_reported;
        rows >= ROWS_PER_REPORT
            || self.totals.rejections.len() >= REJECTIONS_PER_REPORT
            || (self.is_due && rows > 0)
    }

    fn next(&mut self) -> ImportLinesResponse {
        self.is_due = false;
        self.rows_reported = self.totals.rows_done;
        let rejections = std::mem::take(&mut self.totals.rejections);
        ImportLinesResponse { rejections, ..self.totals.clone() }
    }
}

async fn send(answers: &Answers, report: ImportLinesResponse) -> Result<(), Refusal> {
    let gone =
        |_| Refusal::new(Reason::Cancelled, "the caller went away; the same file goes on where it stopped");
    answers.send(Ok(report)).await.map_err(gone)
}

/// The caller's stream broke off.
fn cut(status: Status) -> Refusal {
    let reason = Reason::of(&status).unwrap_or(Reason::Cancelled);
    Refusal::new(reason, format!("the rows broke off ({}); send the same file again", status.code()))
}
