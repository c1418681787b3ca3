//! The events of one kind of stream, held against the files that consumers test against.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::fs;
use std::path::PathBuf;

use serde_json::Value;
use vigie_eventlog::{Aggregate, DecodeError};

use crate::checked_in::is_as_checked_in;

/// The published events of one kind of stream. They are named after it (`vigie.desk.desk_closed.v1`), and so is the state
/// that each of them carries (`desk`).
///
/// `UPDATE_GOLDEN=1 cargo test` writes the golden files anew. A file of an event that was published may only be written
/// anew while the old bytes still decode: keep them beside it as `<type>.<since>.golden.json`.
pub struct Published<A: Aggregate> {
    /// One event of each type.
    pub first: BTreeMap<&'static str, A::Event>,
    id: &'static str,
    golden: PathBuf,
}

impl<A: Aggregate> Published<A>
where
    A::Event: PartialEq + Debug,
{
    /// The first event of each type in a life in which all of them happen. `id` is the field that holds the stream's id,
    /// and `golden` the folder of the golden files.
    ///
    /// # Panics
    /// When an event does not encode.
    pub fn of(
        life: impl IntoIterator<Item = A::Event>,
        id: &'static str,
        golden: impl Into<PathBuf>,
    ) -> Self {
        let mut first = BTreeMap::new();
        for event in life {
            let event_type = A::encode(&event).unwrap().event_type;
            first.entry(event_type).or_insert(event);
        }
        Self { first, id, golden: golden.into() }
    }

    /// Everything that holds for the events of any kind of stream, which are these.
    ///
    /// # Panics
    /// When something does not hold.
    #[track_caller]
    pub fn check(&self, names: &[&str]) {
        assert_eq!(self.first.keys().copied().collect::<Vec<_>>(), names, "the story tells every event");
        self.are_written_like_their_files();
        self.files_decode_and_are_encoded_to_the_same_bytes(names);
        self.say_whose_they_are();
        self.refuse_what_is_none_of_theirs();
        self.ignore_fields_added_later();
    }

    fn are_written_like_their_files(&self) {
        for (event_type, event) in &self.first {
            let encoded = A::encode(event).unwrap();
            assert!(event_type.starts_with(&prefix::<A>()) && event_type.ends_with(".v1"), "{event_type}");
            is_as_checked_in(&self.golden.join(format!("{event_type}.golden.json")), &encoded.payload);
        }
    }

    fn files_decode_and_are_encoded_to_the_same_bytes(&self, names: &[&str]) {
        let mut seen = BTreeSet::new();
        for file in fs::read_dir(&self.golden).unwrap() {
            let path = file.unwrap().path();
            let file_name = path.file_name().unwrap().to_str().unwrap();
            let is_golden = file_name.starts_with(&prefix::<A>()) && file_name.ends_with(".golden.json");
            if !is_golden {
                continue;
            }
            let event_type = names.iter().find(|name| file_name.starts_with(**name)).expect("a known type");
            let bytes = fs::read(&path).unwrap();
            let event = A::decode(event_type, &bytes).unwrap_or_else(|error| panic!("{file_name}: {error}"));
            let encoded = A::encode(&event).unwrap();
            assert_eq!(encoded.event_type, *event_type);
            assert_eq!(
                String::from_utf8_lossy(&encoded.payload),
                String::from_utf8_lossy(&bytes),
                "{file_name}"
            );
            seen.insert(*event_type);
        }
        assert_eq!(seen.into_iter().collect::<Vec<_>>(), names);
    }

    /// A consumer finds account and own id beside what happened, and the state after it.
    fn say_whose_they_are(&self) {
        for (event_type, event) in &self.first {
            let json = Self::json(event);
            assert_eq!(json["account_id"], A::encode(event).unwrap().account_id.to_string(), "{event_type}");
            assert!(json[self.id].is_string() && json[A::KIND].is_object(), "{event_type}");
        }
    }

    fn refuse_what_is_none_of_theirs(&self) {
        let unknown = format!("{}never_happened.v1", prefix::<A>());
        assert!(matches!(A::decode(&unknown, b"{}"), Err(DecodeError::UnknownType(name)) if name == unknown));
        for event_type in self.first.keys() {
            for broken in [&b"{}"[..], b"", b"\xff", b"[]"] {
                let decoded = A::decode(event_type, broken);
                assert!(matches!(decoded, Err(DecodeError::Malformed { .. })), "{event_type} {broken:?}");
            }
        }
    }

    fn ignore_fields_added_later(&self) {
        for (event_type, event) in &self.first {
            let mut json = Self::json(event);
            json["added_later"] = 1.into();
            json[A::KIND]["added_later"] = "x".into();
            let decoded = A::decode(event_type, json.to_string().as_bytes()).unwrap();
            assert_eq!(&decoded, event);
        }
    }

    /// A consumer finds its own keys beside what happened.
    ///
    /// # Panics
    /// When there is no place for them.
    #[track_caller]
    pub fn name_external_identifiers(&self) {
        for (event_type, event) in &self.first {
            assert!(Self::json(event)["external_identifiers"].is_array(), "{event_type}");
        }
    }

    /// Each event has fewer bytes.
    ///
    /// # Panics
    /// When one has not.
    #[track_caller]
    pub fn stay_below(&self, bytes: usize) {
        for (event_type, event) in &self.first {
            let length = A::encode(event).unwrap().payload.len();
            assert!(length < bytes, "{event_type} has {length} bytes");
        }
    }

    /// No event prints any of these.
    ///
    /// # Panics
    /// When one does.
    #[track_caller]
    pub fn never_print(&self, hidden: &[&str]) {
        for (event_type, event) in &self.first {
            let shown = format!("{event:?}");
            for hidden in hidden {
                assert!(!shown.contains(hidden), "{event_type} shows {hidden}");
            }
        }
    }

    /// An event as its consumers read it.
    ///
    /// # Panics
    /// When it does not encode.
    pub fn json(event: &A::Event) -> Value {
        serde_json::from_slice(&A::encode(event).unwrap().payload).unwrap()
    }
}

fn prefix<A: Aggregate>() -> String {
    format!("vigie.{}.", A::KIND)
}
