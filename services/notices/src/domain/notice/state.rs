//! The fold of a notice's events.

use std::collections::{BTreeSet, VecDeque};

use uuid::Uuid;
use vigie_clock::Timestamp;

use super::limit;
use super::snapshot::{NoticeState, Snapshot};
use crate::domain::{Address, Audience, Cause, Parameters, Parties, Recipient};

/// A notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub(super) notice_id: Uuid,
    pub(super) cause: Cause,
    pub(super) parameters: Parameters,
    pub(super) parties: Parties,
    pub(super) audience: Audience,
    pub(super) bulk: bool,
    pub(super) state: NoticeState,
    pub(super) recipients: Vec<Recipient>,
    /// How many recipients there were when a person last had it tried again.
    pub(super) of_earlier_rounds: usize,
    /// Who is told now, counted from 1; 0 for nobody.
    pub(super) current: u32,
    pub(super) attempts: VecDeque<Attempt>,
    pub(super) attempt_count: u32,
    /// Attempts on the current recipient.
    pub(super) tries: u32,
    /// Those of them of which nobody knows how they ended.
    pub(super) unknown: u32,
    /// Whose mailbox or endpoint may hold the message already.
    pub(super) maybe_told: BTreeSet<Uuid>,
    /// Recipients that at least one attempt was made on.
    pub(super) sent_to: BTreeSet<u32>,
    pub(super) bounced: BTreeSet<u32>,
    pub(super) retries: u32,
    pub(super) decided_at: Timestamp,
    pub(super) handed_over_at: Option<Timestamp>,
    pub(super) message_id: Option<String>,
    /// When it counts as delivered unless it has bounced.
    pub(super) due: Option<Timestamp>,
    pub(super) delivered_at: Option<Timestamp>,
    pub(super) why: Option<String>,
}

/// An attempt to hand a notice over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Counts from 1.
    pub number: u32,
    /// To which recipient.
    pub recipient: u32,
    /// When it began.
    pub began_at: Timestamp,
    /// An earlier one may have arrived, and this one said so.
    pub repeat: bool,
    /// When its end was recorded, how it ended, and the code that says so.
    pub end: Option<(Timestamp, Ended, String)>,
}

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Taken over.
    HandedOver,
    /// Not taken.
    Failed,
    /// Nobody knows.
    Unknown,
    /// Refused for good.
    Refused,
}

impl Notice {
    /// Its id.
    pub const fn notice_id(&self) -> Uuid {
        self.notice_id
    }

    /// What it is about.
    pub const fn cause(&self) -> &Cause {
        &self.cause
    }

    /// What its text is filled in with.
    pub const fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    /// Who has to do with it.
    pub const fn parties(&self) -> &Parties {
        &self.parties
    }

    /// For whom it is.
    pub const fn audience(&self) -> Audience {
        self.audience
    }

    /// Where it stands.
    pub const fn state(&self) -> NoticeState {
        self.state
    }

    /// All recipients that it ever had, in order.
    pub fn recipients(&self) -> &[Recipient] {
        &self.recipients
    }

    /// The latest attempts, oldest first.
    pub fn attempts(&self) -> impl Iterator<Item = &Attempt> {
        self.attempts.iter()
    }

    /// The recipient of that number.
    pub fn recipient(&self, number: u32) -> Option<&Recipient> {
        self.recipients.get(usize::try_from(number).ok()?.checked_sub(1)?)
    }

    /// The attempt that has begun and not ended.
    pub fn under_way(&self) -> Option<&Attempt> {
        self.attempts.back().filter(|attempt| attempt.end.is_none())
    }

    /// Whether somebody is left after the current recipient.
    pub(super) fn has_fallback(&self) -> bool {
        usize::try_from(self.current).is_ok_and(|current| current < self.recipients.len())
    }

    /// Attempts that the current recipient is worth.
    pub(super) fn tries_max(&self) -> u32 {
        if self.cause.security && self.has_fallback() { limit::URGENT_TRIES_MAX } else { limit::TRIES_MAX }
    }

    /// Attempts of unknown end that the current recipient may have. An endpoint knows a message again by its id; a person who
    /// reads the same mail three times does not.
    pub(super) fn unknown_max(&self) -> u32 {
        match self.recipient(self.current).map(|recipient| &recipient.address) {
            Some(Address::Webhook { .. }) => u32::MAX,
            Some(Address::Mail { .. }) | None => limit::UNKNOWN_MAX,
        }
    }

    /// The notice as an event shows it.
    pub fn snapshot(&self) -> Snapshot {
        let recipient = self.recipient(self.current);
        Snapshot {
            state: self.state,
            cause: self.cause.clone(),
            audience: self.audience,
            bulk: self.bulk,
            recipient: self.current,
            person_id: recipient.and_then(|recipient| recipient.person_id),
            channel: recipient.map(|recipient| recipient.address.channel().to_owned()),
            attempts: self.attempt_count,
            decided_at: self.decided_at,
            handed_over_at: self.handed_over_at,
            message_id: self.message_id.clone(),
            delivered_at: self.delivered_at,
            why: self.why.clone(),
        }
    }
}
