//! How an account, a person, an address, a key of another system and a moment are written on the command line.

use std::str::FromStr;

use clap::Args;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use prost_types::Timestamp;
use uuid::Uuid;
use vigie_proto::routing::get_person_request::Person as PersonBy;
use vigie_proto::routing::{AccountRef, Address, ExternalIdentifier, Moment, account_ref};

/// Where a day begins, and what a clock shows, that is written without a zone: customers' days are French ones, wherever the
/// command line runs.
const ZONE: &str = "Europe/Paris";

/// Digits of a SIREN.
const SIREN_DIGITS: usize = 9;
/// Digits of a SIRET.
const SIRET_DIGITS: usize = 14;

/// An account, by id, SIREN, SIRET or the key of another system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum AccountSelector {
    Id(Uuid),
    Siren(String),
    Siret(String),
    Key(Key),
}

impl FromStr for AccountSelector {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Ok(id) = text.parse() {
            return Ok(Self::Id(id));
        }
        let digits: String = text.chars().filter(|c| *c != ' ').collect();
        if digits.bytes().all(|byte| byte.is_ascii_digit()) {
            // Whether the digits check is the service's to say.
            match digits.len() {
                SIREN_DIGITS => return Ok(Self::Siren(digits)),
                SIRET_DIGITS => return Ok(Self::Siret(digits)),
                _ => {}
            }
        }
        text.parse().map(Self::Key).map_err(|_| {
            "give the account's id, its SIREN (9 digits), its SIRET (14 digits), or OWNER/TYPE/KEY".to_owned()
        })
    }
}

impl From<&AccountSelector> for AccountRef {
    fn from(selector: &AccountSelector) -> Self {
        let account = match selector {
            AccountSelector::Id(id) => account_ref::Account::AccountId(id.to_string()),
            AccountSelector::Siren(siren) => account_ref::Account::Siren(siren.clone()),
            AccountSelector::Siret(siret) => account_ref::Account::Siret(siret.clone()),
            AccountSelector::Key(key) => account_ref::Account::External(key.to_proto()),
        };
        Self { account: Some(account) }
    }
}

/// The key of another system: `crm/customer/C-17`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    owner: String,
    kind: String,
    id: String,
}

impl Key {
    pub(crate) fn to_proto(&self) -> ExternalIdentifier {
        let Self { owner, kind, id } = self.clone();
        ExternalIdentifier { owner, r#type: kind, id }
    }
}

impl FromStr for Key {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts: Vec<_> = text.splitn(3, '/').collect();
        match parts.as_slice() {
            [owner, kind, id] if !owner.is_empty() && !kind.is_empty() && !id.is_empty() => {
                Ok(Self { owner: (*owner).into(), kind: (*kind).into(), id: (*id).into() })
            }
            _ => Err("write OWNER/TYPE/KEY, like crm/customer/C-17".to_owned()),
        }
    }
}

/// A person of a customer, by id or by the number that they call from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PersonSelector {
    Id(Uuid),
    Number(Number),
}

impl FromStr for PersonSelector {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.starts_with('+') {
            return text.parse().map(Self::Number);
        }
        text.parse()
            .map(Self::Id)
            .map_err(|_| "give the person's id, or the number they call from".to_owned())
    }
}

impl From<&PersonSelector> for PersonBy {
    fn from(selector: &PersonSelector) -> Self {
        match selector {
            PersonSelector::Id(id) => Self::PersonId(id.to_string()),
            PersonSelector::Number(number) => Self::Number(number.0.clone()),
        }
    }
}

/// A number in international form, written as people do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Number(pub(crate) String);

impl FromStr for Number {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if !text.starts_with('+') {
            return Err("give the number in international form, like +33639980001".to_owned());
        }
        Ok(Self(text.chars().filter(|c| !matches!(c, ' ' | '.' | '-')).collect()))
    }
}

/// A day, which is the moment at which it begins in Paris; a date and time there; or RFC 3339.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct When(pub(crate) jiff::Timestamp);

impl FromStr for When {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const FORM: &str =
            "write 2026-11-20, \"2026-11-20 14:00\" (both in Paris), or 2026-11-20T14:00:00+01:00";
        if let Ok(instant) = text.parse() {
            return Ok(Self(instant));
        }
        let day = text.parse::<Date>().ok().filter(|day| day.to_string() == text);
        let civil = day.map(DateTime::from).or_else(|| text.parse().ok());
        let zone = TimeZone::get(ZONE).map_err(|error| error.to_string())?;
        let zoned = civil.and_then(|civil| civil.to_zoned(zone).ok());
        zoned.map(|zoned| Self(zoned.timestamp())).ok_or_else(|| FORM.to_owned())
    }
}

impl From<When> for Timestamp {
    fn from(when: When) -> Self {
        Self { seconds: when.0.as_second(), nanos: when.0.subsec_nanosecond() }
    }
}

/// Two questions of time.
#[derive(Args, Clone, Copy, Debug, Default)]
pub(crate) struct MomentArgs {
    /// As it was, or is planned to be, at this moment: a date (its beginning in Paris), "2026-11-20 14:00" (Paris), or RFC 3339
    /// [default: now]
    #[arg(long, value_name = "WHEN")]
    pub(crate) as_of: Option<When>,
    /// As it was known at this moment: what was recorded later, corrections among it, is not seen [default: now]
    #[arg(long, value_name = "WHEN")]
    pub(crate) known_at: Option<When>,
}

impl MomentArgs {
    pub(crate) fn to_proto(self) -> Moment {
        Moment { as_of: self.as_of.map(Into::into), known_at: self.known_at.map(Into::into) }
    }
}

/// A postal address.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct AddressArgs {
    /// Street; may be repeated, 4 lines at most
    #[arg(long = "street", value_name = "LINE", requires = "town")]
    pub(crate) streets: Vec<String>,
    /// Postal code
    #[arg(long, value_name = "CODE", requires = "town")]
    pub(crate) postal_code: Option<String>,
    /// Town
    #[arg(long)]
    pub(crate) town: Option<String>,
    /// Country of the address, two letters [default: FR, overseas included]
    #[arg(long, value_name = "CC", requires = "town")]
    pub(crate) address_country: Option<String>,
    /// INSEE code of the commune, where a postal code lies in two départements
    #[arg(long, value_name = "CODE", requires = "town")]
    pub(crate) commune: Option<String>,
}

impl AddressArgs {
    /// The address, if one was given.
    pub(crate) fn to_proto(&self) -> Option<Address> {
        let town = self.town.clone()?;
        Some(Address {
            lines: self.streets.clone(),
            postal_code: self.postal_code.clone().unwrap_or_default(),
            town,
            country: self.address_country.clone().unwrap_or_default(),
            commune: self.commune.clone().unwrap_or_default(),
        })
    }
}

/// Keys that other systems have for what is registered.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct KeyArgs {
    /// A key of another system, like crm/customer/C-17; may be repeated
    #[arg(long = "key", value_name = "OWNER/TYPE/KEY")]
    pub(crate) keys: Vec<Key>,
}

impl KeyArgs {
    pub(crate) fn to_proto(&self) -> Vec<ExternalIdentifier> {
        self.keys.iter().map(Key::to_proto).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_named_by_id_siren_siret_or_key() {
        let parsed = |text: &str| text.parse::<AccountSelector>();
        let id = Uuid::from_u128(7);
        assert_eq!(parsed(&id.to_string()), Ok(AccountSelector::Id(id)));
        assert_eq!(parsed("999 000 011"), Ok(AccountSelector::Siren("999000011".into())));
        assert_eq!(parsed("99900001100018"), Ok(AccountSelector::Siret("99900001100018".into())));
        let key = Key { owner: "crm".into(), kind: "customer".into(), id: "C/17".into() };
        assert_eq!(parsed("crm/customer/C/17"), Ok(AccountSelector::Key(key)), "a key may have slashes");
        for bad in ["12345678", "Ostrevent", "crm/customer", "crm//7", ""] {
            assert!(parsed(bad).unwrap_err().contains("SIREN"), "{bad}");
        }
    }

    #[test]
    fn a_day_begins_in_paris_whatever_the_machines_zone() {
        let parsed = |text: &str| text.parse::<When>().map(|when| when.0.to_string());
        assert_eq!(parsed("2026-07-01").unwrap(), "2026-06-30T22:00:00Z");
        assert_eq!(parsed("2026-11-20 14:00").unwrap(), "2026-11-20T13:00:00Z");
        assert_eq!(parsed("2026-11-20T14:00:00Z").unwrap(), "2026-11-20T14:00:00Z");
        for bad in ["20/11/2026", "2026-02-30", "tomorrow", ""] {
            assert!(parsed(bad).unwrap_err().contains("2026-11-20"), "{bad}");
        }
    }

    #[test]
    fn a_person_is_named_by_id_or_number() {
        let number = "+33 6 39 98 00 01".parse::<PersonSelector>().unwrap();
        assert_eq!(number, PersonSelector::Number(Number("+33639980001".into())));
        assert!("0639980001".parse::<PersonSelector>().is_err());
    }
}
