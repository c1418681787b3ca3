//! Opposite commands on the same lines through two replicas, a register that answers late, replicas that die: the last
//! intent wins, and no answer is older than what was known before it was asked for.

use std::time::{Duration, Instant};

use vigie_acceptance::{Dice, Fleet, Kind, Pace, Scene, Stage, machine, seed, sized};
use vigie_testkit::Direction;

const LINES: usize = 100;

/// What the wire between a replica and the register holds back. Calls time out at 500 ms: beyond that a write lands after
/// its writer has given it up, and after others have written.
const DELAYS_MS: [u64; 6] = [20, 200, 700, 1_500, 3_000, 5_000];

/// Longer than any delay: what was still under way has landed.
const LANDED: Duration = Duration::from_millis(5_500);

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_last_intent_wins_and_no_answer_is_stale() {
    let _machine = machine().await;
    let mut dice = Dice::new(seed("opposite"));
    let fleet = Fleet::new(Stage::new(Kind::Real), 2).with_register_wires();
    let scene = Scene::open(fleet, LINES).await;
    let load = scene.load(&Pace { callers: 24, ..Pace::default() }, &mut dice);

    let kills = trouble(&scene, &mut dice, sized(Duration::from_secs(25), Duration::from_secs(900))).await;

    let history = load.finish().await;
    tokio::time::sleep(LANDED).await;
    let record = scene.conclude(&history).await;
    eprintln!(
        "opposite: {}, {} events, {kills} kills, {} differences found, {} put right",
        history.summary(),
        record.events.len(),
        record.count("register_drift_found"),
        record.count("register_drift_repaired"),
    );
    assert!(history.0.len() > sized(500, 20_000), "too few requests to mean anything: {}", history.summary());
}

/// Switches the wire at random, and kills a replica now and then; answers how many died.
async fn trouble(scene: &Scene, dice: &mut Dice, lasts: Duration) -> usize {
    let fleet = scene.fleet();
    let began = Instant::now();
    let mut next_kill = began + Duration::from_secs(4);
    let mut kills = 0;
    while began.elapsed() < lasts {
        let wires = fleet.register_wires(dice.below(fleet.count()));
        // Mostly where writes go.
        let (wire, direction) = match dice.below(6) {
            0..=3 => (&wires.vty, Direction::ToTarget),
            4 => (&wires.vty, Direction::ToClient),
            _ => (&wires.ctrl, *dice.pick(&[Direction::ToTarget, Direction::ToClient])),
        };
        wire.delay(direction, Duration::from_millis(*dice.pick(&DELAYS_MS)));
        tokio::time::sleep(dice.millis(20..250)).await;
        // What is under way stays under way; what follows overtakes it on a new connection. Now and then the wire stays slow.
        if dice.chance(85) {
            wire.heal();
        }
        if Instant::now() >= next_kill {
            let victim = dice.below(fleet.count());
            tokio::task::block_in_place(|| {
                fleet.kill(victim);
                fleet.start(victim);
            });
            kills += 1;
            next_kill = Instant::now() + dice.millis(3_000..8_000);
        }
        tokio::time::sleep(dice.millis(20..250)).await;
    }
    for number in 0..fleet.count() {
        fleet.register_wires(number).heal();
    }
    kills
}
