//! Rule 15: what only one stream may hold, and what many share.

use std::sync::Arc;
use std::time::Duration;

use vigie_clock::{Clock as _, ManualClock, SystemClock, Timestamp};
use vigie_eventlog::{AppendError, DirectoryOp, ExecuteError};

use crate::support::{Accounts, Command, Place, Stall, append, id, run};

on_both_engines!(
    a_number_is_claimed_released_into_quarantine_and_claimed_again_after_it,
    of_two_streams_that_race_for_a_number_one_wins,
    a_refused_claim_leaves_no_event,
    a_claim_and_the_release_before_it_stand_in_one_batch_of_callers,
    links_are_shared_and_listed_and_cut,
    many_links_to_one_key_go_in_together,
    one_key_twice_in_one_append_hurts_nobody_else,
);

fn is_taken<T>(result: Result<T, ExecuteError<crate::support::Rejection>>) -> bool {
    matches!(result, Err(ExecuteError::Append(AppendError::KeyTaken { kind })) if kind == "number")
}

fn claim(number: &str) -> Command {
    Command::Claim(number.to_owned())
}

async fn a_number_is_claimed_released_into_quarantine_and_claimed_again_after_it(place: Place) {
    // Not the machine's time: a quarantine ends by the log's clock, not the database's.
    let clock = Arc::new(ManualClock::at(Timestamp::parse("2040-01-01T00:00:00Z").unwrap()));
    let (a, b) = place.two_caches(clock.clone()).await;
    let (mine, theirs) = (id(), id());
    run(&a, mine, claim("0600000001")).await.unwrap();
    assert_eq!(a.log().key_holder("number", "0600000001").await.unwrap(), Some(mine));
    assert!(is_taken(run(&b, theirs, claim("0600000001")).await));
    run(&a, mine, claim("0600000001")).await.expect("one's own claim again is no conflict");

    let until = clock.now().plus(Duration::from_secs(3600));
    run(&a, mine, Command::Free("0600000001".to_owned(), until)).await.unwrap();
    assert_eq!(a.log().key_holder("number", "0600000001").await.unwrap(), None);
    for _ in 0..2 {
        assert!(is_taken(run(&b, theirs, claim("0600000001")).await), "in quarantine");
        clock.set(until.minus(Duration::from_micros(1)));
    }
    clock.set(until);
    run(&b, theirs, claim("0600000001")).await.expect("the quarantine is over");
    assert_eq!(b.log().key_holder("number", "0600000001").await.unwrap(), Some(theirs));
    assert!(is_taken(run(&a, mine, claim("0600000001")).await));
    run(&a, mine, claim("0600000002")).await.unwrap();
}

async fn of_two_streams_that_race_for_a_number_one_wins(place: Place) {
    let (a, b) = place.two_caches(Arc::new(SystemClock)).await;
    for round in 0..20 {
        let number = format!("race {round}");
        let race = |accounts: &Accounts| {
            let (accounts, claim, stream) = (accounts.clone(), claim(&number), id());
            tokio::spawn(async move { (stream, run(&accounts, stream, claim).await) })
        };
        let (first, second) = tokio::join!(race(&a), race(&b));
        let (first, second) = (first.unwrap(), second.unwrap());
        let (winner, loser) = if first.1.is_ok() { (first, second) } else { (second, first) };
        winner.1.unwrap();
        assert!(is_taken(loser.1));
        assert_eq!(a.log().key_holder("number", &number).await.unwrap(), Some(winner.0));
    }
}

async fn a_refused_claim_leaves_no_event(place: Place) {
    let (a, _) = place.two_caches(Arc::new(SystemClock)).await;
    let (mine, theirs) = (id(), id());
    run(&a, mine, claim("n")).await.unwrap();
    assert!(is_taken(run(&a, theirs, claim("n")).await));
    assert_eq!(a.load(theirs).await.unwrap().1, 0);
    assert_eq!(a.log().head().await.unwrap().position, 1);
}

async fn a_claim_and_the_release_before_it_stand_in_one_batch_of_callers(place: Place) {
    let log = place.open().await;
    let (mine, theirs) = (id(), id());
    let (kind, key) = ("number", "n".to_owned());
    let with = |stream, version, op| {
        let mut append = append(stream, version, 1);
        append.directory = vec![op];
        log.append(append)
    };
    with(mine, 0, DirectoryOp::Reserve { kind, key: key.clone() }).await.unwrap();
    let stall = Stall::of(&place).await;
    let (_, released, claimed, ()) = tokio::join!(
        log.append(append(id(), 0, 1)),
        with(mine, 1, DirectoryOp::Release { kind, key: key.clone(), until: Timestamp::default() }),
        with(theirs, 0, DirectoryOp::Reserve { kind, key: key.clone() }),
        async {
            Stall::settle().await;
            stall.end().await;
        }
    );
    released.unwrap();
    claimed.unwrap();
    assert_eq!(log.key_holder(kind, &key).await.unwrap(), Some(theirs));
}

async fn links_are_shared_and_listed_and_cut(place: Place) {
    let (a, b) = place.two_caches(Arc::new(SystemClock)).await;
    let mut members: Vec<_> = (0..5).map(|_| id()).collect();
    for member in members.iter().rev() {
        run(&a, *member, Command::Join("family".to_owned())).await.unwrap();
        run(&b, *member, Command::Join("family".to_owned())).await.unwrap();
    }
    members.sort();
    assert_eq!(b.log().key_members("group", "family", 100).await.unwrap(), members);
    assert_eq!(b.log().key_members("group", "family", 2).await.unwrap(), members[..2]);
    run(&b, members[2], Command::Leave("family".to_owned())).await.unwrap();
    let left = members.remove(2);
    assert_eq!(a.log().key_members("group", "family", 100).await.unwrap(), members);
    run(&a, left, Command::Leave("family".to_owned())).await.expect("leaving twice is nothing");
    assert_eq!(a.log().key_holder("group", "family").await.unwrap(), None, "a shared key has no holder");
}

async fn many_links_to_one_key_go_in_together(place: Place) {
    let log = place.open().await;
    let stall = Stall::of(&place).await;
    let joins = (0..200).map(|_| {
        let mut append = append(id(), 0, 1);
        append.directory = vec![DirectoryOp::Link { kind: "group", key: "company".to_owned() }];
        log.append(append)
    });
    let (joined, ()) = tokio::join!(futures::future::join_all(joins), async {
        Stall::settle().await;
        stall.end().await;
    });
    assert!(joined.iter().all(Result::is_ok));
    assert_eq!(log.key_members("group", "company", 1000).await.unwrap().len(), 200);
    if place.engine() == crate::support::Engine::Postgres {
        let database = place.database().await;
        let rows = database.query("SELECT count(DISTINCT xmin::text) FROM events", &[]).await.unwrap();
        assert!(rows[0].i64(0).unwrap() <= 3, "a bulk import would commit line by line");
    }
}

async fn one_key_twice_in_one_append_hurts_nobody_else(place: Place) {
    let log = place.open().await;
    let reserve = || DirectoryOp::Reserve { kind: "number", key: "n".to_owned() };
    let mut twice = append(id(), 0, 1);
    twice.directory = vec![reserve(), reserve()];
    let stall = Stall::of(&place).await;
    let (_, twice, good, ()) = tokio::join!(
        log.append(append(id(), 0, 1)),
        log.append(twice),
        futures::future::join_all((0..8).map(|_| log.append(append(id(), 0, 1)))),
        async {
            Stall::settle().await;
            stall.end().await;
        }
    );
    assert!(good.iter().all(Result::is_ok), "{good:?}");
    // SQLite takes it as the same claim again, PostgreSQL as an error of the statement.
    assert!(matches!(twice, Ok(_) | Err(AppendError::Data(_))), "{twice:?}");
}
