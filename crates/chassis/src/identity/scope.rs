//! Which part of which customer a caller may see: group > SIREN > site (SIRET) > cost centre > line.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Digits of a SIREN, which are the first of a SIRET.
const SIREN_DIGITS: usize = 9;

/// One entry of the claim `vigie_scope`: an account, narrowed by every further field that is there.
///
/// A field that we do not know is refused: it was meant to narrow, and ignoring it would widen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scope {
    /// The customer's account.
    pub account: Uuid,
    /// A group of companies within the account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// A company: nine digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub siren: Option<String>,
    /// A site of a company: fourteen digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub siret: Option<String>,
    /// A cost centre of the customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost_centre: Option<String>,
    /// One line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<Uuid>,
}

/// What a caller wants to see or act on. A field that is not known is `None`, and no scope narrowed by it covers it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target<'a> {
    /// The customer's account.
    pub account: Uuid,
    /// The group of companies.
    pub group: Option<&'a str>,
    /// The company; taken from the site if absent.
    pub siren: Option<&'a str>,
    /// The site.
    pub siret: Option<&'a str>,
    /// The cost centre.
    pub cost_centre: Option<&'a str>,
    /// The line.
    pub line: Option<Uuid>,
}

impl Target<'_> {
    /// The account as a whole.
    pub const fn account(account: Uuid) -> Self {
        Self { account, group: None, siren: None, siret: None, cost_centre: None, line: None }
    }
}

impl Scope {
    /// The account as a whole.
    pub const fn account(account: Uuid) -> Self {
        Self { account, group: None, siren: None, siret: None, cost_centre: None, line: None }
    }

    /// Whether nothing narrows it.
    pub fn is_whole_account(&self) -> bool {
        *self == Self::account(self.account)
    }

    /// Whether all of `target` lies within.
    pub fn covers(&self, target: &Target<'_>) -> bool {
        let siren = target.siren.or_else(|| target.siret.and_then(|siret| siret.get(..SIREN_DIGITS)));
        self.account == target.account
            && within(self.group.as_deref(), target.group)
            && within(self.siren.as_deref(), siren)
            && within(self.siret.as_deref(), target.siret)
            && within(self.cost_centre.as_deref(), target.cost_centre)
            && self.line.is_none_or(|line| target.line == Some(line))
    }
}

fn within(limit: Option<&str>, value: Option<&str>) -> bool {
    limit.is_none_or(|limit| value == Some(limit))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACCOUNT: Uuid = Uuid::from_u128(1);
    const LINE: Uuid = Uuid::from_u128(9);

    fn target() -> Target<'static> {
        Target {
            siret: Some("73282932000074"),
            cost_centre: Some("Transport"),
            line: Some(LINE),
            ..Target::account(ACCOUNT)
        }
    }

    #[test]
    fn an_account_covers_all_of_its_own_and_nothing_of_another() {
        assert!(Scope::account(ACCOUNT).covers(&target()));
        assert!(Scope::account(ACCOUNT).covers(&Target::account(ACCOUNT)));
        assert!(!Scope::account(Uuid::from_u128(2)).covers(&target()));
    }

    #[test]
    fn each_field_narrows() {
        let whole = Scope::account(ACCOUNT);
        let covering = [
            Scope { siren: Some("732829320".into()), ..whole.clone() },
            Scope { siret: Some("73282932000074".into()), ..whole.clone() },
            Scope { cost_centre: Some("Transport".into()), ..whole.clone() },
            Scope { line: Some(LINE), ..whole.clone() },
        ];
        let missing = [
            Scope { group: Some("north".into()), ..whole.clone() },
            Scope { siren: Some("732829321".into()), ..whole.clone() },
            Scope { siret: Some("73282932000075".into()), ..whole.clone() },
            Scope { cost_centre: Some("transport".into()), ..whole.clone() },
            Scope { line: Some(Uuid::from_u128(8)), ..whole.clone() },
        ];
        for scope in &covering {
            assert!(scope.covers(&target()), "{scope:?}");
            assert!(!scope.covers(&Target::account(ACCOUNT)), "narrower than the account: {scope:?}");
            assert!(!scope.is_whole_account());
        }
        for scope in &missing {
            assert!(!scope.covers(&target()), "{scope:?}");
        }
        assert!(whole.is_whole_account());
    }

    #[test]
    fn all_fields_must_hold_together() {
        let scope = Scope {
            siren: Some("732829320".into()),
            cost_centre: Some("Sales".into()),
            ..Scope::account(ACCOUNT)
        };
        assert!(!scope.covers(&target()));
    }

    #[test]
    fn a_field_that_we_do_not_know_is_refused() {
        let json = format!(r#"{{"account":"{ACCOUNT}","building":"7"}}"#);
        assert!(serde_json::from_str::<Scope>(&json).is_err());
        assert!(serde_json::from_str::<Scope>(&format!(r#"{{"account":"{ACCOUNT}"}}"#)).is_ok());
    }
}
