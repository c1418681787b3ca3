//! Read your own write: `min_version`.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use tonic::Request;
use vigie_chassis::error::Reason;
use vigie_chassis::grpc::Deadline;
use vigie_chassis::identity::Scope;
use vigie_proto::progress::progress_service_server::ProgressService;
use vigie_proto::progress::{ActState, GetActRequest, ListActsRequest, ListTimelineRequest};
use vigie_viewkit::{ACCOUNT, Engine, MemoryLog, Script, asked_by, manager, on_both_engines, uuid};

use crate::support::{House, api, house_of, staff};

fn within<T>(time: Duration, mut request: Request<T>) -> Request<T> {
    request.extensions_mut().insert(Deadline::at_instant(Instant::now() + time));
    request
}

fn timeline(min_version: i64) -> ListTimelineRequest {
    ListTimelineRequest { line_id: uuid(1).to_string(), min_version, ..Default::default() }
}

async fn an_answer_waits_for_the_version_and_not_longer(engine: Engine) {
    let script = Script::new().suspend(uuid(1), uuid(10), "LOSS", &[]).barred(uuid(1), &[uuid(10)]);
    let log = MemoryLog::of(&script.events[..1]);
    let house = House::open(engine, Arc::new(log.clone())).await;
    let running = house.run();
    let service = api(&house.progress);
    let request = || within(Duration::from_secs(20), asked_by(staff(), timeline(2)));
    let write = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        log.replace(&script.events);
    };
    let began = Instant::now();
    let (answer, ()) = tokio::join!(service.list_timeline(request()), write);
    assert_eq!(answer.unwrap().into_inner().version, 2);
    assert!(began.elapsed() < Duration::from_secs(10), "woken, not at the deadline");

    // All three reads take it.
    let act = GetActRequest { act_id: uuid(10).to_string(), line_id: uuid(1).to_string(), min_version: 2 };
    let act = service.get_act(asked_by(staff(), act)).await.unwrap().into_inner().act.unwrap();
    assert_eq!(act.state(), ActState::Confirmed);
    let acts = ListActsRequest { line_id: uuid(1).to_string(), min_version: 2, ..Default::default() };
    let acts = service.list_acts(asked_by(staff(), acts)).await.unwrap().into_inner().acts;
    assert_eq!(acts, [act]);
    running.abort();
}

on_both_engines!(an_answer_waits_for_the_version_and_not_longer);

#[tokio::test]
async fn a_version_that_does_not_come_is_unavailable_before_the_deadline() {
    let script = Script::new().suspend(uuid(1), uuid(10), "LOSS", &[]);
    let house = House::open(Engine::Sqlite, Arc::new(MemoryLog::of(&script.events))).await;
    let running = house.run();
    house.progress.reached(1).await;
    let began = Instant::now();
    let request = within(Duration::from_millis(300), asked_by(staff(), timeline(2)));
    let refused = api(&house.progress).list_timeline(request).await.unwrap_err();
    assert_eq!(Reason::of(&refused), Some(Reason::ViewBehind));
    assert_eq!(refused.code(), tonic::Code::Unavailable);
    assert!(began.elapsed() < Duration::from_millis(300), "{:?}", began.elapsed());
    assert!(began.elapsed() >= Duration::from_millis(200), "{:?}", began.elapsed());
    running.abort();
}

#[tokio::test]
async fn a_foreign_line_is_waited_for_like_one_that_is_not_there_yet() {
    let script = Script::new().suspend(uuid(1), uuid(10), "LOSS", &[]).barred(uuid(1), &[uuid(10)]);
    let house = house_of(&script).await;
    let service = api(&house.progress);
    let stranger = || manager(Scope::account(uuid(0xACC1)));
    let mut refusals = Vec::new();
    for line in [uuid(1), uuid(0xDEAD)] {
        let request = ListTimelineRequest { line_id: line.to_string(), ..timeline(1) };
        let request = within(Duration::from_millis(150), asked_by(stranger(), request));
        let refused = service.list_timeline(request).await.unwrap_err();
        refusals.push((Reason::of(&refused), refused.message().to_owned(), refused.details().to_vec()));
    }
    assert_eq!(refusals[0].0, Some(Reason::ViewBehind));
    assert_eq!(refusals[0], refusals[1]);
    let own = within(Duration::from_secs(5), asked_by(manager(Scope::account(ACCOUNT)), timeline(2)));
    assert_eq!(service.list_timeline(own).await.unwrap().into_inner().entries.len(), 2);
}

#[tokio::test]
async fn a_version_behind_an_event_that_cannot_be_read_is_not_waited_for() {
    let script = Script::new()
        .suspend(uuid(1), uuid(10), "LOSS", &[])
        .raw(uuid(1), "suspension_confirmed.v1", None, b"[]".to_vec())
        .reinstate(uuid(1), uuid(11), "LOSS", &[]);
    let house = house_of(&script).await;
    let request = within(Duration::from_secs(20), asked_by(staff(), timeline(3)));
    let began = Instant::now();
    let refused = api(&house.progress).list_timeline(request).await.unwrap_err();
    assert_eq!(Reason::of(&refused), Some(Reason::EventParked));
    assert_eq!(refused.code(), tonic::Code::FailedPrecondition);
    assert!(began.elapsed() < Duration::from_secs(10));
    let shown =
        api(&house.progress).list_timeline(asked_by(staff(), timeline(1))).await.unwrap().into_inner();
    assert_eq!((shown.version, shown.parked_version), (1, 2));
}
