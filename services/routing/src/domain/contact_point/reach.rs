//! How a desk is reached: by which channel, and where.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::tariff::{Tariff, TariffClass};
use crate::domain::{E164, MailAddress};

/// How a contact arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[schemars(rename = "ContactChannel")]
pub enum Channel {
    /// By telephone.
    Phone,
    /// By mail.
    Email,
    /// In a chat.
    Chat,
    /// On the extranet.
    Extranet,
    /// By post.
    Post,
}

impl Channel {
    /// Every channel.
    pub const ALL: [Self; 5] = [Self::Phone, Self::Email, Self::Chat, Self::Extranet, Self::Post];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Phone => "PHONE",
            Self::Email => "EMAIL",
            Self::Chat => "CHAT",
            Self::Extranet => "EXTRANET",
            Self::Post => "POST",
        }
    }
}

/// Why something is no way to reach a desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Not a short code.
    #[error("a short code is three to six digits")]
    ShortCode,
    /// Not a web address.
    #[error("a web address begins with https:// and has neither spaces nor control characters")]
    WebAddress,
    /// There is no number that works from abroad.
    #[error(
        "a short code, and a number that is free or surcharged, cannot be relied on from abroad: give another number"
    )]
    FromAbroadMissing,
    /// The number for callers from abroad does not work from there.
    #[error("the number for callers from abroad is the same, or one that only works inside the country")]
    FromAbroadUnreachable,
}

/// Where a desk is reached. Each channel has what it needs and nothing else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "channel", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Reach {
    /// By telephone.
    Phone(Phone),
    /// By mail.
    Email {
        /// Mail address.
        address: MailAddress,
    },
    /// In a chat.
    Chat {
        /// Web address.
        address: WebAddress,
    },
    /// On the extranet.
    Extranet {
        /// Web address.
        address: WebAddress,
    },
    /// By post.
    Post {
        /// Postal address, in one line.
        address: String,
    },
}

/// A number with what a call to it costs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Phone {
    number: E164,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    short_code: Option<ShortCode>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from_abroad_number: Option<E164>,
    #[serde(flatten)]
    tariff: Tariff,
}

/// Three to six digits that lead to a number inside the country.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct ShortCode(String);

/// Where a browser goes.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct WebAddress(String);

impl Reach {
    /// By which channel.
    pub const fn channel(&self) -> Channel {
        match self {
            Self::Phone(_) => Channel::Phone,
            Self::Email { .. } => Channel::Email,
            Self::Chat { .. } => Channel::Chat,
            Self::Extranet { .. } => Channel::Extranet,
            Self::Post { .. } => Channel::Post,
        }
    }

    /// The number or address.
    pub fn address(&self) -> &str {
        match self {
            Self::Phone(phone) => phone.number.as_str(),
            Self::Email { address } => address.as_str(),
            Self::Chat { address } | Self::Extranet { address } => address.as_str(),
            Self::Post { address } => address,
        }
    }

    /// The number or address that works from outside of the country.
    pub fn address_from_abroad(&self) -> &str {
        match self {
            Self::Phone(phone) => phone.from_abroad_number.as_ref().unwrap_or(&phone.number).as_str(),
            _ => self.address(),
        }
    }

    /// The number with its tariff, for a telephone.
    pub const fn phone(&self) -> Option<&Phone> {
        match self {
            Self::Phone(phone) => Some(phone),
            _ => None,
        }
    }
}

impl Phone {
    /// Takes a number and what goes with it.
    ///
    /// # Errors
    /// When callers from abroad would have no number that is sure to work.
    pub fn new(
        number: E164,
        short_code: Option<ShortCode>,
        from_abroad_number: Option<E164>,
        tariff: Tariff,
    ) -> Result<Self, Error> {
        let is_national = short_code.is_some() || tariff.class() != TariffClass::Normal;
        match &from_abroad_number {
            None if is_national => return Err(Error::FromAbroadMissing),
            Some(from_abroad) if *from_abroad == number || is_special_french(from_abroad) => {
                return Err(Error::FromAbroadUnreachable);
            }
            _ => {}
        }
        Ok(Self { number, short_code, from_abroad_number, tariff })
    }

    /// The number.
    pub const fn number(&self) -> &E164 {
        &self.number
    }

    /// The short code that leads to the same place.
    pub const fn short_code(&self) -> Option<&ShortCode> {
        self.short_code.as_ref()
    }

    /// The number for callers from abroad.
    pub const fn from_abroad_number(&self) -> Option<&E164> {
        self.from_abroad_number.as_ref()
    }

    /// What a call costs.
    pub const fn tariff(&self) -> &Tariff {
        &self.tariff
    }
}

/// Numbers of value-added services (08…) are not to be relied on from outside of France.
fn is_special_french(number: &E164) -> bool {
    number.as_str().starts_with("+338")
}

impl ShortCode {
    /// Takes three to six digits.
    ///
    /// # Errors
    /// When it is anything else.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let is_short = (3..=6).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        if is_short { Ok(Self(text.to_owned())) } else { Err(Error::ShortCode) }
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl WebAddress {
    /// Bytes of the longest address.
    pub const BYTES_MAX: usize = 200;

    /// Takes an address that a browser reaches over TLS.
    ///
    /// # Errors
    /// When it is anything else.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let host = text.strip_prefix("https://").unwrap_or_default();
        let is_whole = !host.is_empty() && !host.starts_with(['/', '?', '#', ':', '@']);
        let is_clean = text.len() <= Self::BYTES_MAX
            && !text.contains(|sign: char| sign.is_whitespace() || sign.is_control());
        if is_whole && is_clean { Ok(Self(text.to_owned())) } else { Err(Error::WebAddress) }
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ShortCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for WebAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> E164 {
        E164::parse(text).unwrap()
    }

    fn tariff(class: TariffClass) -> Tariff {
        let label = match class {
            TariffClass::Free => "Service & appel gratuits",
            TariffClass::Normal => "Prix d'un appel",
            TariffClass::Surcharged => "Service 0,15 € / min + prix appel",
        };
        Tariff::new(class, label).unwrap()
    }

    #[test]
    fn what_only_works_inside_the_country_needs_a_number_for_callers_from_abroad() {
        let phone = |short_code: Option<&str>, from_abroad: Option<&str>, class| {
            let short_code = short_code.map(|code| ShortCode::parse(code).unwrap());
            Phone::new(number("+33800000001"), short_code, from_abroad.map(number), tariff(class)).err()
        };
        assert_eq!(phone(None, None, TariffClass::Normal), None);
        assert_eq!(phone(Some("3900"), None, TariffClass::Normal), Some(Error::FromAbroadMissing));
        for class in [TariffClass::Free, TariffClass::Surcharged] {
            assert_eq!(phone(None, None, class), Some(Error::FromAbroadMissing));
            assert_eq!(phone(None, Some("+33100000001"), class), None);
            assert_eq!(phone(None, Some("+33800000001"), class), Some(Error::FromAbroadUnreachable));
            assert_eq!(phone(None, Some("+33970000001"), class), None);
        }
        assert_eq!(
            phone(None, Some("+33810000001"), TariffClass::Normal),
            Some(Error::FromAbroadUnreachable)
        );
    }

    #[test]
    fn callers_from_abroad_are_told_the_number_that_works_from_there() {
        let phone =
            Phone::new(number("+33800000001"), None, Some(number("+33100000001")), tariff(TariffClass::Free))
                .unwrap();
        let reach = Reach::Phone(phone);
        assert_eq!((reach.address(), reach.address_from_abroad()), ("+33800000001", "+33100000001"));
        let plain = Reach::Phone(
            Phone::new(number("+33100000001"), None, None, tariff(TariffClass::Normal)).unwrap(),
        );
        assert_eq!(plain.address_from_abroad(), "+33100000001");
    }

    #[test]
    fn short_codes_and_web_addresses_are_strict() {
        for bad in ["", "39", "3900000", "39a0", "+390"] {
            assert_eq!(ShortCode::parse(bad), Err(Error::ShortCode), "{bad:?}");
        }
        assert!(WebAddress::parse("https://extranet.example/chat?lang=fr").is_ok());
        for bad in [
            "",
            "https://",
            "http://x.example",
            "https:///x",
            "https://x example",
            "https://x\r\ny",
            "https://x\0",
        ] {
            assert_eq!(WebAddress::parse(bad), Err(Error::WebAddress), "{bad:?}");
        }
        assert_eq!(WebAddress::parse(&format!("https://{}", "x".repeat(200))), Err(Error::WebAddress));
    }
}
