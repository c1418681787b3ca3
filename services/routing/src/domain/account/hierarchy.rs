//! What hangs below what.

use uuid::Uuid;
use vigie_clock::Timestamp;

use super::level::Level;
use super::rejection::Rejection;
use super::state::Account;
use crate::domain::{Siren, Siret};

/// The account above, as it is when another is to hang below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Above {
    /// Which.
    pub account_id: Uuid,
    /// Its level.
    pub level: Level,
    /// Of a company.
    pub siren: Option<Siren>,
    /// Since when it is a customer.
    pub customer_since: Timestamp,
    /// When it ended, or is to end.
    pub closes_at: Option<Timestamp>,
}

impl Above {
    /// What of `account` matters to those below it.
    pub fn of(account: &Account) -> Self {
        Self {
            account_id: account.account_id(),
            level: account.level(),
            siren: account.siren().cloned(),
            customer_since: account.customer_since(),
            closes_at: account.closes_at(),
        }
    }
}

/// Refuses an account of `level` below `above` from `from` on. The levels are strict, so nothing can come to hang below
/// itself, however far up.
pub(super) fn may_hang(
    level: Level,
    siret: Option<&Siret>,
    above: Option<&Above>,
    from: Timestamp,
) -> Result<(), Rejection> {
    let Some(above) = above else {
        return match level {
            Level::Group | Level::Company => Ok(()),
            Level::Site => Err(Rejection::Hierarchy("a site hangs below a company: name it")),
        };
    };
    match (level.above(), above.level) {
        (None, _) => return Err(Rejection::Hierarchy("a group hangs below nothing")),
        (Some(Level::Group), Level::Group) | (Some(Level::Company), Level::Company) => {}
        (Some(Level::Group), _) => {
            return Err(Rejection::Hierarchy("a company hangs below a group, or below nothing"));
        }
        (Some(_), _) => return Err(Rejection::Hierarchy("a site hangs below a company")),
    }
    if above.closes_at.is_some_and(|closes_at| closes_at <= from) {
        return Err(Rejection::Ended("the account above has ended by then"));
    }
    match (siret, &above.siren) {
        (Some(siret), Some(siren)) if !siret.is_of(siren) => Err(Rejection::SiretOfAnother),
        _ => Ok(()),
    }
}
