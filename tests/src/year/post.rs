//! The way out of mail: nothing leaves, everything is counted.

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use parking_lot::Mutex;
use uuid::Uuid;
use vigie_notices::domain::{AttemptEnd, Failure, Proof, Receipt};
use vigie_notices::post::{Destination, Message, Post};

const DOMAIN: &str = "avis.exemple.fr";

/// What becomes of mail to a mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mailbox {
    /// It arrives.
    Good,
    /// The server refuses it at once.
    Refuses,
    /// The server takes it, and sends it back after so many hours.
    Bounces(u64),
}

impl Mailbox {
    /// An address that behaves so.
    pub(super) fn address(self, number: usize) -> String {
        match self {
            Self::Good => format!("p{number}@exemple.fr"),
            Self::Refuses => format!("refuses-{number}@exemple.fr"),
            Self::Bounces(hours) => format!("bounces{hours}-{number}@exemple.fr"),
        }
    }

    fn of(address: &str) -> Self {
        if address.starts_with("refuses-") {
            return Self::Refuses;
        }
        let hours = address.strip_prefix("bounces").and_then(|rest| rest.split('-').next());
        hours.map_or(Self::Good, |hours| Self::Bounces(hours.parse().unwrap()))
    }

    /// How long after its hand-over mail comes back.
    pub(super) fn returns_after(self) -> Option<Duration> {
        match self {
            Self::Bounces(hours) => Some(Duration::from_hours(hours)),
            Self::Good | Self::Refuses => None,
        }
    }
}

/// Mail that the server took and will send back.
#[derive(Clone, Debug)]
pub(super) struct Returning {
    pub(super) message_id: String,
    pub(super) after: Duration,
}

/// The mail server.
#[derive(Default)]
pub(super) struct Postman {
    /// How often each mailbox was written to about each event.
    written: Mutex<BTreeMap<(String, Uuid), u32>>,
    returning: Mutex<Vec<Returning>>,
}

impl Postman {
    /// What was taken since it was asked last and will come back, in order.
    pub(super) fn returning(&self) -> Vec<Returning> {
        let mut returning = std::mem::take(&mut *self.returning.lock());
        returning.sort_by(|a, b| a.message_id.cmp(&b.message_id));
        returning
    }

    /// How often a mailbox was written to about one event, at most, and how many mails there were.
    pub(super) fn most_about_one_event(&self) -> (u32, usize) {
        let written = self.written.lock();
        (written.values().copied().max().unwrap_or(0), written.len())
    }
}

#[async_trait]
impl Post for Postman {
    async fn send(&self, message: &Message) -> AttemptEnd {
        let Destination::Mail { address, .. } = &message.to else { panic!("nobody has a webhook here") };
        assert!(!message.repeat, "nothing here ends in the dark");
        let address = address.as_str().to_owned();
        *self.written.lock().entry((address.clone(), message.cause.event_id)).or_default() += 1;
        let mailbox = Mailbox::of(&address);
        if mailbox == Mailbox::Refuses {
            return AttemptEnd::Refused(Failure::of("5.1.1"));
        }
        let message_id = message.id.in_header(DOMAIN);
        if let Some(after) = mailbox.returns_after() {
            self.returning.lock().push(Returning { message_id: message_id.clone(), after });
        }
        let (proof, code) = (Proof::SmtpAccepted, "250".to_owned());
        AttemptEnd::HandedOver(Receipt { message_id, proof, code, text: None })
    }
}

/// What a mail server writes of a mail that did not arrive.
pub(super) fn returned(message_id: &str) -> Vec<u8> {
    format!(
        "From: MAILER-DAEMON@mx.exemple.fr\r\nSubject: Undelivered Mail\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\r\n\r\n\
         --b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.exemple.fr\r\n\r\n\
         Final-Recipient: rfc822; nobody@exemple.fr\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n\
         --b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {message_id}\r\n\r\n--b--\r\n"
    )
    .into_bytes()
}
