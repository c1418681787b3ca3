//! A contact that somebody is to take.

use uuid::Uuid;
use vigie_clock::Timestamp;

use super::set::Set;
use super::words::{Family, Number, Subject};
use crate::domain::contact_point::Channel;
use crate::domain::{CountryCode, Language};

/// Who calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    /// Nobody knows.
    Unknown,
    /// Whoever calls from this number.
    Number(Number),
    /// This person.
    Person(Uuid),
    /// Somebody of this account.
    Account(Uuid),
}

/// A contact that somebody is to take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contact {
    /// Who calls.
    pub caller: Caller,
    /// Of which channel.
    pub channel: Channel,
    /// What it is about.
    pub subject: Subject,
    /// Which families it is about; none: that of the account's segment; both: a split.
    pub families: Set<Family>,
    /// The language asked for; none: the person's, else the account's, else French.
    pub language: Option<Language>,
    /// When.
    pub at: Timestamp,
    /// Where it comes from.
    pub from: CountryCode,
}

/// Which accounts whoever asks may know of. An account that is not among them looks like one that does not exist.
#[derive(Clone, Copy)]
pub enum Sight<'a> {
    /// All.
    Everything,
    /// Those for which this is true, and the accounts below them.
    Within(&'a dyn Fn(Uuid) -> bool),
}
