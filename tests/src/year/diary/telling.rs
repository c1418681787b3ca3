//! What customers are told, and when it reached them.

use std::time::Duration;

use vigie_clock::Timestamp;

use super::Diary;
use super::customer::working_days;
use crate::year::post::Mailbox;

/// So long mail may come back; what has not by then has arrived.
const MAY_RETURN: Duration = Duration::from_hours(24);

/// *Jours ouvrés* within which a customer is told of a change of the manager.
const TELL_DAYS: u16 = 2;

/// A change of the manager of which the customer is to be told.
pub(in crate::year) struct Change {
    pub(in crate::year) customer: usize,
    pub(in crate::year) summary: &'static str,
    pub(in crate::year) from: Timestamp,
    /// The first instant at which it is too late.
    pub(in crate::year) due: Timestamp,
    /// The assignment that it is about, if it is about one.
    pub(in crate::year) assignment: Option<usize>,
    letter: Letter,
}

/// Something that is written to a customer.
pub(in crate::year) struct Letter {
    written_at: Timestamp,
    /// To whom, each if the one before cannot be reached.
    to: Vec<Mailbox>,
}

/// That a customer was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::year) struct Told {
    /// When the mail was handed over.
    pub(in crate::year) at: Timestamp,
    /// When that was certain.
    pub(in crate::year) certain_at: Timestamp,
}

impl Change {
    pub(in crate::year) fn new(
        diary: &Diary,
        customer: usize,
        summary: &'static str,
        from: Timestamp,
        now: Timestamp,
        assignment: Option<usize>,
    ) -> Self {
        let start = from.max(now);
        let due = working_days(diary.customers[customer].zone(start), TELL_DAYS, start);
        let letter = Letter { written_at: now, to: diary.contacts_of(customer, now) };
        Self { customer, summary, from, due, assignment, letter }
    }

    /// When the customer was told, if that is certain before `end`.
    pub(in crate::year) fn told(&self, end: Timestamp) -> Option<Told> {
        self.letter.told(end)
    }
}

impl Letter {
    /// When the customer was told, if that is certain before `end`.
    pub(in crate::year) fn told(&self, end: Timestamp) -> Option<Told> {
        let mut at = self.written_at;
        for mailbox in &self.to {
            match mailbox.returns_after() {
                Some(after) if after < MAY_RETURN => at = at.plus(after),
                _ if *mailbox == Mailbox::Refuses => {}
                _ => {
                    let certain_at = at.plus(MAY_RETURN);
                    return (certain_at <= end).then_some(Told { at, certain_at });
                }
            }
        }
        None
    }
}

impl Diary {
    /// What is written of a contact point that changes: to each customer who has people of its own, and to nobody else's.
    pub(in crate::year) fn letters_to_all(&self, now: Timestamp) -> Vec<Letter> {
        let customers = self.customers.iter().filter(|one| !one.is_closed(now, now));
        let letters = customers.map(|one| {
            let to = [one.administrator, one.fleet_manager].into_iter().flatten().collect();
            Letter { written_at: now, to }
        });
        letters.collect()
    }

    /// The mailboxes of those who are told of the manager of an account, the nearest first.
    fn contacts_of(&self, customer: usize, now: Timestamp) -> Vec<Mailbox> {
        let mut mailboxes = Vec::new();
        let mut account = Some(customer);
        while let Some(this) = account {
            let own = &self.customers[this];
            mailboxes.extend([own.administrator, own.fleet_manager].into_iter().flatten());
            account = own.parent(now);
        }
        mailboxes
    }
}
