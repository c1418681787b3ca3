//! The operator's base: all accounts and people, staff, teams and contact points, ready to be asked.

use sha2::{Digest as _, Sha256};
use uuid::Uuid;
use vigie_clock::{Almanac, Timestamp};

use super::account::Account;
use super::change::{AccountChange, Change, PersonNow, What};
use super::error::Error;
use super::house::House;
use super::index::Index;
use super::numbers::{Callers, Numbers, PEOPLE_MAX};
use super::person::Record;
use super::slab::Slab;
use crate::domain::desk::Purpose;
use crate::domain::route::{AccountKey, AccountThen, ContactPoint, Desk, Known, Number, Person, Staff};

/// Accounts that the base holds.
const ACCOUNTS_MAX: usize = 10_000_000;

/// The base. Names of customers are not in it: no decision asks for them.
#[derive(Debug)]
pub struct Base {
    almanac: &'static Almanac,
    accounts: Slab<Account>,
    account_index: Index,
    people: Slab<Record>,
    person_index: Index,
    numbers: Numbers,
    house: House,
    /// Bytes that accounts point to: counted as they change, since nobody walks over all accounts to be asked.
    account_spill: usize,
    position: i64,
}

impl Base {
    /// Nothing yet.
    pub fn new(almanac: &'static Almanac) -> Self {
        Self {
            almanac,
            accounts: Slab::new(),
            account_index: Index::new(),
            people: Slab::new(),
            person_index: Index::new(),
            numbers: Numbers::new(),
            house: House::default(),
            account_spill: 0,
            position: 0,
        }
    }

    /// Takes in what happened to one stream; what it knows already it leaves out. After an error nothing of it is in.
    ///
    /// # Errors
    /// When the base is full, or an event was lost on its way.
    pub fn apply(&mut self, change: Change) -> Result<(), Error> {
        let Change { stream_id, version, what } = change;
        match what {
            What::Account(changes) => self.change_account(stream_id, version, &changes),
            What::Person(now) => self.set_person(stream_id, version, &now),
            What::Staff(staff) => self.house.set_staff(version, *staff),
            What::Desk(now) => self.house.set_desk(stream_id, version, *now, self.almanac),
            What::Point(versions) => self.house.set_point(stream_id, version, versions, self.almanac),
        }
    }

    /// Everything up to this position of the log is in.
    pub fn came_to(&mut self, position: i64) {
        self.position = self.position.max(position);
    }

    /// The position of the log up to which it is.
    pub const fn position(&self) -> i64 {
        self.position
    }

    fn change_account(&mut self, id: Uuid, version: i64, changes: &[AccountChange]) -> Result<(), Error> {
        let key = self.name_account(id)?;
        let known = self.accounts.get(key.0 as usize).map_or(0, |account| i64::from(account.version));
        if version <= known {
            return Ok(());
        }
        // Statements add up: without one of them the rest is wrong.
        if version != known + 1 {
            return Err(Error::Lost { stream_id: id, expected: known + 1, found: version });
        }
        let stored = u32::try_from(version).map_err(|_| Error::TooLong(id))?;
        let mut above = Vec::new();
        for change in changes {
            above.push(match change {
                AccountChange::Above { above: Some(above), .. } => Some(self.name_account(*above)?),
                _ => None,
            });
        }
        if let Some(account) = self.accounts.get_mut(key.0 as usize) {
            self.account_spill -= account.bytes();
            for (change, above) in changes.iter().zip(above) {
                account.change(change, above);
            }
            account.version = stored;
            self.account_spill += account.bytes();
        }
        Ok(())
    }

    /// Where an account is, also before its own first event: people may come first from another partition.
    fn name_account(&mut self, id: Uuid) -> Result<AccountKey, Error> {
        if let Some(key) = self.account(id) {
            return Ok(key);
        }
        let number = u32::try_from(self.accounts.len()).ok().filter(|_| self.accounts.len() < ACCOUNTS_MAX);
        let number = number.ok_or(Error::TooMany { what: "accounts", max: ACCOUNTS_MAX })?;
        self.accounts.push(Account::named(id));
        let accounts = &self.accounts;
        let id_of = |number: u32| accounts.get(number as usize).map(|account| account.id).unwrap_or_default();
        self.account_index.insert(&id, number, id_of);
        Ok(AccountKey(number))
    }

    fn set_person(&mut self, id: Uuid, version: i64, now: &PersonNow) -> Result<(), Error> {
        let stored = u32::try_from(version).map_err(|_| Error::TooLong(id))?;
        let found = self.find_person(id);
        if found
            .and_then(|person| self.people.get(person as usize))
            .is_some_and(|record| record.version >= stored)
        {
            return Ok(());
        }
        let record = Record::new(id, stored, now, self.name_account(now.account)?);
        let person = match found {
            Some(person) => {
                self.numbers.remove(&self.people, person);
                if let Some(place) = self.people.get_mut(person as usize) {
                    *place = record;
                }
                person
            }
            None => self.add_person(record)?,
        };
        self.numbers.add(&self.people, person);
        Ok(())
    }

    fn add_person(&mut self, record: Record) -> Result<u32, Error> {
        let number = u32::try_from(self.people.len()).ok().filter(|_| self.people.len() < PEOPLE_MAX);
        let number = number.ok_or(Error::TooMany { what: "people", max: PEOPLE_MAX })?;
        let id = record.id;
        self.people.push(record);
        let people = &self.people;
        let id_of = |number: u32| people.get(number as usize).map(|record| record.id).unwrap_or_default();
        self.person_index.insert(&id, number, id_of);
        Ok(number)
    }

    fn find_person(&self, id: Uuid) -> Option<u32> {
        let is_it = |number: u32| self.people.get(number as usize).is_some_and(|record| record.id == id);
        self.person_index.find(&id, is_it)
    }

    /// How much it holds.
    pub fn size(&self) -> Size {
        let [staff, desks, points] = self.house.counts();
        Size { accounts: self.accounts.len(), people: self.people.len(), staff, desks, points }
    }

    /// Bytes that it holds, indexes and what is kept free for growth included.
    pub fn bytes(&self) -> usize {
        self.accounts.bytes()
            + self.account_spill
            + self.account_index.bytes()
            + self.people.bytes()
            + self.person_index.bytes()
            + self.numbers.bytes()
            + self.house.bytes()
    }

    /// SHA-256 over all that it says: two bases that were told the same have the same, in whatever order they were told of
    /// different streams. Sorts everything; for tests and comparisons.
    pub fn digest(&self) -> [u8; 32] {
        let id_of = |key: AccountKey| self.accounts.get(key.0 as usize).map(|account| account.id);
        let mut lines: Vec<String> = self.accounts.iter().map(|account| account.canonical(id_of)).collect();
        lines.extend(self.people.iter().map(|record| record.canonical(id_of(record.account()))));
        lines.sort_unstable();
        lines.extend(self.house.canonical());
        let mut digest = Sha256::new();
        for line in lines {
            digest.update(line.as_bytes());
            digest.update(b"\n");
        }
        digest.finalize().into()
    }
}

/// How much the base holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Size {
    /// Accounts, those among them that only others have named.
    pub accounts: usize,
    /// People, those who left among them.
    pub people: usize,
    /// Staff members.
    pub staff: usize,
    /// Teams.
    pub desks: usize,
    /// Contact points.
    pub points: usize,
}

impl Known for Base {
    fn person(&self, id: Uuid) -> Option<Person> {
        self.people.get(self.find_person(id)? as usize).map(Record::person)
    }

    fn people_at(&self, number: Number) -> impl Iterator<Item = Person> {
        let (one, several) = match self.numbers.callers(&self.people, number.digits()) {
            Callers::Nobody => (None, [].as_slice()),
            Callers::One(person) => (Some(person), [].as_slice()),
            Callers::Several(people) => (None, people),
        };
        let all = one.into_iter().chain(several.iter().copied());
        let records = all.filter_map(|person| self.people.get(person as usize));
        records.filter(move |record| record.has_number(number)).map(Record::person)
    }

    fn account(&self, id: Uuid) -> Option<AccountKey> {
        let is_it = |number: u32| self.accounts.get(number as usize).is_some_and(|account| account.id == id);
        self.account_index.find(&id, is_it).map(AccountKey)
    }

    fn account_then(&self, key: AccountKey, at: Timestamp) -> Option<AccountThen> {
        // One that others name and of which no event has come is not known.
        let account = self.accounts.get(key.0 as usize).filter(|account| account.version > 0);
        account.map(|account| account.then(at))
    }

    fn staff(&self, id: Uuid) -> Option<&Staff> {
        self.house.staff(id)
    }

    fn desk(&self, id: Uuid) -> Option<&Desk> {
        self.house.desk(id)
    }

    fn desks(&self, purpose: Purpose) -> impl Iterator<Item = &Desk> {
        self.house.desks(purpose)
    }

    fn points(&self, desk: Uuid) -> impl Iterator<Item = &ContactPoint> {
        self.house.points(desk)
    }
}
