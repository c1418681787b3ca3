//! What a caller's token lets through: the lines that `lines` would show them.

use vigie_chassis::identity::{Caller, Role, Scope};

use crate::view::{Sight, Window};

/// Which lines the caller may see. What is not theirs looks exactly like what does not exist.
pub(super) fn sight_of(caller: &Caller) -> Sight {
    if caller.sees_every_account() {
        return Sight::Everything;
    }
    Sight::Within(caller.scopes().iter().filter_map(|scope| window(caller, scope)).collect())
}

/// A line does not know its group of companies, and what is not known no narrower scope covers. One who is a user and
/// nothing else sees the lines that the scope names, or their own.
fn window(caller: &Caller, scope: &Scope) -> Option<Window> {
    let Scope { account, group: None, siren, siret, cost_centre, line } = scope.clone() else { return None };
    let is_only_a_user = caller.roles().iter().all(|role| role == Role::EndUser);
    let user_id = (is_only_a_user && line.is_none()).then(|| caller.subject().to_owned());
    Some(Window { account_id: account, siren, site: siret, cost_centre, line_id: line, user_id })
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;
    use vigie_chassis::identity::RoleSet;

    use super::*;

    fn sight(role: Role, scopes: Vec<Scope>) -> Sight {
        sight_of(&Caller::new("marie", RoleSet::of(&[role]), scopes, false))
    }

    #[test]
    fn staff_see_everything_managers_their_scope_and_users_their_own() {
        let account = Uuid::from_u128(7);
        let whole = Window::account(account);
        assert_eq!(sight(Role::Operator, vec![]), Sight::Everything);
        assert_eq!(sight(Role::FleetManager, vec![]), Sight::Within(vec![]));
        assert_eq!(
            sight(Role::FleetManager, vec![Scope::account(account)]),
            Sight::Within(vec![whole.clone()])
        );
        let own = Window { user_id: Some("marie".to_owned()), ..whole.clone() };
        assert_eq!(sight(Role::EndUser, vec![Scope::account(account)]), Sight::Within(vec![own]));
        let line = Some(Uuid::from_u128(9));
        let named = Window { line_id: line, ..whole };
        let scope = Scope { line, ..Scope::account(account) };
        assert_eq!(sight(Role::EndUser, vec![scope]), Sight::Within(vec![named]));
    }

    #[test]
    fn a_scope_within_a_group_shows_nothing_here() {
        let scope = Scope { group: Some("north".to_owned()), ..Scope::account(Uuid::from_u128(7)) };
        assert_eq!(sight(Role::FleetManager, vec![scope]), Sight::Within(vec![]));
    }
}
