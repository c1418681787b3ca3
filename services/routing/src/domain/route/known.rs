//! What a decision may ask of the operator's base, and the forms in which it is told.

use std::sync::Arc;

use uuid::Uuid;
use vigie_clock::{Schedule, Timestamp};

use super::set::Set;
use super::words::{Number, Region, Skill};
use crate::domain::contact_point::Channel;
use crate::domain::desk::Purpose;
use crate::domain::person::PersonRole;
use crate::domain::{CountryCode, Language, Segment};

/// The operator's base, as a decision sees it: what is recorded by now, of which some holds only from a later instant on.
pub trait Known {
    /// The person of that id, gone or not.
    fn person(&self, id: Uuid) -> Option<Person>;

    /// Everybody who calls from that number, gone or not, in an order that does not change.
    fn people_at(&self, number: Number) -> impl Iterator<Item = Person>;

    /// Where the account of that id is.
    fn account(&self, id: Uuid) -> Option<AccountKey>;

    /// The account as it is, was or will be at an instant; `None` if it is not known.
    fn account_then(&self, key: AccountKey, at: Timestamp) -> Option<AccountThen>;

    /// The staff member of that id, gone or not.
    fn staff(&self, id: Uuid) -> Option<&Staff>;

    /// The team of that id, ended or not.
    fn desk(&self, id: Uuid) -> Option<&Desk>;

    /// The teams of a purpose, ended ones among them.
    fn desks(&self, purpose: Purpose) -> impl Iterator<Item = &Desk>;

    /// Every contact point of which some version leads to a team.
    fn points(&self, desk: Uuid) -> impl Iterator<Item = &ContactPoint>;
}

/// Where an account is in the base.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountKey(pub u32);

/// A person of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Person {
    /// Which.
    pub id: Uuid,
    /// Of which account.
    pub account: AccountKey,
    /// What they may ask for.
    pub roles: Set<PersonRole>,
    /// Their own language, if it is not the account's.
    pub language: Option<Language>,
    /// When they left.
    pub left_at: Option<Timestamp>,
}

impl Person {
    /// Whether they have left by then.
    pub fn has_left(&self, at: Timestamp) -> bool {
        self.left_at.is_some_and(|left_at| left_at <= at)
    }
}

/// An account at an instant: what is its own, not what it has from the account above.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountThen {
    /// Which.
    pub id: Uuid,
    /// The account above.
    pub above: Option<AccountKey>,
    /// Its own segments.
    pub segments: Set<Segment>,
    /// Its own language.
    pub language: Option<Language>,
    /// Where its own address lies.
    pub region: Option<Region>,
    /// Whether it has ended.
    pub has_ended: bool,
    /// Who is its own manager, and who covers at that account alone.
    pub manager: Option<ManagerThen>,
}

/// Who has an account at an instant: UUIDs of staff members.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ManagerThen {
    /// By assignment.
    pub staff: Uuid,
    /// Who covers for them while they are away.
    pub cover_while_away: Option<Uuid>,
    /// Who covers once they have left.
    pub cover_after_leaving: Option<Uuid>,
}

/// An account manager or advisor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Staff {
    /// Which.
    pub id: Uuid,
    /// Name that customers are told; empty once erased.
    pub name: Box<str>,
    /// Number that customers are told.
    pub number: Option<Box<str>>,
    /// Mail address that customers are told.
    pub email: Option<Box<str>>,
    /// At which team.
    pub desk: Option<Uuid>,
    /// When the training of account managers is valid.
    pub trained: Box<[Period]>,
    /// When away, and who covers.
    pub absences: Box<[Away]>,
    /// When they leave.
    pub leaves_at: Option<Timestamp>,
    /// Who steps in when they have left.
    pub deputy: Option<Uuid>,
    /// What they know to do, and until when.
    pub skills: Box<[(Skill, Option<Timestamp>)]>,
}

/// From an instant until another, which is not part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// The first instant.
    pub from: Timestamp,
    /// The first instant after it; none for ever.
    pub until: Option<Timestamp>,
}

impl Period {
    /// Whether `at` is in it.
    pub fn holds(&self, at: Timestamp) -> bool {
        self.from <= at && self.until.is_none_or(|until| at < until)
    }
}

/// A time away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Away {
    /// When.
    pub period: Period,
    /// Who covers.
    pub cover: Option<Uuid>,
}

impl Staff {
    /// Whether the training of account managers (promise 2.1) is valid then.
    pub fn is_trained(&self, at: Timestamp) -> bool {
        self.trained.iter().any(|period| period.holds(at))
    }

    /// The absence that they are in.
    pub fn absence(&self, at: Timestamp) -> Option<&Away> {
        self.absences.iter().find(|away| away.period.holds(at))
    }

    /// Whether they have left by then.
    pub fn has_left(&self, at: Timestamp) -> bool {
        self.leaves_at.is_some_and(|leaves_at| leaves_at <= at)
    }

    /// Whether customers may be sent to them then: trained, there, and not gone.
    pub fn takes_contacts(&self, at: Timestamp) -> bool {
        self.is_trained(at) && self.absence(at).is_none() && !self.has_left(at)
    }
}

/// Opening hours, ready to be asked.
#[derive(Clone, Debug)]
pub struct Opening(Option<Arc<Schedule>>);

impl Opening {
    /// Hours that are known.
    pub const fn of(schedule: Arc<Schedule>) -> Self {
        Self(Some(schedule))
    }

    /// Hours that cannot be told here, since they name a calendar that this process has not: never open.
    pub const fn unknown() -> Self {
        Self(None)
    }

    /// Whether it is open then.
    pub fn is_open(&self, at: Timestamp) -> bool {
        self.0.as_ref().is_some_and(|schedule| schedule.is_open(at).unwrap_or(false))
    }

    /// `at` if it is open then, else when it opens next, if ever.
    pub fn opens_at(&self, at: Timestamp) -> Option<Timestamp> {
        self.0.as_ref()?.next_opening(at).ok().flatten()
    }
}

/// A team.
#[derive(Clone, Debug)]
pub struct Desk {
    /// Which.
    pub id: Uuid,
    /// Its name.
    pub name: Box<str>,
    /// What it is there for.
    pub purpose: Purpose,
    /// Whom it serves; empty for everybody.
    pub segments: Set<Segment>,
    /// Whether it serves businesses only (promises 3.2 and 5.1).
    pub businesses_only: bool,
    /// What its people are said to hold.
    pub skills: Set<Skill>,
    /// Until when its people hold them.
    pub held: HeldSkills,
    /// Languages it serves in.
    pub languages: Set<Language>,
    /// Where; empty for everywhere.
    pub regions: Box<[Region]>,
    /// Countries it serves; empty for France.
    pub countries: Box<[CountryCode]>,
    /// When it answers.
    pub opening: Opening,
    /// Where contacts go while it is closed.
    pub overflow: Option<Uuid>,
    /// Smaller comes first.
    pub rank: u32,
    /// When it ended.
    pub closed_at: Option<Timestamp>,
}

impl Desk {
    /// Whether there is such a team then.
    pub fn exists(&self, at: Timestamp) -> bool {
        self.closed_at.is_none_or(|closed_at| at < closed_at)
    }

    /// The skills that it has then: those it is said to hold, unless it has people who once held one and it has expired for
    /// all of them (promise 5.1.2).
    pub fn skills_at(&self, at: Timestamp) -> Set<Skill> {
        self.skills.iter().filter(|skill| self.held.may_hold(*skill, at)).collect()
    }
}

/// Until when a team's people hold each skill: the last of them. A skill that nobody's record names is not in it, and the
/// team's word must do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HeldSkills(Vec<(Skill, Timestamp)>);

impl HeldSkills {
    /// Somebody holds `skill` until then; for ever if `None`.
    pub fn add(&mut self, skill: Skill, until: Option<Timestamp>) {
        let until = until.unwrap_or(Timestamp::from_micros(i64::MAX));
        match self.0.iter_mut().find(|(known, _)| *known == skill) {
            Some((_, latest)) => *latest = (*latest).max(until),
            None => self.0.push((skill, until)),
        }
    }

    fn may_hold(&self, skill: Skill, at: Timestamp) -> bool {
        self.0.iter().find(|(held, _)| *held == skill).is_none_or(|(_, until)| at < *until)
    }
}

/// Where customers reach a team; its versions, in order.
#[derive(Clone, Debug)]
pub struct ContactPoint {
    /// Which.
    pub id: Uuid,
    /// What was published, in order.
    pub versions: Vec<PointVersion>,
}

/// What is published of a contact point for a time. Hours are ready to be asked, unless it says otherwise.
#[derive(Clone, Debug)]
pub struct PointVersion<H = Opening> {
    /// Counts from 1.
    pub number: u32,
    /// When it is valid.
    pub valid: Period,
    /// To which team it leads.
    pub desk: Uuid,
    /// By which channel.
    pub channel: Channel,
    /// Number or address; empty if there is none.
    pub address: Box<str>,
    /// The number that works from abroad.
    pub from_abroad: Option<Box<str>>,
    /// Whom it is for; empty for everybody.
    pub segments: Set<Segment>,
    /// Whether it is for the mobile end users of businesses.
    pub for_end_users: bool,
    /// The hours announced with it; the team's when absent.
    pub announced: Option<H>,
}

impl ContactPoint {
    /// What is published of it then.
    pub fn then(&self, at: Timestamp) -> Option<&PointVersion> {
        // Should two hold at once, the one published last counts.
        self.versions.iter().rev().find(|version| version.valid.holds(at))
    }
}
