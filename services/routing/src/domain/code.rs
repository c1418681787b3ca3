//! Codes of skills and trainings.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Why a text is no code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a code is 1 to 40 lower-case letters, digits and hyphens, and begins with a letter")]
pub struct Error;

/// What a skill or a training is called: `sme-fleet`. Operators have codes of their own besides those that Vigie knows.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Code(String);

impl Code {
    /// Bytes of the longest code.
    pub const BYTES_MAX: usize = 40;

    /// The training that promise 2.1 asks of whoever is an account manager.
    pub const ACCOUNT_MANAGER: &'static str = "account-manager";

    /// Takes 1 to 40 lower-case letters, digits and hyphens, of which the first is a letter.
    ///
    /// # Errors
    /// When it is anything else.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let begins_well = text.starts_with(|first: char| first.is_ascii_lowercase());
        if begins_well && text.len() <= Self::BYTES_MAX && text.bytes().all(is_plain) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Error)
        }
    }

    /// The training that promise 2.1 asks for: see [`Self::ACCOUNT_MANAGER`].
    pub fn account_manager() -> Self {
        Self(Self::ACCOUNT_MANAGER.to_owned())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_short_plain_and_begins_with_a_letter() {
        for good in ["a", "sme-fleet", "large-account", "tech2", &"x".repeat(40)] {
            assert_eq!(Code::parse(good).unwrap().as_str(), good);
        }
        for bad in ["", "-a", "2a", "SME", "a b", "é", "a_b", "a\0", &"x".repeat(41)] {
            assert_eq!(Code::parse(bad), Err(Error), "{bad:?}");
        }
    }
}
