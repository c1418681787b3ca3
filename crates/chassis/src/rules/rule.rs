//! One RPC's rule.

use crate::error::{Error, Reason};
use crate::identity::{Caller, Role, RoleSet};

/// Who may call an RPC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    access: Access,
    step_up: bool,
    every_account: bool,
}

/// The first part of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    Public,
    Authenticated,
    Roles(RoleSet),
}

impl Rule {
    /// Everybody, without token.
    pub fn public() -> Self {
        Self::of(Access::Public)
    }

    /// Everybody with a valid token.
    pub fn authenticated() -> Self {
        Self::of(Access::Authenticated)
    }

    /// Who has at least one of `roles`.
    pub fn roles(roles: impl IntoIterator<Item = Role>) -> Self {
        Self::of(Access::Roles(roles.into_iter().collect()))
    }

    const fn of(access: Access) -> Self {
        Self { access, step_up: false, every_account: false }
    }

    /// And stepped up within the last five minutes.
    #[must_use]
    pub fn step_up(self) -> Self {
        Self { step_up: true, ..self }
    }

    /// And whom no scope narrows to some accounts: for what cannot be shown in part.
    #[must_use]
    pub fn every_account(self) -> Self {
        Self { every_account: true, ..self }
    }

    pub(crate) fn access(&self) -> Access {
        self.access
    }

    /// Refuses a caller whom the rule does not admit.
    pub(crate) fn admit(&self, caller: &Caller) -> Result<(), Error> {
        if let Access::Roles(roles) = self.access
            && !roles.intersects(caller.roles())
        {
            let needed = roles.iter().map(Role::as_str).collect::<Vec<_>>().join(",");
            let message = "none of your roles may do this";
            return Err(Error::new(Reason::PermissionDenied, message).with("roles", needed));
        }
        if self.every_account && !caller.sees_every_account() {
            let message = "this is about all accounts, and your token is narrowed to some: come with one that no scope narrows";
            return Err(Error::new(Reason::ScopeTooNarrow, message));
        }
        if self.step_up { caller.require_step_up() } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::identity::Scope;

    fn caller(role: Role, step_up: bool) -> Caller {
        Caller::new("someone", RoleSet::of(&[role]), vec![], step_up)
    }

    #[test]
    fn admits_one_of_its_roles() {
        let rule = Rule::roles([Role::Advisor, Role::FleetManager]);
        assert!(rule.admit(&caller(Role::Advisor, false)).is_ok());
        let refused = rule.admit(&caller(Role::EndUser, true)).unwrap_err();
        assert_eq!(refused.reason(), Reason::PermissionDenied);
    }

    #[test]
    fn the_role_comes_before_the_step_up() {
        let rule = Rule::roles([Role::FleetManager]).step_up();
        let reason = |caller| rule.admit(&caller).err().map(|error| error.reason());
        assert_eq!(reason(caller(Role::EndUser, false)), Some(Reason::PermissionDenied));
        assert_eq!(reason(caller(Role::FleetManager, false)), Some(Reason::StepUpRequired));
        assert_eq!(reason(caller(Role::FleetManager, true)), None);
    }

    #[test]
    fn what_is_about_all_accounts_is_for_those_whom_no_scope_narrows() {
        let rule = Rule::roles([Role::Auditor, Role::Integration]).every_account();
        let reason = |role, scopes| {
            let caller = Caller::new("someone", RoleSet::of(&[role]), scopes, false);
            rule.admit(&caller).err().map(|error| error.reason())
        };
        let account = || vec![Scope::account(Uuid::from_u128(1))];
        assert_eq!(reason(Role::Auditor, vec![]), None);
        assert_eq!(reason(Role::Auditor, account()), Some(Reason::ScopeTooNarrow));
        assert_eq!(reason(Role::Integration, account()), Some(Reason::ScopeTooNarrow));
        assert_eq!(
            reason(Role::Integration, vec![]),
            Some(Reason::ScopeTooNarrow),
            "without scope it sees nothing"
        );
        assert_eq!(reason(Role::Advisor, account()), Some(Reason::PermissionDenied), "the role comes first");
    }

    #[test]
    fn no_role_admits_nobody() {
        assert!(Rule::roles([]).admit(&caller(Role::Operator, true)).is_err());
    }
}
