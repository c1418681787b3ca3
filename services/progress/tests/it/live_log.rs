//! The view on the real event log.

use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;
use vigie_clock::{Ids, ManualClock, SeededIds};
use vigie_eventlog::{Append, Due, EventLog, LeaseOp, Location, NewEvent, Options};
use vigie_progress::domain::ActState;

use crate::support::{Engine, House, START, Script, catch_up, seconds, uuid};

struct LiveLog {
    log: EventLog,
    clock: Arc<ManualClock>,
    ids: Arc<SeededIds>,
    _folder: tempfile::TempDir,
}

impl LiveLog {
    async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::at(START));
        let ids = Arc::new(SeededIds::new(5));
        let options = Options::new(Location::Sqlite(folder.path().join("lines.db")));
        let log = EventLog::open(options, clock.clone(), ids.clone()).await.unwrap();
        Self { log, clock, ids, _folder: folder }
    }

    /// Appends what the script says, each event at its own instant.
    async fn append(&self, script: &Script) -> Vec<Uuid> {
        let mut event_ids = Vec::new();
        for event in &script.events {
            self.clock.set(event.recorded_at);
            let event_id = self.ids.next();
            event_ids.push(event_id);
            let appended = self.log.append(Append {
                stream_id: event.stream_id,
                kind: "line",
                expected_version: event.stream_version - 1,
                events: vec![NewEvent {
                    event_id,
                    event_type: event.event_type.clone(),
                    account_id: event.account_id,
                    occurred_at: None,
                    actor: event.actor.clone(),
                    on_behalf_of: None,
                    channel: event.channel.clone(),
                    request_id: None,
                    act_id: event.act_id,
                    traceparent: None,
                    payload: event.payload.clone(),
                }],
                request: None,
                due: Due::Keep,
                directory: Vec::new(),
                lease: LeaseOp::None,
                urgent: false,
                deadline: None,
                not_before: event.recorded_at,
            });
            appended.await.unwrap();
        }
        event_ids
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_entry_appears_while_the_log_is_written_and_the_rebuild_agrees() {
    let live = LiveLog::open().await;
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
    live.log.close(tokio::time::Instant::now() + Duration::from_secs(5)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_view_that_stopped_goes_on_where_it_stood() {
    let live = LiveLog::open().await;
    let first = House::open(Engine::Sqlite, Arc::new(live.log.clone())).await;
    let script = Script::new().suspend(uuid(1), uuid(10), "THEFT", &[]);
    let asked = script.events.len();
    live.append(&script).await;
    first.catch_up(1).await;
    first.progress.close().await;

    let mut rest = script.wait(seconds(2.0)).barred(uuid(1), &[uuid(10)]);
    rest.events.drain(..asked);
    live.append(&rest).await;
    let second = House::open_at(first.location.clone(), Arc::new(live.log.clone())).await;
    assert_eq!(second.standing().checkpoint.position, 1);
    catch_up(&second, 2).await;
    let fresh = House::open(Engine::Sqlite, Arc::new(live.log.clone())).await;
    fresh.catch_up(2).await;
    assert_eq!(second.digest().await.unwrap().0, fresh.digest().await);
}
