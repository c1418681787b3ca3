//! A fact as a request gives it, with teams and staff looked up.

use uuid::Uuid;
use vigie_chassis::error::{Error as Refusal, Reason};
use vigie_clock::{Personal, Timestamp};
use vigie_command::field;
use vigie_proto::routing as wire;
use vigie_proto::routing::contact_caller::Caller as WireCaller;
use vigie_proto::routing::contact_fact::What;

use super::super::routing::request;
use super::super::{Deps, house, wire as fields};
use super::refs;
use super::taken::Told;
use crate::domain::Code;
use crate::domain::attendance::{DeskStaffed, Presence};
use crate::domain::contact::*;

/// Bytes of the name of a contact centre, of a fact's and of a callback's key.
const KEY_BYTES_MAX: usize = 100;

/// Bytes of a contact's key.
const CONTACT_KEY_BYTES_MAX: usize = 200;

/// An hour is long for a call, a day too long for a wait.
const WAIT_MS_MAX: i64 = 24 * 3_600 * 1_000;

/// A fact without what the base says of it.
pub(crate) async fn fact(deps: &Deps, told: &wire::ContactFact) -> Result<Told, Refusal> {
    let origin = field::required_text("contact.origin", &told.origin, KEY_BYTES_MAX)?;
    let contact_key = field::required_text("contact.contact", &told.contact, CONTACT_KEY_BYTES_MAX)?;
    let contact_id = contact_id(&origin, &contact_key);
    let fact_id = field::required_text("contact.fact_id", &told.fact_id, KEY_BYTES_MAX)?;
    let occurred_at = field::required_instant("contact.occurred_at", told.occurred_at)?;
    let what = told.what.as_ref().ok_or_else(|| field::missing("contact.what", "what happened"))?;
    let fact = what_happened(deps, &origin, contact_id, what).await?;
    let report = Report { origin, contact_key, fact_id, occurred_at, fact, pinned: None };
    Ok(Told::Contact { contact_id, report: Box::new(report) })
}

/// Presence of a team.
pub(crate) async fn presence(deps: &Deps, told: &wire::DeskPresence) -> Result<Told, Refusal> {
    let fact = DeskStaffed {
        origin: field::required_text("presence.origin", &told.origin, KEY_BYTES_MAX)?,
        fact_id: field::required_text("presence.fact_id", &told.fact_id, KEY_BYTES_MAX)?,
        from: field::required_instant("presence.from", told.from)?,
        until: field::required_instant("presence.until", told.until)?,
    };
    let desk_id = refs::desk(deps, "presence.desk", told.desk.as_ref()).await?;
    Ok(Told::Presence(Presence { desk_id, fact }))
}

/// The id of the contact that a request names by its own id or by its key.
pub(super) fn named_contact(id: &str, origin: &str, contact_key: &str) -> Result<Uuid, Refusal> {
    if !id.is_empty() {
        return field::id("contact_id", id);
    }
    let origin = field::required_text("origin", origin, KEY_BYTES_MAX)?;
    let contact_key = field::required_text("contact", contact_key, CONTACT_KEY_BYTES_MAX)?;
    Ok(contact_id(&origin, &contact_key))
}

/// The key of a part, if it is given one.
pub(super) fn part_key(value: &str) -> Result<Option<String>, Refusal> {
    field::optional_text("parts.contact", value, CONTACT_KEY_BYTES_MAX)
}

async fn what_happened(deps: &Deps, origin: &str, contact_id: Uuid, what: &What) -> Result<Fact, Refusal> {
    let desk = |name, desk| refs::desk(deps, name, desk);
    Ok(match what {
        What::Offered(told) => Fact::ContactOffered(ContactOffered {
            desk_id: desk("offered.desk", told.desk.as_ref()).await?,
            channel: request::channel(told.channel)?,
            caller: caller("offered.caller", contact_id, told.caller.as_ref())?,
            from_country: request::country(&told.from_country)?,
            contact_point_id: field::optional_id("offered.contact_point_id", &told.contact_point_id)?,
        }),
        What::Qualified(told) => Fact::ContactQualified(ContactQualified {
            subject: subject(told.subject)?,
            families: request::families(&told.families)?.iter().collect(),
            caller: caller("qualified.caller", contact_id, told.caller.as_ref())?,
        }),
        What::Answered(told) => Fact::ContactAnswered(ContactAnswered {
            desk_id: refs::optional_desk(deps, "answered.desk", told.desk.as_ref()).await?,
            staff_id: refs::optional_staff(deps, "answered.agent", told.agent.as_ref()).await?,
            wait_ms: wait("answered.wait_ms", told.wait_ms)?,
            context_shown: told.context_shown,
        }),
        What::Abandoned(told) => Fact::ContactAbandoned(ContactAbandoned {
            desk_id: desk("abandoned.desk", told.desk.as_ref()).await?,
            wait_ms: wait("abandoned.wait_ms", told.wait_ms)?,
        }),
        What::Transferred(told) => Fact::ContactTransferred(ContactTransferred {
            to_desk_id: desk("transferred.to_desk", told.to_desk.as_ref()).await?,
            reason: optional_code("transferred.reason", &told.reason)?,
        }),
        What::TakenInCharge(told) => Fact::ContactTakenInCharge(ContactTakenInCharge {
            staff_id: refs::staff(deps, "taken_in_charge.agent", told.agent.as_ref()).await?,
        }),
        What::Ended(told) => Fact::ContactEnded(ContactEnded { settled: told.settled }),
        What::CallbackPromised(told) => Fact::CallbackPromised(CallbackPromised {
            callback: callback(&told.callback)?,
            due_by: field::required_instant("callback_promised.due_by", told.due_by)?,
        }),
        What::CallbackKept(told) => Fact::CallbackKept(CallbackKept {
            callback: callback(&told.callback)?,
            staff_id: refs::optional_staff(deps, "callback_kept.agent", told.agent.as_ref()).await?,
        }),
        What::CallbackMissed(told) => Fact::CallbackMissed(CallbackMissed {
            callback: callback(&told.callback)?,
            reason: optional_code("callback_missed.reason", &told.reason)?,
        }),
        What::SurveyAnswered(told) => {
            let (score, score_max) = score("survey_answered.score", told.score, told.score_max)?;
            let question = house::code("survey_answered.question", &told.question)?;
            Fact::SurveyAnswered(SurveyAnswered { question, score, score_max })
        }
        What::QualityGraded(told) => {
            let (score, score_max) = score("quality_graded.score", told.score, told.score_max)?;
            Fact::QualityGraded(QualityGraded {
                grid: house::code("quality_graded.grid", &told.grid)?,
                score,
                score_max,
            })
        }
        What::RepeatedContact(told) => {
            let name = "repeated_contact.earlier_contact";
            let earlier = field::required_text(name, &told.earlier_contact, CONTACT_KEY_BYTES_MAX)?;
            let earlier_contact_id = self::contact_id(origin, &earlier);
            if earlier_contact_id == contact_id {
                return Err(house::malformed(name, &"a contact does not repeat itself"));
            }
            Fact::ContactRepeated(ContactRepeated { earlier_contact_id, earlier_contact_key: earlier })
        }
    })
}

/// Who calls. The number's subject is the contact: whose it is, is not known from the number alone.
fn caller(name: &str, contact_id: Uuid, told: Option<&wire::ContactCaller>) -> Result<Caller, Refusal> {
    let none = Caller::default();
    Ok(match told.and_then(|told| told.caller.as_ref()) {
        None => none,
        Some(WireCaller::Number(number)) => {
            let number = fields::number(name, number)?;
            Caller { number: Some(Personal::new(contact_id, number)), ..none }
        }
        Some(WireCaller::PersonId(id)) => Caller { person_id: Some(field::id(name, id)?), ..none },
        Some(WireCaller::AccountId(id)) => Caller { account_id: Some(field::id(name, id)?), ..none },
    })
}

/// What a contact was about is what somebody found out: there is nothing to assume.
fn subject(number: i32) -> Result<crate::domain::route::Subject, Refusal> {
    if number == i32::from(wire::Subject::Unspecified) {
        return Err(field::missing("qualified.subject", "what the contact is about"));
    }
    request::subject(number)
}

fn callback(value: &str) -> Result<String, Refusal> {
    field::required_text("callback", value, KEY_BYTES_MAX)
}

fn optional_code(name: &str, value: &str) -> Result<Option<Code>, Refusal> {
    if value.is_empty() { Ok(None) } else { house::code(name, value).map(Some) }
}

fn wait(name: &str, wait_ms: Option<i64>) -> Result<Option<i64>, Refusal> {
    if wait_ms.is_none_or(|wait_ms| (0..=WAIT_MS_MAX).contains(&wait_ms)) {
        return Ok(wait_ms);
    }
    Err(house::malformed(name, &"0 to 86400000 milliseconds"))
}

fn score(name: &str, score: u32, score_max: u32) -> Result<(u32, u32), Refusal> {
    if score_max >= 1 && score <= score_max {
        return Ok((score, score_max));
    }
    let why = "a score is at most score_max, which is at least 1";
    Err(field::wrong(Reason::InvalidArgument, name, &why))
}

/// The earliest of what is known and what is told.
pub(super) fn earliest(known: Option<Timestamp>, told: Timestamp) -> Timestamp {
    known.map_or(told, |known| known.min(told))
}
