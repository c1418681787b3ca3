//! The same request again: much later, or after its caller gave up on the first.

use std::time::Duration;

use vigie_acceptance::{Door, Fleet, Kind, Person, Scene, Stage, TestLine};
use vigie_clock::{Ids, SystemIds};
use vigie_proto::lines::line_ref::Line as By;
use vigie_proto::lines::{ActState, LineRef, SuspendLineRequest, SuspendLineResponse, SuspensionReason};

/// Far more acts than a line keeps in mind.
const ACTS_SINCE: usize = 60;

async fn house(lines: usize) -> (Scene, Door) {
    let scene = Scene::open(Fleet::new(Stage::new(Kind::Embedded), 1), lines).await;
    let manager = scene.door(&Person::manager(scene.fleet().stage().account()));
    (scene, manager)
}

fn theft_of(line: &TestLine) -> SuspendLineRequest {
    SuspendLineRequest {
        request_id: SystemIds.next().to_string(),
        line: Some(LineRef { line: Some(By::LineId(line.line_id.to_string())) }),
        reason: SuspensionReason::Theft.into(),
        on_behalf: None,
    }
}

async fn send(
    manager: &Door,
    message: &SuspendLineRequest,
    deadline: Duration,
) -> Result<SuspendLineResponse, tonic::Status> {
    let request = manager.request(message.clone(), deadline);
    manager.lines().suspend_line(request).await.map(tonic::Response::into_inner)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_repeat_joins_its_act_however_much_happened_since() {
    let (scene, manager) = house(1).await;
    let line = &scene.lines()[0];
    let theft = theft_of(line);
    let first = send(&manager, &theft, Duration::from_secs(10)).await.unwrap().act.unwrap();
    let line_id = line.line_id.to_string();
    manager.reinstate(&line_id, SuspensionReason::Theft).await.unwrap();
    for _ in 0..ACTS_SINCE / 2 {
        manager.suspend(&line_id, SuspensionReason::Loss).await.unwrap();
        manager.reinstate(&line_id, SuspensionReason::Loss).await.unwrap();
    }
    let head = scene.settled().await.head();
    let repeated = send(&manager, &theft, Duration::from_secs(10)).await.unwrap();
    let act = repeated.act.unwrap();
    assert_eq!((&act.act_id, &act.reference), (&first.act_id, &first.reference));
    assert_eq!((act.state(), act.confirmed_at), (ActState::Confirmed, first.confirmed_at));
    assert!(repeated.line.unwrap().reasons.is_empty(), "the line as it is now, not as it was then");
    assert_eq!(scene.record().await.head(), head, "nothing happened");
}

/// The request lies in a frozen replica; its caller hears nothing and hangs up. What nobody waits for any more, and was not
/// taken, is not carried out when the replica thaws: the caller may have been told otherwise elsewhere (rule 11).
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_whose_caller_hung_up_before_it_was_taken_comes_to_nothing() {
    let (scene, manager) = house(20).await;
    let system = scene.fleet().system(0).unwrap();
    for line in scene.lines() {
        // The connection is there before the replica freezes.
        manager.line(&line.line_id.to_string()).await.unwrap();
        system.process().stop().unwrap();
        let silence = send(&manager, &theft_of(line), Duration::from_millis(200)).await;
        assert!(silence.is_err(), "a frozen replica answered: {silence:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
        system.process().cont().unwrap();
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    let carried_out = scene.record().await.count("suspension_requested");
    assert_eq!(carried_out, 0, "carried out though their callers had gone");
}
