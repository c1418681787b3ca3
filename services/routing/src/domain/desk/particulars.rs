//! What is known of a desk.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vigie_clock::Hours;

use crate::domain::{Code, CountryCode, Language, Segment};

/// What a team is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Purpose {
    /// Sales: where account managers work, and the regional team of promise 3.2.
    Sales,
    /// Administrative service, promise 5.2.1.
    Administrative,
    /// Technical service, promise 5.3.1.
    Technical,
    /// Mobile end users, promise 5.4.1.
    EndUser,
    /// International development, promise 3.4.
    International,
}

impl Purpose {
    /// Every purpose.
    pub const ALL: [Self; 5] =
        [Self::Sales, Self::Administrative, Self::Technical, Self::EndUser, Self::International];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sales => "SALES",
            Self::Administrative => "ADMINISTRATIVE",
            Self::Technical => "TECHNICAL",
            Self::EndUser => "END_USER",
            Self::International => "INTERNATIONAL",
        }
    }
}

/// What is known of a desk. Replaced as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Particulars {
    /// Name.
    pub name: String,
    /// What it is there for.
    pub purpose: Purpose,
    /// Whom it serves; empty for everybody.
    pub segments: Vec<Segment>,
    /// Whether it serves businesses only, which promises 3.2 and 5.1 ask for.
    pub businesses_only: bool,
    /// Skills that its people hold.
    pub skills: Vec<Code>,
    /// Languages it serves in; at least one.
    pub languages: Vec<Language>,
    /// Régions it serves, INSEE codes; empty for all.
    pub regions: Vec<String>,
    /// Countries it serves, ISO 3166-1 alpha-2; empty for France.
    pub countries: Vec<CountryCode>,
    /// When it answers, with the calendar of public holidays pinned.
    pub hours: Hours,
    /// Where contacts go while it is closed; absent for nowhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overflow_desk_id: Option<Uuid>,
    /// Smaller comes first among desks that fit equally.
    pub rank: u32,
}
