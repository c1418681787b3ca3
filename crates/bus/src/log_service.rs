//! `vigie.log.v1.LogService`: the logs for engineers, auditors and the services that read them.

mod logs;

use std::time::Duration;

use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status};
use uuid::Uuid;
use vigie_chassis::error::{Error, Reason};
use vigie_chassis::identity::Role;
use vigie_chassis::rules::{Rule, Rules};
use vigie_chassis::validate;
use vigie_eventlog::{AnchorFile, Checkpoint, EventLog};
use vigie_proto::log as wire;
use wire::log_service_server::LogService;

use crate::{convert, refusal};
use logs::Logs;

/// Events per read.
const PAGE: usize = 256;

/// Messages that may wait for a reader.
const WAITING_MAX: usize = 64;

/// A reader that takes nothing for so long is dropped.
const SLOW_READER: Duration = Duration::from_secs(30);

/// Without an event a following reader hears at least this often that the stream lives.
const HEARTBEAT: Duration = Duration::from_secs(5);

/// Who may call what: a log holds every account's events, and can be read only as a whole. A service that reads it is an
/// auditor.
pub fn rules() -> Rules {
    let readers = || Rule::roles([Role::Operator, Role::Auditor]).every_account();
    Rules::new()
        .allow("/vigie.log.v1.LogService/ListLogs", readers())
        .allow("/vigie.log.v1.LogService/Feed", readers())
        .allow("/vigie.log.v1.LogService/ReadStream", readers())
        .allow("/vigie.log.v1.LogService/Verify", readers())
        .allow("/vigie.log.v1.LogService/Backup", Rule::roles([Role::Operator]).every_account())
}

/// The service over the logs of a process, each with its anchor.
pub struct LogServer(Logs);

impl LogServer {
    /// Serves `logs` under their names, each verified against its anchor.
    pub fn new(logs: Vec<(EventLog, AnchorFile)>) -> Self {
        Self(Logs(logs))
    }
}

/// A position alone is taken at its word: whoever has no hash asks to read, not to go on reading.
async fn start_of(log: &EventLog, request: &wire::FeedRequest) -> Result<Checkpoint, Status> {
    let position = match request.last {
        Some(_) if request.after.is_some() => {
            return Err(Error::new(Reason::InvalidArgument, "give either after or last").into());
        }
        Some(last) if last < 0 => {
            return Err(Error::new(Reason::InvalidArgument, "last is 0 or more").into());
        }
        Some(last) => log.head().await.map_err(refusal::status)?.position.saturating_sub(last).max(0),
        None => {
            if let Some(checkpoint) = convert::checkpoint_from(request.after.clone())? {
                return Ok(checkpoint);
            }
            request.after.as_ref().map_or(0, |after| after.position)
        }
    };
    if position == 0 {
        return Ok(Checkpoint::START);
    }
    let event = log.event_at(position).await.map_err(refusal::status)?;
    let event = event.ok_or_else(|| {
        Error::new(
            Reason::CheckpointRefused,
            format!("the log has no position {position}; read from the beginning"),
        )
    })?;
    Ok(event.checkpoint())
}

#[tonic::async_trait]
impl LogService for LogServer {
    type FeedStream = ReceiverStream<Result<wire::FeedResponse, Status>>;
    type ReadStreamStream = ReceiverStream<Result<wire::ReadStreamResponse, Status>>;
    type VerifyStream = ReceiverStream<Result<wire::VerifyResponse, Status>>;
    type BackupStream = ReceiverStream<Result<wire::BackupResponse, Status>>;

    async fn list_logs(
        &self,
        _: Request<wire::ListLogsRequest>,
    ) -> Result<Response<wire::ListLogsResponse>, Status> {
        let mut logs = Vec::new();
        for log in self.0.all() {
            let head = log.head().await.map_err(refusal::status)?;
            logs.push(wire::Log { name: log.name().to_owned(), head: Some(convert::checkpoint(head)) });
        }
        Ok(Response::new(wire::ListLogsResponse { logs }))
    }

    async fn feed(&self, request: Request<wire::FeedRequest>) -> Result<Response<Self::FeedStream>, Status> {
        let request = request.into_inner();
        let log = self.0.log(&request.log)?.clone();
        let start = start_of(&log, &request).await?;
        log.check(&start).await.map_err(refusal::status)?;
        let (out, stream) = mpsc::channel(WAITING_MAX);
        tokio::spawn(async move {
            if let Err(status) = feed(&log, start, &request, &out).await {
                let _ = out.send(Err(status)).await;
            }
        });
        Ok(Response::new(ReceiverStream::new(stream)))
    }

    async fn read_stream(
        &self,
        request: Request<wire::ReadStreamRequest>,
    ) -> Result<Response<Self::ReadStreamStream>, Status> {
        let request = request.into_inner();
        let log = self.0.log(&request.log)?.clone();
        let stream_id = validate::uuid("stream_id", &request.stream_id)?;
        let (out, stream) = mpsc::channel(WAITING_MAX);
        tokio::spawn(async move {
            if let Err(status) = read_stream(&log, stream_id, &request, &out).await {
                let _ = out.send(Err(status)).await;
            }
        });
        Ok(Response::new(ReceiverStream::new(stream)))
    }

    async fn verify(
        &self,
        request: Request<wire::VerifyRequest>,
    ) -> Result<Response<Self::VerifyStream>, Status> {
        let (log, anchor) = self.0.anchored(&request.into_inner().log)?.clone();
        let anchors = tokio::task::spawn_blocking(move || anchor.read())
            .await
            .map_err(|error| Error::internal(&error))?
            .map_err(|error| Error::internal(&error))?;
        let (out, stream) = mpsc::channel(WAITING_MAX);
        tokio::spawn(async move {
            let (progress, name) = (out.clone(), log.name().to_owned());
            let verified = log.verify(&anchors, move |progress_now| {
                let message = wire::VerifyResponse {
                    events_done: progress_now.events_done,
                    events_total: progress_now.events_total,
                    log: name.clone(),
                    ..Default::default()
                };
                // Progress is a courtesy: where nobody takes it, the next one will do.
                let _ = progress.try_send(Ok(message));
            });
            let last = match verified.await {
                Ok(report) => Ok(report_message(log.name(), report)),
                Err(error) => Err(refusal::status(error)),
            };
            let _ = out.send(last).await;
        });
        Ok(Response::new(ReceiverStream::new(stream)))
    }

    async fn backup(
        &self,
        request: Request<wire::BackupRequest>,
    ) -> Result<Response<Self::BackupStream>, Status> {
        let log = self.0.log(&request.into_inner().log)?.clone();
        let (out, stream) = mpsc::channel(WAITING_MAX);
        let (pieces, mut taken) = mpsc::channel::<vigie_eventlog::backup::Piece>(4);
        tokio::spawn(async move {
            let forward = async {
                while let Some(piece) = taken.recv().await {
                    let count = |rows: u64| i64::try_from(rows).unwrap_or(i64::MAX);
                    let message = wire::BackupResponse {
                        piece: piece.bytes,
                        rows_done: count(piece.progress.rows_done),
                        rows_total: count(piece.progress.rows_total),
                    };
                    if !send(&out, Ok(message)).await {
                        taken.close();
                        return;
                    }
                }
            };
            let (backed_up, ()) = tokio::join!(log.backup(pieces), forward);
            if let Err(error) = backed_up {
                let _ = out.send(Err(Error::internal(&error).into())).await;
            }
        });
        Ok(Response::new(ReceiverStream::new(stream)))
    }
}

async fn feed(
    log: &EventLog,
    start: Checkpoint,
    request: &wire::FeedRequest,
    out: &mpsc::Sender<Result<wire::FeedResponse, Status>>,
) -> Result<(), Status> {
    let mut left = if request.limit > 0 { request.limit } else { i64::MAX };
    let mut subscription = log.subscribe(start);
    loop {
        let page = PAGE.min(usize::try_from(left).unwrap_or(PAGE)).max(1);
        let events = if request.follow {
            match tokio::time::timeout(HEARTBEAT, subscription.next_batch(page)).await {
                Ok(batch) => batch.map_err(refusal::status)?,
                Err(_) => {
                    if !send(out, Ok(wire::FeedResponse { event: None })).await {
                        return Ok(());
                    }
                    continue;
                }
            }
        } else {
            match subscription.poll_batch(page).await.map_err(refusal::status)? {
                Some(events) => events,
                None => return Ok(()),
            }
        };
        for event in events {
            let message = wire::FeedResponse { event: Some(convert::event(event)) };
            if !send(out, Ok(message)).await {
                return Ok(());
            }
            left -= 1;
            if left == 0 {
                return Ok(());
            }
        }
    }
}

async fn read_stream(
    log: &EventLog,
    stream_id: Uuid,
    request: &wire::ReadStreamRequest,
    out: &mpsc::Sender<Result<wire::ReadStreamResponse, Status>>,
) -> Result<(), Status> {
    let mut left = if request.limit > 0 { request.limit } else { i64::MAX };
    let mut after = request.after_version;
    while left > 0 {
        let page = usize::try_from(left).unwrap_or(PAGE).min(PAGE);
        let events = log.read_stream(stream_id, after, page).await.map_err(refusal::status)?;
        let Some(last) = events.last() else { return Ok(()) };
        after = last.stream_version;
        left -= i64::try_from(events.len()).unwrap_or(left);
        for event in events {
            let message = wire::ReadStreamResponse { event: Some(convert::event(event)) };
            if !send(out, Ok(message)).await {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// False when the reader is gone, or takes nothing.
async fn send<T>(out: &mpsc::Sender<Result<T, Status>>, message: Result<T, Status>) -> bool {
    match out.send_timeout(message, SLOW_READER).await {
        Ok(()) => true,
        Err(mpsc::error::SendTimeoutError::Closed(_)) => false,
        Err(mpsc::error::SendTimeoutError::Timeout(_)) => {
            tracing::warn!("a reader of the log is too slow and was dropped");
            let slow = Error::new(Reason::Unavailable, "too slow: go on from your last checkpoint");
            let _ = out.try_send(Err(slow.into()));
            false
        }
    }
}

fn report_message(log: &str, report: vigie_eventlog::Report) -> wire::VerifyResponse {
    let findings = report.findings.into_iter().map(|finding| wire::Finding {
        position: finding.position,
        stream_id: finding.stream_id.map(|id| id.to_string()).unwrap_or_default(),
        code: finding.code.as_str().to_owned(),
        message: finding.message,
    });
    wire::VerifyResponse {
        events_done: report.head.position,
        events_total: report.head.position,
        findings: findings.collect(),
        done: true,
        head: Some(convert::checkpoint(report.head)),
        anchors_compared: i64::try_from(report.anchors_compared).unwrap_or(i64::MAX),
        log: log.to_owned(),
    }
}
