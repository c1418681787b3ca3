//! Ids from the keys of another system: whoever knows the key knows the id, so that nothing has to be looked up.

use uuid::Uuid;
use vigie_chassis::error::{Error as Refusal, Reason};
use vigie_clock::derived_id;
use vigie_command::field;

use crate::domain::ExternalIdentifier;

/// What ids that come from keys hang below. A contract: written down with `ImportBaseRow`.
const ROOT: Uuid = Uuid::from_u128(0x7669_6769_6500_8000_8000_6261_7365_0001);

/// What a key may name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Account,
    Person,
    Staff,
    Desk,
    ContactPoint,
}

impl Kind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Person => "person",
            Self::Staff => "staff",
            Self::Desk => "desk",
            Self::ContactPoint => "contact_point",
        }
    }
}

/// The keys of one system.
#[derive(Clone, Debug)]
pub(super) struct Keys {
    owner: String,
}

impl Keys {
    /// The keys of the system called `owner`.
    pub(super) fn of(owner: &str) -> Result<Self, Refusal> {
        Ok(Self { owner: field::required_text("header.owner", owner, field::TEXT_MAX_BYTES)? })
    }

    /// The id of an entry itself: the one that is given, else the key's.
    pub(super) fn own(&self, kind: Kind, key: &str, given: &str) -> Result<Uuid, Refusal> {
        field::text("key", key, field::TEXT_MAX_BYTES)?;
        match field::optional_id("id", given)? {
            Some(given) => Ok(given),
            None if key.is_empty() => {
                Err(field::missing("key", "the entry's key in the system it comes from"))
            }
            None => Ok(self.id(kind, key)),
        }
    }

    /// The id of another entry, by its key or its own id; nothing where neither is there.
    pub(super) fn reference(
        &self,
        kind: Kind,
        name: &str,
        key: &str,
        given: &str,
    ) -> Result<Option<Uuid>, Refusal> {
        field::text(name, key, field::TEXT_MAX_BYTES)?;
        let given = field::optional_id(name, given)?;
        match (key, given) {
            ("", given) => Ok(given),
            (key, None) => Ok(Some(self.id(kind, key))),
            (_, Some(_)) => {
                let message = format!("{name} is named by a key and by an id: give one of them");
                Err(Refusal::new(Reason::InvalidArgument, message).field(name, "named twice"))
            }
        }
    }

    /// The same, of an entry that must be named.
    pub(super) fn required(&self, kind: Kind, name: &str, key: &str, given: &str) -> Result<Uuid, Refusal> {
        self.reference(kind, name, key, given)?.ok_or_else(|| field::missing(name, "a key or an id"))
    }

    /// Keeps the entry's key with it, so that the system it comes from finds it again.
    pub(super) fn keep(
        &self,
        kind: Kind,
        key: &str,
        identifiers: &mut Vec<ExternalIdentifier>,
    ) -> Result<(), Refusal> {
        let identifier = self.identifier(kind, key);
        if key.is_empty() || identifiers.contains(&identifier) {
            return Ok(());
        }
        identifiers.push(identifier);
        field::at_most("external_identifiers", identifiers, ExternalIdentifier::MAX)
    }

    fn id(&self, kind: Kind, key: &str) -> Uuid {
        derived_id(ROOT, &self.identifier(kind, key).directory_key())
    }

    fn identifier(&self, kind: Kind, key: &str) -> ExternalIdentifier {
        ExternalIdentifier { owner: self.owner.clone(), kind: kind.as_str().to_owned(), id: key.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason<T>(checked: Result<T, Refusal>) -> Option<Reason> {
        checked.err().map(|refusal| refusal.reason())
    }

    #[test]
    fn the_id_of_a_key_is_the_one_that_the_contract_says() {
        let keys = Keys::of("crm").unwrap();
        // Computed apart from this code, with Python's uuid.uuid5.
        let expected = "e48fbecb-9d69-51c0-bc6b-e0eff933bd75";
        assert_eq!(keys.own(Kind::Account, "A0000000", "").unwrap().to_string(), expected);
        let keys = Keys::of("crm/old").unwrap();
        let expected = "b14fd281-2ceb-5b2a-9130-8c29f9b75288";
        assert_eq!(keys.own(Kind::ContactPoint, "a/b", "").unwrap().to_string(), expected);
    }

    #[test]
    fn kinds_and_owners_keep_their_keys_apart() {
        let (crm, erp) = (Keys::of("crm").unwrap(), Keys::of("erp").unwrap());
        let ids = [
            crm.own(Kind::Account, "1", ""),
            crm.own(Kind::Person, "1", ""),
            crm.own(Kind::Account, "2", ""),
            erp.own(Kind::Account, "1", ""),
        ];
        let ids: std::collections::BTreeSet<_> = ids.into_iter().map(Result::unwrap).collect();
        assert_eq!(ids.len(), 4);
    }

    #[test]
    fn an_entry_has_a_key_or_an_id_and_a_reference_one_of_both() {
        let keys = Keys::of("crm").unwrap();
        let given = Uuid::from_u128(7).to_string();
        assert_eq!(keys.own(Kind::Account, "A1", &given).unwrap(), Uuid::from_u128(7));
        assert_eq!(reason(keys.own(Kind::Account, "", "")), Some(Reason::InvalidArgument));
        assert_eq!(reason(keys.own(Kind::Account, &"x".repeat(201), "")), Some(Reason::TooLarge));
        let parent = |key, given| keys.reference(Kind::Account, "parent", key, given);
        assert_eq!(parent("", "").unwrap(), None);
        assert_eq!(parent("", &given).unwrap(), Some(Uuid::from_u128(7)));
        assert_eq!(reason(parent("A1", &given)), Some(Reason::InvalidArgument));
        assert_eq!(reason(parent("", "seven")), Some(Reason::MalformedId));
        assert_eq!(reason(keys.required(Kind::Account, "account", "", "")), Some(Reason::InvalidArgument));
        assert_eq!(reason(Keys::of(" ")), Some(Reason::InvalidArgument));
    }

    #[test]
    fn a_key_is_kept_once() {
        let keys = Keys::of("crm").unwrap();
        let mut kept = Vec::new();
        for key in ["A1", "A1", ""] {
            keys.keep(Kind::Account, key, &mut kept).unwrap();
        }
        assert_eq!(kept.len(), 1);
        assert_eq!(
            (kept[0].owner.as_str(), kept[0].kind.as_str(), kept[0].id.as_str()),
            ("crm", "account", "A1")
        );
    }
}
