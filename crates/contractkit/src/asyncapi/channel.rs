//! A topic, as the document describes it.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value, json};
use vigie_bus::Topic;

use super::document::{BINDING, Reference, refer};
use super::message::key;
use super::{Contract, Inbound, Schemas, State};
use crate::event_schema::EventSchema;

const ORDERING: &str = "Records of one key are in one partition, in the order of ce_sequence. Nothing is promised between \
                        keys.";

const ORDERING_OF_FACTS: &str = "Facts may come in any order, and again: what happened when is in the fact.";

#[derive(Serialize)]
pub(super) struct Channel {
    address: String,
    summary: String,
    description: String,
    servers: [Reference; 1],
    messages: BTreeMap<String, Reference>,
    bindings: Value,
    #[serde(rename = "x-access")]
    access: String,
    #[serde(rename = "x-ordering")]
    ordering: &'static str,
    /// Whether Vigie reads it, and others write.
    #[serde(skip)]
    is_inbound: bool,
}

impl Channel {
    /// Of every topic of the contract, by the name of the channel.
    pub(super) fn all(contract: &Contract, schemas: &Schemas) -> BTreeMap<&'static str, Self> {
        let topics = contract.topics.states();
        assert_eq!(topics.len(), contract.states.len(), "one state for each of {topics:?}");
        let states = topics.iter().zip(contract.states).map(|(topic, state)| {
            let is_of_it = |schema: &&EventSchema| {
                contract.topics.state_of(&schema.event_type) == Some(topic.name.as_str())
            };
            (state.channel, Self::state(contract, topic, state, schemas.published.iter().filter(is_of_it)))
        });
        let inbound =
            contract.inbound.iter().map(|inbound| (inbound.channel, Self::inbound(inbound, schemas)));
        let events = (contract.events.channel, Self::events(contract, schemas));
        std::iter::once(events).chain(states).chain(inbound).collect()
    }

    pub(super) fn is_inbound(&self) -> bool {
        self.is_inbound
    }

    pub(super) fn summary(&self) -> &str {
        &self.summary
    }

    fn events(contract: &Contract, schemas: &Schemas) -> Self {
        let description = "Within an incarnation the ce_sequence of a key is contiguous: a missing one is a loss. A record \
                           may come again: skip what is not newer than the (ce_incarnation, ce_sequence) that you have of \
                           its key.";
        Self {
            summary: contract.events.summary.to_owned(),
            description: description.to_owned(),
            ..Self::of(&contract.topics.events(), schemas.published.iter())
        }
    }

    fn state<'a>(
        contract: &Contract,
        topic: &Topic,
        state: &State,
        schemas: impl Iterator<Item = &'a EventSchema>,
    ) -> Self {
        let (one, events) = (state.one, contract.topics.events().name);
        let description = format!(
            "The same records as on {events}, compacted by key: older ones of a key go away, the newest stays for ever. A \
             null value says that the {one} never existed (a restore of the log lost it): its headers carry \
             ce_incarnation, and a ce_sequence of 0."
        );
        Self {
            summary: format!("The newest event of every {one}, which carries the {one} after it."),
            description,
            ..Self::of(topic, schemas)
        }
    }

    fn inbound(inbound: &Inbound, schemas: &Schemas) -> Self {
        Self {
            summary: inbound.summary.to_owned(),
            description: inbound.description.to_owned(),
            access: "restricted: carries personal data; one ACL for each writer".to_owned(),
            ordering: ORDERING_OF_FACTS,
            is_inbound: true,
            ..Self::of(&inbound.topic, schemas.read.iter())
        }
    }

    /// A topic that Vigie publishes to, as yet without words.
    fn of<'a>(topic: &Topic, schemas: impl Iterator<Item = &'a EventSchema>) -> Self {
        let schemas: Vec<_> = schemas.collect();
        let is_of_people =
            |schema: &&EventSchema| !(schema.personal().is_empty() && schema.user_ids().is_empty());
        let carries = if schemas.iter().any(is_of_people) { "carries personal data; " } else { "" };
        let reference = |schema: &EventSchema| {
            let key = key(&schema.event_type);
            (key.to_owned(), refer(format!("#/components/messages/{key}")))
        };
        Self {
            address: topic.name.clone(),
            summary: String::new(),
            description: String::new(),
            servers: [refer("#/servers/kafka")],
            messages: schemas.iter().map(|schema| reference(schema)).collect(),
            bindings: settings(topic),
            access: format!("restricted: {carries}one ACL for each consumer"),
            ordering: ORDERING,
            is_inbound: false,
        }
    }
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
