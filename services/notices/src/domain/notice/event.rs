//! What happened to a notice, as published. Names and fields are a contract: a change only adds, or is a new version.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vigie_clock::{Personal, Timestamp};

use super::snapshot::Snapshot;
use crate::domain::{Parameters, Parties, Recipient};

/// Something that happened to a notice, with all that a consumer needs to understand it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The customer; nil for what is nobody's own.
    pub account_id: Uuid,
    /// The notice.
    pub notice_id: Uuid,
    /// What happened.
    pub fact: Fact,
    /// The notice after it.
    pub notice: Snapshot,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Fact {
    /// Somebody is to be told.
    NoticeDecided(NoticeDecided),
    /// There is nobody to tell.
    NobodyToTell(NobodyToTell),
    /// An attempt to hand it over began: from here on it may have been.
    AttemptBegan(AttemptBegan),
    /// Somebody else's system took it over.
    HandedOver(HandedOver),
    /// An attempt did not, or nobody knows whether it did.
    AttemptFailed(AttemptFailed),
    /// The other side refuses it for good.
    Refused(Refused),
    /// It came back after it was handed over.
    Bounced(Bounced),
    /// The next recipient is told.
    FallbackChosen(FallbackChosen),
    /// A person wants it tried again.
    RetryAsked(RetryAsked),
    /// It counts as told for good.
    Delivered(Delivered),
    /// No recipient could be reached.
    GivenUp(GivenUp),
    /// A person ended it.
    Dropped(Dropped),
}

/// See [`Fact::NoticeDecided`]; what it is about is in the state after it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NoticeDecided {
    /// The first, and those who are told if the one before cannot be reached.
    pub recipients: Vec<Recipient>,
    /// What the text is filled in with.
    pub parameters: Parameters,
    /// Who has to do with it.
    #[serde(default)]
    pub parties: Parties,
}

/// Why nobody can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum NobodyWhy {
    /// Nobody of the account has a mail address, or the account is not known.
    NoContact,
    /// Only the line's user could be told of a loss or theft: perhaps on that very phone.
    OnlyTheUser,
}

impl NobodyWhy {
    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoContact => "NO_CONTACT",
            Self::OnlyTheUser => "ONLY_THE_USER",
        }
    }
}

/// See [`Fact::NobodyToTell`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NobodyToTell {
    /// Why not.
    pub why: NobodyWhy,
    /// What the text would have been filled in with.
    pub parameters: Parameters,
    /// Who has to do with it.
    #[serde(default)]
    pub parties: Parties,
}

/// See [`Fact::AttemptBegan`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AttemptBegan {
    /// Counts from 1.
    pub attempt: u32,
    /// To which recipient.
    pub recipient: u32,
    /// An earlier one may have arrived; the message says so.
    pub repeat: bool,
}

/// What shows that somebody else's system took a notice over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Proof {
    /// A mail server answered 250 to the whole message.
    SmtpAccepted,
    /// An endpoint answered 2xx.
    WebhookAccepted,
    /// It lies in the mailbox folder, durably.
    MailboxWritten,
}

/// See [`Fact::HandedOver`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HandedOver {
    /// By which attempt.
    pub attempt: u32,
    /// To which recipient.
    pub recipient: u32,
    /// Message-ID of a mail, id of a CloudEvent: the same at each attempt on this recipient.
    pub message_id: String,
    /// What shows it.
    pub proof: Proof,
    /// Reply code.
    pub code: String,
    /// The reply itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<Personal<String>>,
    /// When it counts as delivered unless it has bounced; absent where the acceptance is the delivery.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivered_at: Option<Timestamp>,
}

/// Why something was not taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Failure {
    /// Reply code or stable word, without anything personal: `451 4.7.1`, `CONNECTION`.
    pub code: String,
    /// The reply itself: it often repeats the address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<Personal<String>>,
}

impl Failure {
    /// Without a reply.
    pub fn of(code: &str) -> Self {
        Self { code: code.to_owned(), text: None }
    }
}

/// See [`Fact::AttemptFailed`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AttemptFailed {
    /// Which.
    pub attempt: u32,
    /// To which recipient.
    pub recipient: u32,
    /// Why.
    #[serde(flatten)]
    pub failure: Failure,
    /// Nobody knows whether it was taken.
    pub maybe_handed_over: bool,
}

/// See [`Fact::Refused`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Refused {
    /// Which attempt.
    pub attempt: u32,
    /// To which recipient.
    pub recipient: u32,
    /// Why.
    #[serde(flatten)]
    pub failure: Failure,
}

/// See [`Fact::Bounced`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Bounced {
    /// From which recipient.
    pub recipient: u32,
    /// Why; the code is the enhanced status code of the report: `5.1.1`.
    #[serde(flatten)]
    pub failure: Failure,
}

/// Why a recipient is told no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum GivenUpWhy {
    /// It bounced.
    Bounced,
    /// It was refused for good.
    Refused,
    /// Too many attempts failed.
    Unreachable,
    /// Of two attempts nobody knows how they ended: a third one might be the third message.
    EndUnknown,
}

impl GivenUpWhy {
    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Bounced => "BOUNCED",
            Self::Refused => "REFUSED",
            Self::Unreachable => "UNREACHABLE",
            Self::EndUnknown => "END_UNKNOWN",
        }
    }
}

/// See [`Fact::FallbackChosen`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FallbackChosen {
    /// Who is told now.
    pub recipient: u32,
    /// Why the one before is not.
    pub why: GivenUpWhy,
}

/// See [`Fact::RetryAsked`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RetryAsked {
    /// Who wants it.
    pub by: String,
    /// Why.
    pub reason: String,
    /// Who is told: they are added to the recipients, and the first of them is told now.
    pub recipients: Vec<Recipient>,
}

/// Why a notice counts as told for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DeliveredBy {
    /// It has not bounced in time.
    NoBounce,
    /// The endpoint accepted it.
    Acceptance,
    /// A report of delivery says so.
    Report,
}

/// See [`Fact::Delivered`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Delivered {
    /// To which recipient.
    pub recipient: u32,
    /// Why it counts.
    pub by: DeliveredBy,
}

/// See [`Fact::GivenUp`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GivenUp {
    /// Why the last recipient is not told.
    pub why: GivenUpWhy,
}

/// See [`Fact::Dropped`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Dropped {
    /// Who ended it.
    pub by: String,
    /// Why.
    pub reason: String,
}

impl Event {
    /// Stable public name with version.
    pub const fn name(&self) -> &'static str {
        self.fact.name()
    }
}

impl Fact {
    /// Stable public name with version.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::NoticeDecided(_) => name::NOTICE_DECIDED,
            Self::NobodyToTell(_) => name::NOBODY_TO_TELL,
            Self::AttemptBegan(_) => name::ATTEMPT_BEGAN,
            Self::HandedOver(_) => name::HANDED_OVER,
            Self::AttemptFailed(_) => name::ATTEMPT_FAILED,
            Self::Refused(_) => name::REFUSED,
            Self::Bounced(_) => name::BOUNCED,
            Self::FallbackChosen(_) => name::FALLBACK_CHOSEN,
            Self::RetryAsked(_) => name::RETRY_ASKED,
            Self::Delivered(_) => name::DELIVERED,
            Self::GivenUp(_) => name::GIVEN_UP,
            Self::Dropped(_) => name::DROPPED,
        }
    }
}

/// Stable public names with version.
pub mod name {
    /// See [`super::Fact::NoticeDecided`].
    pub const NOTICE_DECIDED: &str = "vigie.notice.notice_decided.v1";
    /// See [`super::Fact::NobodyToTell`].
    pub const NOBODY_TO_TELL: &str = "vigie.notice.nobody_to_tell.v1";
    /// See [`super::Fact::AttemptBegan`].
    pub const ATTEMPT_BEGAN: &str = "vigie.notice.attempt_began.v1";
    /// See [`super::Fact::HandedOver`].
    pub const HANDED_OVER: &str = "vigie.notice.handed_over.v1";
    /// See [`super::Fact::AttemptFailed`].
    pub const ATTEMPT_FAILED: &str = "vigie.notice.attempt_failed.v1";
    /// See [`super::Fact::Refused`].
    pub const REFUSED: &str = "vigie.notice.refused.v1";
    /// See [`super::Fact::Bounced`].
    pub const BOUNCED: &str = "vigie.notice.bounced.v1";
    /// See [`super::Fact::FallbackChosen`].
    pub const FALLBACK_CHOSEN: &str = "vigie.notice.fallback_chosen.v1";
    /// See [`super::Fact::RetryAsked`].
    pub const RETRY_ASKED: &str = "vigie.notice.retry_asked.v1";
    /// See [`super::Fact::Delivered`].
    pub const DELIVERED: &str = "vigie.notice.delivered.v1";
    /// See [`super::Fact::GivenUp`].
    pub const GIVEN_UP: &str = "vigie.notice.given_up.v1";
    /// See [`super::Fact::Dropped`].
    pub const DROPPED: &str = "vigie.notice.dropped.v1";
}
