//! The document as a whole.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};

use super::channel::Channel;
use super::message::{self, Message};
use super::{Contract, Schemas};
use crate::headers;

/// How long a version goes on being published beside the one that replaces it.
const DEPRECATION_MONTHS: u32 = 12;

/// Version of the Kafka bindings.
pub(super) const BINDING: &str = "0.5.0";

#[derive(Serialize)]
pub(super) struct Document {
    asyncapi: &'static str,
    id: String,
    info: Info,
    #[serde(rename = "defaultContentType")]
    default_content_type: &'static str,
    servers: Value,
    channels: BTreeMap<&'static str, Channel>,
    operations: BTreeMap<String, Operation>,
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
    open_values: &'static [&'static str],
}

#[derive(Serialize)]
struct Operation {
    action: &'static str,
    channel: Reference,
    summary: String,
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
pub(super) struct Reference {
    #[serde(rename = "$ref")]
    pointer: String,
}

pub(super) fn refer(pointer: impl Into<String>) -> Reference {
    Reference { pointer: pointer.into() }
}

impl Document {
    /// That says how the events of `schemas` are published.
    pub(super) fn of(contract: &Contract, schemas: &Schemas) -> Self {
        let channels = Channel::all(contract, schemas);
        let operations = channels.iter().map(|(name, channel)| operation(name, channel)).collect();
        Self {
            asyncapi: "3.1.0",
            id: format!("urn:vigie:{}", contract.topics.context()),
            info: info(contract),
            default_content_type: "application/json",
            servers: servers(),
            channels,
            operations,
            components: components(contract, schemas),
        }
    }
}

fn info(contract: &Contract) -> Info {
    Info {
        title: contract.title,
        version: "1.0.0",
        description: contract.description,
        license: json!({ "name": "Apache-2.0" }),
        deprecation: json!({
            "months": DEPRECATION_MONTHS,
            "description": "A version of an event is changed only by adding. What cannot be added is a new \
                            version, published beside the old one for so many months from its announcement.",
        }),
        open_values: contract.open_values,
    }
}

fn operation(name: &str, channel: &Channel) -> (String, Operation) {
    let (verb, action, who) = if channel.is_inbound() {
        ("read", "receive", "Vigie reads; whoever has them writes.")
    } else {
        ("publish", "send", "Vigie publishes; a CRM reads.")
    };
    let (first, rest) = name.split_at(1);
    let id = format!("{verb}{}{rest}", first.to_uppercase());
    let summary = format!("{} {who}", channel.summary());
    (id, Operation { action, channel: refer(format!("#/channels/{name}")), summary })
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

fn components(contract: &Contract, schemas: &Schemas) -> Components {
    let published = schemas.published.iter().map(Message::published);
    let read = schemas.read.iter().map(Message::read);
    let mut traits = json!({ "record": message::record(contract.key) });
    if let Some(inbound) = &contract.inbound {
        traits["fact"] = message::fact(inbound.key);
    }
    Components {
        messages: published.chain(read).collect(),
        message_traits: traits,
        schemas: json!({ "headers": headers::schema() }),
        security_schemes: json!({
            "mutualTls": { "type": "X509", "description": "A client certificate for each user." },
            "scram": { "type": "scramSha512", "description": "A user and a password for each, over TLS." },
        }),
    }
}
