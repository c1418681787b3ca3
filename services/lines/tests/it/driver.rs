//! From a committed intent to the register and back, whatever happens on the way.

use std::time::Duration;

use tokio::time::Instant;
use uuid::Uuid;
use vigie_eventlog::Location;
use vigie_lines::domain::{ActState, Command, Evidence, Reason, TargetName};
use vigie_lines::register::{Domains, DriverOptions, Faults, Silence, Simulated, SimulatedOptions};
use vigie_testkit::Postgres;

use crate::driver_bench::{
    Bench, Replica, SECOND, imsi, manager, msisdn, quick, register, sim, suspend, until,
};

const HEALTHY: Faults =
    Faults { is_unreachable: false, refuses_writes: false, silence: None, write_silence: None };
const UNREACHABLE: Faults = Faults { is_unreachable: true, ..HEALTHY };

fn late(delay: Duration) -> Faults {
    Faults { write_silence: Some(Silence::Late(delay)), ..HEALTHY }
}

#[tokio::test]
async fn a_theft_is_barred_read_back_and_confirmed_at_once() {
    let bench = Bench::simple().await;
    let line = bench.line(1).await;
    let began = Instant::now();
    let sequence = bench.suspend(line, Reason::Theft).await;
    assert!(bench.confirmed_within(line, sequence, SECOND).await);
    assert!(began.elapsed() < SECOND);
    assert!(bench.is_barred(1));
    let state = bench.state(line).await;
    assert_eq!(
        (state.evidence(), state.latest_act().unwrap().state),
        (Evidence::Simulated, ActState::Confirmed)
    );
    assert_eq!(bench.events(line).await["suspension_confirmed"], 1);
    assert!(bench.watches().await.is_empty());
    let version = bench.aggregates.load(line).await.unwrap().1;
    assert_eq!(version, 3, "registered, requested, confirmed: nothing else was recorded");

    let sequence = bench.command(line, reinstate_theft(&bench).await).await;
    assert!(bench.confirmed_within(line, sequence, SECOND).await);
    assert!(!bench.is_barred(1));
}

async fn reinstate_theft(bench: &Replica) -> Command {
    let now = bench.aggregates.log().clock().now();
    Command::Reinstate {
        reason: Reason::Theft,
        by: manager(),
        on_behalf: None,
        handset_recovery: Some(vigie_lines::domain::HandsetRecovery {
            attested_by: "manager".to_owned(),
            recovered_at: now,
        }),
    }
}

#[tokio::test]
async fn paying_does_not_bring_a_stolen_phone_back() {
    let bench = Bench::simple().await;
    let line = bench.line(1).await;
    bench.suspend(line, Reason::Theft).await;
    let sequence = bench.suspend(line, Reason::Unpaid).await;
    assert!(bench.confirmed_within(line, sequence, SECOND).await);
    let sequence = bench.reinstate(line, Reason::Unpaid).await;
    assert!(bench.confirmed_within(line, sequence, SECOND).await);
    assert!(bench.is_barred(1));
}

#[tokio::test]
async fn while_the_register_is_down_a_command_waits_and_is_confirmed_by_itself_later() {
    let bench = Bench::simple().await;
    let line = bench.line(1).await;
    bench.register.set_faults(UNREACHABLE);
    let began = Instant::now();
    let sequence = bench.suspend(line, Reason::Loss).await;
    assert!(!bench.confirmed_within(line, sequence, SECOND / 2).await);
    assert!(began.elapsed() < SECOND, "waited past the deadline");
    until("the status says so", 5 * SECOND, async || {
        let status = bench.driver.status();
        !status.reachable && status.pending == 1
    })
    .await;
    bench.register.set_faults(HEALTHY);
    assert!(bench.confirmed_within(line, sequence, 5 * SECOND).await);
    assert!(bench.is_barred(1));
    until("the status says so", 5 * SECOND, async || {
        let status = bench.driver.status();
        status.reachable && status.pending == 0
    })
    .await;
    assert!(bench.watches().await.is_empty(), "nothing was written, so nothing can land late");
}

#[tokio::test]
async fn a_command_that_nobody_nudged_for_is_found() {
    let bench = Bench::simple().await;
    let line = bench.line(1).await;
    let sequence = bench.command_without_nudge(line, suspend(Reason::Loss)).await;
    assert!(bench.confirmed_within(line, sequence, 5 * SECOND).await);
    assert!(bench.is_barred(1));
}

#[tokio::test]
async fn a_register_that_refuses_is_asked_again_until_it_agrees() {
    let bench = Bench::simple().await;
    let line = bench.line(1).await;
    bench.register.set_faults(Faults { refuses_writes: true, ..HEALTHY });
    let sequence = bench.suspend(line, Reason::Loss).await;
    assert!(!bench.confirmed_within(line, sequence, SECOND / 2).await);
    bench.register.set_faults(HEALTHY);
    assert!(bench.confirmed_within(line, sequence, 5 * SECOND).await);
}

fn register_with_latency(latency_ms: u64) -> Simulated {
    let options = SimulatedOptions {
        call_timeout_ms: 200,
        latency_min_ms: latency_ms,
        latency_max_ms: latency_ms,
        knows_every_sim: false,
        ..SimulatedOptions::default()
    };
    Simulated::open(options).unwrap()
}

#[tokio::test]
async fn a_phone_unbarred_by_a_late_write_is_barred_again_within_2_seconds_and_its_case_says_so() {
    let bench = Bench::simple().await;
    let line = bench.suspended_line(1).await;
    // The older reinstatement: its write lands 1.5 s later.
    bench.register.set_faults(late(Duration::from_millis(1_500)));
    bench.reinstate(line, Reason::Loss).await;
    until("the write is under way and on record", 3 * SECOND, async || {
        bench.watches().await.get(&line).is_some_and(|cause| cause == "UNKNOWN_EFFECT")
    })
    .await;
    // The newer theft: written, read back, confirmed.
    let sequence = bench.suspend(line, Reason::Theft).await;
    bench.register.set_faults(HEALTHY);
    assert!(bench.confirmed_within(line, sequence, SECOND).await);
    assert!(bench.is_barred(1));

    until("the late write lands", 3 * SECOND, async || !bench.is_barred(1)).await;
    let alive = until("the phone is barred again", 3 * SECOND, async || bench.is_barred(1)).await;
    assert!(alive < 2 * SECOND, "alive for {alive:?}");
    until("the case says so", SECOND, async || {
        bench.events(line).await.contains_key("register_drift_repaired")
    })
    .await;
    let found = bench.latest(line, "register_drift_found").await;
    assert_eq!(found["explained_by_own_write"], true);
    assert_eq!(found["found"]["cs"], true);
    assert!(bench.state(line).await.drift().is_none());
    until("the watch ends", 10 * SECOND, async || bench.watches().await.is_empty()).await;
}

#[tokio::test]
async fn a_line_barred_by_a_late_write_is_opened_again() {
    let bench = Bench::simple().await;
    let line = bench.line(1).await;
    bench.register.set_faults(late(Duration::from_millis(1_500)));
    bench.suspend(line, Reason::Loss).await;
    until("on record", 3 * SECOND, async || !bench.watches().await.is_empty()).await;
    let sequence = bench.reinstate(line, Reason::Loss).await;
    bench.register.set_faults(HEALTHY);
    assert!(bench.confirmed_within(line, sequence, SECOND).await);
    until("the late write lands", 3 * SECOND, async || bench.is_barred(1)).await;
    until("open again", 3 * SECOND, async || !bench.is_barred(1)).await;
}

#[tokio::test]
async fn a_lease_that_was_not_given_back_is_taken_over_and_the_line_watched() {
    let bench = Bench::simple().await;
    let line = bench.line(1).await;
    let dead = Uuid::from_u128(0xdead);
    let ttl = Duration::from_millis(700);
    assert!(bench.aggregates.take_lease(line, dead, ttl).await.unwrap().lease.unwrap().granted);
    let began = Instant::now();
    let sequence = bench.suspend(line, Reason::Loss).await;
    assert!(bench.confirmed_within(line, sequence, 5 * SECOND).await);
    assert!(began.elapsed() >= Duration::from_millis(600), "did not wait for the lease");
    assert_eq!(bench.watches().await.get(&line).map(String::as_str), Some("LEASE_TAKEN_OVER"));
}

#[tokio::test]
async fn an_abandoned_lease_without_a_command_is_found_and_the_line_put_right() {
    let bench = Bench::simple().await;
    let line = bench.suspended_line(1).await;
    let dead = Uuid::from_u128(0xdead);
    bench.aggregates.take_lease(line, dead, Duration::from_millis(200)).await.unwrap();
    // What the dead process had under way.
    bench.register.interfere(&imsi(1), Domains::OPEN).unwrap();
    until("barred again", 5 * SECOND, async || bench.is_barred(1)).await;
}

#[tokio::test]
async fn a_write_answered_after_its_lease_ended_is_watched() {
    let options = DriverOptions { lease_ttl_ms: 150, call_timeout_ms: 10, lease_margin_ms: 0, ..quick() };
    let bench = Bench::start(register_with_latency(100), options).await;
    let line = bench.line(1).await;
    bench.suspend(line, Reason::Loss).await;
    until("on record", 5 * SECOND, async || {
        bench.watches().await.get(&line).is_some_and(|cause| cause == "LATE_ANSWER")
    })
    .await;
}

#[tokio::test]
async fn a_line_that_the_register_does_not_know_stays_pending_and_does_not_stop_the_others() {
    let bench = Bench::simple().await;
    let (unknown, known) = (bench.line_of_log(1).await, bench.line(2).await);
    let waiting = bench.suspend(unknown, Reason::Loss).await;
    let sequence = bench.suspend(known, Reason::Loss).await;
    assert!(bench.confirmed_within(known, sequence, SECOND).await);
    assert!(!bench.confirmed_within(unknown, waiting, SECOND / 5).await);
    bench.register.provision(&imsi(1), None).unwrap();
    assert!(bench.confirmed_within(unknown, waiting, 5 * SECOND).await);
}

#[tokio::test]
async fn a_theft_overtakes_a_thousand_commands_that_wait() {
    let bench = Bench::start(register_with_latency(5), quick()).await;
    let mut lines = Vec::new();
    for number in 1..=1000 {
        lines.push(bench.line(number).await);
    }
    for line in &lines {
        bench.suspend(*line, Reason::Unpaid).await;
    }
    let stolen = bench.line(2000).await;
    let began = Instant::now();
    let sequence = bench.suspend(stolen, Reason::Theft).await;
    assert!(bench.confirmed_within(stolen, sequence, SECOND).await);
    let took = began.elapsed();
    let mut waiting = 0;
    for line in &lines {
        waiting += usize::from(bench.state(*line).await.is_unconfirmed());
    }
    assert!(waiting > 200, "only {waiting} were still waiting after {took:?}: this shows nothing");
}

#[tokio::test]
async fn a_new_sim_gets_the_number_and_the_old_one_stays_barred() {
    let bench = Bench::simple().await;
    let line = bench.line(1).await;
    bench.register.provision(&imsi(101), None).unwrap();
    let sequence = bench.command(line, replace(101)).await;
    assert!(bench.confirmed_within(line, sequence, 2 * SECOND).await);
    let (old, new) = (bench.register.look(&imsi(1)).unwrap(), bench.register.look(&imsi(101)).unwrap());
    assert_eq!((old.domains, old.msisdn), (Domains::BARRED, None));
    assert_eq!((new.domains, new.msisdn), (Domains::OPEN, Some(msisdn(1))));
    assert_eq!(bench.state(line).await.target_name(), TargetName::Open);
}

#[tokio::test]
async fn a_new_sim_of_a_stolen_line_comes_up_barred() {
    let bench = Bench::simple().await;
    let line = bench.suspended_line(1).await;
    bench.register.provision(&imsi(101), None).unwrap();
    let sequence = bench.command(line, replace(101)).await;
    assert!(bench.confirmed_within(line, sequence, 2 * SECOND).await);
    assert!(bench.is_barred(1) && bench.is_barred(101));
    assert_eq!(bench.register.look(&imsi(101)).unwrap().msisdn, Some(msisdn(1)));
}

fn replace(number: u64) -> Command {
    Command::ReplaceSim { new_sim: sim(number), by: manager(), on_behalf: None }
}

#[tokio::test]
async fn a_replacement_that_died_between_any_two_steps_ends_right() {
    for steps_done in 0..=4 {
        let bench = Bench::simple().await;
        let line = bench.line(1).await;
        bench.register.provision(&imsi(101), None).unwrap();
        let mut by_hand = vigie_lines::register::Register::connect(&bench.register).await.unwrap();
        let (old, new, number) = (imsi(1), imsi(101), msisdn(1));
        if steps_done > 0 {
            by_hand.set_domains(&old, Domains::BARRED).await.unwrap();
        }
        if steps_done > 1 {
            by_hand.set_number(&old, None).await.unwrap();
        }
        if steps_done > 2 {
            by_hand.set_number(&new, Some(&number)).await.unwrap();
        }
        if steps_done > 3 {
            by_hand.set_domains(&new, Domains { cs: true, ps: false }).await.unwrap();
        }
        let sequence = bench.command(line, replace(101)).await;
        assert!(bench.confirmed_within(line, sequence, 2 * SECOND).await, "after {steps_done} steps");
        let (old, new) = (bench.register.look(&old).unwrap(), bench.register.look(&new).unwrap());
        assert_eq!((old.domains, old.msisdn), (Domains::BARRED, None), "after {steps_done} steps");
        assert_eq!((new.domains, new.msisdn), (Domains::OPEN, Some(number)), "after {steps_done} steps");
    }
}

#[tokio::test]
async fn a_new_sim_with_another_number_is_left_alone() {
    let bench = Bench::simple().await;
    let line = bench.line(1).await;
    bench.register.provision(&imsi(101), Some(&msisdn(777))).unwrap();
    let sequence = bench.command(line, replace(101)).await;
    assert!(!bench.confirmed_within(line, sequence, SECOND / 2).await);
    assert_eq!(bench.register.look(&imsi(101)).unwrap().msisdn, Some(msisdn(777)));
    assert!(bench.is_barred(1), "the old one is barred all the same");
}

#[tokio::test]
async fn a_terminated_line_is_barred() {
    let bench = Bench::simple().await;
    let line = bench.line(1).await;
    let sequence = bench.command(line, Command::Terminate { by: manager(), on_behalf: None }).await;
    assert!(bench.confirmed_within(line, sequence, 2 * SECOND).await);
    assert!(bench.is_barred(1));
    assert_eq!(bench.events(line).await["termination_confirmed"], 1);
}

#[tokio::test]
async fn shutdown_lets_the_work_in_hand_end_and_leaves_the_rest_to_the_next_start() {
    let bench = Bench::start(register_with_latency(50), quick()).await;
    let line = bench.line(1).await;
    let sequence = bench.suspend(line, Reason::Loss).await;
    tokio::time::sleep(Duration::from_millis(20)).await;
    bench.driver.shutdown(Instant::now() + 2 * SECOND).await;
    assert!(bench.confirmed_within(line, sequence, Duration::from_millis(1)).await, "cut off in the middle");
    bench.suspend(line, Reason::Unpaid).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(bench.state(line).await.is_unconfirmed());
}

/// Two replicas on one PostgreSQL and one register.
async fn two_replicas(name: &str, register: Simulated, options: DriverOptions) -> (Replica, Replica) {
    let url = Postgres::shared().unwrap().create_database(name).unwrap();
    let log = Location::Postgres { url: url.clone(), schema: "lines".to_owned() };
    let watch = Location::Postgres { url, schema: "lines_view".to_owned() };
    let one =
        Replica::start(log.clone(), watch.clone(), register, options.clone(), std::sync::Arc::default())
            .await;
    let other = one.another(log, watch, options).await;
    (one, other)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_other_replica_s_confirmation_is_seen() {
    let (one, other) = two_replicas("confirmed", register(0), quick()).await;
    let line = one.line(1).await;
    let sequence = one.suspend(line, Reason::Loss).await;
    assert!(other.confirmed_within(line, sequence, 2 * SECOND).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn opposite_commands_through_two_replicas_with_random_delays_end_at_the_last_intent() {
    const LINES: u64 = 20;
    // Now and then calls take longer than their timeout, and now and then writes land up to 1.5 s later.
    let (one, other) = two_replicas("opposite", register(220), quick()).await;
    let mut lines = Vec::new();
    for number in 1..=LINES {
        lines.push(one.line(number).await);
    }
    let mut dice = 0x2545_F491_4F6C_DD1D_u64;
    let mut roll = |sides: u64| {
        dice ^= dice << 13;
        dice ^= dice >> 7;
        dice ^= dice << 17;
        dice % sides
    };
    let mut last = std::collections::BTreeMap::new();
    for _ in 0..120 {
        let replica = if roll(2) == 0 { &one } else { &other };
        let line = lines[usize::try_from(roll(LINES)).unwrap()];
        let is_suspended = replica.state(line).await.has(Reason::Loss);
        let sequence = if is_suspended {
            replica.reinstate(line, Reason::Loss).await
        } else {
            replica.suspend(line, Reason::Loss).await
        };
        last.insert(line, sequence);
        one.register.set_faults(if roll(3) == 0 {
            late(Duration::from_millis(roll(1_500)))
        } else {
            HEALTHY
        });
        tokio::time::sleep(Duration::from_millis(roll(60))).await;
    }
    // One late write for sure, whatever the dice and a busy machine made of the others.
    let sure = one.line(LINES + 1).await;
    lines.push(sure);
    one.register.set_faults(late(3 * SECOND));
    one.suspend(sure, Reason::Loss).await;
    until("the write is under way and on record", 10 * SECOND, async || {
        one.watches().await.get(&sure).is_some_and(|cause| cause == "UNKNOWN_EFFECT")
    })
    .await;
    one.register.set_faults(HEALTHY);
    last.insert(sure, other.reinstate(sure, Reason::Loss).await);
    for (line, sequence) in last {
        assert!(one.confirmed_within(line, sequence, 60 * SECOND).await, "never confirmed");
    }
    // Everything that was under way has landed, and what landed late was put right.
    until("all watches end", 60 * SECOND, async || one.watches().await.is_empty()).await;
    let mut repaired = 0;
    for (number, line) in (1..).zip(&lines) {
        let state = one.state(*line).await;
        assert_eq!(one.is_barred(number), state.must_be_barred(), "line {number}");
        assert!(!state.is_unconfirmed() && state.drift().is_none(), "line {number}");
        repaired += one.events(*line).await.get("register_drift_repaired").copied().unwrap_or(0);
    }
    assert!(repaired > 0, "no late write won over a newer command: this shows nothing");
}
