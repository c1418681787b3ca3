//! What can be asked of a project.

use uuid::Uuid;
use vigie_clock::{Term, Timestamp};

use super::state::{Kind, Outcome};
use crate::domain::CountryCode;

/// A project to open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct New {
    /// Its id, and the stream's.
    pub project_id: Uuid,
    /// Whose.
    pub account_id: Uuid,
    /// What it is.
    pub kind: Kind,
    /// Where; each once, in order.
    pub countries: Vec<CountryCode>,
    /// The named referent.
    pub referent_staff_id: Uuid,
    /// When the customer asked.
    pub requested_at: Timestamp,
    /// How long the answer may take.
    pub term: Term,
    /// When that is over, exclusive.
    pub answer_due_at: Timestamp,
}

/// A command to one project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Opens it.
    Open(Box<New>),
    /// Names another referent.
    ChangeReferent {
        /// Who.
        staff_id: Uuid,
    },
    /// Records the first answer.
    Answer {
        /// When.
        answered_at: Timestamp,
        /// The date that it promises.
        promised_for: Timestamp,
    },
    /// Promises another date.
    ChangePromise {
        /// Which.
        promised_for: Timestamp,
        /// Whether the customer asked for it.
        asked_by_customer: bool,
    },
    /// Ends it.
    Close {
        /// When.
        closed_at: Timestamp,
        /// How.
        outcome: Outcome,
    },
    /// The answer's deadline has passed.
    Wake {
        /// The instant.
        due: Timestamp,
    },
}
