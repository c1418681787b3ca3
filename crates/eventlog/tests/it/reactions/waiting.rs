//! Effects that wait for a person: too old, tried too often, or refused.

use std::sync::Arc;
use std::time::Duration;

use vigie_clock::{Clock as _, ManualClock, Timestamp};
use vigie_eventlog::reaction::{Kept, Options, Progress, Ruled};

use super::stage::{Running, Stage, ruling, the_one_that_waits};
use crate::support::{Place, id};

on_both_engines!(
    what_is_older_than_the_limit_waits_and_what_is_not_is_carried_out,
    an_old_effect_that_a_person_approves_is_carried_out,
    an_effect_grows_too_old_between_two_attempts,
    after_so_many_attempts_an_effect_waits_and_its_stream_behind_it,
    a_refused_effect_waits_at_once_and_is_dropped_on_record,
    a_command_that_this_release_cannot_read_waits,
    a_person_decides_only_on_what_they_looked_at,
    all_that_waits_is_listed_page_by_page,
    what_became_of_an_effect_is_remembered,
);

const HOUR: Duration = Duration::from_secs(3600);

async fn with_a_clock(place: Place) -> (Stage, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::at(Timestamp::from_micros(1_795_000_000_000_000)));
    (Stage::open_at(place, clock.clone()).await, clock)
}

async fn what_is_older_than_the_limit_waits_and_what_is_not_is_carried_out(place: Place) {
    let (stage, clock) = with_a_clock(place).await;
    let (old, other) = (id(), id());
    stage.say(old, 0, &["old"]).await;
    clock.advance(Duration::from_secs(1));
    stage.say(other, 0, &["as old as may be"]).await;
    clock.advance(24 * HOUR);
    stage.say(old, 1, &["young, behind the old one"]).await;
    stage.say(other, 1, &["young"]).await;
    let reactor = stage.speaker(stage.options()).await;
    let running = Running::start(&reactor);
    let waiting = the_one_that_waits(&reactor).await;
    stage.until_heard(2).await;
    running.stop().await;
    assert_eq!(stage.receiver.texts(), ["as old as may be", "young"]);
    assert_eq!((waiting.stream_id, waiting.attempts, waiting.maybe_done), (old, 0, false));
    assert_eq!(waiting.age, 24 * HOUR + Duration::from_secs(1));
    assert_eq!(waiting.why.as_deref(), Some("its event is older than 86400s"));
    let states: Vec<_> = stage.records().await.into_iter().map(|record| record.state).collect();
    assert_eq!(states, ["WAITS", "DONE", "TO_DO", "DONE"]);
}

async fn an_old_effect_that_a_person_approves_is_carried_out(place: Place) {
    let (stage, clock) = with_a_clock(place).await;
    stage.say(id(), 0, &["old", "old as well"]).await;
    clock.advance(25 * HOUR);
    let reactor = stage.speaker(stage.options()).await;
    let running = Running::start(&reactor);
    for text in ["old", "old as well"] {
        let waiting = the_one_that_waits(&reactor).await;
        assert_eq!(serde_json::from_slice::<String>(&waiting.command).unwrap(), text);
        let ruled = reactor.approve(waiting.request_id, waiting.attempts, &ruling()).await.unwrap();
        assert_eq!(ruled, Ruled::Recorded);
        let again = reactor.approve(waiting.request_id, waiting.attempts, &ruling()).await.unwrap();
        assert_eq!(again, Ruled::NotWaiting);
    }
    stage.until_all(2, &["DONE"]).await;
    running.stop().await;
    assert_eq!(stage.receiver.texts(), ["old", "old as well"]);
}

async fn an_effect_grows_too_old_between_two_attempts(place: Place) {
    let (stage, clock) = with_a_clock(place).await;
    stage.say(id(), 0, &["fail"]).await;
    let reactor = stage.speaker(stage.options()).await;
    let running = Running::start(&reactor);
    stage.until_heard(1).await;
    while reactor.waiting((0, 0), 1).await.unwrap().is_empty() {
        // Once more where the attempt's end was recorded after this.
        clock.advance(25 * HOUR);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let waiting = the_one_that_waits(&reactor).await;
    running.stop().await;
    assert_eq!(waiting.why.as_deref(), Some("its event is older than 86400s"));
    assert_eq!((waiting.attempts, stage.receiver.heard().len()), (1, 1));
}

async fn after_so_many_attempts_an_effect_waits_and_its_stream_behind_it(place: Place) {
    let stage = Stage::open(place).await;
    let (stream, other) = (id(), id());
    stage.say(stream, 0, &["fail four times"]).await;
    stage.say(stream, 1, &["behind it"]).await;
    let reactor = stage.speaker(Options { attempts_max: 3, ..stage.options() }).await;
    let running = Running::start(&reactor);
    let waiting = the_one_that_waits(&reactor).await;
    assert_eq!((waiting.attempts, waiting.maybe_done), (3, false));
    let why = "not done after 3 attempts; of the last: the receiver is away";
    assert_eq!(waiting.why.as_deref(), Some(why));
    stage.say(other, 0, &["of another stream"]).await;
    stage.until_heard(4).await;
    assert_eq!(stage.receiver.texts()[3], "of another stream");

    // As many attempts again.
    let ruled = reactor.approve(waiting.request_id, 3, &ruling()).await.unwrap();
    assert_eq!(ruled, Ruled::Recorded);
    let records = stage.until_all(3, &["DONE"]).await;
    running.stop().await;
    assert_eq!(records[0].attempts, 5);
    assert_eq!(stage.receiver.texts()[4..], ["fail four times", "fail four times", "behind it"]);
}

async fn a_refused_effect_waits_at_once_and_is_dropped_on_record(place: Place) {
    let stage = Stage::open(place).await;
    let stream = id();
    stage.say(stream, 0, &["refuse", "behind it"]).await;
    let reactor = stage.speaker(stage.options()).await;
    let running = Running::start(&reactor);
    let waiting = the_one_that_waits(&reactor).await;
    assert_eq!((waiting.attempts, waiting.why.as_deref()), (1, Some("nobody of that name")));
    let ruled = reactor.drop_effect(waiting.request_id, 1, &ruling()).await.unwrap();
    assert_eq!(ruled, Ruled::Recorded);
    let records = stage.until_all(2, &["DONE", "DROPPED"]).await;
    running.stop().await;
    assert_eq!((records[0].state.as_str(), records[0].has_command), ("DROPPED", false));
    assert_eq!(stage.receiver.texts(), ["refuse", "behind it"]);
    let sql = "SELECT ruled_by, ruled_reason, ruled_at, why FROM effects WHERE state = 'DROPPED'";
    let row = &stage.own_database().await.query(sql, &[]).await.unwrap()[0];
    let ruled = (row.text(0).unwrap(), row.text(1).unwrap(), Timestamp::from_micros(row.i64(2).unwrap()));
    assert_eq!(ruled, (ruling().by, ruling().reason, ruling().at));
    assert_eq!(row.text(3).unwrap(), "nobody of that name");
}

async fn a_command_that_this_release_cannot_read_waits(place: Place) {
    let stage = Stage::open(place).await;
    stage.say(id(), 0, &["fail"]).await;
    let reactor = stage.speaker(stage.options()).await;
    let running = Running::start(&reactor);
    stage.until_heard(1).await;
    running.stop().await;
    let sql = "UPDATE effects SET command = $1";
    let of_a_later_release = br#"{"to":"+33600000001"}"#.as_slice();
    stage.own_database().await.execute(sql, &[of_a_later_release.into()]).await.unwrap();
    let heard = stage.receiver.heard().len();

    let running = Running::start(&reactor);
    let waiting = the_one_that_waits(&reactor).await;
    running.stop().await;
    assert_eq!(waiting.why.as_deref(), Some("its command cannot be read"));
    assert_eq!((waiting.command.as_slice(), stage.receiver.heard().len()), (of_a_later_release, heard));
}

async fn a_person_decides_only_on_what_they_looked_at(place: Place) {
    let stage = Stage::open(place).await;
    stage.say(id(), 0, &["refuse"]).await;
    let reactor = stage.speaker(stage.options()).await;
    let running = Running::start(&reactor);
    let seen = the_one_that_waits(&reactor).await;
    // Two on call look at it; the first one has it tried again, and it waits anew.
    reactor.approve(seen.request_id, seen.attempts, &ruling()).await.unwrap();
    stage.until_heard(2).await;
    let anew = the_one_that_waits(&reactor).await;
    assert_eq!(anew.attempts, 2);
    let ruled = reactor.drop_effect(seen.request_id, seen.attempts, &ruling()).await.unwrap();
    assert_eq!(ruled, Ruled::TriedSince);
    assert_eq!(reactor.drop_effect(id(), 0, &ruling()).await.unwrap(), Ruled::NotWaiting);
    assert_eq!(the_one_that_waits(&reactor).await.request_id, anew.request_id);
    running.stop().await;
}

async fn all_that_waits_is_listed_page_by_page(place: Place) {
    let (stage, clock) = with_a_clock(place).await;
    for _ in 0..5 {
        stage.say(id(), 0, &["old"]).await;
    }
    clock.advance(25 * HOUR);
    let reactor = stage.speaker(stage.options()).await;
    let running = Running::start(&reactor);
    stage.until_all(5, &["WAITS"]).await;
    running.stop().await;
    let (mut after, mut positions) = ((0, 0), Vec::new());
    loop {
        let page = reactor.waiting(after, 2).await.unwrap();
        let Some(last) = page.last() else { break };
        assert!(page.len() <= 2);
        after = (last.position, last.ordinal);
        positions.extend(page.iter().map(|effect| effect.position));
    }
    assert_eq!(positions, [1, 2, 3, 4, 5]);
    assert!(stage.receiver.heard().is_empty());
}

async fn what_became_of_an_effect_is_remembered(place: Place) {
    let (stage, clock) = with_a_clock(place).await;
    stage.say(id(), 0, &["refuse once", "refuse", "fine"]).await;
    let reactor = stage.speaker(stage.options()).await;
    let running = Running::start(&reactor);
    let began = clock.now();
    let kept = async |effect| reactor.find(effect).await.unwrap().unwrap();
    let first = the_one_that_waits(&reactor).await;
    let Kept { effect, progress, ruling: none } = kept(first.request_id).await;
    assert_eq!((effect, progress, none), (first.clone(), Progress::Waits { since: Some(began) }, None));
    clock.advance(HOUR);
    reactor.approve(first.request_id, 1, &ruling()).await.unwrap();
    let second = the_one_that_waits(&reactor).await;
    let done = kept(first.request_id).await;
    assert_eq!((done.progress, done.ruling), (Progress::Done { at: clock.now() }, Some(ruling())));
    reactor.drop_effect(second.request_id, 1, &ruling()).await.unwrap();
    let given_up = kept(second.request_id).await;
    assert_eq!((given_up.progress, given_up.ruling), (Progress::GivenUp { at: ruling().at }, Some(ruling())));
    stage.until_all(3, &["DONE", "DROPPED"]).await;
    running.stop().await;
    assert_eq!(reactor.find(id()).await.unwrap(), None);
}
