//! What is published: names and bytes, compared with the files that consumers test against.
//!
//! `UPDATE_GOLDEN=1 cargo test -p vigie-routing` writes the files anew. A file of an event that was published may only be
//! written anew while the old bytes still decode: keep them beside it under another name.

mod account;
mod contact_point;
mod desk;
mod outcomes;
mod person;
mod staff_member;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use vigie_eventlog::{Aggregate, DecodeError};

/// The published events of one kind of stream: `first` tells each of them once, and nothing else.
pub(super) struct Published<A: Aggregate> {
    /// One event of each type.
    pub(super) first: BTreeMap<&'static str, A::Event>,
    /// `vigie.desk.`
    pub(super) prefix: &'static str,
    /// The field that holds the stream's id: `desk_id`.
    pub(super) id: &'static str,
    /// The field that holds the state after it: `desk`.
    pub(super) state: &'static str,
}

impl<A: Aggregate> Published<A>
where
    A::Event: PartialEq + Debug,
{
    /// The first event of each type in a life in which all of them happen.
    pub(super) fn of(
        life: impl IntoIterator<Item = A::Event>,
        prefix: &'static str,
        id: &'static str,
        state: &'static str,
    ) -> Self {
        let mut first = BTreeMap::new();
        for event in life {
            let event_type = A::encode(&event).unwrap().event_type;
            first.entry(event_type).or_insert(event);
        }
        Self { first, prefix, id, state }
    }

    /// Everything that holds for the events of any kind of stream.
    #[track_caller]
    pub(super) fn check(&self, names: &[&str]) {
        assert_eq!(self.first.keys().copied().collect::<Vec<_>>(), names, "the story tells every event");
        self.are_written_like_their_files();
        self.files_decode_and_are_encoded_to_the_same_bytes(names);
        self.say_whose_they_are();
        self.refuse_what_is_none_of_theirs();
        self.ignore_fields_added_later();
        self.stay_far_below_the_bound();
    }

    fn are_written_like_their_files(&self) {
        for (event_type, event) in &self.first {
            let encoded = A::encode(event).unwrap();
            assert!(event_type.starts_with(self.prefix) && event_type.ends_with(".v1"), "{event_type}");
            is_as_checked_in(&folder().join(format!("{event_type}.golden.json")), &encoded.payload);
        }
    }

    /// Older bytes of the same type are `<type>.<since>.golden.json`.
    fn files_decode_and_are_encoded_to_the_same_bytes(&self, names: &[&str]) {
        let mut seen = BTreeSet::new();
        for file in fs::read_dir(folder()).unwrap() {
            let path = file.unwrap().path();
            let file_name = path.file_name().unwrap().to_str().unwrap();
            let is_golden = file_name.starts_with(self.prefix) && file_name.ends_with(".golden.json");
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

    /// A consumer finds account, own id and external keys beside what happened, and the state after it.
    fn say_whose_they_are(&self) {
        for (event_type, event) in &self.first {
            let json = json::<A>(event);
            assert_eq!(json["account_id"], A::encode(event).unwrap().account_id.to_string(), "{event_type}");
            assert!(json[self.id].is_string() && json["external_identifiers"].is_array(), "{event_type}");
            assert!(json[self.state].is_object(), "{event_type}");
        }
    }

    fn refuse_what_is_none_of_theirs(&self) {
        let unknown = format!("{}never_happened.v1", self.prefix);
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
            let mut json = json::<A>(event);
            json["added_later"] = 1.into();
            json[self.state]["added_later"] = "x".into();
            let decoded = A::decode(event_type, json.to_string().as_bytes()).unwrap();
            assert_eq!(&decoded, event);
        }
    }

    fn stay_far_below_the_bound(&self) {
        for (event_type, event) in &self.first {
            let bytes = A::encode(event).unwrap().payload.len();
            assert!(bytes < 4096, "{event_type} has {bytes} bytes");
        }
    }

    /// No event prints any of these.
    #[track_caller]
    pub(super) fn never_print(&self, hidden: &[&str]) {
        for (event_type, event) in &self.first {
            let shown = format!("{event:?}");
            for hidden in hidden {
                assert!(!shown.contains(hidden), "{event_type} shows {hidden}");
            }
        }
    }
}

/// An event as its consumers read it.
pub(super) fn json<A: Aggregate>(event: &A::Event) -> Value {
    serde_json::from_slice(&A::encode(event).unwrap().payload).unwrap()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

/// Compares with the file, or writes it where the run is told to.
#[track_caller]
fn is_as_checked_in(path: &Path, bytes: &[u8]) {
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        // In one step: another test may be reading it.
        let fresh = path.with_extension("fresh");
        fs::write(&fresh, bytes).unwrap();
        fs::rename(fresh, path).unwrap();
    }
    let checked_in = fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    assert_eq!(
        String::from_utf8_lossy(bytes),
        String::from_utf8_lossy(&checked_in),
        "{} differs from what the code makes",
        path.display()
    );
}
