//! Message-IDs: they lead back from a bounce to the notice and its recipient.

use std::fmt;

use uuid::Uuid;

/// `<notice.recipient@domain>`: which notice, and which of its recipients.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct MessageId {
    /// The notice.
    pub notice_id: Uuid,
    /// The recipient's number.
    pub recipient: u32,
}

impl MessageId {
    /// As in a header, of the domain `domain`.
    pub fn in_header(&self, domain: &str) -> String {
        format!("<{self}@{domain}>")
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.notice_id, self.recipient)
    }
}

/// The notice and recipient that a Message-ID names, whatever its domain; `None` for one that is not ours.
pub fn of_message(text: &str) -> Option<MessageId> {
    let text = text.trim().trim_start_matches('<').trim_end_matches('>');
    let (local, _) = text.rsplit_once('@')?;
    let (notice_id, recipient) = local.split_once('.')?;
    let notice_id = Uuid::try_parse(notice_id).ok().filter(|_| notice_id.len() == 36)?;
    Some(MessageId { notice_id, recipient: recipient.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_leads_back_to_notice_and_recipient() {
        let id = MessageId { notice_id: Uuid::from_u128(7), recipient: 3 };
        let header = id.in_header("avis.exemple.fr");
        assert_eq!(header, "<00000000-0000-0000-0000-000000000007.3@avis.exemple.fr>");
        assert_eq!(of_message(&format!(" {header}\r\n")), Some(id));
        for other in ["", "<x@y>", "<7.3@y>", "<00000000000000000000000000000007.3@y>", "<a.b@c>"] {
            assert_eq!(of_message(other), None, "{other}");
        }
    }
}
