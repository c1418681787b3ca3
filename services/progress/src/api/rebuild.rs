//! The view computed anew, with progress.

use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::Status;
use vigie_eventlog::view::Step;
use vigie_proto::progress::RebuildProgressResponse;

use super::refuse::refusal;
use crate::progress::Progress;

/// Progress, and the comparison last.
pub(super) type Messages = ReceiverStream<Result<RebuildProgressResponse, Status>>;

/// Messages that wait for a slow client; progress beyond is left out.
const MESSAGES_MAX: usize = 16;

pub(super) fn serve(progress: Progress) -> Messages {
    let (messages, answer) = mpsc::channel(MESSAGES_MAX);
    tokio::spawn(async move {
        // Who does not listen any more does not want the rest.
        tokio::select! {
            () = messages.closed() => {}
            last = rebuild(&progress, &messages) => {
                let _ = messages.send(last).await;
            }
        }
    });
    ReceiverStream::new(answer)
}

async fn rebuild(
    progress: &Progress,
    messages: &mpsc::Sender<Result<RebuildProgressResponse, Status>>,
) -> Result<RebuildProgressResponse, Status> {
    let mut latest = Step { events_done: 0, events_total: 0 };
    let comparison = progress
        .rebuild(|step| {
            latest = step;
            let _ = messages.try_send(Ok(message(step)));
        })
        .await
        .map_err(|error| refusal(&error))?;
    Ok(RebuildProgressResponse {
        digest: comparison.rebuilt.to_string(),
        live_digest: comparison.live.to_string(),
        done: true,
        ..message(latest)
    })
}

fn message(step: Step) -> RebuildProgressResponse {
    RebuildProgressResponse {
        events_done: step.events_done,
        events_total: step.events_total,
        ..RebuildProgressResponse::default()
    }
}
