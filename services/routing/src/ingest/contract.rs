//! What contact centres are promised to be understood: the schema of every fact, generated from the type that reads it, and
//! an example of each, which is read as the schema says.

use std::fs;
use std::path::Path;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::Value;
use vigie_clock::Timestamp;
use vigie_contractkit::Schemas;
use vigie_proto::routing::contact_fact::What;
use vigie_proto::routing::record_contacts_request::Fact;

use super::data::*;
use super::event::{self, Error};

/// A record that tells of a contact.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "says what a record looks like; `event` reads it")]
struct OfContact<D: Told> {
    /// Version of CloudEvents.
    #[schemars(schema_with = "specversion")]
    specversion: (),
    /// Key of the fact, unique within the contact: source, subject and id tell a repeat. At most 100 bytes.
    #[schemars(length(min = 1, max = 100))]
    id: String,
    /// System that tells it: `acd`. At most 100 bytes.
    #[schemars(length(min = 1, max = 100))]
    source: String,
    /// What happened.
    #[schemars(schema_with = "type_of::<D>")]
    r#type: (),
    /// Key of the contact there: the call id. At most 200 bytes.
    #[schemars(length(min = 1, max = 200))]
    subject: String,
    /// When it happened, RFC 3339 with any offset; at most 5 minutes ahead.
    time: Timestamp,
    /// What is known of it.
    data: D,
}

/// A record that tells of a team.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "says what a record looks like; `event` reads it")]
struct OfTeam<D: Told> {
    /// Version of CloudEvents.
    #[schemars(schema_with = "specversion")]
    specversion: (),
    /// Key of the fact, unique within team and day (UTC) of its beginning. At most 100 bytes.
    #[schemars(length(min = 1, max = 100))]
    id: String,
    /// System that tells it: `acd`. At most 100 bytes.
    #[schemars(length(min = 1, max = 100))]
    source: String,
    /// What happened.
    #[schemars(schema_with = "type_of::<D>")]
    r#type: (),
    /// When that was.
    data: D,
}

fn specversion(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "const": "1.0" })
}

fn type_of<D: Told>(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "const": D::TYPE })
}

/// The data of a fact.
trait Told: JsonSchema {
    /// The event's type.
    const TYPE: &'static str;
    /// What it says, in a sentence.
    const SAYS: &'static str;
}

macro_rules! facts {
    ($($kind:literal $record:ident<$data:ident>: $says:literal,)*) => {
        $(
            impl Told for $data {
                const TYPE: &'static str = concat!("vigie.fact.", $kind, ".v1");
                const SAYS: &'static str = $says;
            }
        )*

        /// The types of facts, without `vigie.fact.` and `.v1`.
        const FACTS: &[&str] = &[$($kind),*];

        fn schemas() -> Schemas {
            Schemas::of(&["vigie.fact."])
                $(.event::<$record<$data>>($data::TYPE, $data::SAYS))*
        }
    };
}

facts! {
    "callback_kept" OfContact<Kept>: "Somebody called back.",
    "callback_missed" OfContact<Missed>: "Nobody called back, and nobody will.",
    "callback_promised" OfContact<Promised>: "Somebody is to call back by due_by.",
    "contact_abandoned" OfContact<Abandoned>: "The caller gave up waiting.",
    "contact_answered" OfContact<Answered>: "Somebody answers.",
    "contact_ended" OfContact<Ended>: "The contact is over.",
    "contact_offered" OfContact<Offered>: "The contact waits for a team.",
    "contact_qualified" OfContact<Qualified>: "It is known who asks for what.",
    "contact_repeated" OfContact<Repeated>: "The contact is a further one on the subject of an earlier one.",
    "contact_taken_in_charge" OfContact<TakenInCharge>:
        "A named agent takes the contact in charge; an automatic acknowledgement is none.",
    "contact_transferred" OfContact<Transferred>: "The contact is handed on to another team.",
    "desk_staffed" OfTeam<Staffed>: "Somebody was there to answer for a team, for a time.",
    "quality_graded" OfContact<Graded>: "Somebody listened and graded.",
    "survey_answered" OfContact<Survey>: "The customer was asked, and answered.",
}

fn event_type(fact: &str) -> String {
    format!("vigie.fact.{fact}.v1")
}

#[test]
fn schemas_are_generated_from_the_types() {
    let published: Vec<_> = FACTS.iter().map(|fact| event_type(fact)).collect();
    schemas().are_as_checked_in(&published.iter().map(String::as_str).collect::<Vec<_>>());
}

/// The examples that are checked in: name of the fact, and the record.
fn examples() -> Vec<(String, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/facts");
    let mut examples: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path())
        .map(|path| {
            let name = path.file_name().unwrap().to_str().unwrap();
            let fact = name.strip_prefix("vigie.fact.").unwrap().strip_suffix(".v1.golden.json").unwrap();
            (fact.to_owned(), serde_json::from_slice(&fs::read(&path).unwrap()).unwrap())
        })
        .collect();
    examples.sort_by(|one, other| one.0.cmp(&other.0));
    examples
}

fn read(record: &Value) -> Result<Fact, Error> {
    event::fact(Some(record.to_string().as_bytes())).1
}

/// The type that tells it: a fact that is added to the proto files stops here until it has a schema.
fn told_by(fact: &Fact) -> &'static str {
    let Fact::Contact(fact) = fact else { return "desk_staffed" };
    match fact.what.as_ref().unwrap() {
        What::Offered(_) => "contact_offered",
        What::Qualified(_) => "contact_qualified",
        What::Answered(_) => "contact_answered",
        What::Abandoned(_) => "contact_abandoned",
        What::Transferred(_) => "contact_transferred",
        What::TakenInCharge(_) => "contact_taken_in_charge",
        What::Ended(_) => "contact_ended",
        What::CallbackPromised(_) => "callback_promised",
        What::CallbackKept(_) => "callback_kept",
        What::CallbackMissed(_) => "callback_missed",
        What::SurveyAnswered(_) => "survey_answered",
        What::QualityGraded(_) => "quality_graded",
        What::RepeatedContact(_) => "contact_repeated",
    }
}

#[test]
fn every_fact_has_an_example_that_is_read_as_that_fact() {
    let examples = examples();
    assert_eq!(examples.iter().map(|(fact, _)| fact.as_str()).collect::<Vec<_>>(), FACTS);
    for (fact, record) in &examples {
        assert_eq!(told_by(&read(record).unwrap()), fact);
    }
}

#[test]
fn a_fact_is_refused_without_a_field_if_and_only_if_its_schema_says_that_it_is_required() {
    let schemas = schemas().made();
    for (fact, record) in examples() {
        let schema = schemas.iter().find(|schema| schema.event_type == event_type(&fact)).unwrap();
        for (field, is_required) in schema.fields() {
            let mut without = record.clone();
            without.as_object_mut().unwrap().remove(field).unwrap();
            assert_eq!(read(&without).is_err(), is_required, "{fact} without {field}");
        }
        for (field, is_required) in schema.fields_of("data") {
            let mut without = record.clone();
            let shown = without["data"].as_object_mut().unwrap().remove(field);
            assert!(shown.is_some(), "the example of {fact} does not show {field}");
            assert_eq!(read(&without).is_err(), is_required, "{fact} without data.{field}");
        }
    }
}

#[test]
fn a_word_that_is_not_in_the_schema_is_refused_and_each_that_is_is_taken() {
    let examples = examples();
    let schemas = schemas().made();
    let words = [("contact_offered", "channel"), ("contact_qualified", "subject")];
    for (fact, field) in words {
        let schema = schemas.iter().find(|schema| schema.event_type == event_type(fact)).unwrap();
        let (_, record) = examples.iter().find(|(name, _)| name == fact).unwrap();
        let with = |word: &str| {
            let mut record = record.clone();
            record["data"][field] = word.into();
            read(&record)
        };
        let words = schema.words(&format!("data.{field}"));
        assert!(words.len() >= 5, "{words:?}");
        for word in words {
            assert!(with(&word).is_ok(), "{word}");
        }
        assert_eq!(with("PIGEON").err(), Some(Error::Data));
    }
}
