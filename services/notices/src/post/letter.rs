//! A message as a mail (RFC 5322).

use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MessageBuilder};
use lettre::{Address, Message as Mail};
use std::time::{Duration, UNIX_EPOCH};

use super::{Destination, Error, Message};
use crate::domain::MailAddress;

/// Says to mail programs that nobody wrote this by hand, so that none answers with an absence (RFC 3834).
const AUTO_SUBMITTED: HeaderName = HeaderName::new_from_ascii_str("Auto-Submitted");

/// Says that an earlier attempt may have arrived.
const REPEAT: HeaderName = HeaderName::new_from_ascii_str("X-Vigie-Repeat");

/// What the message is about, for filters.
const CAUSE: HeaderName = HeaderName::new_from_ascii_str("X-Vigie-Cause");

/// ISO 639-1.
const CONTENT_LANGUAGE: HeaderName = HeaderName::new_from_ascii_str("Content-Language");

/// Who mails come from.
#[derive(Clone, Debug)]
pub(super) struct Sender {
    from: Mailbox,
    pub(super) bounces_to: Address,
    pub(super) domain: String,
}

/// A mail, and where it goes.
pub(super) struct Composed {
    pub(super) to: Address,
    pub(super) bytes: Vec<u8>,
    pub(super) message_id: String,
}

impl Sender {
    /// Mails come from `from`, called `name`; what cannot be delivered comes back to `bounces_to`.
    pub(super) fn new(from: &str, name: &str, bounces_to: &str, domain: &str) -> Result<Self, Error> {
        let address = |field, text| {
            let address = MailAddress::parse(text).map_err(|source| Error::Sender { field, source })?;
            let malformed = Error::Sender { field, source: crate::domain::MailAddressError::Malformed };
            address.as_str().parse::<Address>().map_err(|_| malformed)
        };
        let is_domain = !domain.is_empty()
            && domain.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte));
        if !is_domain {
            return Err(Error::Domain);
        }
        let name = Some(in_one_line(name)).filter(|name| !name.is_empty());
        Ok(Self {
            from: Mailbox::new(name, address("from", from)?),
            bounces_to: address("bounces_to", bounces_to)?,
            domain: domain.to_owned(),
        })
    }

    /// Writes a message; `None` if it goes to no mailbox, or to an address that mail programs do not take.
    pub(super) fn compose(&self, message: &Message) -> Option<Composed> {
        let Destination::Mail { address, name } = &message.to else { return None };
        let to: Address = address.as_str().parse().ok()?;
        let name = name.as_deref().map(in_one_line).filter(|name| !name.is_empty());
        let message_id = message.id.in_header(&self.domain);
        let micros = u64::try_from(message.at.as_micros()).unwrap_or(0);
        let mut builder: MessageBuilder = Mail::builder()
            .from(self.from.clone())
            .to(Mailbox::new(name, to.clone()))
            .subject(in_one_line(&message.subject))
            .message_id(Some(message_id.clone()))
            .date(UNIX_EPOCH + Duration::from_micros(micros))
            .raw_header(HeaderValue::new(AUTO_SUBMITTED, "auto-generated".to_owned()))
            .raw_header(HeaderValue::new(CAUSE, message.cause.kind.as_str().to_owned()))
            .raw_header(HeaderValue::new(CONTENT_LANGUAGE, message.language.as_str().to_owned()))
            .header(ContentType::TEXT_PLAIN);
        if message.repeat {
            builder = builder.raw_header(HeaderValue::new(REPEAT, "1".to_owned()));
        }
        let mail = builder.body(message.body.clone()).ok()?;
        Some(Composed { to, bytes: mail.formatted(), message_id })
    }
}

/// A header is one line.
fn in_one_line(text: &str) -> String {
    text.chars()
        .map(|character| if character.is_control() { ' ' } else { character })
        .collect::<String>()
        .trim()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::tests::a_message;
    use super::*;

    fn sender() -> Sender {
        Sender::new("avis@exemple.fr", "Service client", "retours@exemple.fr", "avis.exemple.fr").unwrap()
    }

    fn header<'a>(mail: &'a str, name: &str) -> Vec<&'a str> {
        let headers = mail.split("\r\n\r\n").next().unwrap();
        headers.lines().filter(|line| line.to_ascii_lowercase().starts_with(&format!("{name}: "))).collect()
    }

    #[test]
    fn a_mail_carries_its_id_its_date_and_that_nobody_wrote_it_by_hand() {
        let composed = sender().compose(&a_message()).unwrap();
        let mail = String::from_utf8(composed.bytes).unwrap();
        assert_eq!(
            header(&mail, "message-id"),
            ["Message-ID: <00000000-0000-0000-0000-000000000007.1@avis.exemple.fr>"]
        );
        assert_eq!(header(&mail, "date"), ["Date: Mon, 23 Nov 2026 03:01:00 +0000"]);
        assert_eq!(header(&mail, "auto-submitted"), ["Auto-Submitted: auto-generated"]);
        assert_eq!(header(&mail, "x-vigie-repeat"), [""; 0]);
        assert!(header(&mail, "subject")[0].contains("=?utf-8?"), "RFC 2047: {mail}");
        assert!(mail.is_ascii(), "any relay takes it: {mail}");
    }

    #[test]
    fn a_repeat_is_marked() {
        let message = Message { repeat: true, ..a_message() };
        let mail = String::from_utf8(sender().compose(&message).unwrap().bytes).unwrap();
        assert_eq!(header(&mail, "x-vigie-repeat"), ["X-Vigie-Repeat: 1"]);
    }

    #[test]
    fn nothing_that_is_filled_in_ends_a_header() {
        let mut message = a_message();
        message.subject = "Bonjour\r\nBcc: everybody@exemple.fr".to_owned();
        let Destination::Mail { name, .. } = &mut message.to else { panic!("a mail") };
        *name = Some("Marie\r\nBcc: everybody@exemple.fr\r\n\r\nHello".to_owned());
        let mail = String::from_utf8(sender().compose(&message).unwrap().bytes).unwrap();
        assert_eq!(header(&mail, "bcc"), [""; 0], "{mail}");
        assert_eq!(header(&mail, "to").len(), 1);
    }

    #[test]
    fn a_sender_that_could_forge_headers_is_refused() {
        let new = |from, domain| Sender::new(from, "x", "b@exemple.fr", domain);
        assert!(matches!(
            new("a@exemple.fr\r\nBcc: x@y.fr", "exemple.fr"),
            Err(Error::Sender { field: "from", .. })
        ));
        assert!(matches!(new("a@exemple.fr", "exemple.fr>\r\nX: y"), Err(Error::Domain)));
    }
}
