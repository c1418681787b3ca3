//! What was decided is carried out: in the order of each stream, over and over, by one process at a time.

use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;
use vigie_clock::ManualClock;
use vigie_eventlog::reaction::{Options, Reactor};

use super::receiver::{Receiver, Speaker};
use super::stage::{Running, Stage};
use crate::support::{Place, id};

on_both_engines!(
    streams_go_side_by_side_within_the_bound_and_each_in_its_order,
    a_failed_attempt_is_made_again_under_the_same_request_id,
    an_attempt_without_an_answer_is_made_again_and_says_that_it_may_be_a_repeat,
    an_attempt_that_panics_is_made_again_and_says_so_too,
    a_process_that_is_told_to_stop_lets_attempts_come_to_their_end,
    what_a_dropped_process_was_at_is_done_again_and_says_so,
    of_two_processes_one_carries_an_effect_out,
    an_attempt_whose_time_was_over_changes_nothing_when_it_ends,
);

async fn streams_go_side_by_side_within_the_bound_and_each_in_its_order(place: Place) {
    let stage = Stage::open(place).await;
    let streams: Vec<Uuid> = (0..6).map(|_| id()).collect();
    for version in 0..2 {
        for stream_id in &streams {
            stage.say(*stream_id, version, &["slow", "slow"]).await;
        }
    }
    let reactor = stage.speaker(Options { concurrency: 3, ..stage.options() }).await;
    let running = Running::start(&reactor);
    stage.until_all(24, &["DONE"]).await;
    running.stop().await;
    assert_eq!(stage.receiver.most_at_once(), 3);
    let heard = stage.receiver.heard();
    assert_eq!(heard.len(), 24);
    for stream_id in streams {
        let of_stream = heard.iter().filter(|heard| heard.effect.stream_id == stream_id);
        let order: Vec<_> =
            of_stream.map(|heard| (heard.effect.stream_version, heard.effect.ordinal)).collect();
        assert_eq!(order, [(1, 0), (1, 1), (2, 0), (2, 1)]);
    }
}

/// What the receiver heard of the only effect: request id, attempt, whether it may be a repeat.
fn attempts(stage: &Stage) -> Vec<(i64, bool)> {
    let heard = stage.receiver.heard();
    assert!(heard.iter().all(|other| other.effect.request_id == heard[0].effect.request_id));
    heard.iter().map(|heard| (heard.effect.attempts, heard.effect.maybe_done)).collect()
}

async fn a_failed_attempt_is_made_again_under_the_same_request_id(place: Place) {
    let stage = Stage::open(place).await;
    stage.say(id(), 0, &["fail twice"]).await;
    let reactor = stage.speaker(stage.options()).await;
    let running = Running::start(&reactor);
    let records = stage.until_all(1, &["DONE"]).await;
    running.stop().await;
    assert_eq!((records[0].attempts, records[0].maybe_done), (3, false));
    assert_eq!(attempts(&stage), [(1, false), (2, false), (3, false)]);
    let heard = stage.receiver.heard();
    assert_eq!(heard[1].effect.why.as_deref(), Some("the receiver is away"));
}

async fn an_attempt_without_an_answer_is_made_again_and_says_that_it_may_be_a_repeat(place: Place) {
    let stage = Stage::open(place).await;
    stage.say(id(), 0, &["hang once"]).await;
    let reactor = stage.speaker(Options { timeout: Duration::from_secs(1), ..stage.options() }).await;
    let running = Running::start(&reactor);
    let records = stage.until_all(1, &["DONE"]).await;
    running.stop().await;
    assert_eq!((records[0].attempts, records[0].maybe_done), (2, true));
    assert_eq!(attempts(&stage), [(1, false), (2, true)]);
    assert_eq!(stage.receiver.heard()[1].effect.why.as_deref(), Some("no answer within 1s"));
}

async fn an_attempt_that_panics_is_made_again_and_says_so_too(place: Place) {
    let stage = Stage::open(place).await;
    stage.say(id(), 0, &["panic once"]).await;
    let reactor = stage.speaker(Options { timeout: Duration::from_secs(1), ..stage.options() }).await;
    let running = Running::start(&reactor);
    stage.until_all(1, &["DONE"]).await;
    running.stop().await;
    assert_eq!(attempts(&stage), [(1, false), (2, true)]);
}

async fn a_process_that_is_told_to_stop_lets_attempts_come_to_their_end(place: Place) {
    let stage = Stage::open(place).await;
    stage.say(id(), 0, &["slow", "never begun"]).await;
    let reactor = stage.speaker(stage.options()).await;
    let running = Running::start(&reactor);
    stage.until_heard(1).await;
    running.stop().await;
    let records = stage.records().await;
    assert_eq!((records[0].state.as_str(), records[0].attempts, records[0].maybe_done), ("DONE", 1, false));
    assert_eq!((records[1].state.as_str(), records[1].attempts), ("TO_DO", 0));
}

async fn what_a_dropped_process_was_at_is_done_again_and_says_so(place: Place) {
    let stage = Stage::open(place).await;
    stage.say(id(), 0, &["hang once", "and then this"]).await;
    let options = Options { timeout: Duration::from_secs(1), ..stage.options() };
    let reactor = stage.speaker(options.clone()).await;
    let running = Running::start(&reactor);
    stage.until_heard(1).await;
    running.abort().await;

    let reactor = stage.speaker(options).await;
    let running = Running::start(&reactor);
    let records = stage.until_all(2, &["DONE"]).await;
    running.stop().await;
    assert_eq!(records.iter().map(|record| record.maybe_done).collect::<Vec<_>>(), [true, false]);
    let heard: Vec<_> = stage.receiver.heard();
    let attempts: Vec<_> = heard
        .iter()
        .map(|heard| (heard.text.as_str(), heard.effect.attempts, heard.effect.maybe_done))
        .collect();
    assert_eq!(attempts, [("hang once", 1, false), ("hang once", 2, true), ("and then this", 1, false)]);
}

async fn of_two_processes_one_carries_an_effect_out(place: Place) {
    let stage = Stage::open(place).await;
    let first = stage.speaker(stage.options()).await;
    let second = stage.speaker(stage.options()).await;
    let running = [Running::start(&first), Running::start(&second)];
    let streams: Vec<Uuid> = (0..10).map(|_| id()).collect();
    for version in 0..10 {
        for stream_id in &streams {
            stage.say(*stream_id, version, &["text", "text"]).await;
        }
    }
    let records = stage.until_all(200, &["DONE"]).await;
    for running in running {
        running.stop().await;
    }
    assert!(records.iter().all(|record| record.attempts == 1 && !record.maybe_done));
    assert_eq!(stage.receiver.heard().len(), 200);
}

async fn an_attempt_whose_time_was_over_changes_nothing_when_it_ends(place: Place) {
    let stage = Stage::open(place).await;
    stage.say(id(), 0, &["refuse late once"]).await;
    let first = stage.speaker(stage.options()).await;
    let running_first = Running::start(&first);
    stage.until_heard(1).await;

    // To this one the first attempt has had its time.
    let clock = Arc::new(ManualClock::at(stage.clock.now().plus(stage.options().timeout * 3)));
    let receiver = Arc::<Receiver>::default();
    let speaker: Speaker = Speaker(receiver.clone());
    let second = Reactor::open(speaker, stage.options(), Arc::new(stage.log.clone()), clock).await.unwrap();
    let running_second = Running::start(&second);
    let done = stage.until_all(1, &["DONE"]).await;
    assert_eq!((done[0].attempts, done[0].maybe_done), (2, true));
    running_first.stop().await;
    assert_eq!(stage.records().await, done, "the first attempt was refused since");
    running_second.stop().await;
    assert_eq!((stage.receiver.heard().len(), receiver.heard().len()), (1, 1));
}
