//! People of accounts.

use super::account::Account;
use super::trade::Trade;
use crate::dice::Dice;
use crate::plain::plain;
use crate::{names, number};

/// Somebody of an account. Names of kinds are those of the CSV format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Counts from 0 over all accounts.
    pub number: u64,
    /// The operator's own key.
    pub key: String,
    /// Key of the account.
    pub account_key: String,
    /// User id; no other person of the account has it.
    pub user_id: String,
    /// Given name.
    pub given_name: &'static str,
    /// Family name.
    pub family_name: String,
    /// `END_USER`, `FLEET_MANAGER`, `IT_MANAGER`, `CONTRACT_MANAGER`, `ACCOUNT_ADMINISTRATOR`.
    pub roles: &'static [&'static str],
    /// None: that of the account.
    pub language: Option<&'static str>,
    /// Mail address.
    pub email: String,
    /// Numbers that the person calls from; those of a switchboard are shared.
    pub numbers: Vec<String>,
}

/// How many people accounts have together, and how much they weigh together.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Share {
    pub(crate) people: u64,
    pub(crate) weight: u64,
}

impl Share {
    /// People of the accounts that weigh so much together: over all accounts none is lost to rounding.
    fn of(self, weight: u64) -> u64 {
        let people = u128::from(self.people) * u128::from(weight);
        u64::try_from(people.checked_div(u128::from(self.weight)).unwrap_or(0)).unwrap_or(u64::MAX)
    }
}

/// People of accounts, account by account.
pub(crate) struct People<A> {
    seed: u64,
    accounts: A,
    share: Share,
    /// Weight of the accounts so far.
    weight: u64,
    /// People so far.
    number: u64,
    account: Option<Staffed>,
}

/// An account whose people are coming, and how many have come.
struct Staffed {
    account: Account,
    dice: Dice,
    people: u64,
    next: u64,
}

impl<A> People<A> {
    pub(crate) const fn new(seed: u64, accounts: A, share: Share) -> Self {
        Self { seed, accounts, share, weight: 0, number: 0, account: None }
    }
}

impl<A: Iterator<Item = Account>> Iterator for People<A> {
    type Item = Person;

    fn next(&mut self) -> Option<Person> {
        loop {
            if let Some(staffed) = self.account.as_mut().filter(|staffed| staffed.next < staffed.people) {
                let person = staffed.person(self.number);
                staffed.next += 1;
                self.number += 1;
                return Some(person);
            }
            let account = self.accounts.next()?;
            let before = self.share.of(self.weight);
            self.weight += account.weight;
            let people = self.share.of(self.weight) - before;
            let dice = Dice::of(self.seed, "people", account.number);
            self.account = Some(Staffed { account, dice, people, next: 0 });
        }
    }
}

impl Staffed {
    fn person(&mut self, number: u64) -> Person {
        let (account, dice) = (&self.account, &mut self.dice);
        let (given_name, family_name) = names::person(dice);
        let roles = roles(self.next, self.people);
        let user_id = format!("{}.{}.{}", plain(given_name), plain(&family_name), self.next);
        let own = (account.trade != Trade::Fixed || dice.percent(30)).then(|| number::mobile(number));
        let shared = (own.is_none() || roles != ["END_USER"]).then(|| account.switchboard.clone());
        let is_without = dice.percent(4);
        Person {
            number,
            key: format!("P{number:08}"),
            account_key: account.key.clone(),
            email: format!("{user_id}@{}", account.domain),
            user_id,
            given_name,
            family_name,
            roles,
            language: dice.percent(3).then(|| dice.word(&["ENGLISH", "GERMAN", "SPANISH", "PORTUGUESE"])),
            numbers: own.into_iter().chain(shared).filter(|_| !is_without).collect(),
        }
    }
}

/// Roles of somebody by their place among the people of an account.
const fn roles(place: u64, people: u64) -> &'static [&'static str] {
    match place {
        0 if people < 3 => &["ACCOUNT_ADMINISTRATOR", "FLEET_MANAGER", "CONTRACT_MANAGER"],
        0 => &["ACCOUNT_ADMINISTRATOR", "CONTRACT_MANAGER"],
        1 => &["FLEET_MANAGER"],
        2 if people > 3 => &["IT_MANAGER"],
        3 if people >= 8 => &["CONTRACT_MANAGER"],
        // Whoever looks after the phones of a floor.
        _ if place % 40 == 39 => &["FLEET_MANAGER", "END_USER"],
        _ => &["END_USER"],
    }
}
