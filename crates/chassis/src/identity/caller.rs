//! The caller of one request, as the token says.

use std::sync::Arc;

use crate::error::{Error, Reason};

use super::{Role, RoleSet, Scope, Target};

/// Whether a person or a program calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Somebody.
    Person,
    /// A service account: role integration.
    Service,
}

/// Who calls. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    subject: Arc<str>,
    roles: RoleSet,
    scopes: Arc<[Scope]>,
    step_up: bool,
}

impl Caller {
    /// A caller as a token would make it.
    pub fn new(subject: &str, roles: RoleSet, scopes: Vec<Scope>, step_up: bool) -> Self {
        Self { subject: subject.into(), roles, scopes: scopes.into(), step_up }
    }

    /// The caller of a request that went through the server; UNAUTHENTICATED where the RPC's rule is public.
    pub fn of<T>(request: &tonic::Request<T>) -> Result<Self, Error> {
        let missing = || Error::new(Reason::Unauthenticated, "this call needs a token");
        request.extensions().get::<Self>().cloned().ok_or_else(missing)
    }

    /// The user id or the name of the service account.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// All roles.
    pub fn roles(&self) -> RoleSet {
        self.roles
    }

    /// Whether the caller has `role`.
    pub fn has(&self, role: Role) -> bool {
        self.roles.contains(role)
    }

    /// Whether the caller has at least one of `roles`.
    pub fn has_any(&self, roles: &[Role]) -> bool {
        self.roles.intersects(RoleSet::of(roles))
    }

    /// What the caller may see; see [`Self::sees_every_account`] for none.
    pub fn scopes(&self) -> &[Scope] {
        &self.scopes
    }

    /// Whether the caller authenticated strongly within the last five minutes.
    pub fn step_up(&self) -> bool {
        self.step_up
    }

    /// Refuses with STEP_UP_REQUIRED who did not.
    pub fn require_step_up(&self) -> Result<(), Error> {
        if self.step_up {
            return Ok(());
        }
        let message = "authenticate again with step-up; it holds for five minutes";
        Err(Error::new(Reason::StepUpRequired, message).with("acr", super::claims::STEP_UP))
    }

    /// The same caller, who has or has not stepped up.
    pub(super) fn with_step_up(self, step_up: bool) -> Self {
        Self { step_up, ..self }
    }

    /// Person or program.
    pub fn kind(&self) -> Kind {
        if self.has(Role::Integration) { Kind::Service } else { Kind::Person }
    }

    /// Whether the operator employs the caller.
    pub fn is_staff(&self) -> bool {
        self.roles.iter().any(Role::is_staff)
    }

    /// Whether nothing narrows what the caller sees: staff whose token has no scope. Anybody else without scope sees
    /// nothing.
    pub fn sees_every_account(&self) -> bool {
        // A person who is staff and a customer's fleet manager has a scope, and it narrows both.
        self.scopes.is_empty() && self.is_staff()
    }

    /// Whether `target` is the caller's to see. What is not must look exactly like what does not exist.
    pub fn may_see(&self, target: &Target<'_>) -> bool {
        self.sees_every_account() || self.scopes.iter().any(|scope| scope.covers(target))
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn caller(roles: &[Role], scopes: Vec<Scope>) -> Caller {
        Caller::new("someone", RoleSet::of(roles), scopes, false)
    }

    #[test]
    fn staff_without_scope_see_every_account_and_customers_nothing() {
        let target = Target::account(Uuid::from_u128(1));
        for role in Role::ALL {
            assert_eq!(caller(&[*role], vec![]).may_see(&target), role.is_staff(), "{role}");
        }
        assert!(!caller(&[], vec![]).may_see(&target));
    }

    #[test]
    fn a_scope_narrows_staff_too() {
        let (own, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let advisor = caller(&[Role::Advisor], vec![Scope::account(own)]);
        assert!(advisor.may_see(&Target::account(own)));
        assert!(!advisor.may_see(&Target::account(other)));
    }

    #[test]
    fn any_of_several_scopes_is_enough() {
        let (first, second) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let manager = caller(&[Role::FleetManager], vec![Scope::account(first), Scope::account(second)]);
        assert!(manager.may_see(&Target::account(second)));
        assert!(!manager.may_see(&Target::account(Uuid::from_u128(3))));
    }

    #[test]
    fn step_up_is_asked_for_by_name() {
        let refused = caller(&[Role::FleetManager], vec![]).require_step_up().unwrap_err();
        assert_eq!(refused.reason(), Reason::StepUpRequired);
        let stepped_up = Caller::new("someone", RoleSet::NONE, vec![], true);
        assert!(stepped_up.require_step_up().is_ok());
    }
}
