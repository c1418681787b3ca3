//! What a record is: its value by the event's schema, its headers and its key.

use serde::Serialize;
use serde_json::{Value, json};

use super::document::{BINDING, Reference, refer};
use crate::event_schema::EventSchema;

#[derive(Serialize)]
pub(super) struct Message {
    name: String,
    summary: String,
    traits: [Reference; 1],
    payload: Reference,
    #[serde(rename = "x-personal", skip_serializing_if = "Vec::is_empty")]
    personal: Vec<String>,
    #[serde(rename = "x-user-ids", skip_serializing_if = "Vec::is_empty")]
    user_ids: Vec<String>,
}

/// `vigie.line.suspension_requested.v1` → `line.suspension_requested.v1`
pub(super) fn key(event_type: &str) -> &str {
    event_type.strip_prefix("vigie.").unwrap()
}

impl Message {
    /// An event of ours, under its name in the document.
    pub(super) fn published(schema: &EventSchema) -> (String, Self) {
        Self::with("record", schema)
    }

    /// A fact that others tell, under its name in the document.
    pub(super) fn read(schema: &EventSchema) -> (String, Self) {
        Self::with("fact", schema)
    }

    fn with(of_all: &str, schema: &EventSchema) -> (String, Self) {
        let message = Self {
            name: schema.event_type.clone(),
            summary: schema.description.clone(),
            traits: [refer(format!("#/components/messageTraits/{of_all}"))],
            payload: refer(format!("../schemas/{}.json", schema.event_type)),
            personal: schema.personal(),
            user_ids: schema.user_ids(),
        };
        (key(&schema.event_type).to_owned(), message)
    }
}

/// What every record has that Vigie writes.
pub(super) fn record(key: &str) -> Value {
    json!({
        "contentType": "application/json",
        "headers": { "$ref": "#/components/schemas/headers" },
        "bindings": {
            "kafka": {
                "key": { "type": "string", "format": "uuid", "description": format!("The stream's id: {key}.") },
                "bindingVersion": BINDING,
            }
        },
    })
}

/// What every record has that Vigie reads.
pub(super) fn fact(key: &str) -> Value {
    json!({
        "contentType": "application/cloudevents+json",
        "bindings": {
            "kafka": { "key": { "type": "string", "description": key }, "bindingVersion": BINDING },
        },
    })
}
