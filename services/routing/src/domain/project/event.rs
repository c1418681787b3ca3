//! What happened to a project, as published. Names and fields are a contract: a change only adds, or is a new version.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vigie_clock::Timestamp;

use super::state::{Outcome, Snapshot};

/// Something that happened to a project, with all that a consumer needs to understand it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Which.
    pub project_id: Uuid,
    /// Whose.
    pub account_id: Uuid,
    /// What happened.
    pub fact: Fact,
    /// The project after it.
    pub project: Snapshot,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Fact {
    /// It begins.
    ProjectOpened(ProjectOpened),
    /// Another referent is named.
    ReferentChanged(ReferentChanged),
    /// The customer was answered.
    ProjectAnswered(ProjectAnswered),
    /// Another date was promised.
    PromiseChanged(PromiseChanged),
    /// The answer's deadline passed without one.
    AnswerOverdue(AnswerOverdue),
    /// It ended.
    ProjectClosed(ProjectClosed),
}

/// See [`Fact::ProjectOpened`]; the project is in the state after it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProjectOpened {
    /// Who opened it.
    pub actor: String,
}

/// See [`Fact::ReferentChanged`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReferentChanged {
    /// Who changed it.
    pub actor: String,
    /// Who was named before.
    pub former_staff_id: Uuid,
    /// Who is.
    pub staff_id: Uuid,
}

/// See [`Fact::ProjectAnswered`]. In time if `answered_at` lies before `answer_due_at`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProjectAnswered {
    /// Who recorded it.
    pub actor: String,
    /// When.
    pub answered_at: Timestamp,
    /// The date that it promises: the first.
    pub promised_for: Timestamp,
    /// When the answer was due, exclusive.
    pub answer_due_at: Timestamp,
}

/// See [`Fact::PromiseChanged`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PromiseChanged {
    /// Who changed it.
    pub actor: String,
    /// The date promised before.
    pub former_promised_for: Timestamp,
    /// The date promised now.
    pub promised_for: Timestamp,
    /// Whether the customer asked for it.
    pub asked_by_customer: bool,
}

/// See [`Fact::AnswerOverdue`]; once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AnswerOverdue {
    /// When the answer was due, exclusive.
    pub answer_due_at: Timestamp,
}

/// See [`Fact::ProjectClosed`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProjectClosed {
    /// Who recorded it.
    pub actor: String,
    /// When.
    pub closed_at: Timestamp,
    /// How.
    pub outcome: Outcome,
}

impl Event {
    /// Stable public name with version.
    pub const fn name(&self) -> &'static str {
        match self.fact {
            Fact::ProjectOpened(_) => name::PROJECT_OPENED,
            Fact::ReferentChanged(_) => name::REFERENT_CHANGED,
            Fact::ProjectAnswered(_) => name::PROJECT_ANSWERED,
            Fact::PromiseChanged(_) => name::PROMISE_CHANGED,
            Fact::AnswerOverdue(_) => name::ANSWER_OVERDUE,
            Fact::ProjectClosed(_) => name::PROJECT_CLOSED,
        }
    }
}

/// Stable public names with version.
pub mod name {
    /// See [`super::Fact::ProjectOpened`].
    pub const PROJECT_OPENED: &str = "vigie.project.project_opened.v1";
    /// See [`super::Fact::ReferentChanged`].
    pub const REFERENT_CHANGED: &str = "vigie.project.referent_changed.v1";
    /// See [`super::Fact::ProjectAnswered`].
    pub const PROJECT_ANSWERED: &str = "vigie.project.project_answered.v1";
    /// See [`super::Fact::PromiseChanged`].
    pub const PROMISE_CHANGED: &str = "vigie.project.promise_changed.v1";
    /// See [`super::Fact::AnswerOverdue`].
    pub const ANSWER_OVERDUE: &str = "vigie.project.answer_overdue.v1";
    /// See [`super::Fact::ProjectClosed`].
    pub const PROJECT_CLOSED: &str = "vigie.project.project_closed.v1";
}
