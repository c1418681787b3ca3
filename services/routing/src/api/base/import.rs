//! A file of rows, from its header to its last report.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval, sleep};
use tokio_stream::Stream;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Status, Streaming};
use tracing::Instrument;
use vigie_chassis::error::{Error as Refusal, Reason};
use vigie_command::{Asking, field};
use vigie_proto::routing::{ImportBaseRequest, ImportBaseResponse, ImportBaseRow, import_base_request};

use super::super::Deps;
use super::file::File;
use super::report::{Report, Taken, may_pass};
use super::rows;
use super::underway::{Touches, Turn, Underway};

pub(super) const METHOD: &str = "/vigie.routing.v1.BaseService/ImportBase";

/// Rows on their way to the log: enough for full commits, an eighth of its queue.
const IN_FLIGHT_MAX: usize = 512;

/// A report leaves after so much time, if anything was done.
const REPORT_EVERY: Duration = Duration::from_millis(500);

/// Reports that wait to be read.
const REPORTS_MAX: usize = 4;

/// Tries of one row while the log is full or away, and the first wait between two of them, which doubles.
const TRIES_MAX: u32 = 7;
const RETRY_MIN: Duration = Duration::from_millis(100);

/// Progress of an import.
pub(super) type Messages = Pin<Box<dyn Stream<Item = Result<ImportBaseResponse, Status>> + Send>>;

type Answers = mpsc::Sender<Result<ImportBaseResponse, Status>>;

pub(super) fn serve(deps: &Deps, call: Request<Streaming<ImportBaseRequest>>) -> Result<Messages, Refusal> {
    let (asking, messages) = deps.door.open(call)?;
    let (answers, reports) = mpsc::channel(REPORTS_MAX);
    let deps = deps.clone();
    let import = async move {
        if let Err(refusal) = import(deps, asking, messages, &answers).await {
            let _ = answers.send(Err(Status::from(refusal))).await;
        }
    };
    tokio::spawn(import.instrument(tracing::Span::current()));
    Ok(Box::pin(ReceiverStream::new(reports)))
}

async fn import(
    deps: Deps,
    asking: Asking,
    mut messages: Streaming<ImportBaseRequest>,
    answers: &Answers,
) -> Result<(), Refusal> {
    let first = messages.message().await.map_err(cut)?.and_then(|request| request.message);
    let Some(import_base_request::Message::Header(header)) = first else {
        return Err(field::missing("header", "the first message names the file"));
    };
    let file = Arc::new(File::open(deps, asking, &header)?);

    let mut report = Report::default();
    let mut underway = Underway::default();
    // Dropped with the import: what is not committed then is not carried out.
    let mut in_flight: JoinSet<Done> = JoinSet::new();
    let mut ticks = interval(REPORT_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut is_at_end = false;
    while !is_at_end || !in_flight.is_empty() {
        tokio::select! {
            message = messages.message(), if !is_at_end && in_flight.len() < IN_FLIGHT_MAX => {
                match message.map_err(cut)? {
                    None => is_at_end = true,
                    Some(request) => {
                        let row = row(request)?;
                        let touches = rows::touches(&file, &row)?;
                        let turn = underway.begin(row.row, touches);
                        in_flight.spawn(carry_out(file.clone(), row, touches, turn));
                    }
                }
            }
            Some(done) = in_flight.join_next(), if !in_flight.is_empty() => {
                let done = done.map_err(|error| Refusal::internal(&error))?;
                underway.end(done.row, done.touches);
                report.take(done.row, done.outcome)?;
            }
            _ = ticks.tick() => report.is_due = true,
        }
        if report.is_ready() {
            send(answers, report.next()).await?;
        }
    }
    send(answers, report.next()).await
}

/// A row that was dealt with.
struct Done {
    row: i64,
    touches: Touches,
    outcome: Result<Taken, Refusal>,
}

/// Carries a row out once its turn has come, trying again while the log is full or away.
async fn carry_out(file: Arc<File>, row: ImportBaseRow, touches: Touches, turn: Turn) -> Done {
    turn.comes().await;
    let mut outcome = rows::take(&file, &row).await;
    let mut wait = RETRY_MIN;
    for _ in 1..TRIES_MAX {
        if !outcome.as_ref().is_err_and(|refusal| may_pass(refusal.reason())) {
            break;
        }
        sleep(wait).await;
        wait *= 2;
        outcome = rows::take(&file, &row).await;
    }
    Done { row: row.row, touches, outcome }
}

fn row(request: ImportBaseRequest) -> Result<ImportBaseRow, Refusal> {
    match request.message {
        Some(import_base_request::Message::Row(row)) if row.row >= 1 => Ok(row),
        Some(import_base_request::Message::Row(_)) => {
            Err(Refusal::new(Reason::InvalidArgument, "row.row counts from 1").field("row.row", "below 1"))
        }
        _ => Err(Refusal::new(Reason::InvalidArgument, "after the header come rows, and nothing else")),
    }
}

async fn send(answers: &Answers, report: ImportBaseResponse) -> Result<(), Refusal> {
    let gone =
        |_| Refusal::new(Reason::Cancelled, "the caller went away; the same file goes on where it stopped");
    answers.send(Ok(report)).await.map_err(gone)
}

/// The caller's stream broke off.
fn cut(status: Status) -> Refusal {
    let reason = Reason::of(&status).unwrap_or(Reason::Cancelled);
    Refusal::new(reason, format!("the rows broke off ({}); send the same file again", status.code()))
}
