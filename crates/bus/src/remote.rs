//! A log that another process serves (`vigie.log.v1.LogService`), for those who follow it there.
//!
//! What comes is held to what a reader in process relies on: positions are dense, and every event is chained to the one
//! before it (EVENTLOG.md, rules 2, 12 and 13). So neither a wrong log nor a meddler on the way can pass for the log, and a
//! log that was restored refuses here as it does in process.
//!
//! A connection that breaks, a silent peer and a token that does not count are [`ReadError::Unreachable`]: whoever reads
//! tries again from where it stands, after a pause that grows and is never the same for two.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};
use tokio_util::task::AbortOnDropHandle;
use tonic::transport::{Channel, Endpoint};
use tonic::{Request, Status, Streaming};
use uuid::Uuid;
use vigie_chassis::client::Token;
use vigie_clock::Ids;
use vigie_eventlog::view::{BATCH_MAX, Batch, Feed, Source};
use vigie_eventlog::{Checkpoint, ReadError, RecordedEvent};
use vigie_proto::log as wire;
use wire::log_service_client::LogServiceClient;

use crate::{convert, refusal};

/// Events that are read ahead while their reader takes others in.
const AHEAD_MAX: usize = BATCH_MAX;

/// Bytes of a stream that may be under way: a window of the usual 64 KiB would make a reader far away wait at every turn.
const WINDOW_BYTES: u32 = 1 << 20;

/// How long the service may take to begin its answer, or to give a stream.
const ANSWER_MAX: Duration = Duration::from_secs(10);

/// A followed log is heard of every 5 s, events or not; one that is silent for so long is gone.
const SILENCE_MAX: Duration = Duration::from_secs(15);

/// Longest pause after the first failure; doubles up to the second.
const PAUSE_MIN: Duration = Duration::from_millis(100);
const PAUSE_MAX: Duration = Duration::from_secs(5);

/// A log that is served elsewhere. Cheap to clone; all clones share one connection.
#[derive(Clone)]
pub struct RemoteFeed(Arc<Door>);

struct Door {
    /// The log's name.
    log: String,
    channel: Channel,
    token: Token,
    ids: Arc<dyn Ids>,
    /// Since the log was reached last.
    failures: AtomicU32,
}

impl RemoteFeed {
    /// The log called `log` (`lines`) that is served at `endpoint`, for the bearer of `token`; nobody is called yet. Inside a
    /// tokio runtime. `ids` is where pauses get their randomness from.
    pub fn new(endpoint: &Endpoint, log: &str, token: Token, ids: Arc<dyn Ids>) -> Self {
        let channel = endpoint.clone().initial_stream_window_size(WINDOW_BYTES).connect_lazy();
        Self(Arc::new(Door { log: log.to_owned(), channel, token, ids, failures: AtomicU32::new(0) }))
    }

    /// Where the log ends, as it says now.
    ///
    /// # Errors
    /// When it cannot be reached, or does not let us read.
    pub async fn head(&self) -> Result<Checkpoint, ReadError> {
        let request = wire::FeedRequest { last: Some(1), limit: 1, ..self.request() };
        let asked = async {
            let mut answer = self.feed(request, Checkpoint::START).await?;
            match next(&mut answer, Checkpoint::START).await? {
                Some(wire::FeedResponse { event: Some(event) }) => {
                    let position = event.position;
                    convert::event_from(event)
                        .map(|event| event.checkpoint())
                        .ok_or(ReadError::Gap { expected: position, found: position })
                }
                _ => Ok(Checkpoint::START),
            }
        };
        timeout(ANSWER_MAX, asked).await.unwrap_or_else(|_| Err(silent()))
    }

    /// For this log.
    fn request(&self) -> wire::FeedRequest {
        wire::FeedRequest { log: self.0.log.clone(), ..Default::default() }
    }

    async fn feed(
        &self,
        request: wire::FeedRequest,
        after: Checkpoint,
    ) -> Result<Streaming<wire::FeedResponse>, ReadError> {
        let mut client = self.client();
        let answer = client.feed(self.authorised(request)?);
        self.0.answered(answer.await, after)
    }

    fn client(&self) -> LogServiceClient<Channel> {
        LogServiceClient::new(self.0.channel.clone())
    }

    fn authorised<T>(&self, message: T) -> Result<Request<T>, ReadError> {
        let mut request = Request::new(message);
        let bearer = self.0.token.bearer().map_err(|error| ReadError::Unreachable(Box::new(error)))?;
        if let Some(bearer) = bearer {
            request.metadata_mut().insert("authorization", bearer);
        }
        Ok(request)
    }
}

impl Door {
    fn answered<T>(
        &self,
        answer: Result<tonic::Response<T>, Status>,
        after: Checkpoint,
    ) -> Result<T, ReadError> {
        match answer {
            Ok(answer) => {
                self.failures.store(0, Ordering::Relaxed);
                Ok(answer.into_inner())
            }
            Err(status) => {
                self.failures.fetch_add(1, Ordering::Relaxed);
                Err(refusal::read_error(status, after))
            }
        }
    }

    /// Who comes back after a failure does not come at once, and not when everybody else does.
    async fn pause(&self) {
        let longest = longest_pause(self.failures.load(Ordering::Relaxed));
        // The end of a UUIDv7 is random.
        let share = self.ids.next().as_u128() & u128::from(u32::MAX);
        let micros = (longest.as_micros() * share) >> 32;
        sleep(Duration::from_micros(u64::try_from(micros).unwrap_or(0))).await;
    }
}

fn longest_pause(failures: u32) -> Duration {
    match failures.checked_sub(1) {
        None => Duration::ZERO,
        Some(doublings) => PAUSE_MIN.saturating_mul(2_u32.saturating_pow(doublings)).min(PAUSE_MAX),
    }
}

#[async_trait]
impl Feed for RemoteFeed {
    fn log(&self) -> &str {
        &self.0.log
    }

    async fn read_after(&self, checkpoint: Checkpoint) -> Result<Box<dyn Source>, ReadError> {
        self.0.pause().await;
        let request = wire::FeedRequest {
            after: Some(convert::checkpoint(checkpoint)),
            follow: true,
            ..self.request()
        };
        // A service whose log was restored refuses before its answer begins.
        let answer = timeout(ANSWER_MAX, self.feed(request, checkpoint));
        let answer = answer.await.unwrap_or_else(|_| {
            self.0.failures.fetch_add(1, Ordering::Relaxed);
            Err(silent())
        })?;
        Ok(Box::new(RemoteSource::of(answer, checkpoint)))
    }

    async fn read_stream(
        &self,
        stream_id: Uuid,
        version: i64,
        limit: usize,
    ) -> Result<Vec<RecordedEvent>, ReadError> {
        let request = wire::ReadStreamRequest {
            stream_id: stream_id.to_string(),
            after_version: version,
            limit: i64::try_from(limit).unwrap_or(i64::MAX),
            log: self.0.log.clone(),
        };
        let read = async {
            let mut client = self.client();
            let answer = client.read_stream(self.authorised(request)?);
            let mut answer = self.0.answered(answer.await, Checkpoint::START)?;
            let mut events = Vec::new();
            let mut version = version;
            while events.len() < limit
                && let Some(message) = next(&mut answer, Checkpoint::START).await?
            {
                version += 1;
                let event = message.event.and_then(convert::event_from);
                let event =
                    event.filter(|event| (event.stream_id, event.stream_version) == (stream_id, version));
                events.push(event.ok_or_else(|| {
                    ReadError::Unreachable("what it gives is not the stream that was asked for".into())
                })?);
            }
            Ok(events)
        };
        timeout(ANSWER_MAX, read).await.unwrap_or_else(|_| Err(silent()))
    }
}

/// A reader of the log, standing somewhere in it. What comes is read ahead and checked beside whoever takes it in.
struct RemoteSource {
    events: mpsc::Receiver<Result<RecordedEvent, ReadError>>,
    /// Where what was handed out ends.
    after: Checkpoint,
    /// What came behind the events that were handed out last.
    failed: Option<ReadError>,
    _reading: AbortOnDropHandle<()>,
}

impl RemoteSource {
    fn of(answer: Streaming<wire::FeedResponse>, after: Checkpoint) -> Self {
        let (out, events) = mpsc::channel(AHEAD_MAX);
        let reading = AbortOnDropHandle::new(tokio::spawn(async move {
            let failed = read(answer, after, &out).await;
            let _ = out.send(Err(failed)).await;
        }));
        Self { events, after, failed: None, _reading: reading }
    }
}

#[async_trait]
impl Source for RemoteSource {
    async fn next_batch(&mut self, max: usize) -> Result<Batch, ReadError> {
        if let Some(failed) = self.failed.take() {
            return Err(failed);
        }
        let mut received = Vec::new();
        // May be dropped: nothing is received before it answers.
        self.events.recv_many(&mut received, max.max(1)).await;
        let mut events = Vec::with_capacity(received.len());
        for one in received {
            match one {
                Ok(event) => events.push(event),
                Err(failed) => self.failed = Some(failed),
            }
        }
        match events.last() {
            Some(last) => {
                self.after = last.checkpoint();
                Ok(Batch { events, resume: self.after })
            }
            None => Err(self.failed.take().unwrap_or_else(ended)),
        }
    }
}

/// Reads until something goes wrong, which it answers.
async fn read(
    mut answer: Streaming<wire::FeedResponse>,
    mut after: Checkpoint,
    out: &mpsc::Sender<Result<RecordedEvent, ReadError>>,
) -> ReadError {
    loop {
        let message = match timeout(SILENCE_MAX, next(&mut answer, after)).await {
            Ok(Ok(Some(message))) => message,
            Ok(Ok(None)) => return ended(),
            Ok(Err(error)) => return error,
            Err(_) => return silent(),
        };
        // Without an event it only says that it lives.
        let Some(event) = message.event else { continue };
        let event = match the_next(event, after) {
            Ok(event) => event,
            Err(error) => return error,
        };
        after = event.checkpoint();
        if out.send(Ok(event)).await.is_err() {
            return ended();
        }
    }
}

async fn next<T>(answer: &mut Streaming<T>, after: Checkpoint) -> Result<Option<T>, ReadError> {
    answer.message().await.map_err(|status| refusal::read_error(status, after))
}

/// The event, if it is the one after `after`: at the next position, and chained to the one there.
fn the_next(event: wire::Event, after: Checkpoint) -> Result<RecordedEvent, ReadError> {
    let (expected, found) = (after.position + 1, event.position);
    convert::event_from(event)
        .filter(|event| event.position == expected && event.chained(&after.hash) == event.hash)
        .ok_or(ReadError::Gap { expected, found })
}

fn silent() -> ReadError {
    ReadError::Unreachable("it does not answer in time".into())
}

fn ended() -> ReadError {
    ReadError::Unreachable("it ended the answer".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_a_bound() {
        let millis = |failures| longest_pause(failures).as_millis();
        assert_eq!([0, 1, 2, 3].map(millis), [0, 100, 200, 400]);
        assert_eq!([6, 7, 40, u32::MAX].map(millis), [3_200, 5_000, 5_000, 5_000]);
    }
}
