//! One RPC's rule.

use crate::error::{Error, Reason};
use crate::identity::{Caller, Role, RoleSet};

/// Who may call an RPC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    access: Access,
    step_up: bool,
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
        Self { access: Access::Public, step_up: false }
    }

    /// Everybody with a valid token.
    pub fn authenticated() -> Self {
        Self { access: Access::Authenticated, step_up: false }
    }

    /// Who has at least one of `roles`.
    pub fn roles(roles: impl IntoIterator<Item = Role>) -> Self {
        Self { access: Access::Roles(roles.into_iter().collect()), step_up: false }
    }

    /// And stepped up within the last five minutes.
    #[must_use]
    pub fn step_up(self) -> Self {
        Self { step_up: true, ..self }
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
        if self.step_up { caller.require_step_up() } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn no_role_admits_nobody() {
        assert!(Rule::roles([]).admit(&caller(Role::Operator, true)).is_err());
    }
}
