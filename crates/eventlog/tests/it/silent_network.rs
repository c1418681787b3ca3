//! Rules 6 and 7, the reader's side: behind a dead network nobody waits longer than he said, and reading works again
//! when the network does.

use std::time::Duration;

use futures::future::join_all;
use sqlx::{Connection as _, PgConnection};
use tokio::time::{Instant, timeout};
use vigie_eventlog::{Aggregates, AppendError, ExecuteError, Order};

use crate::support::{Account, Accounts, Command, id, later, order, proxied, run};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn orders_that_only_read_end_at_their_deadline_and_do_not_use_the_pool_up() {
    let (direct, behind, proxy) = proxied();
    let accounts: Accounts = Aggregates::<Account>::new(behind.open().await);
    let streams: Vec<_> = (0..16).map(|_| id()).collect();
    for stream in &streams {
        run(&accounts, *stream, Command::Suspend).await.unwrap();
    }

    // Each connection of the pool is caught while it waits for an answer, which never comes.
    let mut locker = PgConnection::connect(direct.url()).await.unwrap();
    let lock = format!("BEGIN; LOCK TABLE {}.streams IN ACCESS EXCLUSIVE MODE", direct.schema());
    sqlx::raw_sql(sqlx::AssertSqlSafe(lock)).execute(&mut locker).await.unwrap();
    let started = Instant::now();
    let hurried = streams.iter().map(|stream| {
        let deadline = Some(later(700));
        accounts.execute(Order { deadline, ..order(accounts.log(), *stream, Command::Credit(1)) })
    });
    let (hurried, ()) = tokio::join!(join_all(hurried), async {
        tokio::time::sleep(Duration::from_millis(350)).await;
        proxy.black_hole();
    });
    for refused in hurried {
        assert!(matches!(refused, Err(ExecuteError::Append(AppendError::Expired))), "{refused:?}");
    }
    assert!(started.elapsed() < Duration::from_millis(1200), "{:?}", started.elapsed());
    sqlx::raw_sql("ROLLBACK").execute(&mut locker).await.unwrap();
    proxy.heal();

    let healed = Instant::now();
    let loads = streams.iter().map(|stream| async { while accounts.load(*stream).await.is_err() {} });
    timeout(Duration::from_secs(8), join_all(loads)).await.expect("the pool stays used up");
    println!("all read again {:?} after the network came back", healed.elapsed());
}
