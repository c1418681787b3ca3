//! What a look at the timers costs the database.

use std::time::Duration;

use tokio::time::sleep;
use vigie_clock::{Clock as _, SystemClock};
use vigie_eventlog::{Aggregate as _, Database, EventLog};

use super::number;
use crate::support::{Account, Engine, Place};

/// Streams with a timer, all of another kind and due.
const OTHERS: i64 = 50_000;

const LOOKS: usize = 50;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_look_reads_its_kinds_rows_by_index_though_there_were_hardly_any_at_the_first() {
    let place = Place::new(Engine::Postgres);
    let log = place.open().await;
    let database = place.database().await;
    fill(&database, 1, 5).await;
    database.execute("ANALYZE streams", &[]).await.unwrap();
    let now = SystemClock.now();
    for _ in 0..LOOKS {
        log.due(Account::KIND, now, 100).await.unwrap();
    }
    fill(&database, 6, OTHERS).await;
    tell(&log).await;
    let before = (number(&database, SCANNED).await, number(&database, READ).await);
    for _ in 0..LOOKS {
        assert_eq!(log.due(Account::KIND, now, 100).await.unwrap().len(), 1);
    }
    tell(&log).await;
    // Those that were there at the first may be told of late.
    let scanned = number(&database, SCANNED).await - before.0;
    assert!(scanned < OTHERS, "{scanned} rows read by scans of the whole table");
    let read = number(&database, READ).await - before.1;
    assert!(read > 0, "the index is not used");
    assert!(read < 10 * LOOKS as i64, "{read} entries of the index read by {LOOKS} looks");
}

/// A session tells what it did with its next statement after a second.
async fn tell(log: &EventLog) {
    sleep(Duration::from_millis(1_100)).await;
    log.due(Account::KIND, SystemClock.now(), 100).await.unwrap();
}

/// Streams with a timer each; of the last one it is an account's.
async fn fill(database: &Database, first: i64, last: i64) {
    let rows = "INSERT INTO streams (stream_id, kind, version, due_at) \
                SELECT md5(n::text)::uuid, CASE WHEN n % 50000 = 0 THEN 'account' ELSE 'other' END, 1, n \
                FROM generate_series($1::bigint, $2::bigint) AS n";
    database.execute(rows, &[first.into(), last.into()]).await.unwrap();
}

/// Rows of streams that were read by scans of the whole table.
const SCANNED: &str = "SELECT seq_tup_read FROM pg_stat_user_tables \
     WHERE schemaname = current_schema() AND relname = 'streams'";

/// Entries of the timers' index that were read.
const READ: &str = "SELECT idx_tup_read FROM pg_stat_user_indexes \
     WHERE schemaname = current_schema() AND indexrelname = 'streams_timers'";
