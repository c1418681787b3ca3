//! A mail of the folder as a mail program shows it: for people who look into it, and for nothing else.
//!
//! It reads what [`letter`](super::letter) writes. What is written another way is shown as it stands.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::mailbox::Letter;

/// A mail, decoded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// Who it comes from.
    pub from: String,
    /// Who it goes to.
    pub to: String,
    /// When it was written (RFC 5322).
    pub date: String,
    /// What it says it is about.
    pub subject: String,
    /// Its Message-ID.
    pub message_id: String,
    /// The cause: `LINE_BARRED`.
    pub cause: String,
    /// Its text.
    pub text: String,
}

impl Letter {
    /// Decodes it.
    pub fn shown(&self) -> Shown {
        let mail = String::from_utf8_lossy(&self.bytes).replace("\r\n", "\n");
        let (head, body) = mail.split_once("\n\n").unwrap_or((&mail, ""));
        let head = head.replace("\n ", " ").replace("\n\t", " ");
        let field = |name: &str| {
            let mut fields = head.lines().filter_map(|line| line.split_once(':'));
            let found = fields.find(|(known, _)| known.eq_ignore_ascii_case(name));
            found.map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
        };
        let text = match field("Content-Transfer-Encoding").to_ascii_lowercase().as_str() {
            "base64" => from_base64(&body.replace('\n', "")).unwrap_or_else(|| body.to_owned()),
            "quoted-printable" => from_quoted_printable(body),
            _ => body.to_owned(),
        };
        Shown {
            from: from_words(&field("From")),
            to: from_words(&field("To")),
            date: field("Date"),
            subject: from_words(&field("Subject")),
            message_id: field("Message-ID"),
            cause: field("X-Vigie-Cause"),
            text: text.replace("\r\n", "\n"),
        }
    }
}

fn from_base64(text: &str) -> Option<String> {
    String::from_utf8(STANDARD.decode(text.trim()).ok()?).ok()
}

fn from_quoted_printable(text: &str) -> String {
    let joined = text.replace("=\n", "");
    let mut pieces = joined.split('=');
    let mut bytes = pieces.next().unwrap_or_default().as_bytes().to_vec();
    for piece in pieces {
        let byte = piece.get(..2).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match (byte, piece.get(2..)) {
            (Some(byte), Some(rest)) => {
                bytes.push(byte);
                bytes.extend_from_slice(rest.as_bytes());
            }
            _ => {
                bytes.push(b'=');
                bytes.extend_from_slice(piece.as_bytes());
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Encoded words (RFC 2047); between two of them there is no space.
fn from_words(text: &str) -> String {
    let mut out = String::new();
    let mut was_encoded = false;
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let decoded = encoded_word(word);
        if !(out.is_empty() || was_encoded && decoded.is_some()) {
            out.push(' ');
        }
        was_encoded = decoded.is_some();
        out.push_str(&decoded.unwrap_or_else(|| word.to_owned()));
    }
    out
}

/// `=?utf-8?b?…?=`
fn encoded_word(word: &str) -> Option<String> {
    let inner = word.strip_prefix("=?")?.strip_suffix("?=")?;
    let mut parts = inner.splitn(3, '?');
    let (charset, encoding, text) = (parts.next()?, parts.next()?, parts.next()?);
    let is_known = charset.eq_ignore_ascii_case("utf-8") && encoding.eq_ignore_ascii_case("b");
    if is_known { from_base64(text) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::post::letter::Sender;
    use crate::post::tests::a_message;

    #[test]
    fn a_mail_is_shown_as_it_was_meant() {
        let sender =
            Sender::new("avis@exemple.fr", "Sécurité & avis", "retours@exemple.fr", "exemple.fr").unwrap();
        let written = a_message();
        let letter = Letter { file: "x.eml".into(), bytes: sender.compose(&written).unwrap().bytes };
        let shown = letter.shown();
        assert_eq!(shown.subject, written.subject);
        assert_eq!(shown.text.trim_end(), written.body.trim_end());
        assert!(
            shown.to.contains("Élodie Durand") && shown.to.contains("marie.durand@exemple.fr"),
            "{}",
            shown.to
        );
        assert!(shown.from.contains("Sécurité & avis"), "{}", shown.from);
        assert_eq!(shown.cause, "LINE_BARRED");
        assert!(!shown.message_id.is_empty() && !shown.date.is_empty());
    }

    #[test]
    fn what_is_written_another_way_is_shown_as_it_stands() {
        let letter = Letter { file: "x.eml".into(), bytes: b"Subject: =?x?\n\nA =ZZ text".to_vec() };
        let shown = letter.shown();
        assert_eq!((shown.subject.as_str(), shown.text.as_str()), ("=?x?", "A =ZZ text"));
        assert_eq!(from_quoted_printable("caf=C3=A9 =\n=ZZ="), "café =ZZ=");
    }
}
