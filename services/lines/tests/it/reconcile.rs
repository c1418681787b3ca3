//! The comparison of all lines with the register: fail-secure.

use std::time::Duration;

use tokio::sync::mpsc;
use uuid::Uuid;
use vigie_lines::domain::{Command, Reason};
use vigie_lines::register::{Domains, DriverOptions, Faults, Progress, ReconcileError};

use crate::driver_bench::{Bench, Replica, SECOND, imsi, manager, quick, register, sim, until};

const SOMEBODY: &str = "ops-1";

async fn reconcile(bench: &Replica, approved_by: Option<&str>) -> Result<Progress, ReconcileError> {
    let (send, mut receive) = mpsc::channel(100);
    let result = bench.driver.reconcile(approved_by.map(str::to_owned), send).await;
    let mut last = Progress::default();
    while let Ok(progress) = receive.try_recv() {
        assert!(progress.compared >= last.compared && progress.repaired <= progress.found);
        last = progress;
    }
    result
}

fn counts(progress: Progress) -> (u64, u64, u64) {
    (progress.found, progress.repaired, progress.waiting_for_approval)
}

async fn suspended_lines(bench: &Bench, count: u64) -> Vec<Uuid> {
    let mut lines = Vec::new();
    for number in 1..=count {
        lines.push(bench.suspended_line(number).await);
    }
    lines
}

#[tokio::test]
async fn nothing_differs_and_nothing_is_recorded() {
    let bench = Bench::simple().await;
    let line = bench.suspended_line(1).await;
    bench.line(2).await;
    let before = bench.aggregates.log().known_head();
    let progress = reconcile(&bench, None).await.unwrap();
    assert_eq!((progress.compared, progress.total, counts(progress)), (2, 2, (0, 0, 0)));
    assert_eq!(bench.aggregates.log().known_head(), before);
    assert!(bench.is_barred(1) && !bench.events(line).await.contains_key("register_drift_found"));
}

#[tokio::test]
async fn a_barred_line_found_alive_is_barred_without_asking() {
    let bench = Bench::simple().await;
    let line = bench.suspended_line(1).await;
    bench.register.interfere(&imsi(1), Domains { cs: false, ps: true }).unwrap();
    assert_eq!(counts(reconcile(&bench, None).await.unwrap()), (1, 1, 0));
    assert!(bench.is_barred(1));
    let found = bench.latest(line, "register_drift_found").await;
    assert_eq!((&found["explained_by_own_write"], &found["found"]["ps"]), (&false.into(), &true.into()));
    assert!(bench.latest(line, "register_drift_repaired").await["approved_by"].is_null());
    assert_eq!(bench.driver.status().waiting_for_approval, 0);
}

#[tokio::test]
async fn an_open_line_found_barred_waits_for_a_person() {
    let bench = Bench::simple().await;
    let line = bench.line(1).await;
    bench.register.interfere(&imsi(1), Domains::BARRED).unwrap();
    for _ in 0..2 {
        assert_eq!(counts(reconcile(&bench, None).await.unwrap()), (1, 0, 1));
    }
    assert!(bench.is_barred(1));
    assert_eq!(bench.driver.status().waiting_for_approval, 1);
    assert_eq!(bench.events(line).await["register_drift_found"], 1, "recorded at every comparison");

    assert_eq!(counts(reconcile(&bench, Some(SOMEBODY)).await.unwrap()), (1, 1, 0));
    assert!(!bench.is_barred(1));
    assert_eq!(bench.latest(line, "register_drift_repaired").await["approved_by"], SOMEBODY);
    assert_eq!(bench.driver.status().waiting_for_approval, 0);
}

#[tokio::test]
async fn a_barred_line_is_barred_even_while_an_open_one_waits() {
    let bench = Bench::simple().await;
    bench.suspended_line(1).await;
    bench.line(2).await;
    bench.register.interfere(&imsi(1), Domains::OPEN).unwrap();
    bench.register.interfere(&imsi(2), Domains::BARRED).unwrap();
    assert_eq!(counts(reconcile(&bench, None).await.unwrap()), (2, 1, 1));
    assert!(bench.is_barred(1) && bench.is_barred(2));
}

#[tokio::test]
async fn more_differences_than_the_limit_stop_it_until_a_person_approves() {
    let options = DriverOptions { drift_lines_max: 3, ..quick() };
    let bench = Bench::start(register(0), options).await;
    let lines = suspended_lines(&bench, 5).await;
    for number in 1..=4 {
        bench.register.interfere(&imsi(number), Domains::OPEN).unwrap();
    }
    assert_eq!(counts(reconcile(&bench, None).await.unwrap()), (4, 0, 4));
    assert!((1..=4).all(|number| !bench.is_barred(number)), "wrote although too much was different");
    assert!(!bench.events(lines[0]).await.contains_key("register_drift_found"));
    assert_eq!(bench.driver.status().waiting_for_approval, 4);
    assert_eq!(counts(reconcile(&bench, Some(SOMEBODY)).await.unwrap()), (4, 4, 0));
    assert!((1..=5).all(|number| bench.is_barred(number)));
}

#[tokio::test]
async fn while_paused_nothing_is_repaired_and_commands_go_on() {
    let bench = Bench::simple().await;
    let line = bench.suspended_line(1).await;
    bench.register.interfere(&imsi(1), Domains::OPEN).unwrap();
    bench.driver.pause("migration of the register").await.unwrap();
    assert_eq!(counts(reconcile(&bench, None).await.unwrap()), (1, 0, 1));
    assert!(!bench.is_barred(1));
    assert!(
        matches!(reconcile(&bench, Some(SOMEBODY)).await, Err(ReconcileError::Paused(why)) if why.contains("migration"))
    );
    assert_eq!(bench.driver.status().paused.as_deref(), Some("migration of the register"));
    let sequence = bench.suspend(line, Reason::Theft).await;
    assert!(bench.confirmed_within(line, sequence, 2 * SECOND).await);
    assert!(bench.is_barred(1));
    bench.register.interfere(&imsi(1), Domains::OPEN).unwrap();
    bench.driver.unpause().await.unwrap();
    assert_eq!(counts(reconcile(&bench, None).await.unwrap()), (1, 1, 0));
}

#[tokio::test]
async fn a_replaced_sim_that_lives_again_is_barred() {
    let bench = Bench::simple().await;
    let line = bench.line(1).await;
    bench.register.provision(&imsi(101), None).unwrap();
    let replace = Command::ReplaceSim { new_sim: sim(101), by: manager(), on_behalf: None };
    let sequence = bench.command(line, replace).await;
    assert!(bench.confirmed_within(line, sequence, 2 * SECOND).await);
    bench.register.interfere(&imsi(1), Domains::OPEN).unwrap();
    assert_eq!(counts(reconcile(&bench, None).await.unwrap()), (1, 1, 0));
    assert!(bench.is_barred(1) && !bench.is_barred(101));
}

#[tokio::test]
async fn a_line_that_the_register_does_not_know_is_a_difference_that_no_write_mends() {
    let bench = Bench::simple().await;
    let line = bench.line_of_log(1).await;
    assert_eq!(counts(reconcile(&bench, None).await.unwrap()), (1, 0, 1));
    assert_eq!(counts(reconcile(&bench, Some(SOMEBODY)).await.unwrap()), (1, 0, 1));
    assert_eq!(bench.latest(line, "register_drift_found").await["found"]["known"], false);
}

#[tokio::test]
async fn what_was_put_right_by_hand_ends_the_drift_on_record() {
    let bench = Bench::simple().await;
    let line = bench.line(1).await;
    bench.register.interfere(&imsi(1), Domains::BARRED).unwrap();
    reconcile(&bench, None).await.unwrap();
    assert!(bench.state(line).await.drift().is_some());
    bench.register.interfere(&imsi(1), Domains::OPEN).unwrap();
    assert_eq!(counts(reconcile(&bench, None).await.unwrap()), (0, 0, 0));
    assert!(bench.state(line).await.drift().is_none());
}

#[tokio::test]
async fn a_line_that_waits_for_its_command_is_not_drift() {
    let bench = Bench::simple().await;
    let line = bench.line(1).await;
    bench.register.set_faults(Faults { refuses_writes: true, ..Faults::default() });
    bench.suspend(line, Reason::Loss).await;
    assert_eq!(counts(reconcile(&bench, None).await.unwrap()), (0, 0, 0));
    assert!(!bench.events(line).await.contains_key("register_drift_found"));
}

#[tokio::test]
async fn a_register_that_is_down_ends_the_comparison_with_a_reason() {
    let bench = Bench::simple().await;
    bench.line(1).await;
    bench.register.set_faults(Faults { is_unreachable: true, ..Faults::default() });
    assert!(matches!(reconcile(&bench, None).await, Err(ReconcileError::Register(_))));
}

#[tokio::test]
async fn every_line_is_compared_every_so_often() {
    let options = DriverOptions { sweep_every_s: 1, ..quick() };
    let bench = Bench::start(register(0), options).await;
    bench.suspended_line(1).await;
    bench.register.interfere(&imsi(1), Domains::OPEN).unwrap();
    until("barred by the regular comparison", 5 * SECOND, async || bench.is_barred(1)).await;
    tokio::time::sleep(Duration::from_millis(10)).await;
}
