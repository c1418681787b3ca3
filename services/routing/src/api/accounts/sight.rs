//! What a caller's token lets through of lists.

use uuid::Uuid;
use vigie_chassis::identity::{Caller, Role, Scope};

use crate::view::{Sight, Window};

/// Which accounts the caller may see. What is not theirs is not listed, as if it did not exist.
pub(super) fn sight_of(caller: &Caller) -> Sight {
    if caller.sees_every_account() {
        return Sight::Everything;
    }
    Sight::Within(caller.scopes().iter().filter_map(window).collect())
}

/// A scope that is narrowed to a cost centre or a line covers no account.
fn window(scope: &Scope) -> Option<Window> {
    let Scope { account, group, siren, siret, cost_centre: None, line: None } = scope.clone() else {
        return None;
    };
    let group_id = match group {
        Some(group) => Some(Uuid::try_parse(&group).ok()?),
        None => None,
    };
    Some(Window { account_id: account, group_id, siren, siret })
}

/// Whether the caller has no role that sees more than themselves.
pub(super) fn is_only_a_user(caller: &Caller) -> bool {
    caller.roles().iter().all(|role| role == Role::EndUser)
}

#[cfg(test)]
mod tests {
    use vigie_chassis::identity::RoleSet;

    use super::*;

    fn sight(role: Role, scopes: Vec<Scope>) -> Sight {
        sight_of(&Caller::new("marie", RoleSet::of(&[role]), scopes, false))
    }

    #[test]
    fn staff_see_everything_and_customers_what_their_scopes_cover() {
        let account_id = Uuid::from_u128(7);
        let whole = Window { account_id, group_id: None, siren: None, siret: None };
        assert_eq!(sight(Role::Operator, vec![]), Sight::Everything);
        assert_eq!(sight(Role::FleetManager, vec![]), Sight::Within(vec![]));
        let scopes = vec![Scope::account(account_id)];
        assert_eq!(sight(Role::FleetManager, scopes), Sight::Within(vec![whole.clone()]));
        let site = Scope { siret: Some("73282932000074".to_owned()), ..Scope::account(account_id) };
        let window = Window { siret: site.siret.clone(), ..whole };
        assert_eq!(sight(Role::FleetManager, vec![site]), Sight::Within(vec![window]));
    }

    #[test]
    fn what_is_narrower_than_an_account_shows_none() {
        let whole = Scope::account(Uuid::from_u128(7));
        for scope in [
            Scope { cost_centre: Some("Ventes".to_owned()), ..whole.clone() },
            Scope { line: Some(Uuid::from_u128(9)), ..whole.clone() },
            Scope { group: Some("north".to_owned()), ..whole },
        ] {
            assert_eq!(sight(Role::FleetManager, vec![scope]), Sight::Within(vec![]));
        }
    }
}
