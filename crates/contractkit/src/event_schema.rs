//! A checked-in JSON Schema of an event, read.

use std::fs;

use serde_json::Value;

use crate::checked_in::contracts;

/// What `Personal<T>` is called in a schema.
const PERSONAL: &str = "Personal_";

/// How a schema marks what is personal and comes from outside, where no [`PERSONAL`] wraps it.
const MARK: &str = "x-personal";

/// Plain strings that hold a user id: whoever has the customer's directory knows the person.
const USER_IDS: [&str; 7] =
    ["actor", "approved_by", "by", "doers", "former_user_id", "on_behalf_of", "user_id"];

/// The schema of one event type.
pub struct EventSchema {
    /// Stable public name with version.
    pub event_type: String,
    /// What it says, in a sentence.
    pub description: String,
    schema: Value,
}

impl EventSchema {
    /// The checked-in schemas of the events whose names begin with one of `prefixes`, in order of the name.
    ///
    /// # Panics
    /// When one cannot be read.
    pub fn all(prefixes: &[&str]) -> Vec<Self> {
        let mut all: Vec<_> = fs::read_dir(contracts().join("schemas"))
            .unwrap()
            .map(|file| file.unwrap().path())
            .filter_map(|path| {
                let event_type = path.file_name()?.to_str()?.strip_suffix(".json")?.to_owned();
                prefixes.iter().find(|prefix| event_type.starts_with(**prefix))?;
                Some(Self::of(event_type, serde_json::from_slice(&fs::read(&path).unwrap()).unwrap()))
            })
            .collect();
        all.sort_by(|one, other| one.event_type.cmp(&other.event_type));
        all
    }

    pub(crate) fn of(event_type: String, schema: Value) -> Self {
        let description = schema["description"].as_str().unwrap().to_owned();
        Self { event_type, description, schema }
    }

    /// Paths of the fields that are personal data, sorted: `line.msisdn`, `line.retired_imsis[]`, `parameters.*`.
    pub fn personal(&self) -> Vec<String> {
        self.paths(|_, schema, reference| {
            schema.get(MARK).is_some() || reference.is_some_and(|name| name.starts_with(PERSONAL))
        })
    }

    /// Paths of the fields that hold a user id, sorted.
    pub fn user_ids(&self) -> Vec<String> {
        self.paths(|field, schema, _| {
            let is_listed = |schema: &Value| ["const", "enum"].iter().any(|list| schema.get(list).is_some());
            let is_text = |schema: &Value| is_of(schema, "string") && !is_listed(schema);
            USER_IDS.contains(&field) && (is_text(schema) || is_text(&schema["items"]))
        })
    }

    /// Whether `name` is a list of values here, or a list of forms that a value may have.
    pub fn defines_values(&self, name: &str) -> bool {
        let defined = &self.schema["$defs"][name];
        ["oneOf", "anyOf", "enum"].iter().any(|list| defined[*list].is_array())
    }

    /// What the event says, field by field: name, and whether it is always there.
    ///
    /// # Panics
    /// When the schema is not of an object.
    pub fn fields(&self) -> Vec<(&str, bool)> {
        fields(&self.schema)
    }

    /// The same of the object at a path: `data`.
    ///
    /// # Panics
    /// When there is none.
    pub fn fields_of(&self, path: &str) -> Vec<(&str, bool)> {
        fields(self.at(path))
    }

    /// The words of the closed list at a path: `data.channel`.
    ///
    /// # Panics
    /// When there is none.
    pub fn words(&self, path: &str) -> Vec<String> {
        let words = self.at(path)["enum"].as_array().unwrap().iter();
        words.map(|word| word.as_str().unwrap().to_owned()).collect()
    }

    /// What is at a path of plain fields.
    fn at(&self, path: &str) -> &Value {
        path.split('.').fold(&self.schema, |schema, field| {
            let inside = &schema["properties"][field];
            inside["$ref"]
                .as_str()
                .map_or(inside, |pointer| self.schema.pointer(pointer.trim_start_matches('#')).unwrap())
        })
    }

    /// Sorted paths of the fields for which `wanted` says so, given the field's name, its schema and what that refers to.
    fn paths(&self, wanted: impl Fn(&str, &Value, Option<&str>) -> bool) -> Vec<String> {
        let mut found = Vec::new();
        let mut open = vec![(String::new(), &self.schema)];
        while let Some((path, schema)) = open.pop() {
            assert!(path.len() < 1_000, "{path}: a schema that holds itself");
            let field = path.rsplit('.').next().unwrap_or_default().trim_end_matches("[]");
            let reference = schema["$ref"].as_str().and_then(|pointer| pointer.rsplit('/').next());
            if wanted(field, schema, reference) {
                found.push(path);
                continue;
            }
            if let Some(name) = reference {
                open.push((path.clone(), &self.schema["$defs"][name]));
            }
            for (name, property) in schema["properties"].as_object().into_iter().flatten() {
                let inside = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                open.push((inside, property));
            }
            if let Some(items) = schema.get("items") {
                open.push((format!("{path}[]"), items));
            }
            if let Some(values) = schema.get("additionalProperties").filter(|values| values.is_object()) {
                open.push((format!("{path}.*"), values));
            }
            for list in ["anyOf", "oneOf", "allOf"] {
                let alternatives = schema[list].as_array().into_iter().flatten();
                open.extend(alternatives.map(|alternative| (path.clone(), alternative)));
            }
        }
        found.sort();
        found.dedup();
        found
    }
}

/// Whether a value may be of that type.
fn is_of(schema: &Value, name: &str) -> bool {
    let types = &schema["type"];
    types == name || types.as_array().is_some_and(|types| types.iter().any(|one| one == name))
}

fn fields(schema: &Value) -> Vec<(&str, bool)> {
    let required = schema["required"].as_array().map_or(&[][..], Vec::as_slice);
    let properties = schema["properties"].as_object().unwrap();
    properties.keys().map(|field| (field.as_str(), required.contains(&field.as_str().into()))).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn schema() -> EventSchema {
        let schema = json!({
            "description": "Something happened.",
            "type": "object",
            "properties": {
                "actor": { "type": "string" },
                "texts": { "type": "object", "additionalProperties": { "$ref": "#/$defs/Text" } },
                "people": { "type": "array", "items": { "$ref": "#/$defs/Person" } },
                "number": { "type": "string", "x-personal": true },
                "by": { "$ref": "#/$defs/Side" },
                "doers": { "type": "array", "items": { "type": "string" } },
                "approved_by": { "type": ["string", "null"] },
            },
            "required": ["actor"],
            "$defs": {
                "Text": { "oneOf": [
                    { "type": "object", "properties": { "word": { "type": "string" } } },
                    { "type": "object", "properties": { "name": { "$ref": "#/$defs/Personal_string" } } },
                ] },
                "Person": {
                    "type": "object",
                    "properties": {
                        "mail": { "anyOf": [{ "$ref": "#/$defs/Personal_Mail" }, { "type": "null" }] },
                        "user_id": { "$ref": "#/$defs/Personal_string" },
                    },
                },
                "Side": { "oneOf": [{ "type": "string", "const": "CUSTOMER" }] },
                "Personal_string": { "type": "object", "properties": { "value": { "type": "string" } } },
                "Personal_Mail": { "type": "object", "properties": { "value": { "type": "string" } } },
            },
        });
        EventSchema::of("vigie.thing.happened.v1".to_owned(), schema)
    }

    #[test]
    fn personal_fields_are_found_in_maps_lists_and_alternatives() {
        assert_eq!(schema().personal(), ["number", "people[].mail", "people[].user_id", "texts.*.name"]);
    }

    #[test]
    fn user_ids_are_texts_and_what_is_personal_data_is_not_listed_twice() {
        assert_eq!(schema().user_ids(), ["actor", "approved_by", "doers"]);
    }

    #[test]
    fn fields_say_whether_they_are_always_there() {
        assert_eq!(
            schema().fields(),
            [
                ("actor", true),
                ("approved_by", false),
                ("by", false),
                ("doers", false),
                ("number", false),
                ("people", false),
                ("texts", false),
            ]
        );
        assert!(schema().defines_values("Text") && !schema().defines_values("Person"));
    }
}
