//! A line's entries as they come, oldest first, from a resume token on.
//!
//! Each watch has a task of its own, which reads its line's rows when their bell rings, and a bounded queue to its reader.
//! It never holds up the view: a reader that takes nothing is dropped, and goes on from its last token.

use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{Instant, interval_at, sleep_until};
use tokio_stream::Stream;
use tonic::{Request, Status};
use uuid::Uuid;
use vigie_chassis::error::{Error as Refusal, Reason};
use vigie_chassis::identity::Caller;
use vigie_chassis::page::Signer;
use vigie_chassis::validate;
use vigie_eventlog::view::State;
use vigie_proto::progress::{WatchLineRequest, WatchLineResponse};

use super::convert::to_entry;
use super::fresh::Wanted;
use super::refuse::{line_not_found, refusal};
use super::resume;
use super::sight::sight_of;
use crate::domain::Entry;
use crate::options::WatchOptions;
use crate::progress::Progress;
use crate::view::{Listener, Mark, News, Sight};

/// Entries per read.
const PAGE: u32 = 256;

pub(super) async fn serve(
    progress: &Progress,
    pages: &Signer,
    request: Request<WatchLineRequest>,
) -> Result<Messages, Refusal> {
    let caller = Caller::of(&request)?;
    let wanted = Wanted::of(&request, request.get_ref().min_version)?;
    let request = request.into_inner();
    let line_id = validate::uuid("line_id", &request.line_id)?;
    let mark = resume::mark(pages, line_id, &request.resume_token)?;
    let sight = sight_of(&caller);

    wanted.wait(progress, line_id, &sight).await?;
    // Before the first look, so that nothing comes between the look and the wait.
    let listener = progress.listen(line_id).map_err(|error| refusal(&error))?;
    let (out, messages) = mpsc::channel(progress.watch_options().waiting_max.max(1));
    let mut watch = Watch {
        progress: progress.clone(),
        pages: pages.clone(),
        line_id,
        sight,
        mark,
        has_mark: true,
        parked_version: None,
        out,
    };
    // Refusals of the first look are the call's own: the reader learns them before any message.
    let first = watch.look().await?;
    let (end, ended) = oneshot::channel();
    let watching = progress.metrics().watch();
    tokio::spawn(async move {
        let _watching = watching;
        if let Err(Over::Refused(refusal)) = watch.follow(first, listener).await {
            let _ = end.send(refusal.into());
        }
    });
    Ok(Messages { messages, ended: Some(ended) })
}

/// What a watch sends, and with which status it ends. The status has a way of its own: a slow reader's queue is full.
pub struct Messages {
    messages: mpsc::Receiver<WatchLineResponse>,
    ended: Option<oneshot::Receiver<Status>>,
}

impl Stream for Messages {
    type Item = Result<WatchLineResponse, Status>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Some(message) = std::task::ready!(self.messages.poll_recv(context)) {
            return Poll::Ready(Some(Ok(message)));
        }
        let Some(ended) = &mut self.ended else { return Poll::Ready(None) };
        let status = std::task::ready!(Pin::new(ended).poll(context));
        self.ended = None;
        Poll::Ready(status.ok().map(Err))
    }
}

/// Why a watch ends before its time.
enum Over {
    /// Nobody reads any more.
    Unread,
    /// The reader is told why.
    Refused(Refusal),
}

impl From<Refusal> for Over {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

struct Watch {
    progress: Progress,
    pages: Signer,
    line_id: Uuid,
    sight: Sight,
    /// What the reader has.
    mark: Mark,
    /// Whether this view has come to the mark.
    has_mark: bool,
    parked_version: Option<i64>,
    out: mpsc::Sender<WatchLineResponse>,
}

impl Watch {
    fn options(&self) -> &WatchOptions {
        self.progress.watch_options()
    }

    /// Sends what is there and what comes, until the reader goes, the watch's time is over or something refuses.
    async fn follow(&mut self, first: Vec<Entry>, mut listener: Listener) -> Result<(), Over> {
        let began = Instant::now();
        let WatchOptions { heartbeat, lasts_max, .. } = *self.options();
        let mut heartbeats = interval_at(began + heartbeat, heartbeat);
        heartbeats.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut states = self.progress.states();
        let mut entries = first;
        loop {
            let parked_before = self.parked_version;
            while !entries.is_empty() {
                for entry in entries {
                    self.send_entry(entry).await?;
                }
                heartbeats.reset();
                entries = self.look().await?;
            }
            if self.parked_version != parked_before {
                self.send(None).await?;
            }
            let woken = tokio::select! {
                () = self.out.closed() => return Err(Over::Unread),
                () = sleep_until(began + lasts_max) => return Ok(()),
                () = stopped(&mut states) => return Err(has_stopped().into()),
                () = listener.rung() => true,
                _ = heartbeats.tick() => false,
            };
            if !woken {
                self.send(None).await?;
            }
            // Where the view is behind the reader, or a person may let a parked line go on elsewhere, no bell need ring.
            let may_move_silently = !self.has_mark || self.parked_version.is_some();
            entries = if woken || may_move_silently { self.look().await? } else { Vec::new() };
        }
    }

    /// What came after the mark.
    async fn look(&mut self) -> Result<Vec<Entry>, Refusal> {
        let news = self.progress.news(self.line_id, &self.sight, self.mark, PAGE).await;
        match news.map_err(|error| refusal(&error))? {
            News::NoLine => Err(line_not_found()),
            News::OtherPast => {
                let message =
                    "the log was restored to before this resume token; watch from the beginning without one";
                Err(Refusal::new(Reason::CheckpointRefused, message))
            }
            News::Entries { entries, has_mark, parked_version } => {
                (self.has_mark, self.parked_version) = (has_mark, parked_version);
                Ok(entries)
            }
        }
    }

    async fn send_entry(&mut self, entry: Entry) -> Result<(), Over> {
        self.mark = Mark::after(&entry);
        self.send(Some(entry)).await
    }

    /// Without an entry: a heartbeat.
    async fn send(&self, entry: Option<Entry>) -> Result<(), Over> {
        let message = WatchLineResponse {
            entry: entry.map(to_entry),
            resume_token: resume::token(&self.pages, self.line_id, self.mark)?,
            parked_version: self.parked_version.unwrap_or_default(),
        };
        match self.out.send_timeout(message, self.options().slow_reader).await {
            Ok(()) => Ok(()),
            Err(mpsc::error::SendTimeoutError::Closed(_)) => Err(Over::Unread),
            Err(mpsc::error::SendTimeoutError::Timeout(_)) => {
                self.progress.metrics().slow_reader();
                tracing::warn!(line_id = %self.line_id, "a watch's reader is too slow and was dropped");
                Err(Refusal::new(
                    Reason::SlowReader,
                    "you read too slowly; go on from your last resume token",
                )
                .into())
            }
        }
    }
}

/// Waits until the view waits for a person.
async fn stopped(states: &mut watch::Receiver<State>) {
    if states.wait_for(|state| matches!(state, State::Stopped { .. })).await.is_err() {
        // The view is gone, and with it the process' service: the stream ends with that.
        std::future::pending::<()>().await;
    }
}

fn has_stopped() -> Refusal {
    Refusal::new(Reason::Unavailable, "the progress view has stopped; watch again once it goes on")
}
