//! A base on its way along a log.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use parking_lot::Mutex;
use tokio::sync::Notify;
use uuid::Uuid;
use vigie_clock::{Almanac, ManualClock, Timestamp};
use vigie_eventlog::view::{Batch, Feed, Source};
use vigie_eventlog::{Checkpoint, Hash, ReadError, RecordedEvent};

use super::fold::id;
use crate::base::{Live, NotLoaded, State};
use crate::domain::route::Known as _;

/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(20);

/// A log in memory that can be restored from an older backup.
#[derive(Clone, Default)]
struct Log(Arc<Inner>);

#[derive(Default)]
struct Inner {
    events: Mutex<Vec<RecordedEvent>>,
    changed: Notify,
}

impl Log {
    fn append(&self, event_type: &str, stream_id: Uuid, stream_version: i64, payload: &str) {
        let mut events = self.0.events.lock();
        let position = events.len() as i64 + 1;
        events.push(RecordedEvent {
            position,
            event_id: Uuid::from_u128(position as u128),
            shard: 0,
            incarnation: 1,
            stream_id,
            stream_version,
            event_type: event_type.to_owned(),
            account_id: id(1),
            recorded_at: Timestamp::from_micros(position),
            occurred_at: Timestamp::from_micros(position),
            actor: "someone".to_owned(),
            on_behalf_of: None,
            channel: "API".to_owned(),
            request_id: None,
            act_id: None,
            traceparent: None,
            payload: payload.as_bytes().to_vec(),
            hash: Hash::default(),
        });
        drop(events);
        self.0.changed.notify_waiters();
    }

    fn register(&self, person: Uuid, version: i64, line: &str) {
        let payload = format!(
            r#"{{"account_id":"{0}","person_id":"{person}","act_id":"{0}","actor":"someone","channel":"API",
                "person":{{"family_name":{{"subject":"{0}","value":"Durand"}},"roles":["END_USER"],
                "numbers":[{{"subject":"{0}","value":"{line}"}}],"external_identifiers":[]}}}}"#,
            id(1)
        );
        self.append("vigie.person.person_registered.v1", person, version, &payload);
    }

    fn restore(&self, events: usize) {
        self.0.events.lock().truncate(events);
        self.0.changed.notify_waiters();
    }

    fn head(&self) -> i64 {
        self.0.events.lock().len() as i64
    }
}

#[async_trait]
impl Feed for Log {
    fn log(&self) -> &str {
        "routing"
    }

    async fn read_after(&self, checkpoint: Checkpoint) -> Result<Box<dyn Source>, ReadError> {
        Ok(Box::new(Reader { log: self.clone(), after: checkpoint }))
    }

    async fn read_stream(&self, _: Uuid, _: i64, _: usize) -> Result<Vec<RecordedEvent>, ReadError> {
        Ok(Vec::new())
    }
}

struct Reader {
    log: Log,
    after: Checkpoint,
}

#[async_trait]
impl Source for Reader {
    async fn next_batch(&mut self, max: usize) -> Result<Batch, ReadError> {
        loop {
            let changed = self.log.0.changed.notified();
            let head = self.log.head();
            if head < self.after.position {
                let Checkpoint { position, incarnation, .. } = self.after;
                return Err(ReadError::CheckpointRefused { position, incarnation, head });
            }
            let events: Vec<_> = {
                let events = self.log.0.events.lock();
                events.iter().skip(self.after.position as usize).take(max.min(2)).cloned().collect()
            };
            if let Some(last) = events.last() {
                self.after = last.checkpoint();
                return Ok(Batch { events, resume: self.after });
            }
            changed.await;
        }
    }
}

fn live(log: &Log) -> Live {
    Live::new(Arc::new(log.clone()), Arc::new(ManualClock::default()), Almanac::built_in())
}

fn start(log: &Log) -> (Live, tokio_util::task::AbortOnDropHandle<()>) {
    let live = live(log);
    let (running, head) = (live.clone(), log.head());
    (live, tokio_util::task::AbortOnDropHandle::new(tokio::spawn(async move { running.run(head).await })))
}

async fn becomes(live: &Live, wanted: impl Fn(&State) -> bool) {
    let mut states = live.states();
    tokio::time::timeout(PATIENCE, states.wait_for(wanted)).await.unwrap().unwrap();
}

async fn follows(live: &Live) {
    becomes(live, |state| *state == State::Following).await;
}

#[tokio::test]
async fn it_answers_nobody_before_it_is_loaded_and_follows_from_then_on() {
    let log = Log::default();
    for person in 0..5 {
        log.register(id(10 + person), 1, &format!("+3360000000{person}"));
    }
    let live_unstarted = live(&log);
    assert_eq!(live_unstarted.read(|base| base.size()), Err(NotLoaded));
    let (live, _running) = start(&log);
    follows(&live).await;
    assert_eq!(live.read(|base| (base.size().people, base.position())), Ok((5, 5)));

    log.register(id(20), 1, "+33600000009");
    tokio::time::timeout(PATIENCE, live.reached(6)).await.unwrap();
    assert_eq!(live.read(|base| base.person(id(20)).is_some()), Ok(true));
}

#[tokio::test]
async fn it_begins_anew_when_the_log_was_restored() {
    let log = Log::default();
    for person in 0..4 {
        log.register(id(10 + person), 1, "+33600000000");
    }
    let (live, _running) = start(&log);
    follows(&live).await;
    log.restore(2);
    // How soon it is loaded again is the machine's to say, and it may be too soon to be seen loading.
    let loaded_anew = async {
        while live.read(|base| (base.size().people, base.position())) != Ok((2, 2)) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, loaded_anew).await.unwrap();
}

#[tokio::test]
async fn an_event_that_cannot_be_read_leaves_its_stream_as_it_was_and_no_other() {
    let log = Log::default();
    log.register(id(10), 1, "+33600000001");
    log.append("vigie.person.person_split.v9", id(10), 2, "{}");
    log.register(id(10), 3, "+33600000002");
    log.append("vigie.log.restored.v1", id(3), 1, "not ours");
    log.register(id(11), 1, "+33600000003");
    let (live, _running) = start(&log);
    follows(&live).await;
    let known = |line: &str| {
        let number = crate::domain::route::Number::parse(line).unwrap();
        live.read(|base| base.people_at(number).count()).unwrap()
    };
    assert_eq!([known("+33600000001"), known("+33600000002"), known("+33600000003")], [1, 0, 1]);
}

#[tokio::test]
async fn a_base_with_too_much_left_behind_stops_and_says_so() {
    let log = Log::default();
    for stream in 0..300 {
        log.append("vigie.person.person_split.v9", id(100 + stream), 1, "{}");
    }
    let (live, _running) = start(&log);
    let stopped = |state: &State| matches!(state, State::Stopped { why } if why.contains("streams wait"));
    becomes(&live, stopped).await;
    assert_eq!(live.read(|_| ()), Err(NotLoaded));
}
