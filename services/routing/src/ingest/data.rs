//! The data of each fact, named as in the contract; what is left out there is left out here.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use vigie_clock::Timestamp;
use vigie_command::field::wire_instant;
use vigie_proto::routing as wire;
use vigie_proto::routing::contact_fact::What;

use super::event::Error;
use super::refs::{Caller, DeskRef, StaffRef};

/// The fact that is no contact's.
pub(super) const DESK_STAFFED: &str = "desk_staffed";

/// What happened to a contact, by the middle of the event's type.
pub(super) fn what(kind: &str, data: &str) -> Result<What, Error> {
    Ok(match kind {
        "contact_offered" => What::Offered(read::<Offered>(data)?.wire()?),
        "contact_qualified" => What::Qualified(read::<Qualified>(data)?.wire()?),
        "contact_answered" => What::Answered(read::<Answered>(data)?.wire()),
        "contact_abandoned" => What::Abandoned(read::<Abandoned>(data)?.wire()),
        "contact_transferred" => What::Transferred(read::<Transferred>(data)?.wire()),
        "contact_taken_in_charge" => {
            let TakenInCharge { agent } = read(data)?;
            What::TakenInCharge(wire::ContactTakenInCharge { agent: Some(agent.wire()) })
        }
        "contact_ended" => {
            let Ended { settled } = read(data)?;
            What::Ended(wire::ContactEnded { settled })
        }
        "callback_promised" => {
            let Promised { callback, due_by } = read(data)?;
            What::CallbackPromised(wire::CallbackPromised { callback, due_by: Some(wire_instant(due_by)) })
        }
        "callback_kept" => {
            let Kept { callback, agent } = read(data)?;
            What::CallbackKept(wire::CallbackKept { callback, agent: agent.map(StaffRef::wire) })
        }
        "callback_missed" => {
            let Missed { callback, reason } = read(data)?;
            What::CallbackMissed(wire::CallbackMissed { callback, reason })
        }
        "survey_answered" => {
            let Survey { question, score, score_max } = read(data)?;
            What::SurveyAnswered(wire::SurveyAnswered { question, score, score_max })
        }
        "quality_graded" => {
            let Graded { grid, score, score_max } = read(data)?;
            What::QualityGraded(wire::QualityGraded { grid, score, score_max })
        }
        "contact_repeated" => {
            let Repeated { earlier_contact } = read(data)?;
            What::RepeatedContact(wire::ContactRepeated { earlier_contact })
        }
        _ => return Err(Error::UnknownType),
    })
}

/// Presence of a team.
pub(super) fn presence(origin: String, fact_id: String, data: &str) -> Result<wire::DeskPresence, Error> {
    let Staffed { desk, from, until } = read(data)?;
    let (desk, from, until) = (Some(desk.wire()), Some(wire_instant(from)), Some(wire_instant(until)));
    Ok(wire::DeskPresence { origin, fact_id, desk, from, until })
}

fn read<T: DeserializeOwned>(data: &str) -> Result<T, Error> {
    serde_json::from_str(data).map_err(|_| Error::Data)
}

/// The contact waits for a team.
#[derive(Deserialize, JsonSchema)]
pub(super) struct Offered {
    /// For which team the contact waits.
    desk: DeskRef,
    /// How it arrives.
    #[schemars(schema_with = "channels")]
    channel: String,
    /// Who calls, as the line tells; absent for somebody who cannot be told.
    #[schemars(extend("x-personal" = true))]
    caller: Option<Caller>,
    /// Country that it comes from, ISO 3166-1 alpha-2; France where it is absent.
    #[serde(default)]
    from_country: String,
    /// Contact point that was called (UUID).
    #[serde(default)]
    contact_point_id: String,
}

impl Offered {
    fn wire(self) -> Result<wire::ContactOffered, Error> {
        let channel = wire::ContactChannel::from_str_name(&format!("CONTACT_CHANNEL_{}", self.channel));
        Ok(wire::ContactOffered {
            desk: Some(self.desk.wire()),
            channel: channel.ok_or(Error::Data)?.into(),
            caller: self.caller.map(Caller::wire),
            from_country: self.from_country,
            contact_point_id: self.contact_point_id,
        })
    }
}

/// It is known who asks for what.
#[derive(Deserialize, JsonSchema)]
pub(super) struct Qualified {
    /// What it is about.
    #[schemars(schema_with = "subjects")]
    subject: String,
    /// Which families of services; both where the contact is to be split.
    #[serde(default)]
    #[schemars(schema_with = "families")]
    families: Vec<String>,
    /// Who calls, as recognised.
    #[schemars(extend("x-personal" = true))]
    caller: Option<Caller>,
}

impl Qualified {
    fn wire(self) -> Result<wire::ContactQualified, Error> {
        let subject = wire::Subject::from_str_name(&format!("SUBJECT_{}", self.subject));
        let family = |name: &String| {
            let family = wire::ServiceFamily::from_str_name(&format!("SERVICE_FAMILY_{name}"));
            family.map(i32::from).ok_or(Error::Data)
        };
        Ok(wire::ContactQualified {
            subject: subject.ok_or(Error::Data)?.into(),
            families: self.families.iter().map(family).collect::<Result<_, _>>()?,
            caller: self.caller.map(Caller::wire),
        })
    }
}

/// Somebody answers.
#[derive(Deserialize, JsonSchema)]
pub(super) struct Answered {
    /// Of which team; absent for an account manager on the own number.
    desk: Option<DeskRef>,
    /// Who answers; absent where nobody is named.
    agent: Option<StaffRef>,
    /// How long it waited, in milliseconds, as the contact centre measures, at most a day; absent for the time since it was
    /// offered.
    wait_ms: Option<i64>,
    /// Whether the customer's context was shown to the agent; absent where nobody can tell.
    context_shown: Option<bool>,
}

impl Answered {
    fn wire(self) -> wire::ContactAnswered {
        wire::ContactAnswered {
            desk: self.desk.map(DeskRef::wire),
            agent: self.agent.map(StaffRef::wire),
            wait_ms: self.wait_ms,
            context_shown: self.context_shown,
        }
    }
}

/// The caller gave up waiting.
#[derive(Deserialize, JsonSchema)]
pub(super) struct Abandoned {
    /// Whose answer it waited for.
    desk: DeskRef,
    /// How long, in milliseconds, at most a day; absent for the time since it was offered.
    wait_ms: Option<i64>,
}

impl Abandoned {
    fn wire(self) -> wire::ContactAbandoned {
        wire::ContactAbandoned { desk: Some(self.desk.wire()), wait_ms: self.wait_ms }
    }
}

/// The contact is handed on to another team.
#[derive(Deserialize, JsonSchema)]
pub(super) struct Transferred {
    /// To which team.
    to_desk: DeskRef,
    /// Why, a code of the contact centre's own: lower case, at most 40.
    #[serde(default)]
    reason: String,
}

impl Transferred {
    fn wire(self) -> wire::ContactTransferred {
        wire::ContactTransferred { to_desk: Some(self.to_desk.wire()), reason: self.reason }
    }
}

/// A named agent takes the contact in charge; an automatic acknowledgement is none.
#[derive(Deserialize, JsonSchema)]
pub(super) struct TakenInCharge {
    /// Who.
    agent: StaffRef,
}

/// The contact is over.
#[derive(Deserialize, JsonSchema)]
pub(super) struct Ended {
    /// Whether it was settled at once; absent where nobody said.
    settled: Option<bool>,
}

/// Somebody is to call back. The same callback promised again keeps the first date and the latest.
#[derive(Deserialize, JsonSchema)]
pub(super) struct Promised {
    /// Key of the callback, unique within the contact; at most 100 bytes.
    callback: String,
    /// By when.
    due_by: Timestamp,
}

/// Somebody called back.
#[derive(Deserialize, JsonSchema)]
pub(super) struct Kept {
    /// Key of the callback.
    callback: String,
    /// By whom.
    agent: Option<StaffRef>,
}

/// Nobody called back, and nobody will.
#[derive(Deserialize, JsonSchema)]
pub(super) struct Missed {
    /// Key of the callback.
    callback: String,
    /// Why, a code of the contact centre's own: lower case, at most 40.
    #[serde(default)]
    reason: String,
}

/// The customer was asked, and answered.
#[derive(Deserialize, JsonSchema)]
pub(super) struct Survey {
    /// About what: `courtesy`; lower case, at most 40.
    question: String,
    /// The answer.
    score: u32,
    /// The best there is; at least 1.
    score_max: u32,
}

/// Somebody listened and graded.
#[derive(Deserialize, JsonSchema)]
pub(super) struct Graded {
    /// By which grid; lower case, at most 40.
    grid: String,
    /// Points.
    score: u32,
    /// The most there are; at least 1.
    score_max: u32,
}

/// The customer had to come again: a further contact on the subject of an earlier one.
#[derive(Deserialize, JsonSchema)]
pub(super) struct Repeated {
    /// Key of the earlier contact, of the same source; at most 200 bytes.
    earlier_contact: String,
}

/// Somebody was there to answer for a team.
#[derive(Deserialize, JsonSchema)]
pub(super) struct Staffed {
    /// Which team.
    desk: DeskRef,
    /// From when somebody was there.
    from: Timestamp,
    /// Until when, exclusive; at most 24 hours later.
    until: Timestamp,
}

/// The values of a word that facts use, `PREFIX_VALUE` in the proto files, where 0 stands for none.
fn words<W: TryFrom<i32>>(prefix: &str, name: fn(&W) -> &'static str) -> Schema {
    let words = (1..).map_while(|number| W::try_from(number).ok());
    let words: Vec<&str> = words.map(|word| name(&word).trim_start_matches(prefix)).collect();
    json_schema!({ "type": "string", "enum": words })
}

fn channels(_: &mut SchemaGenerator) -> Schema {
    words("CONTACT_CHANNEL_", wire::ContactChannel::as_str_name)
}

fn subjects(_: &mut SchemaGenerator) -> Schema {
    words("SUBJECT_", wire::Subject::as_str_name)
}

fn families(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "array", "items": words("SERVICE_FAMILY_", wire::ServiceFamily::as_str_name) })
}
