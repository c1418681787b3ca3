//! Rule 23: an event that cannot be read parks its line, and no other.

use std::sync::Arc;

use uuid::Uuid;
use vigie_clock::Timestamp;
use vigie_eventlog::view::{Released, Skip};
use vigie_progress::Sight;
use vigie_progress::domain::{ActState, EntryKind};
use vigie_viewkit::{Engine, MemoryLog, Script, on_both_engines, uuid};

use crate::support::House;

/// The third event of line 1 cannot be read; line 2 is well.
fn with_poison() -> Script {
    Script::new()
        .register(uuid(1))
        .suspend(uuid(1), uuid(10), "LOSS", &[])
        .raw(uuid(1), "suspension_confirmed.v1", Some(uuid(10)), br#"{"acts": "+33600000001"}"#.to_vec())
        .suspend(uuid(2), uuid(20), "THEFT", &[])
        .reinstate(uuid(1), uuid(11), "LOSS", &[uuid(10)])
        .barred(uuid(2), &[uuid(20)])
}

fn skip(event_id: Uuid) -> Skip {
    Skip { event_id, by: "operator-1".into(), reason: "a test".into(), at: Timestamp::from_micros(1) }
}

async fn one_line_waits_and_the_others_go_on(engine: Engine) {
    let script = with_poison();
    let house = House::fed(engine, &script).await;
    assert_eq!(house.progress.standing().parked_streams, 1);
    assert_eq!(house.entries(uuid(1)).await.len(), 2);
    assert_eq!(house.act(uuid(10)).await.state(), ActState::Pending, "as it stood before");
    assert_eq!(house.act(uuid(20)).await.state(), ActState::Confirmed);
    let head = house.progress.head(uuid(1), &Sight::Everything).await.unwrap().unwrap();
    assert_eq!((head.mark.version, head.parked_version), (2, Some(3)));

    let parked = house.progress.parking().parked(0, 10).await.unwrap();
    let [parked] = parked.as_slice() else { panic!("{parked:?}") };
    assert_eq!((parked.stream_id, parked.event_id), (uuid(1), script.event_id(3)));
    assert!(parked.why.contains("does not decode") && !parked.why.contains("+336"), "{}", parked.why);
    assert!(house.progress.rebuild(|_| ()).await.unwrap().agrees());
}

async fn a_person_lets_it_pass_by_and_the_line_goes_on_in_order(engine: Engine) {
    let script = with_poison();
    let house = House::fed(engine, &script).await;
    assert_eq!(house.progress.parking().release(uuid(1), None).await.unwrap(), Released::StillParked);
    let skip = skip(script.event_id(3));
    assert_eq!(house.progress.parking().release(uuid(1), Some(&skip)).await.unwrap(), Released::Goes);

    let entries = house.entries(uuid(1)).await;
    let kinds: Vec<_> = entries.iter().skip(2).map(|entry| entry.kind()).collect();
    assert_eq!(kinds, [EntryKind::Skipped, EntryKind::ReinstatementRequested]);
    assert_eq!(entries[2].event_id, script.event_id(3));
    assert_eq!(house.act(uuid(10)).await.state(), ActState::Superseded);
    let head = house.progress.head(uuid(1), &Sight::Everything).await.unwrap().unwrap();
    assert_eq!((head.mark.version, head.parked_version), (4, None));
    assert_eq!(house.progress.parking().release(uuid(1), None).await.unwrap(), Released::NotParked);

    // It is let pass wherever the view is computed again.
    assert!(house.progress.rebuild(|_| ()).await.unwrap().agrees());
    let before = house.digest().await;
    house.progress.start_over().await.unwrap();
    house.catch_up(script.head()).await;
    assert_eq!(house.digest().await, before);
}

async fn redelivery_of_what_was_passed_by_parks_nothing_again(engine: Engine) {
    let script = with_poison();
    let log = MemoryLog::of(&script.events);
    let house = House::open(engine, Arc::new(log.clone())).await;
    house.catch_up(script.head()).await;
    let skip = skip(script.event_id(3));
    house.progress.parking().release(uuid(1), Some(&skip)).await.unwrap();

    // The whole history comes again behind what was there: the positions are new, the versions are not.
    let mut again = script.events.clone();
    for event in &script.events {
        let mut event = event.clone();
        event.position = again.len() as i64 + 1;
        event.hash = event.chained(&again.last().unwrap().hash);
        again.push(event);
    }
    log.replace(&again);
    house.catch_up(again.len() as i64).await;
    assert_eq!(house.progress.standing().parked_streams, 0);
    assert_eq!(house.entries(uuid(1)).await.len(), 4);
}

async fn an_act_of_another_line_parks_the_line_that_claims_it(engine: Engine) {
    for wait in [false, true] {
        let first = Script::new().suspend(uuid(1), uuid(10), "LOSS", &[]);
        let log = MemoryLog::of(&first.events);
        let house = House::open(engine, Arc::new(log.clone())).await;
        if wait {
            house.catch_up(1).await;
        }
        let script = first.suspend(uuid(2), uuid(10), "LOSS", &[]).barred(uuid(1), &[uuid(10)]);
        log.replace(&script.events);
        house.catch_up(3).await;
        let act = house.act(uuid(10)).await;
        assert_eq!((act.line_id, act.state()), (uuid(1), ActState::Confirmed));
        assert_eq!(house.progress.parking().parked(0, 10).await.unwrap()[0].stream_id, uuid(2));
    }
}

on_both_engines!(
    one_line_waits_and_the_others_go_on,
    a_person_lets_it_pass_by_and_the_line_goes_on_in_order,
    redelivery_of_what_was_passed_by_parks_nothing_again,
    an_act_of_another_line_parks_the_line_that_claims_it,
);
