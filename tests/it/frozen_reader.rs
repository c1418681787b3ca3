//! A replica that is frozen while it carries the log to Kafka or moves a view that follows from there: the other one goes
//! on, and the one that thaws sets nothing back and takes nothing in a second time.

use std::sync::Arc;
use std::time::{Duration, Instant};

use vigie_acceptance::{
    Checkpoints, Dice, Fleet, Kind, Pace, Scene, Stage, System, eventually, machine, seed, sized,
};

const LINES: usize = 20;

/// Longer than the relay's lease (1 s), than an idle transaction may hold a view's row (2 s), and than the pause of a
/// replica that finds a view moved by another one (up to 5 s).
const FROZEN: Duration = Duration::from_secs(6);

/// Somebody else moves every view within this time: an idle transaction's two seconds, a pause of five, and some for a
/// busy machine.
const TAKES_OVER_WITHIN: Duration = Duration::from_secs(15);

/// What a replica counts of the events that it took into a view itself.
const TAKEN_IN: [&str; 2] =
    ["vigie_commitments_projection_lag_seconds_count", "vigie_progress_projection_lag_seconds_count"];

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_replica_that_thaws_sets_no_view_back_and_takes_nothing_in_twice() {
    let _machine = machine().await;
    let mut dice = Dice::new(seed("a frozen reader"));
    let scene = Scene::open(Fleet::new(Stage::new(Kind::Real).with_kafka(), 2), LINES).await;
    let checkpoints = Checkpoints::watch(scene.fleet().stage().database()).await;
    let load = scene.load(&Pace { callers: 6, pause_ms: 5..60, ..Pace::default() }, &mut dice);

    let mut frozen = [0; 2];
    for round in 0..sized(4, 20) {
        tokio::time::sleep(dice.millis(500..1_500)).await;
        let (number, mover) = mover(&scene, TAKEN_IN[round % TAKEN_IN.len()]).await;
        frozen[number] += 1;
        mover.process().stop().unwrap();
        let since = Instant::now();
        goes_on(&checkpoints).await;
        tokio::time::sleep(FROZEN.saturating_sub(since.elapsed())).await;
        mover.process().cont().unwrap();
    }

    let history = load.finish().await;
    let record = scene.conclude(&history).await;
    let looks = checkpoints.finish().await;
    eprintln!(
        "a frozen reader: {frozen:?} times, {}, {} events, {looks} looks",
        history.summary(),
        record.events.len()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_replica_frozen_in_the_middle_of_a_views_transaction_does_not_stop_the_view() {
    let _machine = machine().await;
    let mut dice = Dice::new(seed("frozen in a view's transaction"));
    let scene = Scene::open(Fleet::new(Stage::new(Kind::Real).with_kafka(), 2), LINES).await;
    let checkpoints = Checkpoints::watch(scene.fleet().stage().database()).await;
    let load = scene.load(&Pace { callers: 6, pause_ms: 5..60, ..Pace::default() }, &mut dice);

    for _ in 0..sized(2, 20) {
        tokio::time::sleep(dice.millis(200..800)).await;
        let fleet = scene.fleet();
        tokio::task::block_in_place(|| {
            // Alone, so that nobody else moves the view before it comes by.
            fleet.kill(1);
            fleet.kill(0);
            let system = fleet.start_armed(0, "view.before_commit", 20 + dice.below(200));
            let stands = fleet.wait_for_kill_point(0, "view.before_commit", Duration::from_secs(30));
            stands.expect("it comes by");
            system.process().stop().unwrap();
            fleet.start(1);
        });
        goes_on(&checkpoints).await;
        tokio::task::block_in_place(|| {
            fleet.kill(0);
            fleet.start(0);
        });
    }

    let history = load.finish().await;
    scene.conclude(&history).await;
    checkpoints.finish().await;
    eprintln!("frozen in a view's transaction: {}", history.summary());
}

/// The replica that moves a view, by what it says it took in.
async fn mover(scene: &Scene, taken_in: &str) -> (usize, Arc<System>) {
    let replicas: Vec<_> = (0..scene.fleet().count()).filter_map(|it| scene.fleet().system(it)).collect();
    let count = || replicas.iter().map(|it| it.sum(taken_in)).collect::<Vec<_>>();
    let began = Instant::now();
    loop {
        let before = tokio::task::block_in_place(count);
        tokio::time::sleep(Duration::from_millis(300)).await;
        let after = tokio::task::block_in_place(count);
        let moved = before.iter().zip(&after).map(|(before, after)| after - before);
        let most = moved.enumerate().max_by(|(_, one), (_, other)| one.total_cmp(other));
        if let Some((number, moved)) = most
            && moved > 0.0
        {
            return (number, replicas[number].clone());
        }
        assert!(began.elapsed() < TAKES_OVER_WITHIN, "nobody moves the view: {taken_in}");
    }
}

/// Every view is moved beyond where any was when one of its movers froze.
async fn goes_on(checkpoints: &Checkpoints) {
    // What the frozen one had sent to the database still arrives.
    tokio::time::sleep(Duration::from_millis(200)).await;
    let before = checkpoints.newest();
    eventually("somebody else moves every view", TAKES_OVER_WITHIN, async || checkpoints.reached() > before)
        .await;
}
