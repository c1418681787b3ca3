//! The data of each fact, named as in the contract; what is left out there is left out here.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use vigie_clock::Timestamp;
use vigie_command::field::wire_instant;
use vigie_proto::routing as wire;
use vigie_proto::routing::contact_fact::What;

use super::event::Error;

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

#[derive(Deserialize)]
struct External {
    owner: String,
    #[serde(rename = "type")]
    kind: String,
    id: String,
}

impl External {
    fn wire(self) -> wire::ExternalIdentifier {
        wire::ExternalIdentifier { owner: self.owner, r#type: self.kind, id: self.id }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum DeskRef {
    DeskId(String),
    External(External),
}

impl DeskRef {
    fn wire(self) -> wire::DeskRef {
        use wire::desk_ref::Desk;
        wire::DeskRef {
            desk: Some(match self {
                Self::DeskId(id) => Desk::DeskId(id),
                Self::External(key) => Desk::External(key.wire()),
            }),
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum StaffRef {
    StaffId(String),
    UserId(String),
    External(External),
}

impl StaffRef {
    fn wire(self) -> wire::StaffRef {
        use wire::staff_ref::Staff;
        wire::StaffRef {
            staff: Some(match self {
                Self::StaffId(id) => Staff::StaffId(id),
                Self::UserId(id) => Staff::UserId(id),
                Self::External(key) => Staff::External(key.wire()),
            }),
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Caller {
    Number(String),
    PersonId(String),
    AccountId(String),
}

impl Caller {
    fn wire(self) -> wire::ContactCaller {
        use wire::contact_caller::Caller as Wire;
        wire::ContactCaller {
            caller: Some(match self {
                Self::Number(number) => Wire::Number(number),
                Self::PersonId(id) => Wire::PersonId(id),
                Self::AccountId(id) => Wire::AccountId(id),
            }),
        }
    }
}

#[derive(Deserialize)]
struct Offered {
    desk: DeskRef,
    channel: String,
    caller: Option<Caller>,
    #[serde(default)]
    from_country: String,
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

#[derive(Deserialize)]
struct Qualified {
    subject: String,
    #[serde(default)]
    families: Vec<String>,
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

#[derive(Deserialize)]
struct Answered {
    desk: Option<DeskRef>,
    agent: Option<StaffRef>,
    wait_ms: Option<i64>,
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

#[derive(Deserialize)]
struct Abandoned {
    desk: DeskRef,
    wait_ms: Option<i64>,
}

impl Abandoned {
    fn wire(self) -> wire::ContactAbandoned {
        wire::ContactAbandoned { desk: Some(self.desk.wire()), wait_ms: self.wait_ms }
    }
}

#[derive(Deserialize)]
struct Transferred {
    to_desk: DeskRef,
    #[serde(default)]
    reason: String,
}

impl Transferred {
    fn wire(self) -> wire::ContactTransferred {
        wire::ContactTransferred { to_desk: Some(self.to_desk.wire()), reason: self.reason }
    }
}

#[derive(Deserialize)]
struct TakenInCharge {
    agent: StaffRef,
}

#[derive(Deserialize)]
struct Ended {
    settled: Option<bool>,
}

#[derive(Deserialize)]
struct Promised {
    callback: String,
    due_by: Timestamp,
}

#[derive(Deserialize)]
struct Kept {
    callback: String,
    agent: Option<StaffRef>,
}

#[derive(Deserialize)]
struct Missed {
    callback: String,
    #[serde(default)]
    reason: String,
}

#[derive(Deserialize)]
struct Survey {
    question: String,
    score: u32,
    score_max: u32,
}

#[derive(Deserialize)]
struct Graded {
    grid: String,
    score: u32,
    score_max: u32,
}

#[derive(Deserialize)]
struct Repeated {
    earlier_contact: String,
}

#[derive(Deserialize)]
struct Staffed {
    desk: DeskRef,
    from: Timestamp,
    until: Timestamp,
}
