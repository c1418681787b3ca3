//! The register is away: accepted and pending within the deadline, then confirmed by itself.

use std::time::{Duration, Instant};

use vigie_acceptance::{Door, Fleet, Kind, Person, Scene, Stage, TestLine, eventually, machine};
use vigie_clock::{Ids, SystemIds};
use vigie_proto::lines::line_ref::Line as By;
use vigie_proto::lines::{
    ActState, Evidence, LineRef, SuspendLineRequest, SuspendLineResponse, SuspensionReason,
};
use vigie_testkit::Nam;

const BARRED: Nam = Nam { cs: false, ps: false };

#[derive(Clone, Copy, Debug)]
enum Away {
    /// SIGKILL: connections are refused.
    Dead,
    /// SIGSTOP: connections are taken and stay silent.
    Frozen,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn accepted_and_pending_within_the_deadline_then_confirmed_by_itself() {
    let _machine = machine().await;
    let scene = Scene::open(Fleet::new(Stage::new(Kind::Real), 1), 4).await;
    let manager = scene.door(&Person::manager(scene.fleet().stage().account()));
    for (away, lines) in [(Away::Dead, &scene.lines()[..2]), (Away::Frozen, &scene.lines()[2..])] {
        leave(&scene, away);
        let [one, other] = lines else { panic!("two lines") };
        assert_pending(&manager, one, None, Duration::from_secs(1)).await;
        let deadline = Duration::from_millis(300);
        assert_pending(&manager, other, Some(deadline), deadline).await;
        come_back(&scene, away);
        for line in lines {
            assert_confirmed_by_itself(&scene, &manager, line).await;
        }
    }
    scene.settled().await;
    scene.log_is_intact().await;
}

fn leave(scene: &Scene, away: Away) {
    let register = scene.fleet().stage().register();
    match away {
        Away::Dead => register.kill9(),
        Away::Frozen => register.stop(),
    }
    .unwrap();
}

fn come_back(scene: &Scene, away: Away) {
    let register = scene.fleet().stage().register();
    match away {
        Away::Dead => register.restart(),
        Away::Frozen => register.cont(),
    }
    .unwrap();
}

async fn suspend(manager: &Door, line: &TestLine, deadline: Option<Duration>) -> SuspendLineResponse {
    let message = SuspendLineRequest {
        request_id: SystemIds.next().to_string(),
        line: Some(LineRef { line: Some(By::Msisdn(line.msisdn.clone())) }),
        reason: SuspensionReason::Theft.into(),
        on_behalf: None,
        ..Default::default()
    };
    let request = match deadline {
        Some(deadline) => manager.request(message, deadline),
        None => manager.request_without_deadline(message),
    };
    manager.lines().suspend_line(request).await.unwrap().into_inner()
}

async fn assert_pending(manager: &Door, line: &TestLine, deadline: Option<Duration>, within: Duration) {
    let asked = Instant::now();
    let answer = suspend(manager, line, deadline).await;
    let took = asked.elapsed();
    // With a deadline the answer is there before it; without one it leaves after a second, plus the way back.
    let slack = if deadline.is_some() { Duration::ZERO } else { Duration::from_millis(200) };
    assert!(took <= within + slack, "took {took:?} of {within:?}");
    let (line, act) = (answer.line.unwrap(), answer.act.unwrap());
    assert_eq!((act.state(), act.evidence()), (ActState::Pending, Evidence::NotYetConfirmed), "{act:?}");
    assert_eq!(line.evidence(), Evidence::NotYetConfirmed);
    assert!(act.confirmed_at.is_none() && !act.reference.is_empty(), "{act:?}");
}

async fn assert_confirmed_by_itself(scene: &Scene, manager: &Door, line: &TestLine) {
    let line_id = line.line_id.to_string();
    eventually("the line is confirmed by itself", Duration::from_secs(10), async || {
        manager.line(&line_id).await.unwrap().evidence() == Evidence::RegisterReadBack
    })
    .await;
    assert_eq!(scene.fleet().stage().register().nam(&line.imsi).unwrap(), Some(BARRED));
}
