//! The log as a reader outside of Vigie finds it, and each line at each of its versions.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use tonic::Status;
use uuid::Uuid;
use vigie_clock::Timestamp;
use vigie_eventlog::Aggregate as _;
use vigie_lines::domain::{self, Line};
use vigie_proto::log as wire;

use crate::people::Door;

/// The whole log.
#[derive(Debug, Default)]
pub struct Record {
    /// By position.
    pub events: Vec<wire::Event>,
    lines: BTreeMap<Uuid, LineRecord>,
}

/// A line through its life.
#[derive(Debug)]
pub struct LineRecord {
    /// What happened, as stored and as the domain reads it; the event of version `n` is at `n - 1`.
    pub events: Vec<(wire::Event, domain::Event)>,
    /// The line at each version; at 0 it does not exist yet.
    pub states: Vec<Option<Line>>,
}

impl Record {
    /// Reads the log from its beginning to its end, as `operator` may. Whoever reads through a bad moment begins again.
    pub async fn read(operator: &Door) -> Self {
        let mut last = None;
        for _ in 0..50 {
            match Self::try_read(operator).await {
                Ok(record) => return record,
                Err(status) => last = Some(status),
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        panic!("the log cannot be read: {last:?}");
    }

    async fn try_read(operator: &Door) -> Result<Self, Status> {
        let request = wire::FeedRequest { log: "lines".to_owned(), ..Default::default() };
        let request = operator.request(request, Duration::from_secs(120));
        let mut feed = operator.log().feed(request).await?.into_inner();
        let mut record = Self::default();
        while let Some(response) = feed.message().await? {
            if let Some(event) = response.event {
                record.take_in(event);
            }
        }
        Ok(record)
    }

    fn take_in(&mut self, event: wire::Event) {
        let expected = i64::try_from(self.events.len()).unwrap() + 1;
        assert_eq!(event.position, expected, "positions are dense");
        if event.r#type.starts_with("vigie.line.") {
            let stream_id = event.stream_id.parse().unwrap();
            self.lines.entry(stream_id).or_default().take_in(event.clone());
        }
        self.events.push(event);
    }

    /// A line of the log.
    pub fn line(&self, line_id: Uuid) -> &LineRecord {
        self.lines.get(&line_id).unwrap_or_else(|| panic!("the log has no line {line_id}"))
    }

    /// All lines.
    pub fn lines(&self) -> impl Iterator<Item = (&Uuid, &LineRecord)> {
        self.lines.iter()
    }

    /// Where the log ends.
    pub fn head(&self) -> wire::Checkpoint {
        self.events.last().map_or_else(wire::Checkpoint::default, |last| wire::Checkpoint {
            incarnation: last.incarnation,
            position: last.position,
            hash: last.hash.clone(),
        })
    }

    /// How many events have this name (`register_drift_found`).
    pub fn count(&self, name: &str) -> usize {
        let name = format!("vigie.line.{name}.v1");
        self.events.iter().filter(|event| event.r#type == name).count()
    }

    /// A line's events for the person who looks for a fault: one a line, without what they say of the person.
    pub fn dump(&self, line_id: Uuid) -> String {
        let mut text = format!("line {line_id}\n");
        let Some(line) = self.lines.get(&line_id) else { return text };
        for (event, read) in &line.events {
            let snapshot = &read.line;
            let _ = writeln!(
                text,
                "  {:>6} v{:<4} {} {:<28} act {} request {} | {:?} intent {} {:?} {:?}{}",
                event.position,
                event.stream_version,
                recorded_at(event),
                event.r#type.trim_start_matches("vigie.line.").trim_end_matches(".v1"),
                event.act_id,
                event.request_id,
                snapshot.reasons,
                snapshot.intent.sequence,
                snapshot.intent.target,
                snapshot.evidence,
                if snapshot.drift { " DRIFT" } else { "" },
            );
        }
        text
    }
}

impl Default for LineRecord {
    fn default() -> Self {
        Self { events: Vec::new(), states: vec![None] }
    }
}

impl LineRecord {
    fn take_in(&mut self, event: wire::Event) {
        assert_eq!(event.stream_version, self.version() + 1, "versions of {} are dense", event.stream_id);
        let read = Line::decode(&event.r#type, &event.payload).unwrap();
        let mut state = self.states.last().cloned().flatten();
        domain::evolve(&mut state, &read, recorded_at(&event));
        self.states.push(state);
        self.events.push((event, read));
    }

    /// Its version now.
    pub fn version(&self) -> i64 {
        i64::try_from(self.events.len()).unwrap()
    }

    /// The line at `version`.
    pub fn at(&self, version: i64) -> Option<&Line> {
        self.states.get(usize::try_from(version).ok()?)?.as_ref()
    }

    /// The line now.
    pub fn now(&self) -> &Line {
        self.at(self.version()).unwrap()
    }

    /// The events that a request caused, with their versions.
    pub fn of_request(&self, request_id: Uuid) -> Vec<&(wire::Event, domain::Event)> {
        let request_id = request_id.to_string();
        self.events.iter().filter(|(event, _)| event.request_id == request_id).collect()
    }

    /// The version that the line had at an instant of the log's clock.
    pub fn version_at(&self, instant: Timestamp) -> i64 {
        let count = self.events.iter().filter(|(event, _)| recorded_at(event) <= instant).count();
        i64::try_from(count).unwrap()
    }
}

/// When an event was recorded.
pub(crate) fn recorded_at(event: &wire::Event) -> Timestamp {
    let at = event.recorded_at.unwrap_or_default();
    Timestamp::from_micros(at.seconds * 1_000_000 + i64::from(at.nanos / 1_000))
}
