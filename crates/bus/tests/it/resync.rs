//! `vigie log resync`: the topics after the log was restored from an older backup (rule 13).

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use rdkafka::ClientConfig;
use rdkafka::message::{Header, OwnedHeaders};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer as _};
use uuid::Uuid;
use vigie_bus::Record;
use vigie_bus::kafka::resync::{Error, Outcome, Report, resync};
use vigie_bus::kafka::{Error as BusError, Options, State, record_of, withdrawal_of};
use vigie_clock::{SystemClock, SystemIds};
use vigie_eventlog::{Checkpoint, EventLog, Hash, Location, backup};
use vigie_testkit::{Process, Scratch, arm_kill_point};

use crate::restored::backup as back_up;
use crate::support::{
    Engine, Place, append, appended, aside, assert_is_the_log, event, later, leads, read_all, read_messages,
    state,
};

const KILLED: &str = "resync::resync_until_killed";

/// What a record of the state topic tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) incarnation: i64,
    pub(crate) sequence: i64,
    /// The event, by its place in the chain; `None` for a stream that never existed.
    pub(crate) state: Option<Hash>,
}

/// A table as a CRM keeps it: of a stream the newest (incarnation, sequence) wins.
#[derive(Clone, Debug, Default)]
struct Crm(BTreeMap<Uuid, Told>);

impl Crm {
    fn take(&mut self, records: &[(Uuid, Told)]) {
        for (stream, told) in records {
            let there = self.0.entry(*stream).or_insert(*told);
            if (told.incarnation, told.sequence) > (there.incarnation, there.sequence) {
                *there = *told;
            }
        }
    }

    fn of(records: &[(Uuid, Told)]) -> Self {
        let mut crm = Self::default();
        crm.take(records);
        crm
    }

    fn streams(&self) -> BTreeMap<Uuid, Hash> {
        self.0.iter().filter_map(|(stream, told)| Some((*stream, told.state?))).collect()
    }
}

/// Everything on both topics, as somebody reads it who goes by the rule.
pub(crate) async fn told(place: &Place, topic: &str) -> Vec<(Uuid, Told)> {
    let (bootstrap, topic) = (place.options.brokers[0].clone(), topic.to_owned());
    let (context, topics) = (place.name.clone(), place.topics.clone());
    aside(move || {
        let mut told = Vec::new();
        read_messages(&bootstrap, &topic, |message| {
            let Some(record) = record_of(message).unwrap() else {
                let it = withdrawal_of(message).unwrap();
                told.push((it.stream_id, Told { incarnation: it.incarnation, sequence: 0, state: None }));
                return;
            };
            let event = record.event(&context).unwrap();
            if topics.is_state(&event.event_type) {
                let (incarnation, sequence) = (event.incarnation, event.stream_version);
                told.push((event.stream_id, Told { incarnation, sequence, state: Some(event.hash) }));
            }
        });
        told
    })
    .await
}

async fn told_by_both(place: &Place) -> Vec<(Uuid, Told)> {
    let mut all = told(place, &place.topics.events().name).await;
    all.extend(told(place, &place.state().name).await);
    all
}

/// The newest event of each stream of the log.
async fn newest(place: &Place, log: &EventLog) -> BTreeMap<Uuid, Hash> {
    let events = log.read(0, 10_000).await.unwrap();
    let events = events.into_iter().filter(|event| place.topics.is_state(&event.event_type));
    events.map(|event| (event.stream_id, event.hash)).collect()
}

/// Whoever reads the state topic from its beginning, also once it was compacted as far as can be, and whoever goes on with
/// what he has from before, ends with the log.
async fn everybody_has_the_log(place: &Place, log: &EventLog, crms: &[Crm]) {
    let expected = newest(place, log).await;
    let state = told(place, &place.state().name).await;
    let compacted: BTreeMap<_, _> = state.iter().copied().collect();
    let compacted: Vec<_> = compacted.into_iter().collect();
    assert_eq!(Crm::of(&state).streams(), expected, "from the beginning");
    assert_eq!(Crm::of(&compacted).streams(), expected, "from what compaction leaves");
    for crm in crms {
        for records in [&state, &compacted, &told_by_both(place).await] {
            let mut crm = crm.clone();
            crm.take(records);
            assert_eq!(crm.streams(), expected, "following on");
        }
    }
}

/// A log on its way to Kafka, and a backup of it.
struct Scene {
    place: Place,
    log: EventLog,
    streams: Vec<Uuid>,
    home: Scratch,
}

impl Scene {
    /// Four streams of three events each, carried, and backed up.
    async fn new(engine: Engine) -> Self {
        let place = Place::new(engine);
        let log = place.log().await;
        let relay = place.relay(&log).await;
        let streams = appended(&log, &place.name, 4, 3).await;
        place.carried(&log, Duration::from_secs(20)).await;
        relay.shutdown(later(5)).await;
        let home = Scratch::new("resync").unwrap();
        back_up(&log, &home.path().join("backup")).await;
        Self { place, log, streams, home }
    }

    /// After the backup two streams go on and another two are born, which is carried and read. Answers who read it.
    async fn goes_on(&self) -> Crm {
        let Self { place, log, streams, .. } = self;
        let relay = place.relay(log).await;
        for stream in &streams[..2] {
            log.append(append(*stream, 3, vec![self.event(), self.event()])).await.unwrap();
        }
        appended(log, &place.name, 2, 2).await;
        place.carried(log, Duration::from_secs(20)).await;
        relay.shutdown(later(5)).await;
        Crm::of(&told_by_both(place).await)
    }

    fn event(&self) -> vigie_eventlog::NewEvent {
        event(&format!("vigie.{}.happened.v1", self.place.name))
    }

    /// A version of a stream comes on the events topic, and the relay dies before it shows it. Answers who read it.
    async fn only_the_events_topic_shows(&self, stream: Uuid, version: i64) -> Crm {
        let Self { place, log, .. } = self;
        let lost = log.read_stream(stream, version - 1, 1).await.unwrap().remove(0);
        let record = Record::of(&lost, &place.name);
        let headers = record.headers.iter().map(|(name, value)| (name.to_string(), value.to_vec())).collect();
        send(place, &place.topics.events().name, &record.key, headers, Some(&lost.payload)).await;
        let live = Crm::of(&told_by_both(place).await);
        assert_eq!(live.0[&stream].sequence, version);
        live
    }

    /// The log as it was backed up, in another place of the same kind, carried to the same topics.
    async fn restored(self, engine: Engine) -> Restored {
        self.log.close(later(5)).await;
        let above = 0;
        let (fresh, place, log) = restore(&self.place, &self.home, engine, above).await;
        Restored { scene: self, place, log, _fresh: fresh }
    }
}

async fn restore(old: &Place, home: &Scratch, engine: Engine, above: i64) -> (Place, Place, EventLog) {
    let fresh = Place::new(engine);
    let place = Place::at(fresh.location.clone(), &old.name, &old.options.brokers[0], None);
    let options = vigie_eventlog::Options::new(place.location.clone());
    let (clock, ids) = (Arc::new(SystemClock), Arc::new(SystemIds));
    let file = home.path().join("backup");
    backup::restore_above(&file, above, options, clock, ids, |_| {}).await.unwrap();
    let log = place.log().await;
    (fresh, place, log)
}

struct Restored {
    scene: Scene,
    place: Place,
    log: EventLog,
    _fresh: Place,
}

impl Restored {
    async fn resync(&self) -> Result<Outcome, Error> {
        run(&self.place, &self.log).await
    }

    async fn resynced(&self) -> Report {
        match self.resync().await.unwrap() {
            Outcome::Resynced(report) => report,
            other => panic!("{other:?}"),
        }
    }

    /// The relay goes on, and so does a stream that was mended.
    async fn goes_on(&self) {
        let relay = self.place.relay(&self.log).await;
        leads(&relay).await;
        self.log.append(append(self.scene.streams[0], 3, vec![self.scene.event()])).await.unwrap();
        appended(&self.log, &self.place.name, 1, 2).await;
        self.place.carried(&self.log, Duration::from_secs(20)).await;
        relay.shutdown(later(5)).await;
    }
}

pub(crate) async fn run(place: &Place, log: &EventLog) -> Result<Outcome, Error> {
    let database = place.database().await;
    let mut shown = Vec::new();
    let outcome = resync(&place.options, &place.topics, log, &database, |so_far| shown.push(so_far)).await;
    database.close().await;
    if let Ok(Outcome::Resynced(report)) = &outcome {
        let last = shown.last().unwrap();
        assert_eq!((last.partitions_done, last.partitions_total), (24, 24));
        assert_eq!(last.put_right, report.mended + report.withdrawn);
    }
    outcome
}

async fn stopped(place: &Place, log: &EventLog) {
    let relay = place.relay(log).await;
    state(&relay, "stopped", |state| matches!(state, State::Stopped { .. })).await;
    relay.shutdown(later(5)).await;
}

async fn after_a_restore_everybody_ends_with_the_log(engine: Engine) {
    let scene = Scene::new(engine).await;
    let live = scene.goes_on().await;
    let restored = scene.restored(engine).await;
    let Restored { place, log, scene, .. } = &restored;
    stopped(place, log).await;
    // Vigie ran before anybody looked: this is no ghost, and the relay's to bring.
    log.append(append(scene.streams[2], 3, vec![scene.event()])).await.unwrap();

    let report = restored.resynced().await;
    assert_eq!((report.streams, report.mended, report.withdrawn), (6, 2, 2));
    assert_eq!((report.incarnation, report.cursor.position, report.foreign), (2, 12, 0));
    let mut crm = live.clone();
    crm.take(&told(place, &place.state().name).await);
    assert_eq!(crm.streams().len(), 4, "what never existed is gone before the relay goes on");
    let again = restored.resync().await.unwrap();
    assert_eq!(again, Outcome::NothingToDo { cursor: Some(report.cursor) });

    restored.goes_on().await;
    everybody_has_the_log(place, log, &[live]).await;
    let events = read_all(&place.options.brokers[0], &place.topics.events(), &place.name).await;
    let new_life: Vec<_> = events.iter().filter(|seen| seen.event.incarnation == 2).collect();
    assert_eq!(
        new_life.len() as i64,
        log.head().await.unwrap().position - 12,
        "each once, the restore among them"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_restore_everybody_ends_with_the_log_sqlite() {
    after_a_restore_everybody_ends_with_the_log(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_restore_everybody_ends_with_the_log_postgres() {
    after_a_restore_everybody_ends_with_the_log(Engine::Postgres).await;
}

/// One that the state topic never showed: the relay died between its two lanes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_event_that_only_the_events_topic_shows_is_put_right() {
    let scene = Scene::new(Engine::Sqlite).await;
    scene.log.append(append(scene.streams[3], 3, vec![scene.event()])).await.unwrap();
    let live = scene.only_the_events_topic_shows(scene.streams[3], 4).await;
    let restored = scene.restored(Engine::Sqlite).await;
    let report = restored.resynced().await;
    assert_eq!((report.mended, report.withdrawn, report.cursor.position), (1, 0, 12));
    restored.goes_on().await;
    everybody_has_the_log(&restored.place, &restored.log, &[live]).await;
}

/// The backup has what the relay had not carried, and of the same stream readers know a later event, which was lost.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_put_right_tells_nothing_of_how_far_the_topics_went() {
    let mut scene = Scene::new(Engine::Sqlite).await;
    scene.log.append(append(scene.streams[2], 3, vec![scene.event()])).await.unwrap();
    scene.log.append(append(scene.streams[3], 3, vec![scene.event()])).await.unwrap();
    scene.home = Scratch::new("resync").unwrap();
    back_up(&scene.log, &scene.home.path().join("backup")).await;
    scene.log.append(append(scene.streams[3], 4, vec![scene.event()])).await.unwrap();
    let live = scene.only_the_events_topic_shows(scene.streams[3], 5).await;

    let restored = scene.restored(Engine::Sqlite).await;
    assert_eq!(restored.resynced().await.cursor.position, 12);
    // As if it had been killed before.
    restored.place.cursor().await.set(Checkpoint::START).await.unwrap();
    let again = restored.resynced().await;
    assert_eq!((again.mended, again.cursor.position), (0, 12));
    restored.goes_on().await;
    everybody_has_the_log(&restored.place, &restored.log, &[live]).await;
    let Restored { place, log, .. } = &restored;
    let events = read_all(&place.options.brokers[0], &place.topics.events(), &place.name).await;
    for event in log.read(0, 10_000).await.unwrap() {
        assert!(events.iter().any(|seen| seen.event == event), "position {} is carried", event.position);
    }
}

/// Two backups of the same life: first the older one, which is put right and carried no further, then the newer one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_older_backup_first_and_then_the_newer_one() {
    let scene = Scene::new(Engine::Sqlite).await;
    let before = scene.goes_on().await;
    let newer = Scratch::new("resync").unwrap();
    back_up(&scene.log, &newer.path().join("backup")).await;
    let first = scene.restored(Engine::Sqlite).await;
    let report = first.resynced().await;
    assert_eq!((report.mended, report.withdrawn), (2, 2));
    let after = Crm::of(&told_by_both(&first.place).await);
    first.log.close(later(5)).await;

    let Restored { scene, place, .. } = first;
    let (_fresh, place, log) = restore(&place, &newer, Engine::Sqlite, 0).await;
    let second = Restored { scene, place, log, _fresh };
    second.resynced().await;
    let relay = second.place.relay(&second.log).await;
    leads(&relay).await;
    second.place.carried(&second.log, Duration::from_secs(20)).await;
    relay.shutdown(later(5)).await;
    everybody_has_the_log(&second.place, &second.log, &[before, after]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_backup_had_and_the_relay_had_not_carried_is_carried() {
    let place = Place::new(Engine::Sqlite);
    let log = place.log().await;
    let relay = place.relay(&log).await;
    let streams = appended(&log, &place.name, 3, 2).await;
    place.carried(&log, Duration::from_secs(20)).await;
    relay.shutdown(later(5)).await;
    // Kafka is away.
    log.append(append(streams[0], 2, vec![event(&format!("vigie.{}.happened.v1", place.name))]))
        .await
        .unwrap();
    appended(&log, &place.name, 1, 2).await;
    let home = Scratch::new("resync").unwrap();
    back_up(&log, &home.path().join("backup")).await;
    let restored = Scene { place, log, streams, home }.restored(Engine::Sqlite).await;

    let report = restored.resynced().await;
    assert_eq!((report.mended, report.withdrawn, report.cursor.position), (0, 0, 6));
    restored.goes_on().await;
    let Restored { place, log, .. } = &restored;
    let events = read_all(&place.options.brokers[0], &place.topics.events(), &place.name).await;
    assert_is_the_log(&events, log).await;
    everybody_has_the_log(place, log, &[]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn topics_that_show_nothing_get_all_of_the_restored_log() {
    let scene = Scene::new(Engine::Sqlite).await;
    let mut restored = scene.restored(Engine::Sqlite).await;
    // A new Kafka; its topics are not there yet.
    let name = format!("{}-new", restored.place.name);
    restored.place =
        Place::at(restored.place.location.clone(), &name, &restored.place.options.brokers[0], None);
    let report = restored.resynced().await;
    assert_eq!(report.cursor, Checkpoint { incarnation: 2, ..Checkpoint::START });
    assert_eq!(restored.resync().await.unwrap(), Outcome::NothingToDo { cursor: Some(report.cursor) });
    let relay = restored.place.relay(&restored.log).await;
    restored.place.carried(&restored.log, Duration::from_secs(20)).await;
    let events = read_all(&restored.place.options.brokers[0], &restored.place.topics.events(), &name).await;
    assert_is_the_log(&events, &restored.log).await;
    relay.shutdown(later(5)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn restored_twice_without_a_resync_between_it_is_right_all_the_same() {
    let scene = Scene::new(Engine::Sqlite).await;
    let live = scene.goes_on().await;
    let second = scene.restored(Engine::Sqlite).await;
    // Life 2 is recorded, and nothing of it is carried before it is backed up and restored in turn.
    second.log.append(append(second.scene.streams[1], 3, vec![second.scene.event()])).await.unwrap();
    let home = Scratch::new("resync").unwrap();
    back_up(&second.log, &home.path().join("backup")).await;
    second.log.close(later(5)).await;
    let (_fresh, place, log) = restore(&second.place, &home, Engine::Sqlite, 0).await;
    let third = Restored { scene: second.scene, place, log, _fresh };

    let report = third.resynced().await;
    assert_eq!((report.incarnation, report.cursor.position), (3, 12), "where the topics and the log part");
    third.goes_on().await;
    everybody_has_the_log(&third.place, &third.log, &[live]).await;
    let events =
        read_all(&third.place.options.brokers[0], &third.place.topics.events(), &third.place.name).await;
    let life_2 = events.iter().filter(|seen| seen.event.incarnation == 2).count();
    assert_eq!(life_2, 2, "what life 2 recorded is carried");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_restore_of_the_same_past_is_told_apart() {
    let scene = Scene::new(Engine::Sqlite).await;
    let before = scene.goes_on().await;
    let first = scene.restored(Engine::Sqlite).await;
    first.resynced().await;
    first.goes_on().await;
    let after = Crm::of(&told_by_both(&first.place).await);
    first.log.close(later(5)).await;

    // The wrong backup; now for the right one, which knows nothing of that.
    let Restored { scene, place, .. } = first;
    let (_fresh, place_2, log) = restore(&place, &scene.home, Engine::Sqlite, 0).await;
    let refused = run(&place_2, &log).await.unwrap_err();
    assert!(matches!(refused, Error::AnotherLife { shown: 2, present: 2 }), "{refused}");
    assert!(refused.to_string().contains("--above 2"), "{refused}");
    log.close(later(5)).await;

    let (_fresh, place, log) = restore(&place_2, &scene.home, Engine::Sqlite, 2).await;
    let third = Restored { scene, place, log, _fresh };
    let report = third.resynced().await;
    assert_eq!((report.incarnation, report.cursor.position), (3, 12));
    third.goes_on().await;
    everybody_has_the_log(&third.place, &third.log, &[before, after]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_somebody_else_put_over_a_state_is_put_right() {
    let scene = Scene::new(Engine::Sqlite).await;
    let topic = scene.place.state().name;
    let keys = [scene.streams[0], scene.streams[1]].map(|stream| stream.to_string().into_bytes());
    send(&scene.place, &topic, &keys[0], Vec::new(), Some(b"rubbish")).await;
    send(&scene.place, &topic, &keys[1], Vec::new(), None).await;
    send(&scene.place, &topic, b"no stream", Vec::new(), Some(b"rubbish")).await;
    let restored = scene.restored(Engine::Sqlite).await;
    let report = restored.resynced().await;
    assert_eq!((report.streams, report.foreign, report.mended, report.withdrawn), (4, 1, 2, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_that_was_never_restored_has_nothing_to_put_right() {
    let place = Place::new(Engine::Sqlite);
    let log = place.log().await;
    assert_eq!(run(&place, &log).await.unwrap(), Outcome::NothingToDo { cursor: None });
    let relay = place.relay(&log).await;
    appended(&log, &place.name, 2, 2).await;
    place.carried(&log, Duration::from_secs(20)).await;
    relay.shutdown(later(5)).await;
    let cursor = log.head().await.unwrap();
    assert_eq!(run(&place, &log).await.unwrap(), Outcome::NothingToDo { cursor: Some(cursor) });

    let elsewhere = Checkpoint { hash: Hash([1; 32]), ..cursor };
    place.cursor().await.set(elsewhere).await.unwrap();
    let refused = run(&place, &log).await.unwrap_err();
    assert!(matches!(refused, Error::NotRestored), "{refused}");
    assert_eq!(place.cursor().await.read().await.unwrap(), Some(elsewhere), "it stays for a person to see");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_broker_it_gives_up_and_changes_nothing() {
    let scene = Scene::new(Engine::Sqlite).await;
    let restored = scene.restored(Engine::Sqlite).await;
    let nowhere = Options { brokers: vec!["127.0.0.1:1".to_owned()], ..restored.place.options.clone() };
    let database = restored.place.database().await;
    let resync = resync(&nowhere, &restored.place.topics, &restored.log, &database, |_| {});
    let failed = tokio::time::timeout(Duration::from_secs(30), resync).await.unwrap().unwrap_err();
    assert!(matches!(failed, Error::Bus(BusError::Kafka { .. })), "{failed}");
    assert_eq!(restored.place.cursor().await.read().await.unwrap(), None);
}

/// Killed at `point`, and run again.
async fn killed(point: &'static str) -> (Report, Report) {
    let scene = Scene::new(Engine::Sqlite).await;
    // All streams go on, so that nothing on the state topic tells any more how far the topics went.
    let live = scene.goes_on().await;
    let Scene { place, log, streams, .. } = &scene;
    let relay = place.relay(log).await;
    for stream in &streams[2..] {
        log.append(append(*stream, 3, vec![scene.event()])).await.unwrap();
    }
    place.carried(log, Duration::from_secs(20)).await;
    relay.shutdown(later(5)).await;
    let later_live = Crm::of(&told_by_both(place).await);
    let Restored { scene, place, log, _fresh } = scene.restored(Engine::Sqlite).await;
    let head = log.head().await.unwrap();
    log.close(later(5)).await;
    // The file is locked as long as anybody has the log.
    drop(log);

    let home = Scratch::new("killed").unwrap();
    let mut command = child(&place);
    arm_kill_point(&mut command, point);
    aside(move || {
        let process = Process::start(&home, &mut command).unwrap();
        process.kill_at(point, Duration::from_secs(60)).unwrap();
    })
    .await;
    let log = place.log().await;
    assert_eq!(log.head().await.unwrap(), head);
    let put_right = Crm::of(&told(&place, &place.state().name).await);
    let put_right = put_right.0.values().filter(|told| told.incarnation == 2).count() as u64;
    let restored = Restored { scene, place, log, _fresh };
    stopped(&restored.place, &restored.log).await;

    let report = restored.resynced().await;
    restored.goes_on().await;
    everybody_has_the_log(&restored.place, &restored.log, &[live, later_live]).await;
    let first = Report { mended: put_right, withdrawn: 0, ..report };
    (first, report)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_between_two_transactions_the_next_run_does_the_rest() {
    let (first, second) = killed("resync.after_transaction").await;
    assert_eq!(first.mended, 1, "a transaction holds one, here");
    assert_eq!((second.mended + second.withdrawn, second.cursor.position), (5, 12));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_before_the_cursor_moved_the_next_run_still_knows_how_far_the_topics_went() {
    let (first, second) = killed("resync.before_cursor").await;
    assert_eq!(first.mended, 6);
    assert_eq!((second.mended, second.withdrawn, second.cursor.position), (0, 0, 12));
}

fn child(place: &Place) -> Command {
    let Location::Sqlite(file) = &place.location else { panic!("on SQLite") };
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", KILLED, "--ignored", "--nocapture", "--test-threads=1"]);
    command.env("CHILD_FILE", file).env("CHILD_NAME", &place.name);
    command.env("CHILD_KAFKA", &place.options.brokers[0]);
    command
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "started by other tests, as a process of its own"]
async fn resync_until_killed() {
    let Ok(file) = std::env::var("CHILD_FILE") else { return };
    let setting = |name| std::env::var(name).unwrap();
    let location = Location::Sqlite(file.into());
    let mut place = Place::at(location, &setting("CHILD_NAME"), &setting("CHILD_KAFKA"), None);
    place.options.batch_events_max = 1;
    let log = place.log().await;
    run(&place, &log).await.unwrap();
}

/// Sends a record past Vigie.
pub(crate) async fn send(
    place: &Place,
    topic: &str,
    key: &[u8],
    headers: Vec<(String, Vec<u8>)>,
    payload: Option<&[u8]>,
) {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", &place.options.brokers[0]).set("partitioner", "murmur2_random");
    let (topic, key, payload) = (topic.to_owned(), key.to_vec(), payload.map(<[u8]>::to_vec));
    aside(move || {
        let producer: BaseProducer = config.create().unwrap();
        let owned = headers.iter().fold(OwnedHeaders::new(), |owned, (name, value)| {
            owned.insert(Header { key: name, value: Some(value) })
        });
        let mut record = BaseRecord::<[u8], [u8]>::to(&topic).key(&key).headers(owned);
        if let Some(payload) = &payload {
            record = record.payload(payload);
        }
        producer.send(record).map_err(|(error, _)| error).unwrap();
        producer.flush(Duration::from_secs(10)).unwrap();
    })
    .await;
}
