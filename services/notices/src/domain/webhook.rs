//! An endpoint that is told by webhook. Its secret is nowhere: it is derived from the service's key and the endpoint's id.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vigie_clock::Timestamp;

use super::cause::CauseKind;
use super::endpoint::EndpointUrl;

/// A registered endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    /// Its id.
    pub webhook_id: Uuid,
    /// The customer whose notices it gets; `None` for all of them, which is the operator's.
    pub account_id: Option<Uuid>,
    /// Where.
    pub url: EndpointUrl,
    /// Of what it is told; empty for everything.
    pub causes: BTreeSet<CauseKind>,
    /// When it was registered.
    pub registered_at: Timestamp,
    /// Nothing is sent there any more.
    pub is_removed: bool,
}

impl Webhook {
    /// Whether it is told of such a cause.
    pub fn wants(&self, kind: CauseKind) -> bool {
        !self.is_removed && (self.causes.is_empty() || self.causes.contains(&kind))
    }
}

/// What can be asked of an endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WebhookCommand {
    /// It is to be told.
    Register(Box<NewWebhook>),
    /// It is to be told no more.
    Remove,
}

/// An endpoint to register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewWebhook {
    /// Its id.
    pub webhook_id: Uuid,
    /// The customer; `None` for the operator's.
    pub account_id: Option<Uuid>,
    /// Where.
    pub url: EndpointUrl,
    /// Of what.
    pub causes: BTreeSet<CauseKind>,
}

/// Why a command is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WebhookRejection {
    /// No such endpoint.
    #[error("there is no such webhook")]
    NotFound,
    /// The id is taken.
    #[error("a webhook with this id is registered already")]
    AlreadyRegistered,
}

/// Something that happened to an endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookEvent {
    /// The customer; nil for the operator's.
    pub account_id: Uuid,
    /// The endpoint.
    pub webhook_id: Uuid,
    /// What happened.
    pub fact: WebhookFact,
    /// The endpoint after it.
    pub webhook: WebhookSummary,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum WebhookFact {
    /// It is to be told.
    Registered(WebhookRegistered),
    /// It is to be told no more.
    Removed(WebhookRemoved),
}

/// See [`WebhookFact::Registered`]; what was registered is in the state after it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WebhookRegistered {}

/// See [`WebhookFact::Removed`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WebhookRemoved {}

/// An endpoint after an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WebhookSummary {
    /// Where.
    pub url: EndpointUrl,
    /// Of what it is told; empty for everything.
    pub causes: BTreeSet<CauseKind>,
    /// Nothing is sent there any more.
    pub is_removed: bool,
}

/// Stable public names with version.
pub mod webhook_name {
    /// See [`super::WebhookFact::Registered`].
    pub const WEBHOOK_REGISTERED: &str = "vigie.webhook.webhook_registered.v1";
    /// See [`super::WebhookFact::Removed`].
    pub const WEBHOOK_REMOVED: &str = "vigie.webhook.webhook_removed.v1";
}

impl WebhookEvent {
    /// Stable public name with version.
    pub const fn name(&self) -> &'static str {
        match self.fact {
            WebhookFact::Registered(_) => webhook_name::WEBHOOK_REGISTERED,
            WebhookFact::Removed(_) => webhook_name::WEBHOOK_REMOVED,
        }
    }
}

impl Webhook {
    /// Decides a command; no event where it is so already.
    pub fn decide(
        state: &Option<Self>,
        command: &WebhookCommand,
    ) -> Result<Option<WebhookEvent>, WebhookRejection> {
        match (command, state) {
            (WebhookCommand::Register(_), Some(_)) => Err(WebhookRejection::AlreadyRegistered),
            (WebhookCommand::Register(new), None) => Ok(Some(WebhookEvent {
                account_id: new.account_id.unwrap_or_default(),
                webhook_id: new.webhook_id,
                fact: WebhookFact::Registered(WebhookRegistered {}),
                webhook: WebhookSummary {
                    url: new.url.clone(),
                    causes: new.causes.clone(),
                    is_removed: false,
                },
            })),
            (WebhookCommand::Remove, None) => Err(WebhookRejection::NotFound),
            (WebhookCommand::Remove, Some(webhook)) if webhook.is_removed => Ok(None),
            (WebhookCommand::Remove, Some(webhook)) => Ok(Some(WebhookEvent {
                account_id: webhook.account_id.unwrap_or_default(),
                webhook_id: webhook.webhook_id,
                fact: WebhookFact::Removed(WebhookRemoved {}),
                webhook: WebhookSummary {
                    url: webhook.url.clone(),
                    causes: webhook.causes.clone(),
                    is_removed: true,
                },
            })),
        }
    }

    /// The endpoint after an event, recorded at `recorded_at`.
    pub fn evolve(state: &mut Option<Self>, event: &WebhookEvent, recorded_at: Timestamp) {
        match (&event.fact, state.as_mut()) {
            (WebhookFact::Registered(_), _) => {
                *state = Some(Self {
                    webhook_id: event.webhook_id,
                    account_id: (!event.account_id.is_nil()).then_some(event.account_id),
                    url: event.webhook.url.clone(),
                    causes: event.webhook.causes.clone(),
                    registered_at: recorded_at,
                    is_removed: false,
                });
            }
            (WebhookFact::Removed(_), Some(webhook)) => webhook.is_removed = true,
            (WebhookFact::Removed(_), None) => {}
        }
    }
}
