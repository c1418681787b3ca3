//! The view on the real event log.

use std::sync::Arc;

use vigie_progress::domain::ActState;
use vigie_viewkit::{Engine, LiveLog, Script, cases, seconds, uuid};

use crate::support::{House, ProgressView};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_entry_appears_while_the_log_is_written_and_the_rebuild_agrees() {
    let live = LiveLog::open(Engine::Sqlite).await;
    let house = House::open(Engine::Sqlite, Arc::new(live.log.clone())).await;
    let script = Script::new()
        .suspend(uuid(1), uuid(10), "THEFT", &[])
        .wait(seconds(0.5))
        .barred(uuid(1), &[uuid(10)])
        .suspend(uuid(2), uuid(20), "LOSS", &[]);
    let (event_ids, ()) = tokio::join!(live.append(&script), house.catch_up(3));
    let act = house.act(uuid(10)).await;
    assert_eq!(act.state(), ActState::Confirmed);
    assert_eq!(act.confirmed_at.unwrap().since(act.asked_at), seconds(0.502));
    let entries = house.entries(uuid(1)).await;
    assert_eq!(entries.iter().map(|entry| entry.event_id).collect::<Vec<_>>(), event_ids[..2]);
    assert_eq!(house.act(uuid(20)).await.state(), ActState::Pending);
    assert!(house.progress.rebuild(|_| ()).await.unwrap().agrees());
    live.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_view_that_stopped_goes_on_where_it_stood() {
    cases::a_view_that_stopped_goes_on_where_it_stood::<ProgressView>(Engine::Sqlite).await;
}
