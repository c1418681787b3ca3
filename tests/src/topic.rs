//! What Kafka shows of a log, as a client reads it that we did not write.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use vigie_testkit::{Kafka, Kcat};

use crate::record::Record;

/// Every event.
pub const EVENTS: &str = "vigie.lines.events.v1";

/// The newest event of each line.
pub const STATE: &str = "vigie.line.state.v1";

/// How long the relay may take to bring all that the log has.
const CARRIED_WITHIN: Duration = Duration::from_secs(60);

/// A record's place in the life of its key: incarnation and version. The greater one is the newer one; version 0 is the
/// null that says that the line never existed.
pub type Mark = (i64, i64);

/// The marks of each key, in the order of the topic.
pub type Marks = BTreeMap<String, Vec<Mark>>;

/// What the topic shows at this moment.
pub async fn shown_on(kafka: &Kafka, topic: &str) -> Marks {
    let records = tokio::task::block_in_place(|| {
        Kcat::find().unwrap().consume(&kafka.bootstrap(), topic, CARRIED_WITHIN).unwrap()
    });
    let mut shown = Marks::new();
    for record in &records {
        let number = |header| record.header(header).unwrap().parse::<i64>().unwrap();
        let mark = (number("ce_incarnation"), number("ce_sequence"));
        assert_eq!(record.payload.is_none(), mark.1 == 0, "a null, and only a null, is of version 0");
        shown.entry(record.key.clone().unwrap()).or_default().push(mark);
    }
    shown
}

/// What the events topic shows once every event of the log is there.
pub async fn carried(kafka: &Kafka, record: &Record) -> Marks {
    let log = newest_of(record);
    let started = Instant::now();
    loop {
        let shown = shown_on(kafka, EVENTS).await;
        if newest(&shown) == log {
            return shown;
        }
        assert!(started.elapsed() < CARRIED_WITHIN, "the topic lacks events: {shown:?} of {log:?}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// A key seen again from an earlier version is what a relay does that begins again. Who skips what he has seen has every
/// version of the log's one life once and in order.
pub fn assert_in_order(shown: &Marks) {
    for (key, marks) in shown {
        let mut seen = 0;
        for (_, version) in marks {
            assert!(*version <= seen + 1, "{key}: {version} after {seen}");
            seen = seen.max(*version);
        }
    }
}

/// The last record of every line is its newest event.
pub async fn assert_ends_with_the_newest(kafka: &Kafka, record: &Record) {
    let of_lines = |key: &String| record.lines().any(|(line_id, _)| line_id.to_string() == *key);
    let expected: BTreeMap<_, _> = newest_of(record).into_iter().filter(|(key, _)| of_lines(key)).collect();
    let started = Instant::now();
    loop {
        let shown = shown_on(kafka, STATE).await;
        let last: BTreeMap<_, _> =
            shown.into_iter().filter_map(|(key, marks)| Some((key, *marks.last()?))).collect();
        if last == expected {
            return;
        }
        assert!(started.elapsed() < CARRIED_WITHIN, "the state topic ends with {last:?}, not {expected:?}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

fn newest(shown: &Marks) -> BTreeMap<String, Mark> {
    let newest = |marks: &Vec<Mark>| marks.iter().max().copied().unwrap_or_default();
    shown.iter().map(|(key, marks)| (key.clone(), newest(marks))).collect()
}

fn newest_of(record: &Record) -> BTreeMap<String, Mark> {
    let marks = record.events.iter().map(|it| (it.stream_id.clone(), (it.incarnation, it.stream_version)));
    // By position: the last one counts.
    marks.collect()
}
