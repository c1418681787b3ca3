//! What a caller is to the operator.

use std::fmt;

/// Writes the enum, the list of all of it and the stable names from one table.
macro_rules! roles {
    ($($(#[$doc:meta])* $variant:ident $name:literal,)*) => {
        /// What a caller is to the operator (DESIGN.md, "Identity"). A person may be several.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Role {
            $($(#[$doc])* $variant,)*
        }

        impl Role {
            /// Every role that there is.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The stable name, as in the claim `vigie_roles`.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }
    };
}

roles! {
    /// Holds a phone (*utilisateur*): acts on the own line.
    EndUser "end_user",
    /// Runs a customer's fleet of lines.
    FleetManager "fleet_manager",
    /// Runs a customer's information systems.
    ItManager "it_manager",
    /// Answers for a customer's contract.
    ContractManager "contract_manager",
    /// Gives rights on a customer's extranet.
    AccountAdministrator "account_administrator",
    /// Staff: takes customers' calls.
    Advisor "advisor",
    /// Staff: repairs and deploys.
    Technician "technician",
    /// Staff: invoices and payments.
    BillingClerk "billing_clerk",
    /// Staff: reads everything, changes nothing.
    Auditor "auditor",
    /// Staff: keeps the installation running.
    Operator "operator",
    /// A service account of another system.
    Integration "integration",
}

impl Role {
    /// The role of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|role| role.as_str() == name)
    }

    /// Whether the operator employs who has it.
    pub const fn is_staff(self) -> bool {
        matches!(self, Self::Advisor | Self::Technician | Self::BillingClerk | Self::Auditor | Self::Operator)
    }

    const fn bit(self) -> u16 {
        1 << (self as u8)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A set of roles.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct RoleSet(u16);

impl RoleSet {
    /// No role.
    pub const NONE: Self = Self(0);

    /// These roles.
    pub fn of(roles: &[Role]) -> Self {
        roles.iter().copied().collect()
    }

    /// Whether `role` is in it.
    pub const fn contains(self, role: Role) -> bool {
        self.0 & role.bit() != 0
    }

    /// Whether any role is in both.
    pub const fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether it has no role.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Its roles, in the order of the enum.
    pub fn iter(self) -> impl Iterator<Item = Role> {
        Role::ALL.iter().copied().filter(move |role| self.contains(*role))
    }
}

impl FromIterator<Role> for RoleSet {
    fn from_iter<I: IntoIterator<Item = Role>>(roles: I) -> Self {
        Self(roles.into_iter().fold(0, |bits, role| bits | role.bit()))
    }
}

impl fmt::Debug for RoleSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter().map(Role::as_str)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back_to_their_role() {
        for role in Role::ALL {
            assert_eq!(Role::parse(role.as_str()), Some(*role));
        }
        assert_eq!(Role::parse("superuser"), None);
    }

    #[test]
    fn a_set_holds_what_was_put_in() {
        let set = RoleSet::of(&[Role::Advisor, Role::Integration]);
        assert!(set.contains(Role::Advisor) && set.contains(Role::Integration));
        assert!(!set.contains(Role::Auditor));
        assert!(set.intersects(RoleSet::of(&[Role::Auditor, Role::Advisor])));
        assert!(!set.intersects(RoleSet::of(&[Role::Auditor])) && !set.intersects(RoleSet::NONE));
        assert_eq!(set.iter().collect::<Vec<_>>(), [Role::Advisor, Role::Integration]);
        assert_eq!(RoleSet::of(Role::ALL).iter().count(), Role::ALL.len());
    }
}
