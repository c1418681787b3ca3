//! Delivery status notifications (RFC 3464), as mail servers send them back: what became of which message of ours.

mod headers;
mod parts;
#[cfg(test)]
mod tests;

use headers::Headers;

use crate::domain::{Failure, Report};
use crate::post::{MessageId, of_message};

/// Bytes of a notification that are read.
pub(crate) const BYTES_MAX: usize = 256 << 10;

/// Groups of fields in one notification.
const GROUPS_MAX: usize = 64;

/// Characters of a diagnostic that are kept.
const DIAGNOSTIC_CHARS_MAX: usize = 300;

/// What became of a message of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Notification {
    /// Which message.
    pub(crate) message_id: MessageId,
    /// What became of it.
    pub(crate) report: Reported,
}

/// What a notification reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reported {
    /// It did not arrive and will not. The diagnostic often repeats the address.
    Bounced {
        /// Enhanced status code: `5.1.1`.
        status: String,
        /// What the last server said.
        diagnostic: Option<String>,
    },
    /// It is late and still under way.
    Delayed,
    /// It arrived.
    Delivered,
}

/// Why a message is no notification about one of ours. Repeats nothing of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Error {
    /// Too long to be one.
    #[error("the message is longer than 256 KiB")]
    TooLong,
    /// No `multipart/report` with a part `message/delivery-status`.
    #[error("the message is no delivery status notification (RFC 3464)")]
    NoReport,
    /// No field says what became of anything.
    #[error("the notification says nothing of any recipient")]
    NoRecipient,
    /// The original's Message-ID is not there, or not one of ours.
    #[error("the notification is not about a message of ours")]
    NotOurs,
}

impl Reported {
    /// As a notice takes it; `subject` is whom the diagnostic is about.
    pub(crate) fn report(self, subject: uuid::Uuid) -> Report {
        match self {
            Self::Bounced { status, diagnostic } => {
                let text = diagnostic.map(|text| vigie_clock::Personal::new(subject, text));
                Report::Bounced(Failure { code: status, text })
            }
            Self::Delayed => Report::Delayed,
            Self::Delivered => Report::Delivered,
        }
    }
}

/// Reads a notification.
///
/// # Errors
/// When it is none, or not about a message of ours.
pub(crate) fn parse(message: &[u8]) -> Result<Notification, Error> {
    if message.len() > BYTES_MAX {
        return Err(Error::TooLong);
    }
    // Addresses may be UTF-8 (RFC 6533); whatever is not is of no use to us.
    let message = String::from_utf8_lossy(message).replace("\r\n", "\n");
    let (headers, body) = Headers::split(&message);
    let content_type = headers.get("content-type").ok_or(Error::NoReport)?;
    if !content_type.to_ascii_lowercase().starts_with("multipart/report") {
        return Err(Error::NoReport);
    }
    let boundary = headers::parameter(&content_type, "boundary").ok_or(Error::NoReport)?;
    let parts = parts::split(body, &boundary);
    let status =
        parts.iter().find(|part| part.is("message/delivery-status", "message/global-delivery-status"));
    let report = reported(status.ok_or(Error::NoReport)?.body).ok_or(Error::NoRecipient)?;
    let message_id = original(&parts, &headers).ok_or(Error::NotOurs)?;
    Ok(Notification { message_id, report })
}

/// The first group is about the message, each other one about a recipient. We send to one recipient at a time; of several
/// (an alias behind it) the worst counts.
fn reported(body: &str) -> Option<Reported> {
    let groups = body.trim_start().split("\n\n").take(GROUPS_MAX).map(|group| Headers::split(group).0);
    let mut all: Vec<Reported> = groups.filter_map(|group| of_recipient(&group)).collect();
    all.sort_by_key(|reported| match reported {
        Reported::Bounced { .. } => 0,
        Reported::Delayed => 1,
        Reported::Delivered => 2,
    });
    all.into_iter().next()
}

fn of_recipient(group: &Headers<'_>) -> Option<Reported> {
    let action = group.get("action")?.to_ascii_lowercase();
    let status = group.get("status").and_then(|status| status.split_whitespace().next().map(str::to_owned));
    match action.split_whitespace().next()? {
        "failed" => Some(Reported::Bounced {
            status: status.filter(|status| is_status(status)).unwrap_or_else(|| "5.0.0".to_owned()),
            diagnostic: group.get("diagnostic-code").map(|text| bounded(&text)),
        }),
        "delayed" => Some(Reported::Delayed),
        // Relayed or expanded is where others' knowledge ends: only delivery counts.
        "delivered" => Some(Reported::Delivered),
        _ => None,
    }
}

fn is_status(text: &str) -> bool {
    let parts: Vec<&str> = text.split('.').collect();
    let is_number =
        |part: &&str| (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    parts.len() == 3 && parts.iter().all(is_number)
}

fn bounded(text: &str) -> String {
    text.chars().filter(|character| !character.is_control()).take(DIAGNOSTIC_CHARS_MAX).collect()
}

/// The original's Message-ID: from the original or its headers, which are the last part, else from what the notification's
/// own headers say that it answers.
fn original(parts: &[parts::Part<'_>], headers: &Headers<'_>) -> Option<MessageId> {
    let is_original = |part: &&parts::Part<'_>| {
        part.is("message/rfc822", "text/rfc822-headers")
            || part.is("message/global", "message/global-headers")
    };
    let of_original = parts.iter().filter(is_original).find_map(|part| {
        let (headers, _) = Headers::split(part.body.trim_start_matches('\n'));
        of_message(&headers.get("message-id")?)
    });
    let answered = ["in-reply-to", "references", "x-failed-message-id", "original-message-id"];
    of_original.or_else(|| {
        answered
            .iter()
            .filter_map(|name| headers.get(name))
            .find_map(|ids| ids.split_whitespace().find_map(of_message))
    })
}
