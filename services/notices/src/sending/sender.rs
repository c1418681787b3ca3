//! One attempt: on record, out, and on record how it ended.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;
use uuid::Uuid;
use vigie_clock::{Clock, Context, Ids, Personal};
use vigie_eventlog::reaction::{Effect, Outcome};
use vigie_eventlog::{Aggregates, ExecuteError, Order, kill_point};

use crate::domain::{Address, Attempt, AttemptEnd, Command, Failure, Notice, NoticeState, Rejection, name};
use crate::metrics::Metrics;
use crate::post::{Destination, Message, MessageId, Post, SigningKey};
use crate::stream::WebhookStream;
use crate::telling::Error;
use crate::texts::Texts;

/// Between two tries to record how an attempt ended.
const RECORD_AGAIN: Duration = Duration::from_millis(200);

/// Such tries: what cannot be recorded by then is an attempt of unknown end.
const RECORD_TRIES: u32 = 15;

/// Sends notices. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Sender {
    pub(crate) notices: Aggregates<Notice>,
    pub(crate) webhooks: Aggregates<WebhookStream>,
    pub(crate) post: Arc<dyn Post>,
    pub(crate) texts: Arc<Texts>,
    pub(crate) key: SigningKey,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn Ids>,
    pub(crate) metrics: Metrics,
}

type Executed = vigie_eventlog::Outcome<Option<Notice>>;

impl Sender {
    /// Makes one attempt, if there is anything to send.
    pub(crate) async fn send(&self, notice_id: Uuid, effect: &Effect) -> Outcome {
        let begun = match self.command(notice_id, Command::Begin, effect).await {
            Ok(begun) => begun,
            // Nothing was sent; if it is on record all the same, the next attempt says that it may be a repeat.
            Err(error) => return Outcome::Failed(Error::of(&error).to_string()),
        };
        self.metrics.happened(&begun);
        let has_begun = begun.events.last().is_some_and(|event| event.event_type == name::ATTEMPT_BEGAN);
        let (Some(notice), true) = (begun.state.as_ref(), has_begun) else { return Outcome::Done };
        let Some(attempt) = notice.under_way() else { return Outcome::Done };
        kill_point("notices.before_post");
        let end = match self.compose(notice, attempt).await {
            Ok(message) => self.post.send(&message).await,
            Err(end) => end,
        };
        kill_point("notices.after_post");
        self.record(notice_id, attempt.number, end, effect).await
    }

    async fn record(&self, notice_id: Uuid, attempt: u32, end: AttemptEnd, effect: &Effect) -> Outcome {
        let code = match &end {
            AttemptEnd::HandedOver(receipt) => receipt.code.clone(),
            AttemptEnd::Failed(failure) | AttemptEnd::Unknown(failure) | AttemptEnd::Refused(failure) => {
                failure.code.clone()
            }
        };
        let command = Command::End { attempt, end };
        for _ in 0..RECORD_TRIES {
            match self.command(notice_id, command.clone(), effect).await {
                Ok(ended) => {
                    self.metrics.happened(&ended);
                    let is_open = ended
                        .state
                        .as_ref()
                        .as_ref()
                        .is_some_and(|notice| notice.state() == NoticeState::ToSend);
                    let has_failed =
                        ended.events.last().is_some_and(|event| event.event_type == name::ATTEMPT_FAILED);
                    return if is_open && has_failed { Outcome::Failed(code) } else { Outcome::Done };
                }
                // Recorded by the try before this one, or this process stood still and another one went on.
                Err(ExecuteError::Rejected { rejection: Rejection::AttemptOver, .. }) => {
                    return Outcome::Failed(code);
                }
                Err(error) => {
                    tracing::warn!(%notice_id, attempt, error = %error, "an attempt's end is not recorded yet");
                    sleep(RECORD_AGAIN).await;
                }
            }
        }
        Outcome::Unknown("its end is not recorded".to_owned())
    }

    async fn command(
        &self,
        notice_id: Uuid,
        command: Command,
        effect: &Effect,
    ) -> Result<Executed, ExecuteError<Rejection>> {
        let context = Context {
            request_id: Some(effect.request_id),
            traceparent: effect.traceparent.clone(),
            ..Context::system("notices", self.clock.now(), self.ids.next())
        };
        self.notices.execute(Order::new(notice_id, command, context)).await
    }

    /// The message, or why there is none.
    async fn compose(&self, notice: &Notice, attempt: &Attempt) -> Result<Message, AttemptEnd> {
        let refused = |code: &str| AttemptEnd::Refused(Failure::of(code));
        let recipient = notice.recipient(attempt.recipient).ok_or_else(|| refused("NO_RECIPIENT"))?;
        let name = recipient.name.as_ref().and_then(Personal::known);
        let to = match &recipient.address {
            Address::Mail { address } => {
                let address = address.known().cloned().ok_or_else(|| refused("ERASED"))?;
                Destination::Mail { address, name: name.cloned() }
            }
            Address::Webhook { webhook_id } => {
                let loaded = self.webhooks.load(*webhook_id).await;
                let (webhook, _) = loaded.map_err(|_| AttemptEnd::Failed(Failure::of("LOG_UNREADABLE")))?;
                let webhook = webhook.as_ref().as_ref().filter(|webhook| !webhook.is_removed);
                let webhook = webhook.ok_or_else(|| refused("WEBHOOK_REMOVED"))?;
                Destination::Webhook { url: webhook.url.clone(), secret: self.key.secret_of(*webhook_id) }
            }
        };
        let cause = notice.cause();
        let written = self.texts.render(
            cause.kind,
            recipient.language,
            notice.parameters(),
            name.map(String::as_str),
            attempt.repeat,
        );
        let written = written.map_err(|error| {
            tracing::error!(notice_id = %notice.notice_id(), %error, "a notice cannot be written");
            refused("TEXT")
        })?;
        Ok(Message {
            id: MessageId { notice_id: notice.notice_id(), recipient: attempt.recipient },
            to,
            subject_id: recipient.subject(),
            subject: written.subject,
            body: written.body,
            language: recipient.language,
            cause: cause.clone(),
            parameters: notice.parameters().clone(),
            at: self.clock.now(),
            repeat: attempt.repeat,
        })
    }
}
