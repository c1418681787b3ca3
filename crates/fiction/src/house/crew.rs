//! How many there are of whom, and who stands in for whom.
//!
//! Account managers come in pairs who cover for one another. The first of a pair never leaves; the second may.

use jiff::civil::Date;

use crate::dice::Dice;
use crate::territory::Territory;

/// Accounts of one account manager, those below them included.
const ACCOUNTS_PER_MANAGER: u64 = 125;
const ACCOUNTS_PER_ADVISOR: u64 = 250;

const TERRITORIES: u64 = Territory::ALL.len() as u64;

/// A pair for large accounts and one for each territory.
const MANAGERS_MIN: u64 = 2 + 2 * TERRITORIES;
const ADVISORS_MIN: u64 = 16;

/// Of those beyond, one of so many looks after large accounts.
const LARGE_SHARE: u64 = 4;

/// Everybody who faces customers, by number: account managers, those still in training, advisors.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Crew {
    pub(super) seed: u64,
    pub(super) today: Date,
    managers: u64,
    trainees: u64,
    advisors: u64,
}

impl Crew {
    pub(crate) fn new(seed: u64, accounts: u64, today: Date) -> Self {
        let managers = (accounts / ACCOUNTS_PER_MANAGER).max(MANAGERS_MIN);
        let advisors = (accounts / ACCOUNTS_PER_ADVISOR).max(ADVISORS_MIN);
        Self { seed, today, managers, trainees: 1 + managers / 50, advisors }
    }

    /// Account managers who are trained.
    pub(crate) const fn managers(&self) -> u64 {
        self.managers
    }

    /// Everybody.
    pub(crate) const fn size(&self) -> u64 {
        self.managers + self.trainees + self.advisors
    }

    /// Whether accounts may be assigned to the `number`th.
    pub(super) const fn is_account_manager(&self, number: u64) -> bool {
        number < self.managers + self.trainees
    }

    /// Key of the `number`th.
    pub(super) fn key(&self, number: u64) -> String {
        if self.is_account_manager(number) { format!("M{number:05}") } else { format!("V{number:05}") }
    }

    /// Account managers of large accounts, who come first; always an even number of them.
    fn large(&self) -> u64 {
        2 + (self.managers - MANAGERS_MIN) / LARGE_SHARE / 2 * 2
    }

    /// Where an account manager's customers are; none: large accounts, anywhere.
    pub(super) fn territory(&self, manager: u64) -> Option<Territory> {
        let place = manager.checked_sub(self.large())?;
        let territory = usize::try_from(place / 2 % TERRITORIES).ok()?;
        Territory::ALL.get(territory).copied()
    }

    /// Whoever covers for an account manager. The last of an odd number is covered for by somebody of another pair.
    pub(super) const fn partner(&self, manager: u64) -> u64 {
        if manager ^ 1 < self.managers { manager ^ 1 } else { manager.saturating_sub(1) }
    }

    /// Whether an account manager is the second of a pair.
    pub(super) const fn is_second(manager: u64) -> bool {
        manager % 2 == 1
    }

    /// One of the account managers for large accounts, or of a territory.
    pub(super) fn manager_for(&self, territory: Option<Territory>, dice: &mut Dice) -> u64 {
        let large = self.large();
        let Some(territory) = territory else { return dice.below(large) };
        let place = Territory::ALL.iter().position(|it| *it == territory).unwrap_or(0) as u64;
        let others = self.managers - large;
        let pairs = (others - 2 * place).div_ceil(2 * TERRITORIES);
        let first = 2 * (place + TERRITORIES * dice.below(pairs));
        let second = first + 1;
        large + if second < others && dice.percent(50) { second } else { first }
    }

    /// What befalls the `number`th.
    pub(super) fn dice(&self, what: &str, number: u64) -> Dice {
        Dice::of(self.seed, what, number)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn every_territory_has_its_managers_and_pairs_share_one() {
        for accounts in [0, 2_500, 50_000, 1_000_000] {
            let crew = Crew::new(1, accounts, date(2026, 11, 2));
            let mut dice = Dice::new(accounts);
            for territory in Territory::ALL {
                for _ in 0..100 {
                    let manager = crew.manager_for(Some(territory), &mut dice);
                    assert!(manager < crew.managers(), "{accounts}");
                    assert_eq!(crew.territory(manager), Some(territory), "{accounts}");
                }
            }
            for _ in 0..100 {
                assert_eq!(crew.territory(crew.manager_for(None, &mut dice)), None);
            }
            for manager in (0..crew.managers()).filter(|manager| Crew::is_second(*manager)) {
                assert_eq!(crew.partner(crew.partner(manager)), manager);
                assert_eq!(crew.territory(manager), crew.territory(crew.partner(manager)));
            }
        }
    }
}
