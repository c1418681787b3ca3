//! Rule 27: a line's writes hold a lease with a fencing number.

use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;
use vigie_clock::{Clock as _, ManualClock, SystemClock, Timestamp};
use vigie_eventlog::{Append, AppendError, ExecuteError, LeaseOp, Order};

use crate::support::{Accounts, Command, Place, append, id, later, order, run};

on_both_engines!(
    a_lease_is_refused_while_held_taken_over_when_it_ran_out_and_the_fence_grows,
    a_stale_holder_settles_nothing_and_appends_nothing,
    a_holder_whose_lease_ran_out_settles_as_long_as_nobody_took_it_over,
    of_two_who_ask_at_once_one_gets_it,
    the_same_process_asks_again_while_the_clock_stands_still_and_is_refused,
    an_append_takes_and_another_one_settles,
    an_abandoned_lease_is_found_and_one_given_back_is_not,
    a_lease_is_of_the_state_of_its_moment,
    a_stream_that_is_not_has_no_lease_and_can_still_begin,
);

const LONG: Duration = Duration::from_secs(60);
const SHORT: Duration = Duration::from_millis(120);

async fn two_with_an_account(place: &Place) -> (Accounts, Accounts, Uuid) {
    let (a, b) = place.two_caches(Arc::new(SystemClock)).await;
    let account = id();
    run(&a, account, Command::Credit(1)).await.unwrap();
    (a, b, account)
}

async fn credit_and_settle(
    accounts: &Accounts,
    account: Uuid,
    holder: Uuid,
    fence: i64,
) -> Result<i64, ExecuteError<crate::support::Rejection>> {
    let lease = LeaseOp::Settle { holder, fence };
    let credit = Order { lease, ..order(accounts.log(), account, Command::Credit(1)) };
    accounts.execute(credit).await.map(|outcome| outcome.version)
}

fn is_lost<T: std::fmt::Debug>(result: Result<T, ExecuteError<crate::support::Rejection>>) -> bool {
    matches!(result, Err(ExecuteError::Append(AppendError::LeaseLost(_))))
}

async fn a_lease_is_refused_while_held_taken_over_when_it_ran_out_and_the_fence_grows(place: Place) {
    let (a, b, account) = two_with_an_account(&place).await;
    let (me, you) = (id(), id());
    let mine = a.take_lease(account, me, SHORT).await.unwrap().lease.unwrap();
    assert_eq!((mine.granted, mine.holder, mine.fence, mine.taken_over), (true, Some(me), 1, false));
    let refused = b.take_lease(account, you, LONG).await.unwrap().lease.unwrap();
    assert_eq!((refused.granted, refused.holder, refused.fence), (false, Some(me), 1));
    assert_eq!(refused.until, mine.until, "asking does not move it");

    tokio::time::sleep(SHORT).await;
    let yours = b.take_lease(account, you, LONG).await.unwrap().lease.unwrap();
    assert_eq!((yours.granted, yours.holder, yours.fence, yours.taken_over), (true, Some(you), 2, true));
    b.give_back(account, you, 2).await.unwrap();
    let again = a.take_lease(account, me, LONG).await.unwrap().lease.unwrap();
    assert_eq!((again.granted, again.fence, again.taken_over), (true, 3, false));
    assert!(is_lost(b.give_back(account, you, 2).await));
}

async fn a_stale_holder_settles_nothing_and_appends_nothing(place: Place) {
    let (a, b, account) = two_with_an_account(&place).await;
    let (me, you) = (id(), id());
    let stale = a.take_lease(account, me, Duration::ZERO).await.unwrap().lease.unwrap();
    let current = b.take_lease(account, you, LONG).await.unwrap().lease.unwrap();
    assert!(current.granted && current.taken_over);
    let head = a.log().head().await.unwrap();
    for (holder, fence) in [(me, stale.fence), (me, current.fence), (you, stale.fence)] {
        assert!(is_lost(credit_and_settle(&a, account, holder, fence).await), "{fence}");
    }
    assert_eq!(a.log().head().await.unwrap(), head);
    assert_eq!(credit_and_settle(&b, account, you, current.fence).await.unwrap(), 2);
    assert!(
        is_lost(credit_and_settle(&b, account, you, current.fence).await),
        "it was given back with the event"
    );
}

async fn a_holder_whose_lease_ran_out_settles_as_long_as_nobody_took_it_over(place: Place) {
    let (a, _, account) = two_with_an_account(&place).await;
    let me = id();
    let mine = a.take_lease(account, me, Duration::from_millis(1)).await.unwrap().lease.unwrap();
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert_eq!(credit_and_settle(&a, account, me, mine.fence).await.unwrap(), 2);
}

async fn of_two_who_ask_at_once_one_gets_it(place: Place) {
    let (a, b, _) = two_with_an_account(&place).await;
    for _ in 0..20 {
        let account = id();
        run(&a, account, Command::Credit(1)).await.unwrap();
        let ask = |accounts: &Accounts| {
            let accounts = accounts.clone();
            tokio::spawn(
                async move { accounts.take_lease(account, id(), LONG).await.unwrap().lease.unwrap() },
            )
        };
        let (first, second) = tokio::join!(ask(&a), ask(&b));
        let (first, second) = (first.unwrap(), second.unwrap());
        assert_ne!(first.granted, second.granted, "{first:?} {second:?}");
        assert_eq!((first.holder, first.fence), (second.holder, second.fence));
    }
}

async fn the_same_process_asks_again_while_the_clock_stands_still_and_is_refused(place: Place) {
    let clock = Arc::new(ManualClock::at(Timestamp::parse("2030-06-01T12:00:00Z").unwrap()));
    let (a, _) = place.two_caches(clock).await;
    let (account, process) = (id(), id());
    run(&a, account, Command::Credit(1)).await.unwrap();
    assert!(a.take_lease(account, process, LONG).await.unwrap().lease.unwrap().granted);
    let again = a.take_lease(account, process, LONG).await.unwrap().lease.unwrap();
    assert_eq!((again.granted, again.holder, again.fence), (false, Some(process), 1));
}

async fn an_append_takes_and_another_one_settles(place: Place) {
    let (a, _, account) = two_with_an_account(&place).await;
    let me = id();
    let lease = LeaseOp::Take { holder: me, ttl: LONG };
    let taking = Order { lease, ..order(a.log(), account, Command::Credit(1)) };
    let outcome = a.execute(taking).await.unwrap();
    let lease = outcome.lease.unwrap();
    assert!(lease.granted);
    assert_eq!((outcome.version, outcome.state.balance), (2, 2));
    // Others write on meanwhile: a lease guards the register, not the stream.
    run(&a, account, Command::Credit(1)).await.unwrap();
    assert_eq!(credit_and_settle(&a, account, me, lease.fence).await.unwrap(), 4);
    // Refused or not, the append that asks goes through.
    let other = Order {
        lease: LeaseOp::Take { holder: id(), ttl: LONG },
        ..order(a.log(), account, Command::Credit(1))
    };
    assert!(a.execute(other.clone()).await.unwrap().lease.unwrap().granted);
    let outcome = a.execute(other).await.unwrap();
    assert!(!outcome.lease.unwrap().granted);
    assert_eq!(outcome.version, 6);
}

async fn an_abandoned_lease_is_found_and_one_given_back_is_not(place: Place) {
    let (a, b, abandoned) = two_with_an_account(&place).await;
    let (given_back, held, me) = (id(), id(), id());
    for account in [given_back, held] {
        run(&a, account, Command::Credit(1)).await.unwrap();
    }
    a.take_lease(abandoned, me, Duration::from_millis(1)).await.unwrap();
    a.take_lease(held, me, LONG).await.unwrap();
    let lease = a.take_lease(given_back, me, Duration::from_millis(1)).await.unwrap().lease.unwrap();
    a.give_back(given_back, me, lease.fence).await.unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(b.log().abandoned_leases(SystemClock.now(), 10).await.unwrap(), [abandoned]);
}

async fn a_lease_is_of_the_state_of_its_moment(place: Place) {
    let (a, b, account) = two_with_an_account(&place).await;
    run(&b, account, Command::Suspend).await.unwrap();
    // A remembers the account as it was; what it does under the lease must follow the suspension.
    let leased = a.take_lease(account, id(), LONG).await.unwrap();
    assert!(leased.state.is_suspended && leased.lease.unwrap().granted);
    assert_eq!(leased.version, 2);
}

async fn a_stream_that_is_not_has_no_lease_and_can_still_begin(place: Place) {
    let (a, b) = place.two_caches(Arc::new(SystemClock)).await;
    let (account, me) = (id(), id());
    let nothing = a.take_lease(account, me, LONG).await.unwrap();
    assert!(nothing.lease.is_none_or(|lease| !lease.granted));
    let settle = Append { lease: LeaseOp::Settle { holder: me, fence: 0 }, ..append(id(), 0, 1) };
    assert!(matches!(a.log().append(settle).await, Err(AppendError::LeaseLost(_))));
    let hurried = Order { deadline: Some(later(2000)), ..order(b.log(), account, Command::Credit(1)) };
    assert_eq!(b.execute(hurried).await.unwrap().version, 1);
    assert!(a.take_lease(account, me, LONG).await.unwrap().lease.unwrap().granted);
}
