//! A CloudEvent that tells a fact.
//!
//! | attribute | says |
//! |---|---|
//! | `source` | system that tells it: the fact's `origin` |
//! | `id` | key of the fact: `source` and `id` tell a repeat, as CloudEvents has it |
//! | `subject` | key of the contact; none for `desk_staffed` |
//! | `time` | when it happened |
//! | `type` | `vigie.fact.<what>.v1`, as in [`data`](super::data) |
//! | `data` | the fields of that fact, named as in `contacts.proto`; enums without their prefix: `PHONE` |

use serde::Deserialize;
use serde_json::value::RawValue;
use vigie_clock::Timestamp;
use vigie_proto::routing::{ContactFact, record_contacts_request::Fact};

use super::data;

/// Bytes of a record. A fact has some hundred.
const RECORD_BYTES_MAX: usize = 64 << 10;

/// Why a record is no fact. Never repeats what it said: that may name people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Error {
    /// No value.
    #[error("the record has no value")]
    Empty,
    /// Too long.
    #[error("the record is longer than 65536 bytes")]
    TooLarge,
    /// Not a CloudEvent.
    #[error("the value is no CloudEvent in JSON with specversion 1.0, id, source, type and data")]
    NoEvent,
    /// A type that is none of ours.
    #[error("the type is none that this service knows")]
    UnknownType,
    /// The data are not those of the type.
    #[error("the data are not those of the type")]
    Data,
    /// A contact's fact without contact or time.
    #[error("a fact of a contact has a subject, its key, and a time")]
    NoSubject,
}

/// What could be read of a record, also of one that is no fact.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Names {
    /// System that tells it.
    pub(crate) origin: Option<String>,
    /// The fact's key there.
    pub(crate) fact_id: Option<String>,
}

#[derive(Deserialize)]
struct CloudEvent<'a> {
    specversion: String,
    id: String,
    source: String,
    #[serde(rename = "type")]
    kind: String,
    subject: Option<String>,
    time: Option<Timestamp>,
    #[serde(borrow)]
    data: &'a RawValue,
}

/// The fact that a record tells.
pub(crate) fn fact(value: Option<&[u8]>) -> (Names, Result<Fact, Error>) {
    let event = match value {
        None => Err(Error::Empty),
        Some(bytes) if bytes.len() > RECORD_BYTES_MAX => Err(Error::TooLarge),
        Some(bytes) => serde_json::from_slice::<CloudEvent<'_>>(bytes).map_err(|_| Error::NoEvent),
    };
    match event {
        Err(error) => (Names::default(), Err(error)),
        Ok(event) => {
            let name = |text: &str| Some(text.chars().filter(|char| *char != '\0').take(200).collect());
            let names = Names { origin: name(&event.source), fact_id: name(&event.id) };
            (names, told(event))
        }
    }
}

fn told(event: CloudEvent<'_>) -> Result<Fact, Error> {
    if event.specversion != "1.0" {
        return Err(Error::NoEvent);
    }
    let kind = event.kind.strip_prefix("vigie.fact.").and_then(|rest| rest.strip_suffix(".v1"));
    let kind = kind.ok_or(Error::UnknownType)?;
    if kind == data::DESK_STAFFED {
        return data::presence(event.source, event.id, event.data.get()).map(Fact::Presence);
    }
    let what = data::what(kind, event.data.get())?;
    let contact = event.subject.ok_or(Error::NoSubject)?;
    let occurred_at = event.time.ok_or(Error::NoSubject)?;
    Ok(Fact::Contact(ContactFact {
        origin: event.source,
        contact,
        fact_id: event.id,
        occurred_at: Some(vigie_command::field::wire_instant(occurred_at)),
        what: Some(what),
    }))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use vigie_proto::routing::contact_fact::What;
    use vigie_proto::routing::{self as wire, ContactChannel, Subject, desk_ref};

    use super::*;

    fn event(kind: &str, data: Value) -> Value {
        json!({
            "specversion": "1.0", "id": "f-1", "source": "acd", "subject": "call-1",
            "type": format!("vigie.fact.{kind}.v1"), "time": "2026-11-23T09:00:00+01:00", "data": data,
        })
    }

    fn read(event: &Value) -> Result<Fact, Error> {
        fact(Some(event.to_string().as_bytes())).1
    }

    #[track_caller]
    fn contact(kind: &str, data: Value) -> What {
        match read(&event(kind, data)) {
            Ok(Fact::Contact(fact)) => {
                assert_eq!(
                    (fact.origin.as_str(), fact.contact.as_str(), fact.fact_id.as_str()),
                    ("acd", "call-1", "f-1")
                );
                assert_eq!(fact.occurred_at.unwrap().seconds, 1_795_420_800);
                fact.what.unwrap()
            }
            other => panic!("{kind}: {other:?}"),
        }
    }

    #[test]
    fn every_fact_of_the_contract_can_be_told() {
        let queue = json!({"external": {"owner": "acd", "type": "queue", "id": "q"}});
        let agent = json!({"user_id": "anne"});
        let What::Offered(offered) = contact(
            "contact_offered",
            json!({"desk": queue, "channel": "PHONE", "caller": {"number": "+33600000001"}}),
        ) else {
            panic!()
        };
        assert_eq!(offered.channel(), ContactChannel::Phone);
        assert!(matches!(offered.desk.unwrap().desk, Some(desk_ref::Desk::External(key)) if key.id == "q"));
        assert!(matches!(
            offered.caller.unwrap().caller,
            Some(wire::contact_caller::Caller::Number(number)) if number == "+33600000001"
        ));
        let What::Qualified(qualified) =
            contact("contact_qualified", json!({"subject": "TECHNICAL", "families": ["MOBILE", "FIXED"]}))
        else {
            panic!()
        };
        assert_eq!((qualified.subject(), qualified.families), (Subject::Technical, vec![1, 2]));
        let What::Answered(answered) = contact(
            "contact_answered",
            json!({"desk": {"desk_id": "x"}, "agent": agent, "wait_ms": 12, "context_shown": true}),
        ) else {
            panic!()
        };
        assert_eq!((answered.wait_ms, answered.context_shown), (Some(12), Some(true)));
        for (kind, data) in [
            ("contact_abandoned", json!({"desk": queue, "wait_ms": 31_000})),
            ("contact_transferred", json!({"to_desk": queue, "reason": "wrong-team"})),
            ("contact_taken_in_charge", json!({"agent": agent})),
            ("contact_ended", json!({"settled": true})),
            ("callback_promised", json!({"callback": "cb", "due_by": "2026-11-24T09:00:00Z"})),
            ("callback_kept", json!({"callback": "cb", "agent": agent})),
            ("callback_missed", json!({"callback": "cb"})),
            ("survey_answered", json!({"question": "courtesy", "score": 4, "score_max": 5})),
            ("quality_graded", json!({"grid": "listening", "score": 18, "score_max": 20})),
            ("contact_repeated", json!({"earlier_contact": "call-0"})),
        ] {
            contact(kind, data);
        }
        let mut presence = event(
            "desk_staffed",
            json!({"desk": queue, "from": "2026-11-23T08:00:00Z", "until": "2026-11-23T09:00:00Z"}),
        );
        presence.as_object_mut().unwrap().remove("subject");
        assert!(matches!(read(&presence), Ok(Fact::Presence(fact)) if fact.fact_id == "f-1"));
    }

    #[test]
    fn what_is_no_fact_says_why_and_never_what_it_said() {
        let good = event("contact_ended", json!({}));
        let without = |name: &str| {
            let mut event = good.clone();
            event.as_object_mut().unwrap().remove(name);
            read(&event).err()
        };
        for name in ["specversion", "id", "source", "type", "data"] {
            assert_eq!(without(name), Some(Error::NoEvent), "{name}");
        }
        for name in ["subject", "time"] {
            assert_eq!(without(name), Some(Error::NoSubject), "{name}");
        }
        assert_eq!(read(&event("contact_lost", json!({}))).err(), Some(Error::UnknownType));
        assert_eq!(read(&event("contact_offered", json!({"channel": "PIGEON"}))).err(), Some(Error::Data));
        assert_eq!(
            read(&event("contact_ended", json!({"settled": "+33600000001"}))).err(),
            Some(Error::Data)
        );
        assert_eq!(read(&json!({"specversion": "0.3"})).err(), Some(Error::NoEvent));
        assert_eq!(fact(None).1.err(), Some(Error::Empty));
        assert_eq!(fact(Some(b"\xff")).1.err(), Some(Error::NoEvent));
        assert_eq!(fact(Some(&vec![b' '; RECORD_BYTES_MAX + 1])).1.err(), Some(Error::TooLarge));
        let (names, _) = fact(Some(event("contact_lost", json!({})).to_string().as_bytes()));
        assert_eq!(names.fact_id.as_deref(), Some("f-1"), "whoever mends it finds it");
    }

    #[test]
    fn fields_added_later_are_ignored() {
        let mut more = event("contact_ended", json!({"settled": true, "added_later": 1}));
        more["added_later"] = 1.into();
        assert!(read(&more).is_ok());
    }
}
