//! What is decided of a contact, and why.

use uuid::Uuid;
use vigie_clock::Timestamp;

use super::known::{Desk, Staff};
use super::words::Family;
use crate::domain::Segment;

/// Why, in the words of the contract (`RoutingReason`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// The caller's number is a person's.
    CallerRecognised,
    /// The caller is not known.
    CallerUnknown,
    /// The caller left the account, or the account has ended.
    CallerLeft,
    /// The caller has no role but that of an end user.
    EndUser,
    /// The caller may not ask for the account, and is served as an end user.
    NotAuthorised,
    /// The account is a large account.
    LargeAccount,
    /// The account's segment decides.
    Segment,
    /// The segment is that of an account above.
    SegmentInherited,
    /// The account's own manager.
    ManagerAssigned,
    /// The manager of an account above.
    ManagerInherited,
    /// The manager is away.
    ManagerAway,
    /// The manager has left.
    ManagerLeft,
    /// The manager's training is not valid.
    ManagerUntrained,
    /// There is no manager.
    NoManager,
    /// The manager's desk is closed.
    OutsideHours,
    /// The subject is not for the manager.
    Subject,
    /// The team holds the skill.
    Skill,
    /// The team is that of the region.
    Region,
    /// The team speaks the language.
    Language,
    /// No team speaks the language: one that fits otherwise.
    LanguageNotServed,
    /// The team is closed and another takes over.
    Overflow,
    /// The contact comes from abroad: another number.
    FromAbroad,
    /// Loss and theft are taken at any hour.
    Urgent,
    /// The contact is about mobile and fixed: one part each.
    Split,
}

/// The most reasons that one answer can have: each of them leads to it once, and most exclude others.
const REASONS_MAX: usize = 16;

/// Reasons in the order in which they led to the answer, each once. Kept in place: a decision allocates nothing.
#[derive(Clone, Copy)]
pub struct Reasons {
    list: [Reason; REASONS_MAX],
    count: usize,
}

impl Reasons {
    /// None yet.
    pub const fn new() -> Self {
        Self { list: [Reason::CallerUnknown; REASONS_MAX], count: 0 }
    }

    /// One more, unless it is there.
    pub fn add(&mut self, reason: Reason) {
        if self.as_slice().contains(&reason) {
            return;
        }
        if let Some(place) = self.list.get_mut(self.count) {
            *place = reason;
            self.count += 1;
        }
    }

    /// In order.
    pub fn as_slice(&self) -> &[Reason] {
        self.list.get(..self.count).unwrap_or_default()
    }
}

impl Default for Reasons {
    fn default() -> Self {
        Self::new()
    }
}

impl PartialEq for Reasons {
    fn eq(&self, other: &Self) -> bool {
        self.as_slice() == other.as_slice()
    }
}

impl std::fmt::Debug for Reasons {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.as_slice()).finish()
    }
}

/// Where a contact, or a part of one, goes.
#[derive(Clone, Copy, Debug)]
pub struct Route<'k> {
    /// Who takes it.
    pub to: To<'k>,
    /// Why.
    pub reasons: Reasons,
    /// The part of the contact that this is about.
    pub family: Option<Family>,
}

/// Who takes a contact.
#[derive(Clone, Copy, Debug)]
pub enum To<'k> {
    /// The account manager.
    Manager {
        /// Who.
        staff: &'k Staff,
        /// How they are reached.
        reach: Reach<'k>,
    },
    /// Whoever covers for the account manager.
    Cover {
        /// Who.
        staff: &'k Staff,
        /// How they are reached.
        reach: Reach<'k>,
    },
    /// A team.
    Desk {
        /// Which.
        desk: &'k Desk,
        /// How it is reached.
        reach: Reach<'k>,
    },
    /// Nobody now.
    Closed {
        /// The team that would have taken it.
        desk: &'k Desk,
        /// When it opens; `None` if never.
        until: Option<Timestamp>,
        /// Another channel or team that is there.
        alternative: Option<&'k str>,
    },
    /// No team fits: a gap in the operator's set-up.
    Nobody,
}

/// How somebody is reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reach<'k> {
    /// The contact point, where it is one.
    pub point: Option<Uuid>,
    /// Number or address; empty where there is none for the channel.
    pub address: &'k str,
    /// Whether it is another one than for a contact from France.
    pub is_from_abroad: bool,
}

/// What is decided of a contact.
#[derive(Clone, Debug)]
pub struct Decision<'k> {
    /// One, or one for each family.
    pub routes: Routes<'k>,
    /// The account that was recognised.
    pub account: Option<Uuid>,
    /// The person who was recognised.
    pub person: Option<Uuid>,
    /// The segment that decided.
    pub segment: Option<Segment>,
}

/// Where the parts of a contact go.
#[derive(Clone, Debug)]
pub enum Routes<'k> {
    /// It is one.
    One([Route<'k>; 1]),
    /// Mobile and fixed.
    Split([Route<'k>; 2]),
}

impl<'k> Routes<'k> {
    /// One or two.
    pub fn as_slice(&self) -> &[Route<'k>] {
        match self {
            Self::One(routes) => routes,
            Self::Split(routes) => routes,
        }
    }
}
