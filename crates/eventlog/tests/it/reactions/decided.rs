//! Given events, then these commands: once, under these request ids, and nothing of a view among them.

use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;
use vigie_clock::{Timestamp, derived_id};
use vigie_eventlog::reaction::{COMMANDS_MAX, Error, Options};
use vigie_eventlog::view::{Released, Skip};

use super::receiver::Speaker;
use super::stage::{Running, Stage, ruling, said, the_one_that_waits};
use crate::support::{Place, append, id};

on_both_engines!(
    given_events_these_commands_are_carried_out_under_these_request_ids,
    a_new_reaction_begins_where_it_is_told_and_an_old_one_where_it_was,
    a_reaction_that_is_set_back_does_nothing_twice,
    an_event_that_cannot_be_read_parks_its_stream_and_the_others_go_on,
    an_event_that_leads_to_too_much_parks_its_stream,
    with_too_much_to_do_no_more_is_decided_until_there_is_room,
    tables_of_another_reaction_are_refused,
    what_was_finished_long_ago_is_forgotten,
);

async fn given_events_these_commands_are_carried_out_under_these_request_ids(place: Place) {
    let stage = Stage::open(place).await;
    let (a, b) = (id(), id());
    let mut first = said(a, 0, &["one", "two"]);
    first.events[0].event_id = Uuid::from_u128(7);
    first.events[0].traceparent = Some("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".to_owned());
    let first = stage.log.append(first).await.unwrap().events[0].clone();
    stage.log.append(append(b, 0, 3)).await.unwrap();
    let second = stage.say(a, 1, &["three"]).await;

    let reactor = stage.speaker(stage.options()).await;
    let running = Running::start(&reactor);
    reactor.decided(second.position).await;
    let records = stage.until_all(3, &["DONE"]).await;
    running.stop().await;

    let ids: Vec<_> = records.iter().map(|record| record.request_id.to_string()).collect();
    let pinned =
        |ordinal: &str| derived_id(Uuid::from_u128(7), &format!("test.speaker {ordinal}")).to_string();
    let third = derived_id(second.event_id, "test.speaker 0").to_string();
    assert_eq!(ids, [pinned("0"), pinned("1"), third]);
    assert!(records.iter().all(|record| record.attempts == 1 && !record.maybe_done));
    assert!(records.iter().all(|record| !record.has_command), "what is done needs its command no more");
    let heard = stage.receiver.heard();
    assert_eq!(stage.receiver.texts(), ["one", "two", "three"]);
    let effect = &heard[1].effect;
    assert_eq!((effect.stream_id, effect.stream_version, effect.ordinal), (a, 1, 1));
    assert_eq!((effect.event_id, effect.position), (first.event_id, 1));
    assert_eq!((effect.recorded_at, &effect.traceparent), (first.recorded_at, &first.traceparent));
}

async fn a_new_reaction_begins_where_it_is_told_and_an_old_one_where_it_was(place: Place) {
    let stage = Stage::open(place).await;
    let stream = id();
    stage.say(stream, 0, &["before there was a reaction"]).await;
    let head = || async { stage.log.head().await.unwrap() };
    let options = Options { begin_after: head().await, ..stage.options() };
    // Opened, and not run yet.
    stage.speaker(options.clone()).await.close().await;
    stage.say(stream, 1, &["one"]).await;

    let reactor = stage.speaker(Options { begin_after: head().await, ..options.clone() }).await;
    let running = Running::start(&reactor);
    stage.until_all(1, &["DONE"]).await;
    running.stop().await;
    reactor.close().await;
    stage.say(stream, 2, &["two"]).await;

    let reactor = stage.speaker(Options { begin_after: head().await, ..options }).await;
    let running = Running::start(&reactor);
    stage.until_all(2, &["DONE"]).await;
    running.stop().await;
    assert_eq!(stage.receiver.texts(), ["one", "two"]);
}

async fn a_reaction_that_is_set_back_does_nothing_twice(place: Place) {
    let stage = Stage::open(place).await;
    let stream = id();
    for version in 0..5 {
        stage.say(stream, version, &["text", "and more"]).await;
    }
    let reactor = stage.speaker(stage.options()).await;
    let running = Running::start(&reactor);
    let done = stage.until_all(10, &["DONE"]).await;
    running.stop().await;

    reactor.go_on_after(vigie_eventlog::Checkpoint::START, &ruling()).await.unwrap();
    let running = Running::start(&reactor);
    let last = stage.say(stream, 5, &["the last"]).await;
    reactor.decided(last.position).await;
    stage.until_all(11, &["DONE"]).await;
    running.stop().await;
    assert_eq!(stage.records().await[..10], done);
    assert_eq!(stage.receiver.heard().len(), 11);
    let sql = "SELECT placed_by, placed_reason, placed_at FROM reaction";
    let row = &stage.own_database().await.query(sql, &[]).await.unwrap()[0];
    let placed = (row.text(0).unwrap(), row.text(1).unwrap(), Timestamp::from_micros(row.i64(2).unwrap()));
    assert_eq!(placed, (ruling().by, ruling().reason, ruling().at));
}

async fn an_event_that_cannot_be_read_parks_its_stream_and_the_others_go_on(place: Place) {
    let stage = Stage::open(place).await;
    let (bad, good) = (id(), id());
    stage.say(bad, 0, &["bad 1"]).await;
    let mut poison = said(bad, 1, &[]);
    poison.events[0].payload = b"poison".to_vec();
    let poison = stage.log.append(poison).await.unwrap().events[0].clone();
    stage.say(bad, 2, &["bad 3"]).await;
    let last = stage.say(good, 0, &["good"]).await;

    let reactor = stage.speaker(stage.options()).await;
    let running = Running::start(&reactor);
    reactor.decided(last.position).await;
    stage.until_all(2, &["DONE"]).await;
    let mut texts = stage.receiver.texts();
    texts.sort();
    assert_eq!(texts, ["bad 1", "good"]);
    let parking = reactor.parking();
    let parked = parking.parked_stream(bad).await.unwrap().unwrap();
    assert_eq!((parked.event_id, parked.why.as_str()), (poison.event_id, "this event cannot be read"));
    assert_eq!(parking.release(bad, None).await.unwrap(), Released::StillParked);

    let at = Timestamp::from_micros(5);
    let skip = Skip { event_id: poison.event_id, by: "sre-1".to_owned(), reason: "a test".to_owned(), at };
    assert_eq!(parking.release(bad, Some(&skip)).await.unwrap(), Released::Goes);
    stage.say(bad, 3, &["bad 4"]).await;
    stage.until_all(4, &["DONE"]).await;
    running.stop().await;
    assert_eq!(stage.receiver.texts()[2..], ["bad 3", "bad 4"]);
}

async fn an_event_that_leads_to_too_much_parks_its_stream(place: Place) {
    let stage = Stage::open(place).await;
    let (many, large, good) = (id(), id(), id());
    stage.say(many, 0, &["text"; COMMANDS_MAX + 1]).await;
    stage.say(large, 0, &["grow"]).await;
    let last = stage.say(good, 0, &["text"; COMMANDS_MAX]).await;
    let reactor = stage.speaker(stage.options()).await;
    let running = Running::start(&reactor);
    reactor.decided(last.position).await;
    stage.until_all(COMMANDS_MAX, &["DONE"]).await;
    running.stop().await;
    let parked = reactor.parking().parked(0, 10).await.unwrap();
    let streams: Vec<_> = parked.iter().map(|parked| parked.stream_id).collect();
    assert_eq!(streams, [many, large]);
}

async fn with_too_much_to_do_no_more_is_decided_until_there_is_room(place: Place) {
    let stage = Stage::open(place).await;
    let speaker = Speaker::<1>(stage.receiver.clone());
    let reactor = stage.reactor(speaker, stage.options(), Arc::new(stage.log.clone())).await;
    let running = Running::start(&reactor);
    stage.say(id(), 0, &["refuse"]).await;
    let waiting = the_one_that_waits(&reactor).await;
    let last = stage.say(id(), 0, &["fine"]).await;
    let decided = tokio::time::timeout(Duration::from_millis(500), reactor.decided(last.position)).await;
    assert!(decided.is_err(), "it was decided, beyond the bound");
    assert_eq!(stage.records().await.len(), 1);

    reactor.drop_effect(waiting.request_id, waiting.attempts, &ruling()).await.unwrap();
    stage.until_all(2, &["DONE", "DROPPED"]).await;
    running.stop().await;
    assert_eq!(stage.receiver.texts(), ["refuse", "fine"]);
}

async fn tables_of_another_reaction_are_refused(place: Place) {
    let stage = Stage::open(place).await;
    stage.speaker(stage.options()).await.close().await;
    let sql = "UPDATE reaction SET name = 'test.listener'";
    stage.own_database().await.execute(sql, &[]).await.unwrap();
    let speaker: Speaker = Speaker(stage.receiver.clone());
    let feed = Arc::new(stage.log.clone());
    let opened = vigie_eventlog::reaction::Reactor::open(speaker, stage.options(), feed, stage.clock.clone());
    let refused = opened.await.err().unwrap();
    assert!(matches!(&refused, Error::OtherReaction { found, .. } if found == "test.listener"), "{refused}");
}

async fn what_was_finished_long_ago_is_forgotten(place: Place) {
    let stage = Stage::open(place).await;
    let (long_ago, lately) = (id(), id());
    stage.say(long_ago, 0, &["long ago"]).await;
    stage.say(lately, 0, &["lately"]).await;
    stage.say(id(), 0, &["refuse"]).await;
    let reactor = stage.speaker(stage.options()).await;
    let running = Running::start(&reactor);
    stage.until_all(3, &["DONE", "WAITS"]).await;
    running.stop().await;
    let before = stage.clock.now().minus(Duration::from_secs(30 * 24 * 3600 + 1)).as_micros();
    let sql = "UPDATE effects SET finished_at = $1 WHERE stream_id = $2";
    stage.own_database().await.execute(sql, &[before.into(), long_ago.into()]).await.unwrap();

    let running = Running::start(&reactor);
    let gone = async {
        while stage.records().await.len() != 2 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), gone).await.unwrap();
    running.stop().await;
    let states: Vec<_> = stage.records().await.into_iter().map(|record| record.state).collect();
    assert_eq!(states, ["DONE", "WAITS"]);
}
