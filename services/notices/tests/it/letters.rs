//! Mail as it is read: headers, and the text out of its encoding.

use std::path::Path;

use base64::Engine as _;
use vigie_notices::post;

/// A mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mail {
    pub(crate) to: String,
    pub(crate) message_id: String,
    pub(crate) subject: String,
    pub(crate) cause: String,
    pub(crate) repeat: bool,
    pub(crate) text: String,
}

/// All mails of a mailbox folder, oldest first.
pub(crate) fn in_folder(folder: &Path) -> Vec<Mail> {
    let mut letters = post::letters(&folder.join("mailbox"), 1_000).unwrap();
    letters.reverse();
    letters.iter().map(|letter| read(&letter.bytes)).collect()
}

/// Who was written to, in alphabetical order, without domain.
pub(crate) fn written_to(mails: &[Mail]) -> Vec<String> {
    let mut people: Vec<_> = mails.iter().map(|mail| mail.to.split('@').next().unwrap().to_owned()).collect();
    people.sort();
    people
}

pub(crate) fn read(bytes: &[u8]) -> Mail {
    let mail = String::from_utf8(bytes.to_vec()).expect("any relay takes it").replace("\r\n", "\n");
    let (head, body) = mail.split_once("\n\n").unwrap();
    let head = head.replace("\n ", " ").replace("\n\t", " ");
    let header = |name: &str| {
        let begin = format!("{}: ", name.to_ascii_lowercase());
        let line = head.lines().find(|line| line.to_ascii_lowercase().starts_with(&begin));
        line.map(|line| line[begin.len()..].to_owned())
    };
    let encoding = header("Content-Transfer-Encoding").unwrap_or_default();
    let to = header("To").unwrap();
    let to = to.rsplit('<').next().unwrap().trim_end_matches('>').to_owned();
    Mail {
        to,
        message_id: header("Message-ID").unwrap(),
        subject: decoded_words(&header("Subject").unwrap()),
        cause: header("X-Vigie-Cause").unwrap(),
        repeat: header("X-Vigie-Repeat").is_some_and(|value| value == "1"),
        text: match encoding.to_ascii_lowercase().as_str() {
            "base64" => from_base64(&body.replace('\n', "")),
            "quoted-printable" => from_quoted(&body.replace("=\n", "")),
            _ => body.to_owned(),
        },
    }
}

fn from_base64(text: &str) -> String {
    String::from_utf8(base64::engine::general_purpose::STANDARD.decode(text).unwrap()).unwrap()
}

fn from_quoted(text: &str) -> String {
    let (bytes, mut out, mut at) = (text.as_bytes(), Vec::new(), 0);
    while at < bytes.len() {
        let hex = text.get(at + 1..at + 3).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match (bytes[at], hex) {
            (b'=', Some(byte)) => {
                out.push(byte);
                at += 3;
            }
            (byte, _) => {
                out.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8(out).unwrap()
}

/// RFC 2047.
fn decoded_words(text: &str) -> String {
    let mut out = String::new();
    for word in text.split_whitespace() {
        let encoded = word.strip_prefix("=?utf-8?b?").and_then(|word| word.strip_suffix("?="));
        match encoded {
            Some(encoded) => out.push_str(&from_base64(encoded)),
            None => {
                if !out.is_empty() && !out.ends_with(' ') {
                    out.push(' ');
                }
                out.push_str(word);
                out.push(' ');
            }
        }
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}
