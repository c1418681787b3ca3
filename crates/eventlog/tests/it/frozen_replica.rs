//! Rule 7: a frozen replica must not stop the others.

use std::time::Duration;

use sqlx::{Connection as _, PgConnection};
use tokio::time::{Instant, timeout};
use vigie_testkit::Direction;

use crate::support::{append, assert_dense_and_chained, id, proxied};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replica_freezes_under_the_exclusive_lock_and_the_other_writes_within_three_seconds() {
    let (direct, behind, proxy) = proxied();
    let (healthy, freezing) = (direct.open().await, behind.open().await);
    healthy.append(append(id(), 0, 1)).await.unwrap();

    // Slow enough to be caught between taking the lock and the commit; then nothing of it arrives any more.
    proxy.delay(Direction::ToTarget, Duration::from_millis(300));
    let frozen = tokio::spawn({
        let freezing = freezing.clone();
        async move { freezing.append(append(id(), 0, 1)).await }
    });
    let mut witness = PgConnection::connect(direct.url()).await.unwrap();
    let started = Instant::now();
    loop {
        let holders: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM pg_locks AS l JOIN pg_stat_activity AS a USING (pid) \
             JOIN pg_database AS d ON d.oid = l.database AND d.datname = current_database() \
             WHERE l.locktype = 'advisory' AND l.mode = 'ExclusiveLock' AND l.granted \
             AND l.objid::bigint = hashtext($1)::bigint & 4294967295 AND a.state = 'idle in transaction'",
        )
        .bind(direct.schema())
        .fetch_one(&mut witness)
        .await
        .unwrap();
        if holders > 0 {
            break;
        }
        assert!(started.elapsed() < Duration::from_secs(5), "the lock was never taken");
    }
    proxy.black_hole();

    let started = Instant::now();
    let appended = timeout(Duration::from_secs(3), healthy.append(append(id(), 0, 1)))
        .await
        .expect("the frozen replica stops the other")
        .unwrap();
    println!("wrote after {:?}", started.elapsed());
    assert_eq!(appended.events[0].position, 2);

    proxy.heal();
    let thawed = timeout(Duration::from_secs(10), frozen).await.unwrap().unwrap().unwrap();
    assert_eq!(thawed.events[0].position, 3, "what was taken is committed, once");
    assert_dense_and_chained(&direct.database().await).await;
}
