//! Who is whose account manager.

use jiff::civil::Date;

use super::crew::Crew;
use crate::customer::Account;
use crate::dice::Dice;
use crate::operator::{days_after, days_before};

/// That somebody is an account's manager for a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// Key of the account; those below it follow.
    pub account_key: String,
    /// Key of the account manager, who is trained from the first day on.
    pub manager_key: String,
    /// First day.
    pub from: Date,
    /// The first day on which it holds no more; none for an open end.
    pub until: Option<Date>,
}

impl Crew {
    /// Assignments of an account, the first in front: of most customers at the top only, of some sites as well; and here and
    /// there nobody's.
    pub(crate) fn assignments(&self, seed: u64, account: &Account) -> Vec<Assignment> {
        let mut dice = Dice::of(seed, "assignment", account.number);
        let is_assigned = if account.parent_key.is_none() { !dice.percent(3) } else { dice.percent(1) };
        if !is_assigned {
            return Vec::new();
        }
        let territory = (!account.trade.is_large()).then_some(account.territory);
        let manager = self.manager_for(territory, &mut dice);
        let settled = i64::try_from(dice.between(0, 20)).unwrap_or(0);
        let yesterday = days_before(self.today, 1);
        let from = days_after(self.begins(manager, account), settled).min(yesterday);
        let before = self.partner(manager);
        let before_from = self.begins(before, account);
        let assignment = |manager, from, until| Assignment {
            account_key: account.key.clone(),
            manager_key: self.key(manager),
            from,
            until,
        };
        let former = (dice.percent(30) && days_after(before_from, 30) < from)
            .then(|| assignment(before, before_from, Some(from)));
        former.into_iter().chain([assignment(manager, from, None)]).collect()
    }

    /// The first day on which the account could be given to the manager.
    fn begins(&self, manager: u64, account: &Account) -> Date {
        self.trained_since(manager).max(account.customer_since)
    }
}
