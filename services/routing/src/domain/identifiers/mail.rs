//! Addresses that mail is sent to.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Error;

/// RFC 5321, 4.5.3.1.3: a path of 256 bytes has two for its brackets.
const ADDRESS_MAX_BYTES: usize = 254;

/// RFC 5321, 4.5.3.1.1.
const NAME_MAX_BYTES: usize = 64;

/// RFC 1035, 2.3.4.
const LABEL_MAX_BYTES: usize = 63;

/// A mail address: `name@domain`, in any script (RFC 6531).
///
/// Stricter than the standard: it goes into the header of a mail, so what could end that header or hide in it is refused:
/// control characters, spaces, quotes, comments, and characters that cannot be seen.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct MailAddress(String);

impl MailAddress {
    /// Takes an address that mail can be sent to as it is.
    ///
    /// # Errors
    /// [`Error::Mail`].
    pub fn parse(text: &str) -> Result<Self, Error> {
        let (name, domain) = text.rsplit_once('@').ok_or(Error::Mail)?;
        let valid = text.len() <= ADDRESS_MAX_BYTES
            && !text.chars().any(is_hidden)
            && is_name(name)
            && is_domain(domain);
        if valid { Ok(Self(text.to_owned())) } else { Err(Error::Mail) }
    }

    /// As given.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_name(name: &str) -> bool {
    const SPECIAL: &str = "\"(),:;<>@[\\]";
    name.len() <= NAME_MAX_BYTES
        && !name.chars().any(|character| SPECIAL.contains(character))
        && name.split('.').all(|part| !part.is_empty())
}

fn is_domain(domain: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && label.len() <= LABEL_MAX_BYTES
            && label
                .chars()
                .all(|character| character.is_alphanumeric() || character == '-' || is_mark(character))
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    // An address literal or a bare host name is no customer's.
    domain.contains('.') && domain.split('.').all(is_label)
}

/// Signs that belong to the letter before them, in scripts that need them; punctuation is none.
fn is_mark(character: char) -> bool {
    !character.is_ascii() && !is_hidden(character) && !is_punctuation(character)
}

/// General punctuation, CJK and full-width forms: `．` and `＠` look like what separates.
fn is_punctuation(character: char) -> bool {
    matches!(character, '\u{80}'..='\u{bf}' | '\u{2000}'..='\u{2bff}' | '\u{3000}'..='\u{3004}' | '\u{3008}'..='\u{3020}'
        | '\u{fe00}'..='\u{fe6f}' | '\u{ff00}'..='\u{ff0f}' | '\u{ff1a}'..='\u{ff20}' | '\u{ff3b}'..='\u{ff40}' | '\u{ff5b}'..='\u{ff65}')
}

/// What ends a header, or cannot be seen in one: control characters, white space, direction marks, joiners.
fn is_hidden(character: char) -> bool {
    character.is_control()
        || character.is_whitespace()
        || matches!(character, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff0}'..='\u{ffff}' | '\u{e0000}'..='\u{e0fff}')
}

/// An address leads to a person: a log line never shows one.
impl fmt::Debug for MailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MailAddress(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_any_script_are_taken() {
        for good in [
            "marie.durand@exemple.fr",
            "m+vigie@a.b.exemple.test",
            "o'neill@exemple.fr",
            "élodie@société-générique.fr",
            "用户@例子.公司",
            "संपर्क@डाटामेल.भारत",
        ] {
            assert_eq!(MailAddress::parse(good).unwrap().as_str(), good);
        }
        assert!(MailAddress::parse(&format!("{}@exemple.fr", "x".repeat(64))).is_ok());
    }

    #[test]
    fn nothing_that_ends_or_hides_in_a_header_is_taken() {
        for bad in [
            "marie@exemple.fr\r\nBcc: all@exemple.fr",
            "marie@exemple.fr\nBcc: all@exemple.fr",
            "marie\u{0}@exemple.fr",
            "marie@exemple.fr\u{2028}",
            "marie@exemple.fr\u{85}",
            "marie\u{202e}@exemple.fr",
            "marie\u{200b}@exemple.fr",
            "marie durand@exemple.fr",
            " marie@exemple.fr",
            "marie@exemple.fr ",
            "<marie@exemple.fr>",
            "marie@exemple.fr,paul@exemple.fr",
            "\"marie\"@exemple.fr",
            "marie(x)@exemple.fr",
            "marie@exemple.fr;paul",
            "marie＠exemple.fr",
            "marie@exemple．fr",
        ] {
            assert_eq!(MailAddress::parse(bad), Err(Error::Mail), "{bad:?}");
        }
    }

    #[test]
    fn an_address_has_a_name_and_a_domain_of_bounded_length() {
        for bad in [
            "",
            "@",
            "marie",
            "marie@",
            "@exemple.fr",
            "marie@exemple",
            "marie@.fr",
            "marie@exemple..fr",
            "marie@exemple.fr.",
            "marie@-exemple.fr",
            ".marie@exemple.fr",
            "marie.@exemple.fr",
            "a..b@exemple.fr",
            "a@b@exemple.fr",
            "marie@[127.0.0.1]",
            "marie@exem_ple.fr",
        ] {
            assert_eq!(MailAddress::parse(bad), Err(Error::Mail), "{bad:?}");
        }
        let long = |bytes: usize| format!("marie@{}.fr", vec!["x".repeat(40); bytes / 40].join("."));
        assert!(MailAddress::parse(&long(200)).is_ok());
        assert_eq!(MailAddress::parse(&long(280)), Err(Error::Mail));
        assert_eq!(MailAddress::parse(&format!("{}@exemple.fr", "x".repeat(65))), Err(Error::Mail));
        assert_eq!(MailAddress::parse(&format!("m@{}.fr", "x".repeat(64))), Err(Error::Mail));
    }
}
