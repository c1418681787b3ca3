//! A watch misses nothing and repeats nothing, wherever it goes on; nobody who reads slowly holds anything up.

use std::sync::Arc;
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::json;
use tokio_stream::StreamExt;
use tonic::Status;
use uuid::Uuid;
use vigie_chassis::error::Reason;
use vigie_chassis::identity::{Caller, Scope};
use vigie_progress::{Api, Options, Progress, WatchOptions};
use vigie_proto::progress::progress_service_server::ProgressService;
use vigie_proto::progress::{ListTimelineRequest, WatchLineRequest, WatchLineResponse};
use vigie_viewkit::{ACCOUNT, Engine, MemoryLog, PATIENCE, Script, asked_by, manager, on_both_engines, uuid};

use crate::support::{House, api, house_that_watches, staff};

const LINE: Uuid = Uuid::from_u128(1);

type Watch = <Api as ProgressService>::WatchLineStream;

async fn watch_as(api: &Api, caller: Caller, resume_token: &str) -> Result<Watch, Status> {
    let request = WatchLineRequest {
        line_id: LINE.to_string(),
        resume_token: resume_token.to_owned(),
        ..Default::default()
    };
    Ok(api.watch_line(asked_by(caller, request)).await?.into_inner())
}

async fn watch(progress: &Progress, resume_token: &str) -> Watch {
    watch_as(&api(progress), staff(), resume_token).await.unwrap()
}

async fn next(watch: &mut Watch) -> Option<Result<WatchLineResponse, Status>> {
    tokio::time::timeout(PATIENCE, watch.next()).await.expect("the watch says something")
}

/// The next message with an entry.
async fn entry(watch: &mut Watch) -> WatchLineResponse {
    loop {
        let message = next(watch).await.expect("the watch goes on").unwrap();
        if message.entry.is_some() {
            return message;
        }
    }
}

fn version(message: &WatchLineResponse) -> i64 {
    message.entry.as_ref().unwrap().version
}

/// Line 1 is suspended and reinstated over and over, between the doings of another.
fn busy(rounds: u128) -> Script {
    let mut script = Script::new().register(LINE).register(uuid(2));
    for round in 0..rounds {
        let (act, back, other) = (uuid(0xA000 + round), uuid(0xB000 + round), uuid(0xC000 + round));
        script = script
            .suspend(LINE, act, "LOSS", &[])
            .suspend(uuid(2), other, "LOSS", &[])
            .barred(LINE, &[act])
            .reinstate(LINE, back, "LOSS", &[])
            .barred(uuid(2), &[other])
            .opened(LINE, &[back]);
    }
    script
}

fn versions_of_line(script: &Script) -> i64 {
    script.events.iter().filter(|event| event.stream_id == LINE).count() as i64
}

async fn a_watch_shows_what_is_there_and_what_comes(engine: Engine) {
    let script = busy(3);
    let log = MemoryLog::of(&script.events[..4]);
    let house = House::open(engine, Arc::new(log.clone())).await;
    house.catch_up(4).await;
    let _running = house.run();
    let mut watch = watch(&house.progress, "").await;
    for expected in 1..=2 {
        assert_eq!(version(&entry(&mut watch).await), expected);
    }
    log.replace(&script.events);
    for expected in 3..=versions_of_line(&script) {
        let message = entry(&mut watch).await;
        assert_eq!(version(&message), expected);
        assert!(!message.resume_token.is_empty() && !message.entry.unwrap().summary_fr.is_empty());
    }
}

async fn a_watch_that_goes_on_anywhere_misses_nothing_and_repeats_nothing(engine: Engine) {
    let script = busy(60);
    let log = MemoryLog::of(&script.events[..1]);
    // Two replicas with a view of their own each, which never stand at the same place, and one that shares a view.
    let first = House::open(engine, Arc::new(log.clone())).await;
    let second = House::open(Engine::Sqlite, Arc::new(log.clone())).await;
    let third = first.another_process(Arc::new(log.clone())).await;
    first.catch_up(1).await;
    second.catch_up(1).await;
    let _running = (first.run(), second.run(), third.run());
    let events = script.events.clone();
    let writing = tokio::spawn(async move {
        let mut rng = StdRng::seed_from_u64(5);
        let mut end = 1;
        while end < events.len() {
            end = (end + rng.random_range(1..12)).min(events.len());
            log.replace(&events[..end]);
            tokio::time::sleep(Duration::from_millis(rng.random_range(0..8))).await;
        }
    });

    let mut rng = StdRng::seed_from_u64(6);
    let replicas = [&first.progress, &second.progress, &third.progress];
    let (mut token, mut seen) = (String::new(), Vec::new());
    while seen.len() < versions_of_line(&script) as usize {
        let mut watch = watch(replicas[rng.random_range(0..3)], &token).await;
        for _ in 0..rng.random_range(1..20) {
            if seen.len() == versions_of_line(&script) as usize {
                break;
            }
            let message = entry(&mut watch).await;
            seen.push(version(&message));
            token = message.resume_token;
        }
    }
    assert!(seen.into_iter().eq(1..=versions_of_line(&script)));
    writing.await.unwrap();
}

async fn the_token_of_a_list_goes_on_after_its_newest_entry(engine: Engine) {
    let script = busy(2);
    let log = MemoryLog::of(&script.events[..8]);
    let house = House::open(engine, Arc::new(log.clone())).await;
    house.catch_up(8).await;
    let _running = house.run();
    let list = ListTimelineRequest { line_id: LINE.to_string(), page_size: 1, ..Default::default() };
    let list = api(&house.progress).list_timeline(asked_by(staff(), list)).await.unwrap().into_inner();
    let mut watch = watch(&house.progress, &list.resume_token).await;
    log.replace(&script.events);
    assert_eq!(version(&entry(&mut watch).await), list.version + 1);
}

async fn after_a_restore_a_watch_is_told_that_what_it_saw_did_not_happen(engine: Engine) {
    let kept = Script::new().register(LINE).suspend(LINE, uuid(10), "LOSS", &[]);
    let lost = kept.clone().barred(LINE, &[uuid(10)]).reinstate(LINE, uuid(11), "LOSS", &[]);
    let house = House::fed(engine, &lost).await;
    let mut tokens = Vec::new();
    let mut before = watch(&house.progress, "").await;
    for _ in 0..lost.head() {
        tokens.push(entry(&mut before).await.resume_token);
    }

    // The restored log went another way, once to the same version and once not even so far.
    for longer in [false, true] {
        let mut restored = kept.clone().incarnation(2).suspend(uuid(2), uuid(20), "LOSS", &[]);
        if longer {
            restored = restored.overdue(LINE, uuid(10)).barred(LINE, &[uuid(10)]);
        }
        let other = House::fed(engine, &restored).await;
        let service = api(&other.progress);
        for token in &tokens[2..] {
            let refused = watch_as(&service, staff(), token).await.err().expect("another past");
            assert_eq!(Reason::of(&refused), Some(Reason::CheckpointRefused));
        }
        let went_on = watch_as(&service, staff(), &tokens[1]).await;
        assert!(went_on.is_ok(), "up to there both logs are the same");
    }
}

async fn a_view_that_starts_over_keeps_its_watches(engine: Engine) {
    let script = busy(3);
    let log = MemoryLog::of(&script.events[..8]);
    let house = House::open(engine, Arc::new(log.clone())).await;
    let _running = house.run();
    house.progress.reached(8).await;
    let mut watch = watch(&house.progress, "").await;
    let there = script.events[..8].iter().filter(|event| event.stream_id == LINE).count() as i64;
    for expected in 1..=there {
        assert_eq!(version(&entry(&mut watch).await), expected);
    }
    house.progress.start_over().await.unwrap();
    log.replace(&script.events);
    for expected in there + 1..=versions_of_line(&script) {
        assert_eq!(version(&entry(&mut watch).await), expected, "nothing is repeated");
    }
}

on_both_engines!(
    a_watch_shows_what_is_there_and_what_comes,
    a_watch_that_goes_on_anywhere_misses_nothing_and_repeats_nothing,
    the_token_of_a_list_goes_on_after_its_newest_entry,
    after_a_restore_a_watch_is_told_that_what_it_saw_did_not_happen,
    a_view_that_starts_over_keeps_its_watches,
);

async fn house_with(script: &Script, options: WatchOptions) -> (House, MemoryLog) {
    let log = MemoryLog::of(&script.events);
    let house = house_that_watches(Arc::new(log.clone()), options).await;
    house.catch_up(script.head()).await;
    (house, log)
}

#[tokio::test]
async fn a_slow_reader_is_dropped_and_told_and_goes_on_from_its_token() {
    let script = busy(50);
    let slow_reader = Duration::from_millis(30);
    let options = WatchOptions { waiting_max: 5, slow_reader, ..WatchOptions::default() };
    let (house, _log) = house_with(&script, options).await;
    let mut watch = watch(&house.progress, "").await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    let (mut token, mut seen) = (String::new(), 0);
    let refused = loop {
        match next(&mut watch).await.expect("it is told") {
            Ok(message) => {
                seen = version(&message);
                token = message.resume_token;
            }
            Err(status) => break status,
        }
    };
    assert_eq!(refused.code(), tonic::Code::ResourceExhausted);
    assert_eq!(Reason::of(&refused), Some(Reason::SlowReader));
    assert_eq!(seen, 5, "what waited for it is not lost");
    assert!(next(&mut watch).await.is_none());
    let mut again = self::watch(&house.progress, &token).await;
    for expected in 6..=versions_of_line(&script) {
        assert_eq!(version(&entry(&mut again).await), expected);
    }
}

#[tokio::test]
async fn a_quiet_watch_hears_heartbeats_with_its_token_and_ends_in_time() {
    let options = WatchOptions {
        heartbeat: Duration::from_millis(20),
        lasts_max: Duration::from_millis(300),
        ..WatchOptions::default()
    };
    let (house, _log) = house_with(&Script::new().register(LINE), options).await;
    let mut watch = watch(&house.progress, "").await;
    let token = entry(&mut watch).await.resume_token;
    let mut heartbeats = 0;
    while let Some(message) = next(&mut watch).await {
        let message = message.unwrap();
        assert_eq!((message.entry, message.resume_token), (None, token.clone()));
        heartbeats += 1;
    }
    assert!(heartbeats >= 3, "{heartbeats}");
}

#[tokio::test]
async fn a_line_that_leaves_the_caller_s_scope_ends_the_watch() {
    let script = Script::new()
        .at_place(ACCOUNT, json!({"cost_centre": "Ventes"}))
        .register(LINE)
        .at_place(ACCOUNT, json!({"cost_centre": "Achats"}))
        .suspend(LINE, uuid(10), "LOSS", &[]);
    let log = MemoryLog::of(&script.events[..1]);
    let house = House::open(Engine::Sqlite, Arc::new(log.clone())).await;
    house.catch_up(1).await;
    let _running = house.run();
    let scope = Scope { cost_centre: Some("Ventes".into()), ..Scope::account(ACCOUNT) };
    let mut watch = watch_as(&api(&house.progress), manager(scope), "").await.unwrap();
    assert_eq!(version(&entry(&mut watch).await), 1);
    log.replace(&script.events);
    let refused = next(&mut watch).await.unwrap().unwrap_err();
    assert_eq!(Reason::of(&refused), Some(Reason::LineNotFound));
}

#[tokio::test]
async fn a_parked_line_is_said_and_goes_on_when_it_is_released() {
    let script = Script::new()
        .register(LINE)
        .raw(LINE, "suspension_confirmed.v1", None, b"[]".to_vec())
        .suspend(LINE, uuid(10), "LOSS", &[]);
    let log = MemoryLog::of(&script.events[..1]);
    let house = House::open(Engine::Sqlite, Arc::new(log.clone())).await;
    house.catch_up(1).await;
    let _running = house.run();
    let mut watch = watch(&house.progress, "").await;
    assert_eq!(version(&entry(&mut watch).await), 1);
    log.replace(&script.events);
    let said = next(&mut watch).await.unwrap().unwrap();
    assert_eq!((said.entry, said.parked_version), (None, 2));
    house.progress.reached(3).await;
    let skip = vigie_eventlog::view::Skip {
        event_id: script.event_id(2),
        by: "operator-1".into(),
        reason: "a test".into(),
        at: vigie_clock::Timestamp::from_micros(1),
    };
    house.progress.parking().release(LINE, Some(&skip)).await.unwrap();
    let passed = entry(&mut watch).await;
    assert_eq!((version(&passed), passed.parked_version), (2, 0));
    assert_eq!(version(&entry(&mut watch).await), 3);
}

#[tokio::test]
async fn bad_tokens_are_refused() {
    let (house, _log) = house_with(&busy(1), WatchOptions::default()).await;
    let good = entry(&mut watch(&house.progress, "").await).await.resume_token;
    let service = api(&house.progress);
    let mut changed = good.clone().into_bytes();
    changed[50] = if changed[50] == b'A' { b'B' } else { b'A' };
    for token in ["garbage", "AAAA", &"A".repeat(5_000), std::str::from_utf8(&changed).unwrap()] {
        let refused = watch_as(&service, staff(), token).await.err().expect("no token of ours");
        assert_eq!(Reason::of(&refused), Some(Reason::BadResumeToken), "{token}");
        assert_eq!(refused.code(), tonic::Code::InvalidArgument);
    }
    let other_line =
        WatchLineRequest { line_id: uuid(2).to_string(), resume_token: good.clone(), ..Default::default() };
    let refused = service.watch_line(asked_by(staff(), other_line)).await.err().expect("another line");
    assert_eq!(Reason::of(&refused), Some(Reason::BadResumeToken));
    // No right comes with it: a stranger with a stolen token sees no line.
    let stranger = manager(Scope::account(uuid(0xACC1)));
    let refused = watch_as(&service, stranger, &good).await.err().expect("a stranger");
    assert_eq!(Reason::of(&refused), Some(Reason::LineNotFound));
}

#[tokio::test]
async fn watches_are_bounded_and_a_reader_who_goes_makes_room() {
    let options = WatchOptions { listeners_max: 2, ..WatchOptions::default() };
    let (house, _log) = house_with(&busy(1), options).await;
    let service = api(&house.progress);
    let (first, _second) = (watch(&house.progress, "").await, watch(&house.progress, "").await);
    let refused = watch_as(&service, staff(), "").await.err().expect("there are two already");
    assert_eq!(Reason::of(&refused), Some(Reason::QueueFull));
    drop(first);
    for _ in 0..1_000 {
        if watch_as(&service, staff(), "").await.is_ok() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("a reader who went still counts");
}

#[tokio::test]
async fn a_view_that_stops_ends_its_watches_loudly() {
    let script = busy(2);
    let (house, log) = house_with(&script.first(4), WatchOptions::default()).await;
    let _running = house.run();
    let mut watch = watch(&house.progress, "").await;
    entry(&mut watch).await;
    entry(&mut watch).await;
    let mut broken = script.events;
    broken[4].stream_version += 1;
    log.replace(&broken);
    let refused = next(&mut watch).await.unwrap().unwrap_err();
    assert_eq!(Reason::of(&refused), Some(Reason::Unavailable));
}

#[test]
fn the_usual_bounds_are_bounds() {
    let folder = std::path::PathBuf::from("progress.db");
    let WatchOptions { listeners_max, waiting_max, slow_reader, heartbeat, lasts_max } =
        Options::new(vigie_eventlog::Location::Sqlite(folder)).watch;
    assert!(listeners_max <= 10_000 && waiting_max <= 1_000);
    assert!(heartbeat < slow_reader && slow_reader < lasts_max && lasts_max <= Duration::from_secs(3_600));
}
