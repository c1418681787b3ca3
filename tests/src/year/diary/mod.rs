//! What the year did, and when it was put on record: the test's own book, from which all that is expected is reckoned.
//!
//! It shares no code with the services but the calendars. Whoever and whatever it speaks of has its place in a list; ids
//! are only kept to name things to the services.

mod cover;
mod customer;
mod named;
mod review;
mod staff;
mod telling;

use uuid::Uuid;
use vigie_clock::Timestamp;

pub(super) use cover::Cover;
pub(super) use customer::{Assignment, Customer, Level, Place, Segment, working_days};
pub(super) use named::{Basis, Cause, Standing};
pub(super) use review::{Plan, Year};
pub(super) use staff::{Absence, Leaving, Member, Training};
pub(super) use telling::{Change, Letter};

/// The book.
#[derive(Default)]
pub(super) struct Diary {
    pub(super) staff: Vec<Member>,
    pub(super) customers: Vec<Customer>,
    pub(super) assignments: Vec<Assignment>,
    pub(super) covers: Vec<Cover>,
    pub(super) changes: Vec<Change>,
    pub(super) plans: Vec<Plan>,
    pub(super) projects: Vec<Project>,
    pub(super) versions: Vec<Version>,
    pub(super) contacts: Vec<Contact>,
    pub(super) thefts: Vec<Theft>,
}

/// A project abroad.
pub(super) struct Project {
    pub(super) id: Uuid,
    pub(super) requested_at: Timestamp,
    pub(super) ended: Option<ProjectEnd>,
}

/// What came of a project.
#[derive(Clone, Copy)]
pub(super) enum ProjectEnd {
    Answered(Timestamp),
    Withdrawn(Timestamp),
    Declined,
}

/// A version of a contact point.
pub(super) struct Version {
    pub(super) point: Uuid,
    pub(super) number: u32,
    pub(super) published_at: Timestamp,
    pub(super) valid_from: Timestamp,
    /// What is written of it, one letter to each customer.
    pub(super) told: Vec<Letter>,
}

/// A contact, and who had it.
pub(super) struct Contact {
    pub(super) id: Uuid,
    pub(super) began_at: Timestamp,
    /// Of a large account, as it was then; `None` of an end user.
    pub(super) is_large: Option<bool>,
    pub(super) handling: Handling,
    /// Until when the caller waited.
    pub(super) waited_until: Timestamp,
    pub(super) callback: Option<Callback>,
}

/// A call back that was promised.
#[derive(Clone, Copy)]
pub(super) struct Callback {
    pub(super) due: Timestamp,
    pub(super) ended: Option<CallbackEnd>,
}

/// What came of it.
#[derive(Clone, Copy)]
pub(super) enum CallbackEnd {
    Kept(Timestamp),
    Missed,
}

/// How a contact went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Handling {
    /// The right team answered, then.
    ByTheRightTeam(Timestamp),
    /// Another one did.
    ByAnotherTeam,
    /// Another team, but the customer's own manager, answered, then.
    ByTheManager(Timestamp),
    /// It was handed on twice, and ended with the right team; answered first then.
    HandedOnTwice(Timestamp),
    /// The caller gave up.
    GivenUp,
    /// Nobody has said yet that it is over.
    GoesOn,
}

/// A theft: the line's suspension, and the handset's declaration.
pub(super) struct Theft {
    pub(super) line: Uuid,
    pub(super) suspended_at: Timestamp,
    pub(super) declared_at: Timestamp,
    pub(super) listed_at: Option<Timestamp>,
    pub(super) recovered_at: Option<Timestamp>,
}

impl Diary {
    /// Writes down what time alone has brought by `now`: who stepped in or back, and which years of reviews ended.
    pub(super) fn look(&mut self, now: Timestamp) {
        self.look_at_covers(now);
        for plan in &mut self.plans {
            plan.look(now);
        }
    }

    /// Every instant at which anything about staff or customers was so, or was put on record; each once, in order.
    pub(super) fn instants(&self) -> Vec<Timestamp> {
        let of_staff = self.staff.iter().flat_map(Member::instants);
        let of_customers = self.customers.iter().flat_map(Customer::instants);
        let of_assignments = self.assignments.iter().flat_map(Assignment::instants);
        let mut all: Vec<_> = of_staff.chain(of_customers).chain(of_assignments).collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}
