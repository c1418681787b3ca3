//! What can be asked of an account.

use uuid::Uuid;
use vigie_clock::Timestamp;

use super::gap::Turn;
use super::hierarchy::Above;
use super::level::Level;
use super::manager::{Candidate, CoverCause};
use super::telling::Told;
use crate::domain::{Address, CountryCode, ExternalIdentifier, Language, Segments, Siren, Siret};

/// An account to register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAccount {
    /// The account's id, and its stream's.
    pub account_id: Uuid,
    /// Level in the hierarchy.
    pub level: Level,
    /// The account above.
    pub above: Option<Above>,
    /// Name; of a company, so nobody's personal data.
    pub name: String,
    /// Of a company.
    pub siren: Option<Siren>,
    /// Of a site.
    pub siret: Option<Siret>,
    /// Own segments.
    pub segments: Segments,
    /// Own language.
    pub language: Option<Language>,
    /// Of a site, or the seat.
    pub address: Option<Address>,
    /// Where it works abroad.
    pub countries: Vec<CountryCode>,
    /// Keys in other systems.
    pub external_identifiers: Vec<ExternalIdentifier>,
    /// Since when it is a customer; now if absent.
    pub customer_since: Option<Timestamp>,
}

/// What is to change. What is absent stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// Another name.
    pub name: Option<String>,
    /// Other segments.
    pub segments: Option<Segments>,
    /// Another language.
    pub language: Option<Language>,
    /// Another address.
    pub address: Option<Address>,
    /// Other countries.
    pub countries: Option<Vec<CountryCode>>,
}

/// A command to one account. An `effective_from` that is absent is now; it may lie ahead (planned) or behind (a correction).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Takes the account in.
    Register(Box<NewAccount>),
    /// Changes what is known of it.
    Change {
        /// What.
        change: Box<Change>,
        /// From when.
        effective_from: Option<Timestamp>,
    },
    /// Hangs it below another account.
    Move {
        /// The account above from then on; none for the top.
        above: Option<Above>,
        /// From when.
        effective_from: Option<Timestamp>,
    },
    /// Ends it.
    Close {
        /// When.
        effective_from: Option<Timestamp>,
        /// Whether an account below it has not ended by then.
        is_needed_below: bool,
    },
    /// Names the account manager.
    AssignManager {
        /// Who.
        candidate: Box<Candidate>,
        /// From when.
        effective_from: Option<Timestamp>,
        /// Until when, exclusive; none for an open end.
        effective_until: Option<Timestamp>,
        /// The assignment that ends when this one begins.
        replaces: Option<Uuid>,
    },
    /// Ends an assignment without successor.
    EndAssignment {
        /// Which.
        assignment_id: Uuid,
        /// When; now if absent.
        effective_until: Option<Timestamp>,
    },
    /// Somebody steps in for the manager who is away or has left (from a reaction).
    StepIn {
        /// The absence, or whatever else caused it: a repeat changes nothing.
        cover_id: Uuid,
        /// The manager who is covered for.
        staff_id: Uuid,
        /// Who covers.
        cover: Box<Candidate>,
        /// Why.
        cause: CoverCause,
        /// From when.
        from: Timestamp,
        /// Until when, exclusive; none for an open end.
        until: Option<Timestamp>,
    },
    /// Whoever stepped in steps back (from a reaction).
    StepBack {
        /// Which cover.
        cover_id: Uuid,
        /// When.
        until: Timestamp,
    },
    /// How the company's standing turned, up to now (from a reaction).
    RecordStanding {
        /// The version of the account that this was computed from; refused at any other.
        seen_version: i64,
        /// In the order of time.
        turns: Vec<Turn>,
    },
    /// The customer was told something, and there is proof of it.
    RecordTold {
        /// What.
        told: Told,
        /// The notice that proves it.
        notice_id: Uuid,
        /// When.
        told_at: Timestamp,
    },
    /// An instant that the account asked to be woken at has come.
    Wake {
        /// The instant.
        due: Timestamp,
    },
}
