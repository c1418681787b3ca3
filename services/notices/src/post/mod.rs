//! The port through which notices leave, and its adapters: mail by SMTP, mail into a folder, webhooks.

mod error;
mod letter;
mod mailbox;
mod message_id;
mod outbox;
mod shown;
mod signature;
mod smtp;
#[cfg(test)]
mod tests;
mod webhook;

use async_trait::async_trait;
use uuid::Uuid;
use vigie_clock::Timestamp;

pub use error::Error;
pub use mailbox::{Letter, Mailbox, letters};
pub use message_id::{MessageId, of_message};
pub use outbox::Outbox;
pub use shown::Shown;
pub use signature::{EndpointSecret, SigningKey};
pub use smtp::{Encryption, Smtp, SmtpOptions};
pub use webhook::{WebhookOptions, Webhooks};

use crate::domain::{AttemptEnd, Cause, EndpointUrl, Language, MailAddress, Parameters};

/// The way out. A call says how it ended as exactly as it knows: that something was not taken only if that is certain.
#[async_trait]
pub trait Post: Send + Sync + 'static {
    /// Hands a message over, within the adapter's own bounds of time.
    async fn send(&self, message: &Message) -> AttemptEnd;
}

/// A message on its way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The same at every attempt on this recipient.
    pub id: MessageId,
    /// Where it goes.
    pub to: Destination,
    /// Whom its address is about.
    pub subject_id: Uuid,
    /// In one line.
    pub subject: String,
    /// In paragraphs.
    pub body: String,
    /// In which language it is written.
    pub language: Language,
    /// What it is about.
    pub cause: Cause,
    /// What it is filled in with, for machines.
    pub parameters: Parameters,
    /// When this attempt began.
    pub at: Timestamp,
    /// An earlier attempt may have arrived.
    pub repeat: bool,
}

/// Where a message goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// To a mailbox.
    Mail {
        /// Whose.
        address: MailAddress,
        /// How the person is called.
        name: Option<String>,
    },
    /// To an endpoint.
    Webhook {
        /// Where.
        url: EndpointUrl,
        /// What it is signed with.
        secret: EndpointSecret,
    },
}
