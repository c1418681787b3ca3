//! The schemas of events, generated from their types.

use std::collections::BTreeSet;
use std::fs;

use schemars::{JsonSchema, Schema};

use crate::checked_in::{contracts, is_as_checked_in};
use crate::event_schema::EventSchema;

/// The schemas of all events whose names begin with one of some prefixes.
pub struct Schemas {
    prefixes: Vec<&'static str>,
    made: Vec<(String, Schema)>,
}

impl Schemas {
    /// Of the events whose names begin with one of `prefixes`: `vigie.line.`
    pub fn of(prefixes: &[&'static str]) -> Self {
        Self { prefixes: prefixes.to_vec(), made: Vec::new() }
    }

    /// The event of type `event_type` is a `P`, and says `description`.
    #[must_use]
    pub fn event<P: JsonSchema>(mut self, event_type: &str, description: &str) -> Self {
        let mut schema = schemars::schema_for!(P);
        schema.insert("$id".to_owned(), format!("urn:vigie:event:{event_type}").into());
        schema.insert("title".to_owned(), event_type.into());
        schema.insert("description".to_owned(), description.into());
        self.made.push((event_type.to_owned(), schema));
        self
    }

    /// That these are the checked-in schemas, one for each of the `published` events, and that no other is checked in.
    ///
    /// # Panics
    /// When they are not.
    #[track_caller]
    pub fn are_as_checked_in(self, published: &[&str]) {
        let folder = contracts().join("schemas");
        for (event_type, schema) in &self.made {
            let mut text = serde_json::to_string_pretty(schema).unwrap();
            text.push('\n');
            is_as_checked_in(&folder.join(format!("{event_type}.json")), text.as_bytes());
        }
        let made: BTreeSet<_> = self.made.iter().map(|(event_type, _)| event_type.clone()).collect();
        assert_eq!(made.len(), self.made.len(), "an event is told twice");
        let checked_in: BTreeSet<_> = fs::read_dir(folder)
            .unwrap()
            .filter_map(|file| file.unwrap().file_name().to_str()?.strip_suffix(".json").map(str::to_owned))
            .filter(|name| self.prefixes.iter().any(|prefix| name.starts_with(prefix)))
            .collect();
        assert_eq!(checked_in, made, "left: checked in; right: what the types make");
        let published = published.iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(made, published, "left: what the types make; right: what is published");
    }

    /// To be looked into.
    pub fn made(self) -> Vec<EventSchema> {
        self.made
            .into_iter()
            .map(|(event_type, schema)| EventSchema::of(event_type, schema.to_value()))
            .collect()
    }
}
