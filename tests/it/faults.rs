//! Parts that stop, freeze or lose the wire under load: the others serve on, nothing is lost, nothing is done twice, and
//! callers are told when to try again.

use std::time::{Duration, Instant};

use vigie_acceptance::{Dice, Fleet, History, Kind, Pace, Reply, Scene, Stage, machine, seed, sized};
use vigie_proto::lines::ActState;
use vigie_testkit::{Cut, Direction, Moment, Postgres, Proxy};

const LINES: usize = 40;

/// Whoever is left serves again within this time.
const SERVES_AGAIN: Duration = Duration::from_secs(3);

/// An answer leaves after a second at the latest; on a loaded machine it arrives a little later.
const ANSWERED: Duration = Duration::from_millis(1_800);

fn pace(callers: usize) -> Pace {
    Pace { callers, ..Pace::default() }
}

/// Everybody who was not served was told so by us, with a reason and when to try again; unless the caller's own deadline
/// was over first.
fn assert_told_when_to_try_again(history: &History) {
    let complaints = history.complaints();
    let told = complaints.iter().filter(|((code, reason, _), _)| code == "Unavailable" && !reason.is_empty());
    assert!(told.map(|(_, count)| count).sum::<usize>() > 0, "nobody was told UNAVAILABLE: {complaints:?}");
    for ((code, reason, has_retry), count) in &complaints {
        let gave_up = reason.is_empty() && matches!(code.as_str(), "Cancelled" | "DeadlineExceeded");
        assert!(
            gave_up || (!reason.is_empty() && *has_retry),
            "{count} callers were told {code} {reason:?} without a reason or when to try again: {complaints:?}"
        );
    }
}

/// Each replica serves again soon after `moment`.
fn assert_serves_after(history: &History, moment: Instant, replicas: usize, what: &str) {
    for replica in 0..replicas {
        let waited = history.serves_after(replica, moment);
        assert!(
            waited.is_some_and(|waited| waited <= SERVES_AGAIN),
            "replica {replica} served {waited:?} after {what}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn postgresql_stops_at_once_and_comes_back() {
    let _machine = machine().await;
    let mut dice = Dice::new(seed("PostgreSQL stops"));
    let postgres = Postgres::start_own().unwrap();
    let stage = Stage::new(Kind::Real).on_database(postgres.create_database("faults").unwrap());
    let scene = Scene::open(Fleet::new(stage, 2), LINES).await;
    let load = scene.load(&pace(12), &mut dice);

    let mut returns = Vec::new();
    for _ in 0..sized(2, 20) {
        tokio::time::sleep(dice.millis(1_000..2_500)).await;
        tokio::task::block_in_place(|| {
            postgres.stop_immediate().unwrap();
            std::thread::sleep(dice.millis(500..3_000));
            postgres.restart().unwrap();
        });
        returns.push(Instant::now());
        tokio::time::sleep(SERVES_AGAIN).await;
    }

    let history = load.finish().await;
    scene.conclude(&history).await;
    eprintln!("PostgreSQL stops: {}; {:?}", history.summary(), history.complaints());
    assert_told_when_to_try_again(&history);
    for moment in returns {
        assert_serves_after(&history, moment, 2, "PostgreSQL came back");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_register_dies_or_freezes_and_answers_still_leave_in_time() {
    let _machine = machine().await;
    let mut dice = Dice::new(seed("the register dies"));
    let scene = Scene::open(Fleet::new(Stage::new(Kind::Real), 2), LINES).await;
    let register = scene.fleet().stage().register().clone();
    let load = scene.load(&pace(8), &mut dice);

    for round in 0..sized(4, 40) {
        tokio::time::sleep(dice.millis(500..1_500)).await;
        tokio::task::block_in_place(|| {
            if round % 2 == 0 {
                register.kill9().unwrap();
                std::thread::sleep(dice.millis(500..3_000));
                register.restart().unwrap();
            } else {
                register.stop().unwrap();
                std::thread::sleep(dice.millis(500..3_000));
                register.cont().unwrap();
            }
        });
    }

    let history = load.finish().await;
    scene.conclude(&history).await;
    eprintln!("the register dies: {}; {:?}", history.summary(), history.complaints());
    let pending = history.attempts().into_iter().filter(|attempt| match &attempt.reply {
        Reply::Answered(answer) => answer.act.as_ref().is_some_and(|act| act.state() == ActState::Pending),
        _ => false,
    });
    assert!(pending.count() > 0, "nobody was told that the register does not follow yet");
    for attempt in history.attempts() {
        let took = attempt.ended_at - attempt.sent_at;
        assert!(took < ANSWERED, "an answer took {took:?} because the register was away: {attempt:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_wire_is_cut_in_the_middle_of_a_commit() {
    let _machine = machine().await;
    let mut dice = Dice::new(seed("the wire is cut"));
    let postgres = Postgres::start_own().unwrap();
    let wire = Proxy::start(([127, 0, 0, 1], postgres.port().unwrap()).into()).unwrap();
    let url = postgres.create_database("faults").unwrap();
    let through = url.replace(&postgres.port().unwrap().to_string(), &wire.address().port().to_string());
    let stage = Stage::new(Kind::Real).on_database(through);
    let scene = Scene::open(Fleet::new(stage, 2), LINES).await;
    let load = scene.load(&pace(12), &mut dice);

    // The common append is one statement that holds the names of its events; with two writers there is COMMIT as well.
    let event = b"vigie.line.suspension_requested.v1".as_slice();
    let triggers = [
        (event, Moment::After),
        (event, Moment::Before),
        (b"COMMIT\0".as_slice(), Moment::After),
        (b"COMMIT\0".as_slice(), Moment::Before),
    ];
    let mut cuts = Vec::new();
    for number in 1..=sized(12, 120) {
        tokio::time::sleep(dice.millis(300..900)).await;
        match triggers.get(usize::try_from(number).unwrap() % (triggers.len() + 1)) {
            Some((pattern, moment)) => wire.cut_at(Direction::ToTarget, pattern, *moment),
            None => wire.cut_after_bytes(Direction::ToClient, 1 + dice.below(2_000)),
        }
        tokio::task::block_in_place(|| wire.wait_for_cuts(number, Duration::from_secs(10))).unwrap();
        cuts.push(Instant::now());
    }
    tokio::time::sleep(SERVES_AGAIN).await;

    let history = load.finish().await;
    scene.conclude(&history).await;
    eprintln!("the wire is cut: {} cuts, {}; {:?}", cuts.len(), history.summary(), history.complaints());
    assert_told_when_to_try_again(&history);
    assert_serves_after(&history, *cuts.last().unwrap(), 2, "the wire was cut");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_database_behind_a_dead_network_and_back() {
    let _machine = machine().await;
    let mut dice = Dice::new(seed("a dead network"));
    let postgres = Postgres::start_own().unwrap();
    let wire = Proxy::start(([127, 0, 0, 1], postgres.port().unwrap()).into()).unwrap();
    let url = postgres.create_database("faults").unwrap();
    let through = url.replace(&postgres.port().unwrap().to_string(), &wire.address().port().to_string());
    let scene = Scene::open(Fleet::new(Stage::new(Kind::Real).on_database(through), 2), LINES).await;
    let load = scene.load(&pace(12), &mut dice);

    tokio::time::sleep(Duration::from_secs(1)).await;
    wire.black_hole();
    tokio::time::sleep(Duration::from_secs(4)).await;
    wire.heal();
    wire.cut(Cut::Reset);
    let back = Instant::now();
    tokio::time::sleep(SERVES_AGAIN + Duration::from_secs(1)).await;

    let history = load.finish().await;
    scene.conclude(&history).await;
    eprintln!("a dead network: {}; {:?}", history.summary(), history.complaints());
    assert_told_when_to_try_again(&history);
    assert_serves_after(&history, back, 2, "the network came back");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_replica_frozen_in_mid_batch_does_not_stop_the_other() {
    let _machine = machine().await;
    let mut dice = Dice::new(seed("a frozen replica"));
    let scene = Scene::open(Fleet::new(Stage::new(Kind::Real), 2), LINES).await;
    let fleet = scene.fleet();
    let anywhere = scene.load(&pace(8), &mut dice);
    let at_the_other = scene.load(&Pace { only: Some(1), ..pace(4) }, &mut dice);

    let mut freezes = Vec::new();
    let mut with_locks = 0;
    for round in 0..sized(12, 60) {
        let nth = 5 + dice.below(40);
        let (from, holds_locks) = tokio::task::block_in_place(|| {
            fleet.kill(0);
            let system = fleet.start_armed(0, "append.before_commit", nth);
            let stands = fleet.wait_for_kill_point(0, "append.before_commit", Duration::from_secs(30));
            // The writer stands between its statement and COMMIT, or before its statement; all else freezes now.
            system.process().stop().unwrap();
            (stands.expect("it comes by"), holds_the_log(fleet.stage().database()))
        });
        tokio::time::sleep(Duration::from_millis(4_500)).await;
        freezes.push((from, holds_locks));
        with_locks += usize::from(holds_locks);
        tokio::task::block_in_place(|| {
            fleet.kill(0);
            fleet.start(0);
        });
        if with_locks >= 2 && round >= 2 {
            break;
        }
    }
    // Freezes that thaw: the batch goes on where it was, in a world that went on without it.
    for _ in 0..sized(3, 30) {
        tokio::time::sleep(dice.millis(200..1_000)).await;
        let frozen = fleet.system(0).unwrap();
        frozen.process().stop().unwrap();
        freezes.push((Instant::now(), false));
        tokio::time::sleep(dice.millis(2_500..4_500)).await;
        frozen.process().cont().unwrap();
    }

    let history = anywhere.finish().await.and(at_the_other.finish().await);
    scene.conclude(&history).await;
    let served: Vec<_> =
        freezes.iter().map(|(from, holds_lock)| (history.serves_after(1, *from), *holds_lock)).collect();
    eprintln!("a frozen replica: {}; the other serves after {served:?}", history.summary());
    assert!(with_locks >= 1, "it never stood there with the log's lock in hand: {served:?}");
    for (waited, holds_lock) in served {
        assert!(
            waited.is_some_and(|waited| waited <= SERVES_AGAIN),
            "served after {waited:?} while the other was frozen (with the lock: {holds_lock})"
        );
    }
}

/// Whether somebody in this database holds an advisory lock exclusively and has done nothing for a while.
fn holds_the_log(url: &str) -> bool {
    let runtime = tokio::runtime::Handle::current();
    runtime.block_on(async {
        use sqlx::Connection as _;
        let mut connection = sqlx::PgConnection::connect(url).await.unwrap();
        tokio::time::sleep(Duration::from_millis(400)).await;
        let count: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid) \
             WHERE locktype = 'advisory' AND mode = 'ExclusiveLock' AND granted AND state = 'idle in transaction' \
             AND datname = current_database() AND state_change < clock_timestamp() - interval '300 ms'",
        )
        .fetch_one(&mut connection)
        .await
        .unwrap();
        count > 0
    })
}
