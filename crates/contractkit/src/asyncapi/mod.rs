//! The AsyncAPI 3.1 document of a context's topics.

mod channel;
mod document;
mod message;

use vigie_bus::{Topic, Topics};

use crate::checked_in::{contracts, is_as_checked_in};
use crate::event_schema::EventSchema;
use document::Document;

/// What the document says that no type does.
pub struct Contract {
    /// Where the context publishes.
    pub topics: Topics,
    /// How the names of its events begin, those without a state topic too: `vigie.line.`
    pub prefixes: &'static [&'static str],
    /// Of the document.
    pub title: &'static str,
    /// Of the document.
    pub description: &'static str,
    /// The topic of all events.
    pub events: Events,
    /// The state topics, in the order of [`Topics::states`].
    pub states: &'static [State],
    /// What Vigie reads.
    pub inbound: Option<Inbound>,
    /// What a record's key is: `of a line's events the line's`.
    pub key: &'static str,
    /// Lists of values, and of forms that a value may have, that may grow within a version; every other list is closed.
    pub open_values: &'static [&'static str],
}

/// A context's topic of all events.
pub struct Events {
    /// Name of the channel in the document.
    pub channel: &'static str,
    /// In a sentence.
    pub summary: &'static str,
}

/// The topic of the state of a kind of entity.
pub struct State {
    /// Name of the channel in the document.
    pub channel: &'static str,
    /// One entity in words: `line`, `staff member`.
    pub one: &'static str,
}

/// A topic that others write to and the context reads.
pub struct Inbound {
    /// Name of the channel in the document.
    pub channel: &'static str,
    /// The topic, with the settings that Vigie creates it with.
    pub topic: Topic,
    /// How the names of what is told there begin: `vigie.fact.`
    pub prefix: &'static str,
    /// In a sentence.
    pub summary: &'static str,
    /// What a writer does, and what becomes of it.
    pub description: &'static str,
    /// What a record's key is to be.
    pub key: &'static str,
}

impl Contract {
    /// Holds the document against `contracts/asyncapi/<context>.yaml`.
    ///
    /// # Panics
    /// When it differs, or a list that is said to be open is in no schema.
    #[track_caller]
    pub fn is_as_checked_in(&self) {
        let schemas = self.schemas();
        for name in self.open_values {
            let defines = |schemas: &[EventSchema]| schemas.iter().any(|schema| schema.defines_values(name));
            assert!(defines(&schemas.published) || defines(&schemas.read), "{name} is in no schema");
        }
        let text = format!(
            "# Generated from the event types by `make golden`. Do not edit.\n{}",
            serde_saphyr::to_string(&Document::of(self, &schemas)).unwrap()
        );
        let file = format!("asyncapi/{}.yaml", self.topics.context());
        is_as_checked_in(&contracts().join(file), text.as_bytes());
    }

    fn schemas(&self) -> Schemas {
        let published = EventSchema::all(&[self.prefixes, &[OF_THE_LOG]].concat());
        let read = self.inbound.iter().flat_map(|inbound| EventSchema::all(&[inbound.prefix])).collect();
        Schemas { published, read }
    }
}

/// How the names of a log's own events begin; they are on every context's events topic.
const OF_THE_LOG: &str = "vigie.log.";

/// What is on a context's topics.
struct Schemas {
    published: Vec<EventSchema>,
    read: Vec<EventSchema>,
}
