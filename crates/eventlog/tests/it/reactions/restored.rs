//! Rule 13: a log that was restored stops a reaction loudly, and a person says from where it goes on.

use std::sync::Arc;
use std::time::Duration;

use vigie_eventlog::ReadError;
use vigie_eventlog::reaction::{Error, Reactor};
use vigie_eventlog::view::{self, State};

use super::receiver::Speaker;
use super::stage::{Running, Stage, ruling, the_one_that_waits};
use crate::support::{Engine, Place, id};

on_both_engines!(
    after_a_restore_nothing_is_carried_out_until_a_person_says_from_where,
    what_came_of_events_that_are_still_there_is_done_once_more,
    where_nothing_was_restored_nothing_begins_anew,
);

/// As a restore from an older backup leaves it: the positions after `position` are given up, in a new incarnation.
async fn restored(stage: Stage, position: i64) -> Stage {
    let closed = stage.close().await;
    let database = closed.place.database().await;
    if closed.place.engine() == Engine::Sqlite {
        database.execute("DROP TRIGGER events_no_delete", &[]).await.unwrap();
    }
    database.execute("DELETE FROM events WHERE position > $1", &[position.into()]).await.unwrap();
    database.execute("UPDATE streams SET version = $1", &[position.into()]).await.unwrap();
    database.execute("UPDATE log SET incarnation = 2", &[]).await.unwrap();
    closed.open().await
}

async fn after_a_restore_nothing_is_carried_out_until_a_person_says_from_where(place: Place) {
    let stage = Stage::open(place).await;
    let stream = id();
    for (version, text) in (0..).zip(["one", "two", "three", "four", "fail"]) {
        stage.say(stream, version, &[text]).await;
    }
    let lost = stage.log.head().await.unwrap();
    let reactor = stage.speaker(stage.options()).await;
    let running = Running::start(&reactor);
    stage.until_heard(5).await;
    running.stop().await;
    let heard = stage.receiver.heard().len();

    drop(reactor);
    let stage = restored(stage, 3).await;
    for (version, text) in (3..).zip(["new four", "new five", "new six", "new seven"]) {
        stage.say(stream, version, &[text]).await;
    }
    let kept = stage.log.event_at(3).await.unwrap().unwrap().checkpoint();
    let reactor = stage.speaker(stage.options()).await;
    let running = Running::start(&reactor);
    let error = running.ended().await;
    let refused = ReadError::CheckpointRefused { position: 5, incarnation: 1, head: 7 };
    assert!(
        matches!(&error, Error::Cursor(view::Error::Log(ReadError::CheckpointRefused { .. }))),
        "{error}"
    );
    assert_eq!(error.to_string(), refused.to_string());
    let State::Stopped { why } = reactor.states().borrow().clone() else { panic!("it goes on") };
    assert!(why.contains("say from where it goes on"), "{why}");
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(stage.receiver.heard().len(), heard, "the retry that was due is not made");

    reactor.go_on_after(lost, &ruling()).await.unwrap_err();
    reactor.go_on_after(kept, &ruling()).await.unwrap();
    let running = Running::start(&reactor);
    // Its event is not in the log any more; what comes later in its stream waits behind it.
    let waiting = the_one_that_waits(&reactor).await;
    assert_eq!((waiting.stream_version, waiting.position), (5, 5));
    assert!(waiting.why.is_some_and(|why| why.contains("decided before")));
    reactor.drop_effect(waiting.request_id, waiting.attempts, &ruling()).await.unwrap();
    stage.until_all(9, &["DONE", "DROPPED"]).await;
    running.stop().await;
    assert_eq!(stage.receiver.texts()[heard..], ["new four", "new five", "new six", "new seven"]);
}

async fn what_came_of_events_that_are_still_there_is_done_once_more(place: Place) {
    let stage = Stage::open(place).await;
    let stream = id();
    for (version, text) in (0..).zip(["one", "two", "refuse", "four"]) {
        stage.say(stream, version, &[text]).await;
    }
    let reactor = stage.speaker(stage.options()).await;
    let running = Running::start(&reactor);
    let refused = the_one_that_waits(&reactor).await;
    reactor.drop_effect(refused.request_id, refused.attempts, &ruling()).await.unwrap();
    stage.until_all(4, &["DONE", "DROPPED"]).await;
    running.stop().await;

    drop(reactor);
    // Under the same request ids: to whom it happens once more, it never happened.
    let stage = Stage { receiver: Arc::default(), ..restored(stage, 3).await };
    stage.say(stream, 3, &["new four"]).await;
    let begin_anew = || async {
        Reactor::<Speaker>::begin_anew_after_a_restore(&stage.options(), &stage.log, &ruling()).await
    };
    assert!(begin_anew().await.unwrap());
    let reactor = stage.speaker(stage.options()).await;
    let running = Running::start(&reactor);
    reactor.decided(4).await;
    stage.until_all(4, &["DONE", "DROPPED"]).await;
    running.stop().await;
    assert_eq!(stage.receiver.texts(), ["one", "two", "new four"], "what a person gave up stays given up");
    assert!(!begin_anew().await.unwrap(), "it is in the new incarnation by now");
}

async fn where_nothing_was_restored_nothing_begins_anew(place: Place) {
    let stage = Stage::open(place).await;
    let stream = id();
    stage.say(stream, 0, &["one"]).await;
    let begin_anew = |stage: &Stage| {
        let (options, log) = (stage.options(), stage.log.clone());
        async move { Reactor::<Speaker>::begin_anew_after_a_restore(&options, &log, &ruling()).await.unwrap() }
    };
    assert!(!begin_anew(&stage).await, "it never ran");
    let reactor = stage.speaker(stage.options()).await;
    let running = Running::start(&reactor);
    stage.until_all(1, &["DONE"]).await;
    running.stop().await;
    assert!(!begin_anew(&stage).await);

    // It stands where the log's lost past and its new one are still one, and what it caused came later.
    drop(reactor);
    stage.say(stream, 1, &["lost"]).await;
    let stage = restored(stage, 1).await;
    stage.say(stream, 1, &["new two"]).await;
    assert!(begin_anew(&stage).await);
}
