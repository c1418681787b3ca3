//! All ways out.

use std::sync::Arc;

use async_trait::async_trait;

use super::{Destination, Message, Post};
use crate::domain::{AttemptEnd, Failure};

/// All ways out. Cheap to clone.
#[derive(Clone)]
pub struct Outbox {
    mail: Arc<dyn Post>,
    webhooks: Option<Arc<dyn Post>>,
}

impl Outbox {
    /// Mail goes by `mail`, webhooks nowhere yet.
    pub fn new(mail: Arc<dyn Post>) -> Self {
        Self { mail, webhooks: None }
    }

    /// Webhooks go by `webhooks`.
    #[must_use]
    pub fn webhooks(self, webhooks: Arc<dyn Post>) -> Self {
        Self { webhooks: Some(webhooks), ..self }
    }
}

#[async_trait]
impl Post for Outbox {
    async fn send(&self, message: &Message) -> AttemptEnd {
        match (&message.to, &self.webhooks) {
            (Destination::Mail { .. }, _) => self.mail.send(message).await,
            (Destination::Webhook { .. }, Some(webhooks)) => webhooks.send(message).await,
            (Destination::Webhook { .. }, None) => AttemptEnd::Refused(Failure::of("NO_WEBHOOKS")),
        }
    }
}
