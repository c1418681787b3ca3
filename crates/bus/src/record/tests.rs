use std::borrow::Cow;

use proptest::option;
use proptest::prelude::*;
use uuid::Uuid;
use vigie_clock::Timestamp;
use vigie_eventlog::{Hash, RecordedEvent};

use super::{Error, HEADERS_BYTES_MAX, HEADERS_MAX, Record, VALUE_BYTES_MAX, header};

fn event() -> RecordedEvent {
    RecordedEvent {
        position: 42,
        event_id: Uuid::from_u128(1),
        shard: 0,
        incarnation: 1,
        stream_id: Uuid::from_u128(2),
        stream_version: 7,
        event_type: "vigie.line.suspension_confirmed.v1".to_owned(),
        account_id: Uuid::from_u128(3),
        recorded_at: Timestamp::from_micros(1_795_325_246_000_120),
        occurred_at: Timestamp::from_micros(1_795_325_245_000_000),
        actor: "advisor-3".to_owned(),
        on_behalf_of: None,
        channel: "PHONE".to_owned(),
        request_id: Some(Uuid::from_u128(4)),
        act_id: None,
        traceparent: Some("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".to_owned()),
        payload: br#"{"b":1,  "a":2.50}"#.to_vec(),
        hash: Hash([9; 32]),
    }
}

fn header_of<'r>(record: &'r Record<'_>, name: &str) -> Option<&'r str> {
    let (_, value) = record.headers.iter().find(|(there, _)| there == name)?;
    std::str::from_utf8(value).ok()
}

/// The same record with another value under `name`, or without it.
fn with(name: &'static str, value: Option<&str>) -> Result<RecordedEvent, Error> {
    let event = event();
    let mut record = Record::of(&event, "lines");
    record.headers.retain(|(there, _)| there != name);
    if let Some(value) = value {
        record.headers.push((name.into(), Cow::Owned(value.as_bytes().to_vec())));
    }
    record.event("lines")
}

#[test]
fn an_event_is_written_as_a_cloud_event_in_binary_mode() {
    let event = event();
    let record = Record::of(&event, "lines");
    let stream = "00000000-0000-0000-0000-000000000002";
    assert_eq!(record.key.as_ref(), stream.as_bytes());
    assert_eq!(record.payload.as_ref(), br#"{"b":1,  "a":2.50}"#);
    let expected = [
        ("ce_specversion", Some("1.0")),
        ("ce_id", Some("00000000-0000-0000-0000-000000000001")),
        ("ce_type", Some("vigie.line.suspension_confirmed.v1")),
        ("ce_source", Some("/vigie/lines/0/00000000-0000-0000-0000-000000000002")),
        ("ce_time", Some("2026-11-22T05:27:25.000000Z")),
        ("ce_recordedtime", Some("2026-11-22T05:27:26.000120Z")),
        ("ce_sequence", Some("0000000000000000007")),
        ("ce_incarnation", Some("1")),
        ("ce_position", Some("42")),
        ("ce_partitionkey", Some(stream)),
        ("ce_accountid", Some("00000000-0000-0000-0000-000000000003")),
        ("ce_actor", Some("advisor-3")),
        ("ce_onbehalfof", None),
        ("ce_channel", Some("PHONE")),
        ("ce_requestid", Some("00000000-0000-0000-0000-000000000004")),
        ("ce_actid", None),
        ("ce_chainhash", Some("0909090909090909090909090909090909090909090909090909090909090909")),
        ("traceparent", Some("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")),
        ("content-type", Some("application/json")),
    ];
    for (name, value) in expected {
        assert_eq!(header_of(&record, name), value, "{name}");
    }
    assert_eq!(record.headers.len(), expected.iter().filter(|(_, value)| value.is_some()).count());
}

#[test]
fn every_required_header_is_asked_for() {
    for name in header::ALL {
        let optional = [header::ON_BEHALF_OF, header::REQUEST_ID, header::ACT_ID, header::TRACEPARENT];
        let read = with(name, None);
        match optional.contains(&name) {
            true => assert!(read.is_ok(), "{name}"),
            false => assert_eq!(read, Err(Error::Missing(name))),
        }
    }
}

#[test]
fn a_malformed_header_is_named_and_its_value_is_not_shown() {
    let wrong = [
        (header::SPECVERSION, "0.3"),
        (header::CONTENT_TYPE, "text/plain"),
        (header::ID, "0611111111"),
        (header::ID, "{00000000-0000-0000-0000-000000000001}"),
        (header::SOURCE, "/vigie/lines/0"),
        (header::SOURCE, "/vigie/lines/x/00000000-0000-0000-0000-000000000002"),
        (header::SOURCE, "/vigie/lines/0/00000000-0000-0000-0000-000000000003"),
        (header::TIME, "yesterday"),
        (header::SEQUENCE, "7"),
        (header::SEQUENCE, "0000000000000000000"),
        (header::SEQUENCE, "-000000000000000007"),
        (header::POSITION, "0"),
        (header::POSITION, "99999999999999999999"),
        (header::INCARNATION, ""),
        (header::REQUEST_ID, "none"),
        (header::CHAIN_HASH, "00"),
    ];
    for (name, value) in wrong {
        let error = with(name, Some(value)).unwrap_err();
        assert!(matches!(error, Error::Malformed { what, .. } if what == name), "{name}: {error}");
        assert!(value.len() < 6 || !error.to_string().contains(value), "{error}");
    }
}

#[test]
fn a_record_of_another_context_or_key_is_refused() {
    let foreign = with(header::SOURCE, Some("/vigie/requests/0/00000000-0000-0000-0000-000000000002"));
    assert_eq!(foreign, Err(Error::Foreign { expected: "lines".to_owned() }));
    let event = event();
    let mut record = Record::of(&event, "lines");
    record.key = Cow::Borrowed(b"00000000-0000-0000-0000-000000000003");
    assert!(matches!(record.event("lines"), Err(Error::Malformed { what: "the key", .. })));
}

#[test]
fn a_header_that_is_there_twice_is_refused() {
    let event = event();
    let mut record = Record::of(&event, "lines");
    record.headers.push((header::TYPE.into(), Cow::Borrowed(b"vigie.line.terminated.v1")));
    assert_eq!(record.event("lines"), Err(Error::Repeated(header::TYPE)));
}

#[test]
fn text_that_is_not_utf8_is_refused() {
    let event = event();
    let mut record = Record::of(&event, "lines");
    record.headers.retain(|(name, _)| name != header::ACTOR);
    record.headers.push((header::ACTOR.into(), Cow::Borrowed(&[0xff, 0xfe])));
    assert!(matches!(record.event("lines"), Err(Error::Malformed { what: header::ACTOR, .. })));
}

#[test]
fn further_headers_are_tolerated_and_bounded() {
    let event = event();
    let mut record = Record::of(&event, "lines");
    record.headers.push(("ce_later".into(), Cow::Borrowed(&[0xff])));
    assert_eq!(record.event("lines").as_ref(), Ok(&event));

    let left = HEADERS_BYTES_MAX - record.headers_bytes();
    record.headers.push(("x".into(), vec![0; left - 1].into()));
    assert_eq!(record.event("lines").as_ref(), Ok(&event));
    record.headers.push(("y".into(), Cow::Borrowed(b"")));
    assert!(matches!(record.event("lines"), Err(Error::Oversized { limit: HEADERS_BYTES_MAX, .. })));

    let mut record = Record::of(&event, "lines");
    record.headers.resize(HEADERS_MAX, ("z".into(), Cow::Borrowed(b"")));
    assert_eq!(record.event("lines").as_ref(), Ok(&event));
    record.headers.resize(HEADERS_MAX + 1, ("z".into(), Cow::Borrowed(b"")));
    assert!(matches!(record.event("lines"), Err(Error::Oversized { limit: HEADERS_MAX, .. })));
}

#[test]
fn a_value_is_bounded() {
    let mut event = event();
    event.payload = vec![b' '; VALUE_BYTES_MAX];
    assert_eq!(Record::of(&event, "lines").event("lines").as_ref(), Ok(&event));
    event.payload.push(b' ');
    let read = Record::of(&event, "lines").event("lines");
    assert!(matches!(read, Err(Error::Oversized { limit: VALUE_BYTES_MAX, .. })));
}

#[test]
fn media_type_parameters_are_accepted() {
    assert!(with(header::CONTENT_TYPE, Some("Application/JSON; charset=utf-8")).is_ok());
}

fn uuids() -> impl Strategy<Value = Uuid> {
    any::<u128>().prop_map(Uuid::from_u128)
}

/// Years −9999 to 9999, which is what RFC 3339 and its successors can write.
fn times() -> impl Strategy<Value = Timestamp> {
    (-377_000_000_000_000_000..253_000_000_000_000_000_i64).prop_map(Timestamp::from_micros)
}

prop_compose! {
    fn events()(
        (position, incarnation, stream_version) in (1..=i64::MAX, 1..=i64::MAX, 1..=i64::MAX),
        shard in any::<i32>(),
        (event_id, stream_id, account_id) in (uuids(), uuids(), uuids()),
        (recorded_at, occurred_at) in (times(), times()),
        (event_type, actor, channel) in (".{0,40}", ".{0,40}", ".{0,10}"),
        (on_behalf_of, traceparent) in (option::of(".{0,40}"), option::of(".{0,60}")),
        (request_id, act_id) in (option::of(uuids()), option::of(uuids())),
        payload in prop::collection::vec(any::<u8>(), 0..200),
        hash in any::<[u8; 32]>().prop_map(Hash),
    ) -> RecordedEvent {
        RecordedEvent {
            position, event_id, shard, incarnation, stream_id, stream_version, event_type, account_id, recorded_at,
            occurred_at, actor, on_behalf_of, channel, request_id, act_id, traceparent, payload, hash,
        }
    }
}

proptest! {
    #[test]
    fn every_field_survives_the_way_there_and_back(event in events(), seed in any::<usize>()) {
        let mut record = Record::of(&event, "lines");
        let turned = seed % record.headers.len();
        record.headers.rotate_left(turned);
        prop_assert_eq!(record.event("lines"), Ok(event.clone()));
    }

    #[test]
    fn whatever_stands_in_a_record_nothing_panics(
        key in prop::collection::vec(any::<u8>(), 0..50),
        headers in prop::collection::vec(
            (prop::sample::select(header::ALL.as_slice()), prop::collection::vec(any::<u8>(), 0..50)),
            0..40,
        ),
        payload in prop::collection::vec(any::<u8>(), 0..50),
    ) {
        let headers = headers.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        let record = Record { key: key.into(), headers, payload: payload.into() };
        prop_assert!(record.event("lines").is_err());
    }
}
