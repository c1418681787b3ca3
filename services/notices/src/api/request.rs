//! Fields of a request in the domain's terms.

use std::collections::BTreeSet;

use vigie_chassis::error::{Error as Refusal, Reason};
use vigie_command::field;
use vigie_proto::notices::{self as wire, NoticeCause, NoticeChannel, NoticeRole, NoticeState as WireState};

use super::convert;
use crate::domain::{CauseKind, Language, NoticeState, PersonRole, Rule, RuleChannel, Whom};

/// Bytes of a reason.
const REASON_MAX_BYTES: usize = 200;

/// Causes of one rule or endpoint, as sent: one that comes twice counts twice.
const CAUSES_MAX: usize = 64;

fn unknown(field: &str) -> Refusal {
    Refusal::new(Reason::InvalidArgument, format!("{field} is not one that we know")).field(field, "unknown")
}

/// Why a person does something.
pub(super) fn reason(value: &str) -> Result<String, Refusal> {
    field::required_text("reason", value, REASON_MAX_BYTES)
}

/// A cause, or nothing where it is unspecified.
pub(super) fn optional_cause(name: &str, number: i32) -> Result<Option<CauseKind>, Refusal> {
    match NoticeCause::try_from(number) {
        Ok(NoticeCause::Unspecified) => Ok(None),
        Ok(cause) => convert::cause_of(cause).map(Some).ok_or_else(|| unknown(name)),
        Err(_) => Err(unknown(name)),
    }
}

/// Causes, none for everything.
pub(super) fn causes(name: &str, numbers: &[i32]) -> Result<BTreeSet<CauseKind>, Refusal> {
    field::at_most(name, numbers, CAUSES_MAX)?;
    numbers.iter().map(|number| optional_cause(name, *number)?.ok_or_else(|| unknown(name))).collect()
}

/// A state, or nothing where it is unspecified.
pub(super) fn optional_state(name: &str, number: i32) -> Result<Option<NoticeState>, Refusal> {
    match WireState::try_from(number) {
        Ok(WireState::Unspecified) => Ok(None),
        Ok(state) => convert::state_of(state).map(Some).ok_or_else(|| unknown(name)),
        Err(_) => Err(unknown(name)),
    }
}

/// A language that there are texts in, or nothing where it is empty.
pub(super) fn optional_language(name: &str, value: &str) -> Result<Option<Language>, Refusal> {
    let value = field::optional_text(name, value, 8)?;
    value.map(|value| Language::parse(&value).ok_or_else(|| unknown(name))).transpose()
}

fn role(number: i32) -> Result<PersonRole, Refusal> {
    let role = NoticeRole::try_from(number).ok().and_then(convert::role_of);
    role.ok_or_else(|| unknown("preference.rules.role"))
}

/// A rule; `person_id` is whose own it is, who then need not be named.
pub(super) fn rule(rule: &wire::Rule, person_id: Option<uuid::Uuid>) -> Result<Rule, Refusal> {
    const FIELD: &str = "preference.rules";
    let whom = match (&rule.whom, person_id) {
        (Some(wire::rule::Whom::Role(number)), None) => Whom::Role(role(*number)?),
        (Some(wire::rule::Whom::PersonId(id)), _) => {
            Whom::Person(field::id("preference.rules.person_id", id)?)
        }
        (None, Some(person_id)) => Whom::Person(person_id),
        (Some(wire::rule::Whom::Role(_)), Some(_)) => {
            return Err(field::wrong(
                Reason::InvalidArgument,
                FIELD,
                &"a person's own rules are about that person",
            ));
        }
        (None, None) => return Err(field::missing(FIELD, "a role or a person")),
    };
    let channel = match NoticeChannel::try_from(rule.channel) {
        Ok(NoticeChannel::Mail) => RuleChannel::Mail,
        Ok(NoticeChannel::None) => RuleChannel::None,
        Ok(NoticeChannel::Unspecified | NoticeChannel::Webhook) | Err(_) => {
            return Err(field::wrong(
                Reason::InvalidArgument,
                FIELD,
                &"the channel of a rule is MAIL or NONE",
            ));
        }
    };
    Ok(Rule { causes: causes("preference.rules.causes", &rule.causes)?, whom, channel })
}
