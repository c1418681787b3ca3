//! The notice as an event shows it: the state after the event, so that nobody has to call back.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vigie_clock::Timestamp;

use crate::domain::{Audience, Cause};

/// Where a notice stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum NoticeState {
    /// Decided; not yet handed over to anybody.
    ToSend,
    /// Handed over: it counts as told from that instant on, unless it bounces.
    HandedOver,
    /// Told for good.
    Delivered,
    /// No recipient could be reached: a person decides.
    GivenUp,
    /// There was nobody to tell.
    NobodyToTell,
    /// A person ended it.
    Dropped,
}

impl NoticeState {
    /// Every state.
    pub const ALL: [Self; 6] =
        [Self::ToSend, Self::HandedOver, Self::Delivered, Self::GivenUp, Self::NobodyToTell, Self::Dropped];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ToSend => "TO_SEND",
            Self::HandedOver => "HANDED_OVER",
            Self::Delivered => "DELIVERED",
            Self::GivenUp => "GIVEN_UP",
            Self::NobodyToTell => "NOBODY_TO_TELL",
            Self::Dropped => "DROPPED",
        }
    }

    /// The state of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }
}

/// A notice after an event, without what names a person.
///
/// Of what the event itself says, the event's `recorded_at` is the instant that counts; the one here is when it was decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Snapshot {
    /// Where it stands.
    pub state: NoticeState,
    /// What it is about.
    pub cause: Cause,
    /// For whom.
    pub audience: Audience,
    /// One of very many.
    #[serde(default)]
    pub bulk: bool,
    /// Who is told now, counted from 1; 0 for nobody.
    pub recipient: u32,
    /// The person; absent for an endpoint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person_id: Option<Uuid>,
    /// By which channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// Attempts begun so far.
    pub attempts: u32,
    /// When it was decided.
    pub decided_at: Timestamp,
    /// When it was handed over: the instant that counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handed_over_at: Option<Timestamp>,
    /// Under which Message-ID.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message_id: Option<String>,
    /// When it counted as told for good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivered_at: Option<Timestamp>,
    /// Why the latest attempt did not hand it over, or why nobody is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}
