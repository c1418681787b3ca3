//! The driver in front of a real home location register.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use vigie_lines::domain::{Evidence, Reason};
use vigie_lines::register::{DriverOptions, OsmoHlr, OsmoHlrOptions};
use vigie_testkit::{CnDomain, Direction, FakeMsc, Nam, OsmoHlr as Hlr, Proxy};

use crate::driver_bench::{Bench, SECOND, imsi, msisdn, quick, until};

const OPEN: Nam = Nam { cs: true, ps: true };
const BARRED: Nam = Nam { cs: false, ps: false };

/// A register, a network of its own for each of its interfaces, and the driver.
struct Real {
    hlr: Hlr,
    vty: Proxy,
    bench: Bench,
}

impl Real {
    async fn start(options: DriverOptions) -> Self {
        let hlr = Hlr::start().unwrap();
        let (vty, ctrl) = (Proxy::start(hlr.vty()).unwrap(), hlr.ctrl());
        let register = OsmoHlr::new(OsmoHlrOptions {
            vty: vty.address().to_string(),
            ctrl: ctrl.to_string(),
            call_timeout_ms: options.call_timeout_ms,
        });
        let bench = Bench::on(Arc::new(register), options).await;
        Self { hlr, vty, bench }
    }

    async fn line(&self, number: u64) -> uuid::Uuid {
        self.hlr.provision(&imsi(number), Some(msisdn(number).trim_start_matches('+'))).unwrap();
        self.bench.line_of_log(number).await
    }

    fn nam(&self, number: u64) -> Nam {
        self.hlr.nam(&imsi(number)).unwrap().unwrap()
    }
}

#[tokio::test]
async fn a_stolen_attached_phone_is_dropped_and_the_evidence_says_so() {
    let real = Real::start(quick()).await;
    let line = real.line(1).await;
    let msc = FakeMsc::attach(real.hlr.gsup(), "MSC-1").unwrap();
    assert!(msc.update_location(&imsi(1), CnDomain::Cs).unwrap());
    let sequence = real.bench.suspend(line, Reason::Theft).await;
    assert!(real.bench.confirmed_within(line, sequence, SECOND).await);
    msc.wait_for_deletion(&imsi(1), SECOND).unwrap();
    assert_eq!(real.nam(1), BARRED);
    assert_eq!(real.bench.state(line).await.evidence(), Evidence::DetachRequested);

    let detached = real.line(2).await;
    let sequence = real.bench.suspend(detached, Reason::Loss).await;
    assert!(real.bench.confirmed_within(detached, sequence, SECOND).await);
    assert_eq!(real.bench.state(detached).await.evidence(), Evidence::RegisterReadBack);
    let sequence = real.bench.reinstate(detached, Reason::Loss).await;
    assert!(real.bench.confirmed_within(detached, sequence, SECOND).await);
    assert_eq!(real.nam(2), OPEN);
}

#[tokio::test]
async fn a_register_killed_and_frozen_in_the_middle_is_driven_when_it_is_back() {
    let real = Real::start(quick()).await;
    let (one, other) = (real.line(1).await, real.line(2).await);
    real.hlr.kill9().unwrap();
    let waiting = real.bench.suspend(one, Reason::Loss).await;
    assert!(!real.bench.confirmed_within(one, waiting, SECOND / 3).await);
    real.hlr.restart().unwrap();
    assert!(real.bench.confirmed_within(one, waiting, 5 * SECOND).await);
    assert_eq!(real.nam(1), BARRED);

    real.hlr.stop().unwrap();
    let waiting = real.bench.suspend(other, Reason::Theft).await;
    assert!(!real.bench.confirmed_within(other, waiting, SECOND / 3).await);
    real.hlr.cont().unwrap();
    assert!(real.bench.confirmed_within(other, waiting, 5 * SECOND).await);
    assert_eq!(real.nam(2), BARRED);
}

#[tokio::test]
async fn a_late_write_to_a_real_register_does_not_leave_a_stolen_phone_alive() {
    let real = Real::start(quick()).await;
    let line = real.line(1).await;
    let sequence = real.bench.suspend(line, Reason::Loss).await;
    assert!(real.bench.confirmed_within(line, sequence, SECOND).await);
    // The reinstatement is on its way for 1.5 s.
    real.vty.delay(Direction::ToTarget, Duration::from_millis(1_500));
    real.bench.reinstate(line, Reason::Loss).await;
    until("the write is on record as unknown", 3 * SECOND, async || !real.bench.watches().await.is_empty())
        .await;
    real.vty.heal();
    let sequence = real.bench.suspend(line, Reason::Theft).await;
    assert!(real.bench.confirmed_within(line, sequence, 2 * SECOND).await);
    assert_eq!(real.nam(1), BARRED);
    until("it lands", 3 * SECOND, async || real.nam(1) == OPEN).await;
    let alive = until("barred again", 3 * SECOND, async || real.nam(1) == BARRED).await;
    assert!(alive < 2 * SECOND, "alive for {alive:?}");
    until("its case says so", SECOND, async || {
        real.bench.events(line).await.contains_key("register_drift_repaired")
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_at_once_are_confirmed_and_quickly() {
    const LINES: u64 = 300;
    let real = Real::start(quick()).await;
    let mut lines = Vec::new();
    for number in 1..=LINES {
        lines.push(real.line(number).await);
    }
    let began = Instant::now();
    let mut sequences = Vec::new();
    for line in &lines {
        sequences.push(real.bench.suspend(*line, Reason::Loss).await);
    }
    for (line, sequence) in lines.iter().zip(sequences) {
        assert!(real.bench.confirmed_within(*line, sequence, 20 * SECOND).await);
    }
    eprintln!("{LINES} suspensions confirmed in {:?}", began.elapsed());
    assert!((1..=LINES).all(|number| real.nam(number) == BARRED));
}
