//! An endpoint as a stream.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vigie_clock::{Context, Timestamp};
use vigie_eventlog::{Aggregate, Decision, DecodeError, DirectoryOp, EncodedEvent};

use super::key;
use crate::domain::{
    Webhook, WebhookCommand, WebhookEvent, WebhookFact, WebhookRejection, WebhookSummary, webhook_name,
};

/// The aggregate of [`Webhook`].
#[derive(Debug)]
pub struct WebhookStream;

impl Aggregate for WebhookStream {
    const KIND: &'static str = "webhook";
    type State = Option<Webhook>;
    type Command = WebhookCommand;
    type Event = WebhookEvent;
    type Rejection = WebhookRejection;

    fn decide(
        state: &Option<Webhook>,
        command: &WebhookCommand,
        context: &Context,
    ) -> Result<Decision<WebhookEvent>, WebhookRejection> {
        let events = Webhook::decide(state, command)?.into_iter().collect();
        Ok(Decision { events, act_id: context.act_id })
    }

    fn evolve(state: &mut Option<Webhook>, event: &WebhookEvent, recorded_at: Timestamp) {
        Webhook::evolve(state, event, recorded_at);
    }

    fn next_due(_: &Option<Webhook>) -> Option<Timestamp> {
        None
    }

    /// Never asked for: it is due at no time.
    fn wake(_: Timestamp) -> WebhookCommand {
        WebhookCommand::Remove
    }

    fn encode(event: &WebhookEvent) -> Result<EncodedEvent, serde_json::Error> {
        let payload = Payload {
            account_id: event.account_id,
            webhook_id: event.webhook_id,
            fact: &event.fact,
            webhook: Cow::Borrowed(&event.webhook),
        };
        EncodedEvent::of(event.name(), event.account_id, None, &payload)
    }

    fn decode(event_type: &str, payload: &[u8]) -> Result<WebhookEvent, DecodeError> {
        let decoded = match event_type {
            webhook_name::WEBHOOK_REGISTERED => event(payload, WebhookFact::Registered),
            webhook_name::WEBHOOK_REMOVED => event(payload, WebhookFact::Removed),
            unknown => return Err(DecodeError::UnknownType(unknown.to_owned())),
        };
        decoded.map_err(DecodeError::malformed(event_type))
    }

    fn directory(event: &WebhookEvent) -> Vec<DirectoryOp> {
        let kind = key::WEBHOOKS_OF;
        let key = match event.account_id.is_nil() {
            true => key::OPERATOR.to_owned(),
            false => event.account_id.to_string(),
        };
        match event.fact {
            WebhookFact::Registered(_) => vec![DirectoryOp::Link { kind, key }],
            WebhookFact::Removed(_) => vec![DirectoryOp::Unlink { kind, key }],
        }
    }
}

/// The stored form.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(super) struct Payload<'a, F> {
    /// The customer; nil for the operator.
    account_id: Uuid,
    /// The endpoint.
    webhook_id: Uuid,
    #[serde(flatten)]
    fact: F,
    /// The endpoint after what happened.
    webhook: Cow<'a, WebhookSummary>,
}

fn event<F: DeserializeOwned>(
    payload: &[u8],
    fact: fn(F) -> WebhookFact,
) -> Result<WebhookEvent, serde_json::Error> {
    let payload: Payload<F> = serde_json::from_slice(payload)?;
    Ok(WebhookEvent {
        account_id: payload.account_id,
        webhook_id: payload.webhook_id,
        fact: fact(payload.fact),
        webhook: payload.webhook.into_owned(),
    })
}
