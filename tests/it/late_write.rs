//! A write that its writer gave up lands after a theft was confirmed: the phone lives again, for two seconds at most.

use std::time::{Duration, Instant};

use tokio::task::JoinSet;
use uuid::Uuid;
use vigie_acceptance::{Door, Fleet, Kind, Person, Record, Scene, Stage, TestLine, eventually, machine};
use vigie_lines::domain::Fact;
use vigie_proto::commitments::{Case, ListCasesRequest};
use vigie_proto::lines::{ActState, SuspensionReason};
use vigie_testkit::{Direction, Nam, OsmoHlr};

/// How long the wire holds the write back.
const HELD_BACK: Duration = Duration::from_secs(3);

/// By when the write is under way: its call times out later than that.
const UNDER_WAY: Duration = Duration::from_millis(300);

/// What a late write opened is closed within this time.
const CLOSED_WITHIN: Duration = Duration::from_secs(2);

const BARRED: Nam = Nam { cs: false, ps: false };

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_phone_unbarred_by_a_late_write_is_barred_again_within_two_seconds() {
    let _machine = machine().await;
    let scene = Scene::open(Fleet::new(Stage::new(Kind::Real), 2).with_register_wires(), 16).await;
    let manager = Person::manager(scene.fleet().stage().account());
    let (a, b) = (scene.fleet().door(0, &manager).unwrap(), scene.fleet().door(1, &manager).unwrap());
    open_sessions(&a, scene.lines()).await;

    let mut landed = Vec::new();
    for line in scene.lines().iter().take(6) {
        let theft = theft_after_a_write_that_hangs(&scene, &a, &b, line).await;
        if let Some(lived) = watch(scene.fleet().stage().register(), &line.imsi).await {
            landed.push((line, theft, lived));
        }
        if landed.len() == 2 {
            break;
        }
    }
    assert!(!landed.is_empty(), "no write landed late: the test shows nothing");

    let record = scene.settled().await;
    let auditor = scene.door(&Person::staff("auditor"));
    for (line, theft, lived) in landed {
        eprintln!("late write: the phone lived for {lived:?}");
        assert!(lived <= CLOSED_WITHIN, "the phone lived for {lived:?}\n{}", record.dump(line.line_id));
        assert_is_recorded(&record, line);
        let case = case_of(&auditor, line, &theft).await;
        for kind in ["DRIFT_FOUND", "DRIFT_REPAIRED"] {
            assert!(case.incidents.iter().any(|incident| incident.starts_with(kind)), "{case:?}");
        }
    }
    scene.log_is_intact().await;
}

/// All workers of the replica have a session when the wire gets slow: a new one would not even get as far as a write.
async fn open_sessions(door: &Door, lines: &[TestLine]) {
    for _ in 0..3 {
        let mut under_way = JoinSet::new();
        for line in lines {
            let (door, line_id) = (door.clone(), line.line_id.to_string());
            under_way.spawn(async move {
                door.suspend(&line_id, SuspensionReason::Loss).await.unwrap();
                door.reinstate(&line_id, SuspensionReason::Loss).await.unwrap();
            });
        }
        while let Some(done) = under_way.join_next().await {
            done.unwrap();
        }
    }
}

/// A reinstates, and its write hangs; B suspends for theft and confirms. The act of the theft.
async fn theft_after_a_write_that_hangs(scene: &Scene, a: &Door, b: &Door, line: &TestLine) -> String {
    let line_id = line.line_id.to_string();
    let lost = a.suspend(&line_id, SuspensionReason::Loss).await.unwrap();
    assert_eq!(lost.act.unwrap().state(), ActState::Confirmed);

    let wire = &scene.fleet().register_wires(0).vty;
    wire.delay(Direction::ToTarget, HELD_BACK);
    let found = {
        let (a, line_id) = (a.clone(), line_id.clone());
        tokio::spawn(async move { a.reinstate(&line_id, SuspensionReason::Loss).await })
    };
    tokio::time::sleep(UNDER_WAY).await;
    wire.delay(Direction::ToTarget, Duration::ZERO);
    found.await.unwrap().unwrap();

    let theft = b.suspend(&line_id, SuspensionReason::Theft).await.unwrap();
    eventually("the theft is confirmed", Duration::from_secs(3), async || {
        let line = b.line(&line_id).await.unwrap();
        line.confirmed_at.is_some()
    })
    .await;
    theft.act.unwrap().act_id
}

/// Looks at the register itself while the write may land; for how long the phone lived, if it did.
async fn watch(register: &OsmoHlr, imsi: &str) -> Option<Duration> {
    let began = Instant::now();
    let mut lives_since = None;
    while began.elapsed() < HELD_BACK + CLOSED_WITHIN + Duration::from_secs(1) {
        let nam = tokio::task::block_in_place(|| register.nam(imsi)).unwrap().unwrap();
        match lives_since {
            None if nam != BARRED => lives_since = Some(Instant::now()),
            Some(since) if nam == BARRED => return Some(since.elapsed()),
            _ => {}
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    lives_since.map(|since| since.elapsed())
}

fn assert_is_recorded(record: &Record, line: &TestLine) {
    let facts: Vec<_> = record.line(line.line_id).events.iter().map(|(_, event)| &event.fact).collect();
    let found =
        facts.iter().any(|fact| matches!(fact, Fact::RegisterDriftFound(it) if it.explained_by_own_write));
    let repaired =
        facts.iter().any(|fact| matches!(fact, Fact::RegisterDriftRepaired(it) if !it.cs && !it.ps));
    assert!(found && repaired, "{}", record.dump(line.line_id));
}

/// The ledger's case of an act, once the ledger has read what was found.
async fn case_of(auditor: &Door, line: &TestLine, act_id: &str) -> Case {
    let mut found = None;
    eventually("the case shows what was found", Duration::from_secs(10), async || {
        let message = ListCasesRequest {
            characteristic: "9.3".into(),
            subject_id: Uuid::to_string(&line.line_id),
            ..Default::default()
        };
        let request = auditor.request(message, Duration::from_secs(5));
        let cases = auditor.commitments().list_cases(request).await.unwrap().into_inner().cases;
        found = cases.into_iter().find(|case| case.case_id == act_id);
        found.as_ref().is_some_and(|case| case.incidents.len() >= 2)
    })
    .await;
    found.unwrap()
}
