//! A checked-in JSON Schema of an event, read.

use std::fs;
use std::path::Path;

use serde_json::Value;

/// Plain strings that hold a user id: whoever has the customer's directory knows the person.
const USER_IDS: [&str; 4] = ["actor", "approved_by", "on_behalf_of", "user_id"];

/// How the names of the events begin that are on the topics of lines; other contexts keep their schemas beside them.
const OF_LINES: [&str; 2] = ["vigie.line.", "vigie.log."];

/// What `Personal<T>` is called in a schema.
const PERSONAL: &str = "Personal_";

/// The schema of one event type.
pub(super) struct EventSchema {
    /// Stable public name with version.
    pub(super) event_type: String,
    /// What it says, in a sentence.
    pub(super) description: String,
    schema: Value,
}

impl EventSchema {
    /// The schemas of `folder` that are of lines and their log, in order of the event's name.
    pub(super) fn all(folder: &Path) -> Vec<Self> {
        let mut all: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|file| file.unwrap().path())
            .filter_map(|path| {
                let event_type = path.file_name()?.to_str()?.strip_suffix(".json")?.to_owned();
                OF_LINES.iter().find(|prefix| event_type.starts_with(*prefix))?;
                let schema: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
                let description = schema["description"].as_str().unwrap().to_owned();
                Some(Self { event_type, description, schema })
            })
            .collect();
        all.sort_by(|one, other| one.event_type.cmp(&other.event_type));
        all
    }

    /// Paths of the fields that are `Personal<T>`, sorted: `line.msisdn`, `line.retired_imsis[]`.
    pub(super) fn personal(&self) -> Vec<String> {
        self.paths(|_, reference| reference.is_some_and(|name| name.starts_with(PERSONAL)))
    }

    /// Paths of the fields that hold a user id, sorted.
    pub(super) fn user_ids(&self) -> Vec<String> {
        self.paths(|field, _| USER_IDS.contains(&field))
    }

    /// Whether `name` is a list of values here.
    pub(super) fn defines_values(&self, name: &str) -> bool {
        let values = self.schema["$defs"][name]["oneOf"].as_array();
        values.is_some_and(|values| values.iter().all(|value| value.get("const").is_some()))
    }

    /// What the event says, field by field: name, and whether it is always there.
    pub(super) fn fields(&self) -> Vec<(&str, bool)> {
        let required = self.schema["required"].as_array().unwrap();
        let properties = self.schema["properties"].as_object().unwrap();
        properties.keys().map(|field| (field.as_str(), required.contains(&field.as_str().into()))).collect()
    }

    /// Sorted paths of the fields for which `wanted` says so, given the field's name and what it refers to.
    fn paths(&self, wanted: impl Fn(&str, Option<&str>) -> bool) -> Vec<String> {
        let mut found = Vec::new();
        let mut open = vec![(String::new(), &self.schema)];
        while let Some((path, schema)) = open.pop() {
            let field = path.rsplit('.').next().unwrap_or_default().trim_end_matches("[]");
            let reference = schema["$ref"].as_str().and_then(|pointer| pointer.rsplit('/').next());
            if wanted(field, reference) {
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
