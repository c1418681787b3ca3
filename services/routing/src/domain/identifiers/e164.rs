//! Numbers that people call from and are called at.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Error;

/// A number in E.164 with "+": `+33600000001` (ITU-T E.164, clause 6).
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct E164(String);

impl E164 {
    /// Takes `+` and 7 to 15 digits of which the first is not 0, and nothing else: no spaces, no national form.
    ///
    /// # Errors
    /// [`Error::Number`].
    pub fn parse(text: &str) -> Result<Self, Error> {
        let digits = text.strip_prefix('+').ok_or(Error::Number)?;
        let valid = (7..=15).contains(&digits.len())
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && !digits.starts_with('0');
        if valid { Ok(Self(text.to_owned())) } else { Err(Error::Number) }
    }

    /// With "+".
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A number leads to a person: a log line never shows one.
impl fmt::Debug for E164 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("E164(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_strict_e164() {
        for good in ["+33600000001", "+1234567", "+123456789012345"] {
            assert_eq!(E164::parse(good).unwrap().as_str(), good);
        }
        for bad in
            ["", "+", "0600000001", "+0600000001", "+123456", "+1234567890123456", "+33 6", "+33600000001\0"]
        {
            assert_eq!(E164::parse(bad), Err(Error::Number), "{bad:?}");
        }
        assert!(!format!("{:?}", E164::parse("+33600000001").unwrap()).contains("336"));
    }
}
