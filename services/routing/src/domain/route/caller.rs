//! Who calls.

use super::contact::{Caller, Contact, Sight};
use super::customer::Customer;
use super::decision::{Reason, Reasons};
use super::known::{Known, Person};
use super::set::Set;
use super::words::Number;
use crate::domain::person::PersonRole;

/// People who share a number, such as that of a switchboard, who are looked at.
const SHARERS_MAX: usize = 4_096;

/// What the caller may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// Nobody knows who calls.
    Unknown,
    /// Was once of an account.
    Left,
    /// For the own line (promise 5.4.1).
    EndUser,
    /// For the account.
    Account,
}

/// The caller, as far as known.
#[derive(Clone, Copy, Debug)]
pub(super) struct Who {
    pub(super) standing: Standing,
    pub(super) customer: Option<Customer>,
    /// The person, where it is one and not one of several.
    pub(super) person: Option<Person>,
    pub(super) reasons: Reasons,
}

impl Who {
    fn nobody(standing: Standing, reason: Reason) -> Self {
        let mut reasons = Reasons::new();
        reasons.add(reason);
        Self { standing, customer: None, person: None, reasons }
    }

    fn unknown() -> Self {
        Self::nobody(Standing::Unknown, Reason::CallerUnknown)
    }

    /// Nothing of the account is told: who has left is not recognised any more.
    fn left() -> Self {
        Self::nobody(Standing::Left, Reason::CallerLeft)
    }

    fn somebody(customer: Customer, person: Option<Person>, roles: Set<PersonRole>) -> Self {
        let mut reasons = Reasons::new();
        reasons.add(Reason::CallerRecognised);
        let standing = if roles.speak_for_the_account() { Standing::Account } else { Standing::EndUser };
        Self { standing, customer: Some(customer), person, reasons }
    }
}

/// Finds out who calls.
pub(super) fn identify<K: Known>(known: &K, contact: &Contact, sight: Sight<'_>) -> Who {
    match contact.caller {
        Caller::Unknown => Who::unknown(),
        Caller::Account(id) => {
            let customer =
                known.account(id).and_then(|account| Customer::of(known, account, contact.at, sight));
            match customer {
                None => Who::unknown(),
                Some(customer) if customer.has_ended => Who::left(),
                // Somebody has made sure of the account already; of the person we know nothing.
                Some(customer) => Who {
                    standing: Standing::Account,
                    customer: Some(customer),
                    person: None,
                    reasons: Reasons::new(),
                },
            }
        }
        Caller::Person(id) => {
            let person = known.person(id);
            let found = person
                .and_then(|person| Some((person, Customer::of(known, person.account, contact.at, sight)?)));
            match found {
                None => Who::unknown(),
                Some((person, customer)) if person.has_left(contact.at) || customer.has_ended => Who::left(),
                Some((person, customer)) => Who::somebody(customer, Some(person), person.roles),
            }
        }
        Caller::Number(number) => by_number(known, number, contact, sight),
    }
}

/// Several people may call from one number. If all of them are of one account it is that account that calls, with what any of
/// them may ask for; if not, nobody knows.
fn by_number<K: Known>(known: &K, number: Number, contact: &Contact, sight: Sight<'_>) -> Who {
    let mut found: Option<(Customer, Person)> = None;
    let mut roles = Set::EMPTY;
    let (mut is_shared, mut has_somebody_left) = (false, false);
    for person in known.people_at(number).take(SHARERS_MAX) {
        let customer = match &found {
            Some((customer, first)) if first.account == person.account => *customer,
            _ => match Customer::of(known, person.account, contact.at, sight) {
                Some(customer) => customer,
                None => continue,
            },
        };
        if person.has_left(contact.at) || customer.has_ended {
            has_somebody_left = true;
            continue;
        }
        match &found {
            None => found = Some((customer, person)),
            Some((_, first)) if first.account != person.account => return Who::unknown(),
            Some(_) => is_shared = true,
        }
        roles = roles.union(person.roles);
    }
    match found {
        Some((customer, person)) => Who::somebody(customer, (!is_shared).then_some(person), roles),
        None if has_somebody_left => Who::left(),
        None => Who::unknown(),
    }
}
