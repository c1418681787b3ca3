//! Rule 4: a payload comes back as the bytes that were given, not as what a JSON type makes of them.

use vigie_eventlog::Checkpoint;

use crate::support::{Place, append, id, rows};

on_both_engines!(payloads_come_back_byte_for_byte);

async fn payloads_come_back_byte_for_byte(place: Place) {
    let payloads: [&[u8]; 6] = [
        br#"{"b":1,"a":2}"#,
        br#"{ "amount" : 1.0, "large": 1e2, "big": 12345678901234567890123 }"#,
        br#"{"twice":1,"twice":2}"#,
        r#"{"text":"é\u00e9\u0000 🦀"}"#.as_bytes(),
        b"",
        &[0, 0xff, 0xfe, b'\'', b'\\', 0],
    ];
    let log = place.open().await;
    let stream = id();
    let mut append = append(stream, 0, payloads.len());
    for (event, payload) in append.events.iter_mut().zip(payloads) {
        event.payload = payload.to_vec();
    }
    let appended = log.append(append).await.unwrap();
    let tailed = log.subscribe(Checkpoint::START).next_batch(100).await.unwrap();
    let by_stream = log.read_stream(stream, 0, 100).await.unwrap();
    let by_position = log.read(0, 100).await.unwrap();
    assert_eq!(tailed, rows(&appended));
    assert_eq!(by_stream, rows(&appended));
    assert_eq!(by_position, rows(&appended));
    for (row, payload) in tailed.iter().zip(payloads) {
        assert_eq!(row.payload, payload);
    }
}
