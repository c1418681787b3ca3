//! The same request again: much later, or after its caller gave up on the first.

use std::time::Duration;

use sqlx::Connection as _;
use vigie_acceptance::{Door, Fleet, Kind, Person, Scene, Stage, TestLine};
use vigie_clock::{Ids, SystemIds};
use vigie_proto::lines::line_ref::Line as By;
use vigie_proto::lines::{
    ActKind, ActState, LineRef, SuspendLineRequest, SuspendLineResponse, SuspensionReason,
};

/// Far more acts than a line keeps in mind.
const ACTS_SINCE: usize = 60;

async fn house(kind: Kind, lines: usize) -> (Scene, Door) {
    let scene = Scene::open(Fleet::new(Stage::new(kind), 1), lines).await;
    let manager = scene.door(&Person::manager(scene.fleet().stage().account()));
    (scene, manager)
}

fn theft_of(line: &TestLine) -> SuspendLineRequest {
    SuspendLineRequest {
        request_id: SystemIds.next().to_string(),
        line: Some(LineRef { line: Some(By::LineId(line.line_id.to_string())) }),
        reason: SuspensionReason::Theft.into(),
        on_behalf: None,
        ..Default::default()
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
    let (scene, manager) = house(Kind::Embedded, 1).await;
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

/// The log is busy with another command when the caller hangs up: what was not taken yet comes to nothing, for the caller
/// may have been told otherwise elsewhere meanwhile (rule 11).
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_whose_caller_hangs_up_before_it_is_taken_comes_to_nothing() {
    let (scene, manager) = house(Kind::Real, 2).await;
    let [first, second] = scene.lines() else { panic!("two lines") };
    // Both lines are in the replica's memory: what follows waits for nothing but the log's writer.
    for line in scene.lines() {
        manager.suspend(&line.line_id.to_string(), SuspensionReason::Other).await.unwrap();
    }
    scene.settled().await;
    let before = scene.record().await.count("suspension_requested");

    let mut elsewhere = sqlx::PgConnection::connect(scene.fleet().stage().database()).await.unwrap();
    let hold = "BEGIN; LOCK TABLE lines.streams IN EXCLUSIVE MODE";
    sqlx::raw_sql(hold).execute(&mut elsewhere).await.unwrap();
    let taken = {
        let (manager, theft) = (manager.clone(), theft_of(first));
        tokio::spawn(async move { send(&manager, &theft, Duration::from_secs(10)).await })
    };
    tokio::time::sleep(Duration::from_millis(150)).await;
    let theft = theft_of(second);
    let given_up = send(&manager, &theft, Duration::from_secs(10));
    assert!(
        tokio::time::timeout(Duration::from_millis(200), given_up).await.is_err(),
        "the log was not busy"
    );
    tokio::time::sleep(Duration::from_millis(50)).await;
    sqlx::raw_sql("ROLLBACK").execute(&mut elsewhere).await.unwrap();

    let taken = taken.await.unwrap().unwrap().act.unwrap();
    assert_eq!(taken.kind(), ActKind::Suspend);
    let record = scene.settled().await;
    assert_eq!(record.count("suspension_requested"), before + 1, "only what somebody waited for");
    assert!(record.line(second.line_id).now().reasons().eq([vigie_lines::domain::Reason::Other]));
}
