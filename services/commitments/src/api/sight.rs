//! What a caller's token lets through.

use vigie_chassis::identity::{Caller, Scope};

use crate::view::{Sight, Window};

/// Which cases the caller may see. What is not theirs looks exactly like what does not exist: it is not counted.
pub(super) fn sight_of(caller: &Caller) -> Sight {
    if caller.sees_every_account() {
        Sight::Everything
    } else {
        Sight::Within(caller.scopes().iter().filter_map(window_of).collect())
    }
}

/// A case does not know its group of companies, and what is not known no narrower scope covers.
fn window_of(scope: &Scope) -> Option<Window> {
    let Scope { account, group: None, siren, siret, cost_centre, line } = scope.clone() else { return None };
    Some(Window { account_id: account, siren, site: siret, cost_centre, line_id: line })
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;
    use vigie_chassis::identity::{Role, RoleSet};

    use super::*;

    fn sight(role: Role, scopes: Vec<Scope>) -> Sight {
        sight_of(&Caller::new("someone", RoleSet::of(&[role]), scopes, false))
    }

    #[test]
    fn staff_see_everything_and_customers_their_scope() {
        assert_eq!(sight(Role::Auditor, vec![]), Sight::Everything);
        assert_eq!(sight(Role::FleetManager, vec![]), Sight::Within(vec![]));
        let account_id = Uuid::from_u128(7);
        let window = Window { account_id, siren: None, site: None, cost_centre: None, line_id: None };
        assert_eq!(sight(Role::FleetManager, vec![Scope::account(account_id)]), Sight::Within(vec![window]));
    }

    #[test]
    fn a_scope_within_a_group_shows_nothing_here() {
        let scope = Scope { group: Some("north".to_owned()), ..Scope::account(Uuid::from_u128(7)) };
        assert_eq!(sight(Role::FleetManager, vec![scope]), Sight::Within(vec![]));
    }
}
