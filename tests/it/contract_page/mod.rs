//! The page for integrators shows what Kafka shows: the same calls as there, the records compared with the page's.

mod lines;
mod routing;

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use serde_json::Value;
use vigie_testkit::{Kafka, Kcat, Record};

const SOON: Duration = Duration::from_secs(60);

/// A record as the page shows it, reduced to what does not change from run to run.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Shape {
    /// Header `ce_type`.
    event_type: String,
    /// Header `ce_sequence`.
    sequence: String,
    /// In the record's order.
    headers: Vec<String>,
    /// `line.latest_act.act_id`: every path to a value; those of lists end with `[]`.
    paths: BTreeSet<String>,
}

/// A block of the page: `text` with key and headers, `json` with the value.
struct Block {
    key: String,
    /// In the page's order.
    headers: Vec<(String, String)>,
    value: Value,
}

impl Block {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.as_str())
    }

    fn shape(&self) -> Shape {
        Shape {
            event_type: self.header("ce_type").unwrap().to_owned(),
            sequence: self.header("ce_sequence").unwrap().to_owned(),
            headers: self.headers.iter().map(|(name, _)| name.clone()).collect(),
            paths: paths(&self.value),
        }
    }
}

/// The blocks of the section of that title.
fn on_the_page(title: &str) -> Vec<Block> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../contracts/README.md");
    let page = std::fs::read_to_string(page).unwrap();
    let (_, section) = page.split_once(&format!("\n## {title}\n")).unwrap();
    let section = section.split("\n## ").next().unwrap();
    section.split("```text\nkey ").skip(1).map(block).collect()
}

/// What follows the word `key` of a block.
fn block(text: &str) -> Block {
    let (head, rest) = text.split_once("```").unwrap();
    let value = rest.split_once("```json\n").unwrap().1.split_once("```").unwrap().0;
    let (key, headers) = head.split_once('\n').unwrap();
    let header = |line: &str| {
        let (name, value) = line.split_once(' ').unwrap();
        (name.to_owned(), value.trim().to_owned())
    };
    Block {
        key: key.trim().to_owned(),
        headers: headers.lines().map(header).collect(),
        value: serde_json::from_str(value).unwrap(),
    }
}

/// What is on a topic by now.
fn consume(kafka: &Kafka, topic: &str) -> Vec<Record> {
    tokio::task::block_in_place(|| Kcat::find().unwrap().consume(&kafka.bootstrap(), topic, SOON).unwrap())
}

fn shape_of(record: &Record) -> Shape {
    let of = |name| record.header(name).unwrap_or_default().to_owned();
    Shape {
        event_type: of("ce_type"),
        sequence: of("ce_sequence"),
        headers: record.headers().map(|(name, _)| name.to_owned()).collect(),
        paths: paths(&serde_json::from_str(record.payload.as_deref().unwrap()).unwrap()),
    }
}

fn paths(value: &Value) -> BTreeSet<String> {
    fn walk(value: &Value, at: &str, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(fields) => {
                fields.iter().for_each(|(name, value)| walk(value, &format!("{at}.{name}"), found));
            }
            Value::Array(values) => {
                found.insert(format!("{at}[]"));
                values.iter().for_each(|value| walk(value, &format!("{at}[]"), found));
            }
            _ => drop(found.insert(at.to_owned())),
        }
    }
    let mut found = BTreeSet::new();
    walk(value, "", &mut found);
    found
}
