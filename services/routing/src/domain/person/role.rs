//! What somebody may ask for in the name of an account.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What somebody may ask for in the name of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PersonRole {
    /// Uses a line; may ask for the own line only (promise 5.4.1).
    EndUser,
    /// Manages the fleet.
    FleetManager,
    /// Manages information technology.
    ItManager,
    /// Manages contracts.
    ContractManager,
    /// Administers the account.
    AccountAdministrator,
}

impl PersonRole {
    /// Every role.
    pub const ALL: [Self; 5] = [
        Self::EndUser,
        Self::FleetManager,
        Self::ItManager,
        Self::ContractManager,
        Self::AccountAdministrator,
    ];

    /// As a number, for a column: a bit of its own.
    pub const fn bit(self) -> i64 {
        1 << (self as u8)
    }
}

/// The roles of a person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(from = "Vec<PersonRole>", into = "Vec<PersonRole>")]
#[schemars(with = "Vec<PersonRole>")]
pub struct PersonRoles(u8);

impl PersonRoles {
    /// These; one that comes twice counts once.
    pub fn of(roles: &[PersonRole]) -> Self {
        Self(roles.iter().fold(0, |bits, role| bits | (1 << (*role as u8))))
    }

    /// Whether `role` is among them.
    pub const fn has(self, role: PersonRole) -> bool {
        self.0 & (1 << (role as u8)) != 0
    }

    /// Whether there is none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// In the order of the enum.
    pub fn iter(self) -> impl Iterator<Item = PersonRole> {
        PersonRole::ALL.into_iter().filter(move |role| self.has(*role))
    }

    /// As a number, for a column: see [`PersonRole::bit`].
    pub fn bits(self) -> i64 {
        i64::from(self.0)
    }

    /// Back from [`bits`](Self::bits); `None` for what is no set of roles.
    pub fn from_bits(bits: i64) -> Option<Self> {
        u8::try_from(bits).ok().filter(|bits| *bits < 1 << PersonRole::ALL.len()).map(Self)
    }
}

impl From<Vec<PersonRole>> for PersonRoles {
    fn from(roles: Vec<PersonRole>) -> Self {
        Self::of(&roles)
    }
}

impl From<PersonRoles> for Vec<PersonRole> {
    fn from(roles: PersonRoles) -> Self {
        roles.iter().collect()
    }
}

#[cfg(test)]
mod unit_tests {
    use super::*;

    #[test]
    fn a_set_of_roles_comes_back_from_its_number_and_from_json() {
        let roles = PersonRoles::of(&[PersonRole::ItManager, PersonRole::EndUser, PersonRole::ItManager]);
        assert_eq!(serde_json::to_string(&roles).unwrap(), r#"["END_USER","IT_MANAGER"]"#);
        assert_eq!(PersonRoles::from_bits(roles.bits()), Some(roles));
        assert!(roles.bits() & PersonRole::ItManager.bit() != 0);
        assert_eq!((PersonRoles::from_bits(32), PersonRoles::from_bits(-1)), (None, None));
    }
}
