//! Whatever the order between streams, whatever comes twice, whatever fails and whenever processes die: each command is
//! carried out in its stream's order and ends once, and what reaches the receiver twice says that it may.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use parking_lot::Mutex;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use tokio::runtime::Runtime;
use uuid::Uuid;
use vigie_clock::derived_id;
use vigie_eventlog::reaction::{Effect, Options, Outcome, Reaction, Unreadable};
use vigie_eventlog::view::{Batch, Feed, Source};
use vigie_eventlog::{Checkpoint, EventLog, ReadError, RecordedEvent};

use super::receiver::{Receiver, decide};
use super::stage::{Running, Stage};
use crate::support::{Engine, Place, id};

const PARTITIONS: u128 = 12;

/// A log as twelve partitions would carry it: a stream stays in one of them and in order, they interleave as they please,
/// and parts come again.
struct Partitions {
    log: EventLog,
    seed: u64,
}

struct Interleaved {
    /// What is left of each partition, the next one last.
    left: Vec<Vec<RecordedEvent>>,
    came: Vec<RecordedEvent>,
    /// Checkpoints of all positions, and how many of them came without a gap.
    checkpoints: BTreeMap<i64, Checkpoint>,
    delivered: BTreeSet<i64>,
    resume: Checkpoint,
    random: StdRng,
}

#[async_trait]
impl Feed for Partitions {
    fn log(&self) -> &str {
        self.log.name()
    }

    async fn read_after(&self, checkpoint: Checkpoint) -> Result<Box<dyn Source>, ReadError> {
        self.log.check(&checkpoint).await?;
        let events = self.log.read(checkpoint.position, 10_000).await?;
        let mut left = vec![Vec::new(); PARTITIONS as usize];
        for event in events.iter().rev() {
            left[(event.stream_id.as_u128() % PARTITIONS) as usize].push(event.clone());
        }
        Ok(Box::new(Interleaved {
            left,
            came: Vec::new(),
            checkpoints: events.iter().map(|event| (event.position, event.checkpoint())).collect(),
            delivered: BTreeSet::new(),
            resume: checkpoint,
            random: StdRng::seed_from_u64(self.seed),
        }))
    }

    async fn read_stream(
        &self,
        stream_id: Uuid,
        version: i64,
        limit: usize,
    ) -> Result<Vec<RecordedEvent>, ReadError> {
        self.log.read_stream(stream_id, version, limit).await
    }
}

#[async_trait]
impl Source for Interleaved {
    async fn next_batch(&mut self, max: usize) -> Result<Batch, ReadError> {
        let mut events = Vec::new();
        let size = self.random.random_range(1..=max.min(12));
        while events.len() < size {
            let waiting: Vec<_> =
                (0..self.left.len()).filter(|place| !self.left[*place].is_empty()).collect();
            if waiting.is_empty() {
                break;
            }
            if !self.came.is_empty() && self.random.random_ratio(1, 4) {
                let again = self.random.random_range(0..self.came.len());
                events.push(self.came[again].clone());
                continue;
            }
            let place = waiting[self.random.random_range(0..waiting.len())];
            let event = self.left[place].pop().unwrap();
            self.delivered.insert(event.position);
            self.came.push(event.clone());
            events.push(event);
        }
        if events.is_empty() {
            return std::future::pending().await;
        }
        while self.delivered.contains(&(self.resume.position + 1)) {
            self.resume = self.checkpoints[&(self.resume.position + 1)];
        }
        Ok(Batch { events, resume: self.resume })
    }
}

/// Says texts to a receiver of whom nobody knows what comes next.
struct Unsure {
    receiver: Arc<Receiver>,
    /// Request ids that had their effect, in order; those of repeats as well.
    effects: Arc<Mutex<Vec<(Effect, String)>>>,
}

#[async_trait]
impl Reaction for Unsure {
    const NAME: &'static str = "test.unsure";
    type Command = String;

    fn decide(event: &RecordedEvent) -> Result<Vec<String>, Unreadable> {
        decide(event)
    }

    async fn carry_out(&self, text: &String, effect: &Effect) -> Outcome {
        let _inside = self.receiver.enter(text, effect);
        let chance = derived_id(effect.request_id, &effect.attempts.to_string()).as_u128() % 100;
        tokio::time::sleep(Duration::from_millis((chance % 4) as u64)).await;
        let happens = !(60..85).contains(&chance);
        if happens {
            self.effects.lock().push((effect.clone(), text.clone()));
        }
        tokio::time::sleep(Duration::from_millis((chance % 3) as u64)).await;
        match chance {
            0..60 => Outcome::Done,
            60..75 => Outcome::Failed("it did not happen".to_owned()),
            75..85 => Outcome::Unknown("it did not happen, but who knows".to_owned()),
            85..99 => Outcome::Unknown("it happened, but who knows".to_owned()),
            _ => std::future::pending().await,
        }
    }
}

/// Texts by event and stream, and when processes die, in ms.
type Plan = (Vec<(usize, usize)>, Vec<u64>, u64);

fn plan() -> impl Strategy<Value = Plan> {
    let events = proptest::collection::vec((0..5_usize, 0..3_usize), 10..40);
    (events, proptest::collection::vec(1..60_u64, 0..4), any::<u64>())
}

async fn run(place: Place, (events, deaths, seed): Plan) {
    let stage = Stage::open(place).await;
    let streams: Vec<Uuid> = (0..5).map(|_| id()).collect();
    let mut versions = [0; 5];
    let mut decided: BTreeMap<Uuid, Vec<Uuid>> = BTreeMap::new();
    for (stream, texts) in events {
        let event = stage.say(streams[stream], versions[stream], &["text"; 2][..texts]).await;
        versions[stream] += 1;
        let ids = (0..texts).map(|ordinal| derived_id(event.event_id, &format!("test.unsure {ordinal}")));
        decided.entry(streams[stream]).or_default().extend(ids);
    }
    let count = decided.values().map(Vec::len).sum();
    let effects = Arc::default();
    let options = Options { timeout: Duration::from_millis(400), attempts_max: 1_000, ..stage.options() };
    let reactor = async |seed| {
        let reaction = Unsure { receiver: stage.receiver.clone(), effects: Arc::clone(&effects) };
        let feed = Arc::new(Partitions { log: stage.log.clone(), seed });
        stage.reactor(reaction, options.clone(), feed).await
    };
    let steady = reactor(seed).await;
    let running = Running::start(&steady);
    for (number, ms) in (1..).zip(deaths) {
        let mortal = reactor(seed.wrapping_add(number)).await;
        let running = Running::start(&mortal);
        tokio::time::sleep(Duration::from_millis(ms)).await;
        running.abort().await;
        mortal.close().await;
    }
    let records = stage.until_all(count, &["DONE"]).await;
    running.stop().await;

    assert_eq!(records.len(), count, "as many as were decided");
    let recorded: BTreeSet<_> = records.iter().map(|record| record.request_id).collect();
    assert_eq!(recorded, decided.values().flatten().copied().collect());
    let mut first_effects: BTreeMap<Uuid, Vec<Uuid>> = BTreeMap::new();
    let effects: Vec<(Effect, String)> = effects.lock().clone();
    for (effect, _) in effects {
        let of_stream = first_effects.entry(effect.stream_id).or_default();
        if of_stream.contains(&effect.request_id) {
            assert!(effect.maybe_done, "a repeat that does not say so: {effect:?}");
        } else {
            of_stream.push(effect.request_id);
        }
    }
    decided.retain(|_, ids| !ids.is_empty());
    assert_eq!(first_effects, decided, "each in its stream's order");
    stage.receiver.heard();
    steady.close().await;
}

fn each_command_ends_once(engine: Engine, cases: u32) {
    let runtime = Runtime::new().unwrap();
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 20, ..Config::default() };
    let tried = TestRunner::new(config).run(&plan(), |plan| {
        runtime.block_on(run(Place::new(engine), plan));
        Ok(())
    });
    tried.unwrap();
}

mod on_sqlite {
    #[test]
    fn each_command_is_carried_out_in_its_streams_order_and_ends_once() {
        super::each_command_ends_once(super::Engine::Sqlite, 6);
    }
}

mod on_postgres {
    #[test]
    fn each_command_is_carried_out_in_its_streams_order_and_ends_once() {
        super::each_command_ends_once(super::Engine::Postgres, 6);
    }
}
