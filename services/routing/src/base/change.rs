//! What the base is told: one event of the log, or one row of a table, in the words that it keeps.

use uuid::Uuid;
use vigie_clock::{Hours, Timestamp};

use crate::domain::account::CoverCause;
use crate::domain::desk::Purpose;
use crate::domain::person::PersonRole;
use crate::domain::route::{Number, Period, PointVersion, Region, Set, Skill, Staff};
use crate::domain::{CountryCode, Language, Segment};

/// What happened to one stream.
#[derive(Clone, Debug)]
pub struct Change {
    /// Which.
    pub stream_id: Uuid,
    /// Its version after it; of one stream they come in order, and what came before is left out.
    pub version: i64,
    /// What.
    pub what: What,
}

/// What happened.
#[derive(Clone, Debug)]
pub enum What {
    /// To an account: each in turn.
    Account(Vec<AccountChange>),
    /// A person, as after it.
    Person(PersonNow),
    /// A staff member, as after it.
    Staff(Box<Staff>),
    /// A team, as after it.
    Desk(Box<DeskNow>),
    /// A contact point: versions that are new or have another end than before.
    Point(Vec<PointNow>),
}

/// A statement about an account. What is said from an instant on holds until the next instant from which something is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccountChange {
    /// The account above.
    Above {
        /// From when.
        from: Timestamp,
        /// Which; none for the top.
        above: Option<Uuid>,
    },
    /// Its own segments.
    Segments {
        /// From when.
        from: Timestamp,
        /// Which; none for those of the account above.
        segments: Set<Segment>,
    },
    /// Its own language.
    Language {
        /// From when.
        from: Timestamp,
        /// Which; none for that of the account above.
        language: Option<Language>,
    },
    /// Where its address lies.
    Region {
        /// From when.
        from: Timestamp,
        /// Which; none abroad, or without address.
        region: Option<Region>,
    },
    /// It ends.
    Closed {
        /// When.
        at: Timestamp,
    },
    /// Somebody is its manager.
    Assigned(Assigned),
    /// An assignment ends.
    AssignmentEnded {
        /// Which.
        id: Uuid,
        /// When.
        until: Timestamp,
    },
    /// Somebody covers for its manager.
    Covered(Covered),
    /// A cover ends.
    CoverEnded {
        /// Which.
        id: Uuid,
        /// When.
        until: Timestamp,
    },
}

/// That somebody is an account's manager for a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assigned {
    /// The assignment.
    pub id: Uuid,
    /// Who.
    pub staff: Uuid,
    /// When.
    pub period: Period,
}

/// That somebody covers for an account's manager for a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Covered {
    /// The cover; one id may come again.
    pub id: Uuid,
    /// For whom.
    pub manager: Uuid,
    /// Who.
    pub staff: Uuid,
    /// Why.
    pub cause: CoverCause,
    /// When.
    pub period: Period,
}

/// A person.
#[derive(Clone, Debug)]
pub struct PersonNow {
    /// Of which account.
    pub account: Uuid,
    /// What they may ask for.
    pub roles: Set<PersonRole>,
    /// Their own language, if it is not the account's.
    pub language: Option<Language>,
    /// Numbers they call from; those beyond the fourth are not kept.
    pub numbers: Vec<Number>,
    /// When they left.
    pub left_at: Option<Timestamp>,
}

/// A team; see [`Desk`](crate::domain::route::Desk).
#[derive(Clone, Debug)]
pub struct DeskNow {
    /// Its name.
    pub name: Box<str>,
    /// What it is there for.
    pub purpose: Purpose,
    /// Whom it serves; empty for everybody.
    pub segments: Set<Segment>,
    /// Whether it serves businesses only.
    pub businesses_only: bool,
    /// What its people are said to hold.
    pub skills: Set<Skill>,
    /// Languages it serves in.
    pub languages: Set<Language>,
    /// Where; empty for everywhere.
    pub regions: Box<[Region]>,
    /// Countries it serves; empty for France.
    pub countries: Box<[CountryCode]>,
    /// When it answers.
    pub hours: Hours,
    /// Where contacts go while it is closed.
    pub overflow: Option<Uuid>,
    /// Smaller comes first.
    pub rank: u32,
    /// When it ended.
    pub closed_at: Option<Timestamp>,
}

/// A version of a contact point, with hours as they were recorded.
pub type PointNow = PointVersion<Hours>;
