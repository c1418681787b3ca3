//! The headers of a record: CloudEvents 1.0, Kafka binding, binary content mode.

use serde_json::{Map, Value, json};
use vigie_bus::record::header;

use Form::{Id, Instant, Is, Matches, Text};

/// What is known of a header's text.
#[derive(Clone, Copy)]
enum Form {
    Text,
    Id,
    /// RFC 3339.
    Instant,
    Is(&'static str),
    Matches(&'static str),
}

const NUMBER: Form = Matches("^[0-9]{1,19}$");

/// Name, form, and what it says.
const ALWAYS: [(&str, Form, &str); 15] = [
    (header::SPECVERSION, Is("1.0"), "Version of CloudEvents."),
    (header::ID, Id, "The event's id (UUIDv7)."),
    (
        header::TYPE,
        Matches(r"^vigie\.[a-z_]+\.[a-z_]+\.v[0-9]+$"),
        "Stable public name with version; names the schema of the value.",
    ),
    (
        header::SOURCE,
        Matches("^/vigie/[a-z0-9_-]+/[0-9]+/[0-9a-f-]{36}$"),
        "`/vigie/<context>/<shard>/<stream id>`.",
    ),
    (header::TIME, Instant, "When it happened. RFC 3339 in UTC, microseconds."),
    (
        header::RECORDED_TIME,
        Instant,
        "When the log recorded it: of a confirmation T1. RFC 3339 in UTC, microseconds.",
    ),
    (header::SEQUENCE, Matches("^[0-9]{19}$"), "The stream's version, from 1, zero-padded to 19 digits."),
    (header::INCARNATION, NUMBER, "Grows at every restore of the log. Decimal, from 1."),
    (header::POSITION, NUMBER, "Place in the log's one order, within a shard. Decimal, from 1."),
    (header::PARTITION_KEY, Id, "The stream's id, as the record's key."),
    (header::ACCOUNT_ID, Id, "Account of the business customer; the nil UUID of what is no one customer's."),
    (header::ACTOR, Text, "User id of the person, or name of the service, that caused it."),
    (header::CHANNEL, Text, "Through which door."),
    (
        header::CHAIN_HASH,
        Matches("^[0-9a-f]{64}$"),
        "The log's chain of hashes up to and including the event (SHA-256, hex).",
    ),
    (header::CONTENT_TYPE, Is("application/json"), "Of the value."),
];

/// The same, absent on the events where they have nothing to say.
const SOMETIMES: [(&str, Form, &str); 4] = [
    (header::ON_BEHALF_OF, Text, "User id of the person for whom staff acted."),
    (header::REQUEST_ID, Id, "The caller's request id."),
    (header::ACT_ID, Id, "The act that the event belongs to; of several the latest."),
    (header::TRACEPARENT, Text, "W3C trace context. A header of its own name, without `ce_`."),
];

/// JSON Schema of a record's headers.
pub(crate) fn schema() -> Value {
    let properties: Map<_, _> = ALWAYS
        .into_iter()
        .chain(SOMETIMES)
        .map(|(name, form, says)| {
            let property = match form {
                Text => json!({ "type": "string", "description": says }),
                Id => json!({ "type": "string", "description": says, "format": "uuid" }),
                Instant => json!({ "type": "string", "description": says, "format": "date-time" }),
                Is(value) => json!({ "type": "string", "description": says, "const": value }),
                Matches(pattern) => json!({ "type": "string", "description": says, "pattern": pattern }),
            };
            (name.to_owned(), property)
        })
        .collect();
    json!({
        "type": "object",
        "description": "Each is UTF-8 text. Others may come: ignore what you do not know.",
        "required": ALWAYS.map(|(name, ..)| name),
        "properties": properties,
    })
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;
    use vigie_bus::Record;
    use vigie_clock::Timestamp;
    use vigie_eventlog::{Hash, RecordedEvent};

    use super::*;

    #[test]
    fn a_record_has_the_headers_that_the_contract_names() {
        let bare = RecordedEvent {
            position: 1,
            event_id: Uuid::nil(),
            shard: 0,
            incarnation: 1,
            stream_id: Uuid::nil(),
            stream_version: 1,
            event_type: "vigie.line.line_registered.v1".to_owned(),
            account_id: Uuid::nil(),
            recorded_at: Timestamp::from_micros(1),
            occurred_at: Timestamp::from_micros(1),
            actor: "crm".to_owned(),
            on_behalf_of: None,
            channel: "API".to_owned(),
            request_id: None,
            act_id: None,
            traceparent: None,
            payload: Vec::new(),
            hash: Hash::default(),
        };
        let full = RecordedEvent {
            on_behalf_of: Some("marie.durand".to_owned()),
            request_id: Some(Uuid::nil()),
            act_id: Some(Uuid::nil()),
            traceparent: Some("00-0-0-00".to_owned()),
            ..bare.clone()
        };
        let names = |event: &RecordedEvent| {
            let record = Record::of(event, "lines");
            let mut names: Vec<_> = record.headers.iter().map(|(name, _)| name.to_string()).collect();
            names.sort();
            names
        };
        let mut always = ALWAYS.map(|(name, ..)| name);
        always.sort_unstable();
        assert_eq!(names(&bare), always);
        let mut all: Vec<_> = ALWAYS.into_iter().chain(SOMETIMES).map(|(name, ..)| name).collect();
        all.sort_unstable();
        assert_eq!(names(&full), all);
    }
}
