//! The operator as a whole: a seed, a size, a day.

use jiff::civil::Date;

use crate::customer::{self, Account, Customers, People, Person};
use crate::house::{self, Absence, Assignment, ContactPoint, Crew, Desk, Leaving, Staff, Training};
use crate::{number, register};

/// How large an operator is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Groups, companies and sites together.
    pub accounts: u64,
    /// People of all accounts together. With 20 times as many as accounts, most accounts have 3 to 10.
    pub people: u64,
}

/// Why there is no such operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// More companies than there are numbers for.
    #[error("there are SIRENs for at most {} companies: ask for fewer accounts", register::COMPANIES_MAX)]
    TooManyAccounts,
    /// More people than there are numbers for.
    #[error("there are numbers for at most {} people", number::MOBILES_MAX)]
    TooManyPeople,
    /// People of no account.
    #[error("people belong to an account: ask for at least one")]
    NoAccount,
}

/// An operator that does not exist. What it yields is computed as it is asked for, in constant memory, and the same every
/// time.
#[derive(Clone, Copy, Debug)]
pub struct Operator {
    seed: u64,
    size: Size,
    today: Date,
    /// Of all accounts.
    weight: u64,
}

impl Operator {
    /// The operator of this seed and size as it is on the morning of `today`: customers and trainings began before, absences
    /// fill the year that follows.
    ///
    /// # Errors
    /// When it would be larger than there are numbers for.
    pub fn new(seed: u64, size: Size, today: Date) -> Result<Self, Error> {
        if size.accounts == 0 && size.people > 0 {
            return Err(Error::NoAccount);
        }
        if size.people > number::MOBILES_MAX {
            return Err(Error::TooManyPeople);
        }
        // An account more than every company needs: stops before it counts for ever.
        if size.accounts > register::COMPANIES_MAX * 2 {
            return Err(Error::TooManyAccounts);
        }
        let mut operator = Self { seed, size, today, weight: 0 };
        let (mut weight, mut companies) = (0, 0);
        for account in operator.accounts() {
            weight += account.weight;
            companies += u64::from(account.siren.is_some());
        }
        if companies > register::COMPANIES_MAX {
            return Err(Error::TooManyAccounts);
        }
        operator.weight = weight;
        Ok(operator)
    }

    /// How large it is.
    pub const fn size(&self) -> Size {
        self.size
    }

    /// Groups, companies and sites; each behind the one above it.
    pub fn accounts(&self) -> impl Iterator<Item = Account> + Send + use<> {
        let accounts = usize::try_from(self.size.accounts).unwrap_or(usize::MAX);
        Customers::new(self.seed, self.today).flatten().take(accounts)
    }

    /// People, account by account, in the order of [`accounts`](Self::accounts).
    pub fn people(&self) -> impl Iterator<Item = Person> + Send + use<> {
        People::new(
            self.seed,
            self.accounts(),
            customer::Share { people: self.size.people, weight: self.weight },
        )
    }

    /// Account managers, some of them still in training, then advisors.
    pub fn staff(&self) -> impl Iterator<Item = Staff> + Send + use<> {
        let crew = self.crew();
        (0..crew.size()).map(move |number| crew.staff(number))
    }

    /// Trainings that staff members passed.
    pub fn trainings(&self) -> impl Iterator<Item = Training> + Send + use<> {
        let crew = self.crew();
        (0..crew.managers()).flat_map(move |manager| crew.trainings(manager))
    }

    /// Times away in the year that follows, and who covers. Everybody who covers is trained and there.
    pub fn absences(&self) -> impl Iterator<Item = Absence> + Send + use<> {
        let crew = self.crew();
        (0..crew.managers()).flat_map(move |manager| crew.absences(manager))
    }

    /// Who leaves in the year that follows, and who steps in.
    pub fn leavings(&self) -> impl Iterator<Item = Leaving> + Send + use<> {
        let crew = self.crew();
        (0..crew.managers()).filter_map(move |manager| crew.leaving(manager))
    }

    /// Teams; each behind the one that contacts overflow to.
    pub fn desks(&self) -> impl Iterator<Item = Desk> + Send + use<> {
        house::desks(self.today).into_iter()
    }

    /// Where the teams are reached; a version that is planned stands behind the one that it follows.
    pub fn contact_points(&self) -> impl Iterator<Item = ContactPoint> + Send + use<> {
        house::contact_points(self.today).into_iter()
    }

    /// Who is the account manager of whom, and who was before.
    pub fn assignments(&self) -> impl Iterator<Item = Assignment> + Send + use<> {
        let (crew, seed) = (self.crew(), self.seed);
        self.accounts().flat_map(move |account| crew.assignments(seed, &account))
    }

    fn crew(&self) -> Crew {
        Crew::new(self.seed, self.size.accounts, self.today)
    }
}

/// The day so many days before `day`.
pub(crate) fn days_before(day: Date, days: u64) -> Date {
    days_after(day, -i64::try_from(days).unwrap_or(0))
}

/// The day so many days after `day`.
pub(crate) fn days_after(day: Date, days: i64) -> Date {
    // Beyond the years that a date has, no operator is.
    day.checked_add(jiff::SignedDuration::from_hours(days.saturating_mul(24))).unwrap_or(day)
}
