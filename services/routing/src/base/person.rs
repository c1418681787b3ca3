//! A person, as the base keeps them: 72 bytes, and nothing besides.

use uuid::Uuid;
use vigie_clock::Timestamp;

use super::change::PersonNow;
use crate::domain::Language;
use crate::domain::person::PersonRole;
use crate::domain::route::{AccountKey, Member as _, Number, Person, Set};

/// Numbers that one person calls from.
pub(super) const NUMBERS_MAX: usize = 4;

/// Stands for "still here". No log reaches this instant.
const NEVER: i64 = i64::MAX;

/// A person.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) id: Uuid,
    /// 0 in the places that are free: no number in E.164 is 0.
    numbers: [u64; NUMBERS_MAX],
    left_at: i64,
    account: AccountKey,
    pub(super) version: u32,
    roles: Set<PersonRole>,
    /// Place of the language and one; 0 for the account's.
    language: u8,
}

impl Record {
    pub(super) fn new(id: Uuid, version: u32, now: &PersonNow, account: AccountKey) -> Self {
        let mut numbers = [0; NUMBERS_MAX];
        let mut known = 0;
        for number in &now.numbers {
            let is_new = !numbers.contains(&number.digits());
            if let Some(place) = numbers.get_mut(known).filter(|_| is_new) {
                *place = number.digits();
                known += 1;
            }
        }
        Self {
            id,
            numbers,
            left_at: now.left_at.map_or(NEVER, Timestamp::as_micros),
            account,
            version,
            roles: now.roles,
            language: now.language.map_or(0, |language| language.place() + 1),
        }
    }

    /// As a decision sees them.
    pub(super) fn person(&self) -> Person {
        Person {
            id: self.id,
            account: self.account,
            roles: self.roles,
            language: self.language(),
            left_at: (self.left_at != NEVER).then(|| Timestamp::from_micros(self.left_at)),
        }
    }

    fn language(&self) -> Option<Language> {
        let place = self.language.checked_sub(1)?;
        Language::ALL.get(usize::from(place)).copied()
    }

    /// The numbers, each with its place.
    pub(super) fn numbers(&self) -> impl Iterator<Item = (u32, u64)> + use<> {
        (0..).zip(self.numbers).filter(|(_, digits)| *digits != 0)
    }

    pub(super) fn number_at(&self, place: u32) -> Option<u64> {
        self.numbers.get(place as usize).copied()
    }

    pub(super) fn has_number(&self, number: Number) -> bool {
        self.numbers.contains(&number.digits())
    }

    pub(super) const fn account(&self) -> AccountKey {
        self.account
    }

    /// All that it says, in one order, for a digest.
    pub(super) fn canonical(&self, account: Option<Uuid>) -> String {
        let Self { id, numbers, left_at, version, roles, language, .. } = self;
        format!("person {id} {version} {account:?} {} {language} {numbers:?} {left_at}", roles.bits())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_million_people_fit_into_72_megabytes() {
        assert_eq!(size_of::<Record>(), 72);
    }
}
