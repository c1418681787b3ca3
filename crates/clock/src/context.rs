//! Who commands, when, for whom and through which door.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Timestamp;

/// The door through which a request came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Channel {
    /// The business customers' extranet.
    Extranet,
    /// A call taken by an advisor.
    Phone,
    /// An internal system or an integration.
    Api,
    /// A bulk file.
    Import,
    /// Vigie itself: a timer, a reaction, the register driver.
    System,
}

impl Channel {
    /// The stable name stored with every event.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Extranet => "EXTRANET",
            Self::Phone => "PHONE",
            Self::Api => "API",
            Self::Import => "IMPORT",
            Self::System => "SYSTEM",
        }
    }
}

/// Everything that a decision may depend on besides state and command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Context {
    /// The present instant; the log records the events at this instant or later.
    pub now: Timestamp,
    /// When the request with a valid token arrived: T0 of whatever a person's clock starts. Never after `now`.
    pub received_at: Timestamp,
    /// User id of the person, or name of the service, that commands.
    pub actor: String,
    /// User id of the person for whom staff command.
    pub on_behalf_of: Option<String>,
    /// The door.
    pub channel: Channel,
    /// The caller's request id (AIP-155), for the record.
    pub request_id: Option<Uuid>,
    /// The id of the act that this command opens, if it opens one; fresh for every command.
    pub act_id: Uuid,
    /// W3C trace context of the request.
    pub traceparent: Option<String>,
}

impl Context {
    /// A context for Vigie's own commands: timers, reactions, the register driver.
    pub fn system(actor: &str, now: Timestamp, act_id: Uuid) -> Self {
        Self {
            now,
            received_at: now,
            actor: actor.to_owned(),
            on_behalf_of: None,
            channel: Channel::System,
            request_id: None,
            act_id,
            traceparent: None,
        }
    }
}
