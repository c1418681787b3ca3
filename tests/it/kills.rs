//! SIGKILL at named points, under load, again and again: every acknowledged command is there, once, and the register ends
//! where the log wants it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use vigie_acceptance::{Dice, EVENTS, Fleet, Kind, Pace, Scene, Stage, machine, seed, shown_on, sized};

/// From a command's commit to its confirmation's: before and after COMMIT, before the answer, before and after the write to
/// the register, after the read-back.
const POINTS: [&str; 6] = [
    "append.before_commit",
    "append.after_commit",
    "lines.before_answer",
    "register.before_write",
    "register.after_write",
    "register.after_read_back",
];

/// Those that do not need a register of its own.
const POINTS_OF_THE_LOG: [&str; 3] = ["append.before_commit", "append.after_commit", "lines.before_answer"];

/// On the way to Kafka and from there into a view: a record is on the topics and the relay's cursor does not say so; a
/// view's transaction is complete, before and after COMMIT.
const POINTS_OF_THE_BUS: [&str; 3] = ["relay.after_produce", "view.before_commit", "view.after_commit"];

/// A process under load comes by every point within this time.
const REACHED_WITHIN: Duration = Duration::from_secs(30);

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn on_postgres_and_osmo_hlr_nothing_acknowledged_is_lost_or_done_twice() {
    let _machine = machine().await;
    let fleet = Fleet::new(Stage::new(Kind::Real), 2);
    kill_again_and_again("kills, real parts", fleet, &POINTS, sized(24, 200)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn on_the_embedded_default_nothing_acknowledged_is_lost_or_done_twice() {
    let _machine = machine().await;
    let fleet = Fleet::new(Stage::new(Kind::Embedded), 1);
    kill_again_and_again("kills, embedded default", fleet, &POINTS_OF_THE_LOG, sized(9, 60)).await;
}

/// One replica: who carries the log, and who moves a view, is the one that dies.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn with_kafka_before_the_views_nothing_acknowledged_is_lost_or_done_twice() {
    let _machine = machine().await;
    let fleet = Fleet::new(Stage::new(Kind::Real).with_kafka(), 1);
    let points = [&POINTS_OF_THE_BUS[..], &POINTS[..]].concat();
    let scene = kill_again_and_again("kills, with Kafka", fleet, &points, sized(18, 90)).await;

    let shown = shown_on(scene.fleet().stage().kafka(), EVENTS).await;
    let is_repeated = |marks: &Vec<_>| BTreeSet::from_iter(marks).len() < marks.len();
    assert!(shown.values().any(is_repeated), "no relay ever died with its cursor behind the topic");
}

async fn kill_again_and_again(name: &str, fleet: Fleet, points: &[&'static str], kills: usize) -> Scene {
    let mut dice = Dice::new(seed(name));
    let scene = Scene::open(fleet, 40).await;
    let load = scene.load(&Pace { callers: 12, ..Pace::default() }, &mut dice);
    let mut hits: BTreeMap<&str, usize> = points.iter().map(|point| (*point, 0)).collect();

    for kill in 0..kills {
        let (victim, point) = (kill % scene.fleet().count(), points[kill % points.len()]);
        // Each of three views commits up to fifty times a second, and the first of them are on what the log itself has.
        let nth = 1 + dice.below(if point.starts_with("view.") { 120 } else { 12 });
        tokio::task::block_in_place(|| {
            let fleet = scene.fleet();
            // It runs unarmed or stands at the point of the last time; it was killed either way.
            fleet.kill(victim);
            fleet.start_armed(victim, point, nth);
            let reached = fleet.wait_for_kill_point(victim, point, REACHED_WITHIN);
            assert!(reached.is_some(), "{point}@{nth} was not reached");
            fleet.kill(victim);
            *hits.get_mut(point).unwrap() += 1;
            fleet.begin(victim);
        });
        // In peace for a moment, so that the next death has something to destroy.
        tokio::time::sleep(dice.millis(200..900)).await;
    }

    let history = load.finish().await;
    let record = scene.conclude(&history).await;
    eprintln!("{name}: {}, {} events", history.summary(), record.events.len());
    for (point, count) in &hits {
        eprintln!("  {point:<28}{count:>5} kills");
    }
    assert_eq!(hits.values().sum::<usize>(), kills);
    assert!(hits.values().all(|count| *count > 0), "{hits:?}");
    scene
}
