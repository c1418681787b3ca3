//! What happened to a contact, as published. Names and fields are a contract: a change only adds, or is a new version.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vigie_clock::{Personal, Timestamp};

use super::pinned::Pinned;
use super::snapshot::{Part, Snapshot};
use crate::domain::contact_point::Channel;
use crate::domain::route::{Family, Subject};
use crate::domain::{Code, CountryCode, E164};

/// Something that happened to a contact, with all that a consumer needs to understand it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Which.
    pub contact_id: Uuid,
    /// The fact's key where it was told; none for what Vigie found itself.
    pub fact_id: Option<String>,
    /// When it happened.
    pub occurred_at: Timestamp,
    /// What the operator's base said, beside a fact that says who calls or for what.
    pub pinned: Option<Pinned>,
    /// What happened.
    pub fact: Fact,
    /// The contact after it.
    pub contact: Snapshot,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Fact {
    /// It waits for a team.
    ContactOffered(ContactOffered),
    /// It is known who asks for what.
    ContactQualified(ContactQualified),
    /// Somebody answers.
    ContactAnswered(ContactAnswered),
    /// The caller gave up.
    ContactAbandoned(ContactAbandoned),
    /// It is handed on.
    ContactTransferred(ContactTransferred),
    /// A named agent takes it in charge.
    ContactTakenInCharge(ContactTakenInCharge),
    /// It is over.
    ContactEnded(ContactEnded),
    /// Somebody is to call back.
    CallbackPromised(CallbackPromised),
    /// Somebody called back.
    CallbackKept(CallbackKept),
    /// Nobody called back, and nobody will.
    CallbackMissed(CallbackMissed),
    /// The first date of a callback passed, and nothing was heard of it.
    CallbackOverdue(CallbackOverdue),
    /// The customer answered a survey.
    SurveyAnswered(SurveyAnswered),
    /// Somebody listened and graded.
    QualityGraded(QualityGraded),
    /// It is a further contact on the subject of an earlier one.
    ContactRepeated(ContactRepeated),
    /// It was split into parts.
    ContactSplit(ContactSplit),
    /// It is a part of another.
    PartAttached(PartAttached),
}

/// Who calls, as far as told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Caller {
    /// From which number. Its subject is the contact: whose it is, is not known from the number alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<Personal<E164>>,
    /// Which person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person_id: Option<Uuid>,
    /// Of which account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_id: Option<Uuid>,
}

/// See [`Fact::ContactOffered`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ContactOffered {
    /// For which team.
    pub desk_id: Uuid,
    /// How it arrives.
    pub channel: Channel,
    /// Who calls, as the line tells.
    pub caller: Caller,
    /// Where it comes from.
    pub from_country: CountryCode,
    /// What was called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact_point_id: Option<Uuid>,
}

/// See [`Fact::ContactQualified`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ContactQualified {
    /// What it is about.
    pub subject: Subject,
    /// Which families; none where nobody said.
    pub families: Vec<Family>,
    /// Who calls, as recognised.
    pub caller: Caller,
}

/// See [`Fact::ContactAnswered`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ContactAnswered {
    /// Of which team; absent for an account manager on the own number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub desk_id: Option<Uuid>,
    /// Who; absent where nobody is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staff_id: Option<Uuid>,
    /// How long it waited, in milliseconds, as the contact centre measures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait_ms: Option<i64>,
    /// Whether the customer's context was shown to whoever answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context_shown: Option<bool>,
}

/// See [`Fact::ContactAbandoned`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ContactAbandoned {
    /// Whose answer it waited for.
    pub desk_id: Uuid,
    /// How long, in milliseconds, as the contact centre measures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait_ms: Option<i64>,
}

/// See [`Fact::ContactTransferred`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ContactTransferred {
    /// To which team.
    pub to_desk_id: Uuid,
    /// Why, a code of the contact centre's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Code>,
}

/// See [`Fact::ContactTakenInCharge`]. An automatic acknowledgement is none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ContactTakenInCharge {
    /// Who.
    pub staff_id: Uuid,
}

/// See [`Fact::ContactEnded`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ContactEnded {
    /// Whether it was settled at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settled: Option<bool>,
}

/// See [`Fact::CallbackPromised`]. The first promise and the latest are both kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CallbackPromised {
    /// Key of the callback within the contact.
    pub callback: String,
    /// By when.
    pub due_by: Timestamp,
}

/// See [`Fact::CallbackKept`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CallbackKept {
    /// Which.
    pub callback: String,
    /// By whom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staff_id: Option<Uuid>,
}

/// See [`Fact::CallbackMissed`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CallbackMissed {
    /// Which.
    pub callback: String,
    /// Why, a code of the contact centre's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Code>,
}

/// See [`Fact::CallbackOverdue`]. Recorded once a callback. That it was kept in time may still be told later: what counts is
/// when it was kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CallbackOverdue {
    /// Which.
    pub callback: String,
    /// The first date that was promised.
    pub due_by: Timestamp,
}

/// See [`Fact::SurveyAnswered`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SurveyAnswered {
    /// About what: `courtesy`.
    pub question: Code,
    /// The answer.
    pub score: u32,
    /// The best there is.
    pub score_max: u32,
}

/// See [`Fact::QualityGraded`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct QualityGraded {
    /// By which grid.
    pub grid: Code,
    /// Points.
    pub score: u32,
    /// The most there are.
    pub score_max: u32,
}

/// See [`Fact::ContactRepeated`]. That no contact says so of another within its 7 days is the evidence of "no second
/// contact".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ContactRepeated {
    /// The earlier contact.
    pub earlier_contact_id: Uuid,
    /// Its key where it was told.
    pub earlier_contact_key: String,
}

/// See [`Fact::ContactSplit`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ContactSplit {
    /// Who split it.
    pub actor: String,
    /// One for each family.
    pub parts: Vec<Part>,
}

/// See [`Fact::PartAttached`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PartAttached {
    /// Who split the whole.
    pub actor: String,
    /// The whole.
    pub parent_contact_id: Uuid,
    /// Which part of it this is.
    pub family: Family,
}

impl Event {
    /// Stable public name with version.
    pub const fn name(&self) -> &'static str {
        self.fact.name()
    }
}

impl Caller {
    /// Whether both say the same. A number that is erased by now says nothing against any other.
    pub fn says_as(&self, other: &Self) -> bool {
        let numbers = match (&self.number, &other.number) {
            (Some(one), Some(two)) => match (one.known(), two.known()) {
                (Some(one), Some(two)) => one == two,
                _ => true,
            },
            (None, None) => true,
            _ => false,
        };
        numbers && self.person_id == other.person_id && self.account_id == other.account_id
    }
}

impl Fact {
    /// Whether both say the same, apart from what is erased.
    pub fn says_as(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::ContactOffered(one), Self::ContactOffered(two)) => {
                let without =
                    |fact: &ContactOffered| ContactOffered { caller: Caller::default(), ..fact.clone() };
                one.caller.says_as(&two.caller) && without(one) == without(two)
            }
            (Self::ContactQualified(one), Self::ContactQualified(two)) => {
                one.caller.says_as(&two.caller) && one.subject == two.subject && one.families == two.families
            }
            _ => self == other,
        }
    }

    /// Stable public name with version.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::ContactOffered(_) => name::CONTACT_OFFERED,
            Self::ContactQualified(_) => name::CONTACT_QUALIFIED,
            Self::ContactAnswered(_) => name::CONTACT_ANSWERED,
            Self::ContactAbandoned(_) => name::CONTACT_ABANDONED,
            Self::ContactTransferred(_) => name::CONTACT_TRANSFERRED,
            Self::ContactTakenInCharge(_) => name::CONTACT_TAKEN_IN_CHARGE,
            Self::ContactEnded(_) => name::CONTACT_ENDED,
            Self::CallbackPromised(_) => name::CALLBACK_PROMISED,
            Self::CallbackKept(_) => name::CALLBACK_KEPT,
            Self::CallbackMissed(_) => name::CALLBACK_MISSED,
            Self::CallbackOverdue(_) => name::CALLBACK_OVERDUE,
            Self::SurveyAnswered(_) => name::SURVEY_ANSWERED,
            Self::QualityGraded(_) => name::QUALITY_GRADED,
            Self::ContactRepeated(_) => name::CONTACT_REPEATED,
            Self::ContactSplit(_) => name::CONTACT_SPLIT,
            Self::PartAttached(_) => name::PART_ATTACHED,
        }
    }
}

/// Stable public names with version.
pub mod name {
    /// See [`super::Fact::ContactOffered`].
    pub const CONTACT_OFFERED: &str = "vigie.contact.contact_offered.v1";
    /// See [`super::Fact::ContactQualified`].
    pub const CONTACT_QUALIFIED: &str = "vigie.contact.contact_qualified.v1";
    /// See [`super::Fact::ContactAnswered`].
    pub const CONTACT_ANSWERED: &str = "vigie.contact.contact_answered.v1";
    /// See [`super::Fact::ContactAbandoned`].
    pub const CONTACT_ABANDONED: &str = "vigie.contact.contact_abandoned.v1";
    /// See [`super::Fact::ContactTransferred`].
    pub const CONTACT_TRANSFERRED: &str = "vigie.contact.contact_transferred.v1";
    /// See [`super::Fact::ContactTakenInCharge`].
    pub const CONTACT_TAKEN_IN_CHARGE: &str = "vigie.contact.contact_taken_in_charge.v1";
    /// See [`super::Fact::ContactEnded`].
    pub const CONTACT_ENDED: &str = "vigie.contact.contact_ended.v1";
    /// See [`super::Fact::CallbackPromised`].
    pub const CALLBACK_PROMISED: &str = "vigie.contact.callback_promised.v1";
    /// See [`super::Fact::CallbackKept`].
    pub const CALLBACK_KEPT: &str = "vigie.contact.callback_kept.v1";
    /// See [`super::Fact::CallbackMissed`].
    pub const CALLBACK_MISSED: &str = "vigie.contact.callback_missed.v1";
    /// See [`super::Fact::CallbackOverdue`].
    pub const CALLBACK_OVERDUE: &str = "vigie.contact.callback_overdue.v1";
    /// See [`super::Fact::SurveyAnswered`].
    pub const SURVEY_ANSWERED: &str = "vigie.contact.survey_answered.v1";
    /// See [`super::Fact::QualityGraded`].
    pub const QUALITY_GRADED: &str = "vigie.contact.quality_graded.v1";
    /// See [`super::Fact::ContactRepeated`].
    pub const CONTACT_REPEATED: &str = "vigie.contact.contact_repeated.v1";
    /// See [`super::Fact::ContactSplit`].
    pub const CONTACT_SPLIT: &str = "vigie.contact.contact_split.v1";
    /// See [`super::Fact::PartAttached`].
    pub const PART_ATTACHED: &str = "vigie.contact.part_attached.v1";
}
