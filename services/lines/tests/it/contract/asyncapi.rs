//! The AsyncAPI 3.1 document of the topics that `lines` publishes to.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value, json};
use vigie_bus::Topic;
use vigie_eventlog::backup::RESTORED_EVENT;

use super::headers;
use super::schema::EventSchema;

/// Lists of values that may grow within a version; every other list is closed.
pub(super) const OPEN_VALUES: [&str; 8] =
    ["ActKind", "BlockEvidence", "Channel", "Evidence", "HandsetState", "Reason", "TargetName", "Zone"];

/// How long a version goes on being published beside the one that replaces it.
const DEPRECATION_MONTHS: u32 = 12;

/// Version of the Kafka bindings.
const BINDING: &str = "0.5.0";

#[derive(Serialize)]
pub(super) struct Document {
    asyncapi: &'static str,
    id: &'static str,
    info: Info,
    #[serde(rename = "defaultContentType")]
    default_content_type: &'static str,
    servers: Value,
    channels: BTreeMap<&'static str, Channel>,
    operations: BTreeMap<&'static str, Operation>,
    components: Components,
}

#[derive(Serialize)]
struct Info {
    title: &'static str,
    version: &'static str,
    description: &'static str,
    license: Value,
    #[serde(rename = "x-deprecation")]
    deprecation: Value,
    #[serde(rename = "x-open-values")]
    open_values: [&'static str; OPEN_VALUES.len()],
}

#[derive(Serialize)]
struct Channel {
    address: String,
    summary: &'static str,
    description: &'static str,
    servers: [Reference; 1],
    messages: BTreeMap<String, Reference>,
    bindings: Value,
    #[serde(rename = "x-access")]
    access: &'static str,
    #[serde(rename = "x-ordering")]
    ordering: &'static str,
}

#[derive(Serialize)]
struct Operation {
    action: &'static str,
    channel: Reference,
    summary: &'static str,
}

#[derive(Serialize)]
struct Components {
    messages: BTreeMap<String, Message>,
    #[serde(rename = "messageTraits")]
    message_traits: Value,
    schemas: Value,
    #[serde(rename = "securitySchemes")]
    security_schemes: Value,
}

#[derive(Serialize)]
struct Message {
    name: String,
    summary: String,
    traits: [Reference; 1],
    payload: Reference,
    #[serde(rename = "x-personal", skip_serializing_if = "Vec::is_empty")]
    personal: Vec<String>,
    #[serde(rename = "x-user-ids", skip_serializing_if = "Vec::is_empty")]
    user_ids: Vec<String>,
}

#[derive(Serialize)]
struct Reference {
    #[serde(rename = "$ref")]
    pointer: String,
}

fn refer(pointer: impl Into<String>) -> Reference {
    Reference { pointer: pointer.into() }
}

/// `vigie.line.suspension_requested.v1` → `line.suspension_requested.v1`
fn key(event_type: &str) -> &str {
    event_type.strip_prefix("vigie.").unwrap()
}

/// The document that says how the events of `schemas` are published.
pub(super) fn document(schemas: &[EventSchema]) -> Document {
    let topics = vigie_lines::config::topics().unwrap();
    let [state] = <[Topic; 1]>::try_from(topics.states()).unwrap();
    let (of_lines, of_the_log): (Vec<_>, Vec<_>) =
        schemas.iter().partition(|schema| topics.is_state(&schema.event_type));
    assert_eq!(of_the_log.iter().map(|schema| &schema.event_type).collect::<Vec<_>>(), [RESTORED_EVENT]);
    Document {
        asyncapi: "3.1.0",
        id: "urn:vigie:lines",
        info: Info {
            title: "Vigie: mobile lines",
            version: "1.0.0",
            description: "Every event of every mobile line, and the line after it, on Kafka. README.md beside this \
                          file is the page for integrators.",
            license: json!({ "name": "Apache-2.0" }),
            deprecation: json!({
                "months": DEPRECATION_MONTHS,
                "description": "A version of an event is changed only by adding. What cannot be added is a new \
                                version, published beside the old one for so many months from its announcement.",
            }),
            open_values: OPEN_VALUES,
        },
        default_content_type: "application/json",
        servers: servers(),
        channels: BTreeMap::from([
            ("lineEvents", events_channel(topics.events(), schemas.iter())),
            ("lineState", state_channel(state, of_lines.iter().copied())),
        ]),
        operations: BTreeMap::from([
            (
                "publishLineEvents",
                Operation {
                    action: "send",
                    channel: refer("#/channels/lineEvents"),
                    summary: "Vigie publishes every event; a CRM reads.",
                },
            ),
            (
                "publishLineState",
                Operation {
                    action: "send",
                    channel: refer("#/channels/lineState"),
                    summary: "Vigie publishes the newest event of every line; a CRM reads.",
                },
            ),
        ]),
        components: Components {
            messages: schemas
                .iter()
                .map(|schema| (key(&schema.event_type).to_owned(), message(schema)))
                .collect(),
            message_traits: json!({ "record": record() }),
            schemas: json!({ "headers": headers::schema() }),
            security_schemes: json!({
                "mutualTls": { "type": "X509", "description": "A client certificate for each consumer." },
                "scram": { "type": "scramSha512", "description": "A user for each consumer, over TLS." },
            }),
        },
    }
}

fn servers() -> Value {
    json!({
        "kafka": {
            "host": "kafka.internal:9093",
            "protocol": "kafka-secure",
            "description": "The operator's brokers: ask the operator for the address. Consumers read committed.",
            "security": [
                { "$ref": "#/components/securitySchemes/scram" },
                { "$ref": "#/components/securitySchemes/mutualTls" },
            ],
        }
    })
}

const ORDERING: &str = "Records of one key are in one partition, in the order of ce_sequence. Nothing is promised between \
                        keys.";

fn events_channel<'a>(topic: Topic, schemas: impl Iterator<Item = &'a EventSchema>) -> Channel {
    Channel {
        address: topic.name.clone(),
        summary: "Every event of every line.",
        description: "Within an incarnation the ce_sequence of a key is contiguous: a missing one is a loss. A record may \
                      come again: skip what is not newer than the (ce_incarnation, ce_sequence) that you have of its key.",
        servers: [refer("#/servers/kafka")],
        messages: references(schemas),
        bindings: settings(&topic),
        access: "restricted: carries personal data; one ACL for each consumer",
        ordering: ORDERING,
    }
}

fn state_channel<'a>(topic: Topic, schemas: impl Iterator<Item = &'a EventSchema>) -> Channel {
    Channel {
        address: topic.name.clone(),
        summary: "The newest event of every line, which carries the line after it.",
        description: "The same records as on vigie.lines.events.v1, compacted by key: older ones of a key go away, the \
                      newest stays for ever. A null value says that the line never existed (a restore of the log lost \
                      it): its headers carry ce_incarnation, and a ce_sequence of 0.",
        servers: [refer("#/servers/kafka")],
        messages: references(schemas),
        bindings: settings(&topic),
        access: "restricted: carries personal data; one ACL for each consumer",
        ordering: ORDERING,
    }
}

fn references<'a>(schemas: impl Iterator<Item = &'a EventSchema>) -> BTreeMap<String, Reference> {
    schemas
        .map(|schema| key(&schema.event_type))
        .map(|key| (key.to_owned(), refer(format!("#/components/messages/{key}"))))
        .collect()
}

/// A topic's settings as the Kafka binding spells them.
fn settings(topic: &Topic) -> Value {
    let configuration: Map<_, _> = topic
        .settings
        .iter()
        .map(|(name, value)| {
            let value = match *name {
                "cleanup.policy" => value.split(',').collect(),
                _ => value.parse::<u64>().unwrap().into(),
            };
            ((*name).to_owned(), value)
        })
        .collect();
    json!({
        "kafka": {
            "partitions": topic.partitions,
            "topicConfiguration": configuration,
            "bindingVersion": BINDING,
        }
    })
}

/// What every record has.
fn record() -> Value {
    json!({
        "contentType": "application/json",
        "headers": { "$ref": "#/components/schemas/headers" },
        "bindings": {
            "kafka": {
                "key": {
                    "type": "string",
                    "format": "uuid",
                    "description": "The stream's id: of a line's events the line's.",
                },
                "bindingVersion": BINDING,
            }
        },
    })
}

fn message(schema: &EventSchema) -> Message {
    Message {
        name: schema.event_type.clone(),
        summary: schema.description.clone(),
        traits: [refer("#/components/messageTraits/record")],
        payload: refer(format!("./schemas/{}.json", schema.event_type)),
        personal: schema.personal(),
        user_ids: schema.user_ids(),
    }
}
