//! Numbers, SIMs and the keys that other systems have for a line.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vigie_clock::derived_id;

use super::digits::{all_digits, hidden_in_debug, luhn_sum, with_luhn_digit};
use super::eid::Eid;

/// Why a text is not the identifier that it should be. Never repeats the text: it is personal data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Not a number in E.164.
    #[error("a number is \"+\" and 7 to 15 digits, the first not 0 (E.164)")]
    Msisdn,
    /// Not an IMSI.
    #[error("an IMSI is 14 or 15 digits")]
    Imsi,
    /// Not an ICCID.
    #[error("an ICCID is 19 or 20 digits, begins with 89 and ends with its Luhn check digit")]
    Iccid,
    /// Not an IMEI.
    #[error(
        "an IMEI is 15 digits of which the last is its Luhn check digit, or 14 without it, or 16 with the software version"
    )]
    Imei,
    /// Not an EID.
    #[error("an EID is 32 digits, begins with 89 and ends with its two check digits")]
    Eid,
}

/// Number of a line in E.164 with "+": `+33600000001` (ITU-T E.164, clause 6).
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Msisdn(String);

/// Identity of a subscription in the network, 14 or 15 digits (ITU-T E.212).
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Imsi(String);

/// Number printed on a SIM, 19 or 20 digits with a Luhn check digit (ITU-T E.118).
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Iccid(String);

impl Msisdn {
    /// Takes `+` and 7 to 15 digits of which the first is not 0, and nothing else: no spaces, no national form.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let digits = text.strip_prefix('+').ok_or(Error::Msisdn)?;
        let valid = (7..=15).contains(&digits.len()) && all_digits(digits) && !digits.starts_with('0');
        if valid { Ok(Self(text.to_owned())) } else { Err(Error::Msisdn) }
    }

    /// With "+".
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Imsi {
    /// Takes 14 or 15 digits.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let valid = (14..=15).contains(&text.len()) && all_digits(text);
        if valid { Ok(Self(text.to_owned())) } else { Err(Error::Imsi) }
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Iccid {
    /// Takes 19 or 20 digits that begin with 89 (telecommunications) and pass the Luhn check.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let shaped = (19..=20).contains(&text.len()) && all_digits(text) && text.starts_with("89");
        if shaped && luhn_sum(text).is_multiple_of(10) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Error::Iccid)
        }
    }

    /// The ICCID whose digits before the check digit are `body`: 18 or 19 digits.
    pub fn with_check_digit(body: &str) -> Result<Self, Error> {
        if !all_digits(body) {
            return Err(Error::Iccid);
        }
        Self::parse(&with_luhn_digit(body))
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

hidden_in_debug!(Msisdn, Imsi, Iccid);

/// A SIM, on a card or as a profile: its identity in the network and the number printed on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sim {
    /// Identity in the network.
    pub imsi: Imsi,
    /// Number printed on the card, or of the profile.
    pub iccid: Iccid,
    /// For an eSIM, the chip that its profile is on; none for a card.
    pub eid: Option<Eid>,
}

/// The key that another system has for a line, so that it finds its own record in our events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ExternalIdentifier {
    /// System that owns the key: `crm`.
    pub owner: String,
    /// Kind of key: `subscription`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The key.
    pub id: String,
}

/// The subject of a person's data: the user id where it is a UUID, else a UUID derived from it under the account,
/// so that all lines of one person share one subject.
pub fn subject_of(account_id: Uuid, user_id: &str) -> Uuid {
    Uuid::try_parse(user_id).unwrap_or_else(|_| derived_id(account_id, user_id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_strict_e164() {
        for good in ["+33600000001", "+1234567", "+123456789012345"] {
            assert_eq!(Msisdn::parse(good).unwrap().as_str(), good);
        }
        for bad in [
            "",
            "+",
            "33600000001",
            "0600000001",
            "+0600000001",
            "+123456",
            "+1234567890123456",
            "+336 0000 0001",
            "+3360000000a",
            "+３３６０００００００１",
            "+33600000001\0",
        ] {
            assert_eq!(Msisdn::parse(bad), Err(Error::Msisdn), "{bad:?}");
        }
    }

    #[test]
    fn an_imsi_has_14_or_15_digits() {
        assert!(Imsi::parse("208010000000001").is_ok());
        assert!(Imsi::parse("20801000000001").is_ok());
        for bad in ["", "2080100000001", "2080100000000001", "20801000000000x"] {
            assert_eq!(Imsi::parse(bad), Err(Error::Imsi), "{bad:?}");
        }
    }

    #[test]
    fn an_iccid_ends_with_its_check_digit() {
        // 8944500102198304826 is valid by a hand count; any other last digit is not.
        assert!(Iccid::parse("8944500102198304826").is_ok());
        for last in ["0", "1", "2", "3", "4", "5", "7", "8", "9"] {
            assert_eq!(Iccid::parse(&format!("894450010219830482{last}")), Err(Error::Iccid));
        }
        let completed = Iccid::with_check_digit("893301000000000001").unwrap();
        assert_eq!(completed.as_str().len(), 19);
        assert_eq!(Iccid::with_check_digit("8933010000000000017").unwrap().as_str().len(), 20);
        for bad in ["89330100000000000", "893301000000000001x", "773301000000000001"] {
            assert_eq!(Iccid::with_check_digit(bad), Err(Error::Iccid), "{bad:?}");
        }
    }

    #[test]
    fn debug_shows_no_digit() {
        let sim = Sim {
            imsi: Imsi::parse("208010000000001").unwrap(),
            iccid: Iccid::with_check_digit("893301000000000001").unwrap(),
            eid: None,
        };
        let shown = format!("{sim:?} {:?}", Msisdn::parse("+33600000001").unwrap());
        assert!(!shown.contains(|c: char| c.is_ascii_digit()), "{shown}");
    }

    #[test]
    fn a_persons_lines_share_one_subject() {
        let account = Uuid::from_u128(1);
        let user = Uuid::from_u128(9);
        assert_eq!(subject_of(account, &user.to_string()), user);
        assert_eq!(subject_of(account, "marie.durand"), subject_of(account, "marie.durand"));
        assert_ne!(subject_of(account, "marie.durand"), subject_of(Uuid::from_u128(2), "marie.durand"));
    }
}
