//! What can be asked of a notice.

use uuid::Uuid;
use vigie_clock::{Personal, Timestamp};

use super::event::{Failure, NobodyWhy, Proof};
use crate::domain::{Audience, Cause, Parameters, Parties, Recipient};

/// What can be asked of a notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Somebody is to be told. A repeat changes nothing: whom it names first, is told.
    Decide(Box<NewNotice>),
    /// There is nobody to tell.
    FindNobody {
        /// The notice.
        new: Box<NewNotice>,
        /// Why not.
        why: NobodyWhy,
    },
    /// An attempt begins. Without events there is nothing to send.
    Begin,
    /// The attempt under way has ended.
    End {
        /// Its number.
        attempt: u32,
        /// How.
        end: AttemptEnd,
    },
    /// A report on what was handed over to a recipient.
    Report {
        /// The recipient's number.
        recipient: u32,
        /// What it says.
        report: Report,
    },
    /// A person wants it tried again.
    Retry {
        /// Who, by contacts as they are now; empty for those there are.
        recipients: Vec<Recipient>,
        /// Who wants it.
        by: String,
        /// Why.
        reason: String,
    },
    /// A person ends it.
    Drop {
        /// Who.
        by: String,
        /// Why.
        reason: String,
    },
    /// Time has passed.
    Wake {
        /// The instant that was waited for.
        due: Timestamp,
    },
}

/// A notice to begin with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewNotice {
    /// Its id.
    pub notice_id: Uuid,
    /// What it is about.
    pub cause: Cause,
    /// What its text is filled in with.
    pub parameters: Parameters,
    /// Who has to do with it.
    pub parties: Parties,
    /// For whom.
    pub audience: Audience,
    /// One of very many: it does not go before others.
    pub bulk: bool,
    /// The first, and those who are told if the one before cannot be reached.
    pub recipients: Vec<Recipient>,
}

/// How an attempt ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AttemptEnd {
    /// Somebody else's system took it over.
    HandedOver(Receipt),
    /// It was not taken, and may be later.
    Failed(Failure),
    /// Nobody knows whether it was taken: no answer came.
    Unknown(Failure),
    /// It was refused for good.
    Refused(Failure),
}

/// What says that somebody else's system took a notice over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Message-ID of a mail, id of a CloudEvent.
    pub message_id: String,
    /// What it proves.
    pub proof: Proof,
    /// Reply code.
    pub code: String,
    /// The reply itself: it often repeats the address.
    pub text: Option<Personal<String>>,
}

/// What a report of delivery says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Report {
    /// It did not arrive and will not.
    Bounced(Failure),
    /// It is late and still under way.
    Delayed,
    /// It arrived.
    Delivered,
}
