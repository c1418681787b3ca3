//! The ledger computed anew, with progress.

use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::Status;
use vigie_eventlog::view::Step;
use vigie_proto::commitments::RebuildResponse;

use super::refuse::refusal;
use crate::ledger::Commitments;

/// Progress, and the comparison last.
pub(super) type Messages = ReceiverStream<Result<RebuildResponse, Status>>;

/// Messages that wait for a slow client; progress beyond is left out.
const MESSAGES_MAX: usize = 16;

pub(super) fn serve(commitments: Commitments) -> Messages {
    let (messages, answer) = mpsc::channel(MESSAGES_MAX);
    tokio::spawn(async move {
        // Who does not listen any more does not want the rest.
        tokio::select! {
            () = messages.closed() => {}
            last = rebuild(&commitments, &messages) => {
                let _ = messages.send(last).await;
            }
        }
    });
    ReceiverStream::new(answer)
}

async fn rebuild(
    commitments: &Commitments,
    messages: &mpsc::Sender<Result<RebuildResponse, Status>>,
) -> Result<RebuildResponse, Status> {
    let mut latest = Step { events_done: 0, events_total: 0 };
    let comparison = commitments
        .rebuild(|progress| {
            latest = progress;
            let _ = messages.try_send(Ok(message(progress)));
        })
        .await
        .map_err(|error| refusal(&error))?;
    Ok(RebuildResponse {
        digest: comparison.rebuilt.to_string(),
        live_digest: comparison.live.to_string(),
        done: true,
        ..message(latest)
    })
}

fn message(progress: Step) -> RebuildResponse {
    RebuildResponse {
        events_done: progress.events_done,
        events_total: progress.events_total,
        ..RebuildResponse::default()
    }
}
