//! A mail address that a message may be sent to.

use std::borrow::Cow;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Bytes of a path on the wire less its angle brackets (RFC 5321, 4.5.3.1.3).
const BYTES_MAX: usize = 254;

/// Bytes before the "@" (RFC 5321, 4.5.3.1.1).
const LOCAL_BYTES_MAX: usize = 64;

/// A mail address. Construction refuses whatever could end a header or a command and begin another.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MailAddress(String);

/// Why a text is no mail address. Does not repeat it: it names a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A line break or another control character: the beginning of a forged header.
    #[error("a mail address holds a control character")]
    ControlCharacter,
    /// Longer than mail can carry.
    #[error("a mail address is longer than {BYTES_MAX} bytes, or {LOCAL_BYTES_MAX} before the \"@\"")]
    TooLong,
    /// Not `somebody@somewhere`.
    #[error("a mail address is somebody@somewhere, without spaces, quotes or brackets")]
    Malformed,
}

impl MailAddress {
    /// Checks a text.
    ///
    /// # Errors
    /// When it is no address that a message may be sent to.
    pub fn parse(text: &str) -> Result<Self, Error> {
        if text.chars().any(char::is_control) {
            return Err(Error::ControlCharacter);
        }
        if text.len() > BYTES_MAX {
            return Err(Error::TooLong);
        }
        let (local, domain) = text.rsplit_once('@').ok_or(Error::Malformed)?;
        if local.len() > LOCAL_BYTES_MAX {
            return Err(Error::TooLong);
        }
        let is_special = |character: char| character.is_whitespace() || "\"(),:;<>[\\]@".contains(character);
        let has_gap = |part: &str| part.split('.').any(str::is_empty);
        let label = |character: char| character.is_alphanumeric() || "-.".contains(character);
        if text.chars().filter(|character| *character != '@').any(is_special)
            || local.contains('@')
            || has_gap(local)
            || has_gap(domain)
            || !domain.chars().all(label)
        {
            return Err(Error::Malformed);
        }
        Ok(Self(text.to_owned()))
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What two spellings of one mailbox have in common, as far as anybody but its server can know.
    pub fn key(&self) -> String {
        self.0.to_lowercase()
    }
}

impl fmt::Debug for MailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MailAddress")
    }
}

impl TryFrom<String> for MailAddress {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        Self::parse(&text)
    }
}

impl From<MailAddress> for String {
    fn from(address: MailAddress) -> Self {
        address.0
    }
}

impl JsonSchema for MailAddress {
    fn schema_name() -> Cow<'static, str> {
        "MailAddress".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "format": "idn-email", "maxLength": BYTES_MAX })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ordinary_and_international_addresses_are_taken() {
        for text in ["marie.durand@exemple.fr", "o'neil+vigie@a-b.co.uk", "élodie@exämple.fr", "x@localhost"]
        {
            assert_eq!(MailAddress::parse(text).map(String::from).as_deref(), Ok(text));
        }
    }

    #[test]
    fn whatever_could_forge_a_header_is_refused() {
        for text in [
            "marie@exemple.fr\r\nBcc: everybody@exemple.fr",
            "marie@exemple.fr\nX: y",
            "marie\u{0}@exemple.fr",
            "marie@exemple.fr\u{85}",
        ] {
            assert_eq!(MailAddress::parse(text), Err(Error::ControlCharacter), "{text:?}");
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in [
            "",
            "@",
            "marie",
            "marie@",
            "@exemple.fr",
            "a b@exemple.fr",
            "a@b@exemple.fr",
            "<a@exemple.fr>",
            "\"a\"@exemple.fr",
            "a@exemple..fr",
            ".a@exemple.fr",
            "a@[10.0.0.1]",
            "a@exemple.fr>",
            "a,b@exemple.fr",
        ] {
            assert_eq!(MailAddress::parse(text), Err(Error::Malformed), "{text:?}");
        }
        assert_eq!(MailAddress::parse(&format!("{}@exemple.fr", "a".repeat(65))), Err(Error::TooLong));
        assert_eq!(MailAddress::parse(&format!("a@{}", "b".repeat(254))), Err(Error::TooLong));
    }

    proptest! {
        #[test]
        fn nothing_that_is_taken_holds_what_ends_a_line_or_a_bracket(text in "\\PC{0,20}[@\r\n<> ]{0,3}\\PC{0,20}") {
            if let Ok(address) = MailAddress::parse(&text) {
                prop_assert!(!address.as_str().contains(['\r', '\n', '<', '>', ' ']));
            }
        }
    }
}
