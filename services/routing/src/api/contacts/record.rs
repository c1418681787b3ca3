//! Facts in bulk: one answer each, and one that is refused stops none of the others.

use std::pin::Pin;
use std::sync::Arc;

use futures::StreamExt;
use futures::stream::FuturesUnordered;
use tokio::sync::mpsc;
use tokio_stream::Stream;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Status, Streaming};
use tracing::Instrument;
use vigie_chassis::error::{Error as Refusal, Reason};
use vigie_clock::derived_id;
use vigie_command::{Asking, field};
use vigie_proto::routing::record_contacts_request::Fact as Wire;
use vigie_proto::routing::{FactOutcome, RecordContactsRequest, RecordContactsResponse};

use super::super::Deps;
use super::fact;
use super::taken::{Taken, may_pass, take};

pub(super) const METHOD: &str = "/vigie.routing.v1.ContactService/RecordContacts";

/// Facts on their way to the log: enough for full batches, few enough to leave the queue to others.
const IN_FLIGHT_MAX: usize = 64;

/// Answers that wait to be read.
const ANSWERS_MAX: usize = 64;

/// What became of the facts.
pub(super) type Messages = Pin<Box<dyn Stream<Item = Result<RecordContactsResponse, Status>> + Send>>;

type Answers = mpsc::Sender<Result<RecordContactsResponse, Status>>;

pub(super) fn serve(
    deps: &Deps,
    call: Request<Streaming<RecordContactsRequest>>,
) -> Result<Messages, Refusal> {
    let (asking, facts) = deps.door.open(call)?;
    let (answers, messages) = mpsc::channel(ANSWERS_MAX);
    let deps = deps.clone();
    let record = async move {
        if let Err(refusal) = record(deps, asking, facts, &answers).await {
            let _ = answers.send(Err(Status::from(refusal))).await;
        }
    };
    tokio::spawn(record.instrument(tracing::Span::current()));
    Ok(Box::pin(ReceiverStream::new(messages)))
}

async fn record(
    deps: Deps,
    asking: Asking,
    mut facts: Streaming<RecordContactsRequest>,
    answers: &Answers,
) -> Result<(), Refusal> {
    let shared = Arc::new((deps, asking));
    let mut in_flight = FuturesUnordered::new();
    let mut is_at_end = false;
    while !is_at_end || !in_flight.is_empty() {
        tokio::select! {
            message = facts.message(), if !is_at_end && in_flight.len() < IN_FLIGHT_MAX => {
                match message.map_err(|status| cut(&status))? {
                    None => is_at_end = true,
                    Some(request) => {
                        let shared = shared.clone();
                        in_flight.push(async move { (request.number, one(&shared.0, &shared.1, request).await) });
                    }
                }
            }
            Some((number, taken)) = in_flight.next(), if !in_flight.is_empty() => {
                let answer = answer(number, taken)?;
                answers.send(Ok(answer)).await.map_err(|_| gone())?;
            }
        }
    }
    Ok(())
}

async fn one(deps: &Deps, asking: &Asking, request: RecordContactsRequest) -> Result<Taken, Refusal> {
    let told = match &request.fact {
        None => return Err(field::missing("fact", "of a contact or of a team")),
        Some(Wire::Contact(told)) => fact::fact(deps, told).await?,
        Some(Wire::Presence(told)) => fact::presence(deps, told).await?,
    };
    let next = deps.door.next(asking, std::time::Duration::ZERO);
    // For the record only: the fact's own key tells a repeat.
    let request_id = derived_id(asking.new_id("facts", uuid::Uuid::nil()), &request.number.to_string());
    take(deps, &told, &next.context(request_id)).await
}

/// A log that stays away ends the stream: what has no answer is told again.
fn answer(number: i64, taken: Result<Taken, Refusal>) -> Result<RecordContactsResponse, Refusal> {
    let answer = RecordContactsResponse { number, ..RecordContactsResponse::default() };
    match taken {
        Ok(taken) => {
            let outcome = if taken.is_repeat { FactOutcome::Repeated } else { FactOutcome::Recorded };
            let contact_id = taken.contact_id.map(|id| id.to_string()).unwrap_or_default();
            Ok(RecordContactsResponse { outcome: outcome.into(), contact_id, ..answer })
        }
        Err(refusal) if may_pass(refusal.reason()) => Err(refusal),
        Err(refusal) => Ok(RecordContactsResponse {
            outcome: FactOutcome::Rejected.into(),
            reason: refusal.reason().as_str().to_owned(),
            message: refusal.message().to_owned(),
            ..answer
        }),
    }
}

fn gone() -> Refusal {
    Refusal::new(Reason::Cancelled, "the caller went away; facts without an answer are to be told again")
}

/// The caller's stream broke off.
fn cut(status: &Status) -> Refusal {
    let reason = Reason::of(status).unwrap_or(Reason::Cancelled);
    let code = status.code();
    Refusal::new(reason, format!("the facts broke off ({code}); tell those without an answer again"))
}
