//! The ledger can be computed again at any time, beside the live one, with the same digest.

use std::sync::Arc;

use vigie_commitments::Error;
use vigie_eventlog::{Database, DatabaseOptions, Location};

use crate::history::history;
use crate::support::{Engine, Ledger, MemoryLog, PATIENCE, Partitions};

async fn rebuilt_has_the_digest_of_the_live_one(engine: Engine) {
    let script = history(21, 2_000);
    let head = script.events.len() as i64;
    // The live one was fed in another order than the rebuild reads.
    let partitions = Partitions { log: MemoryLog::of(&script.events), seed: 3 };
    let shuffled = Ledger::open(engine, Arc::new(partitions)).await;
    shuffled.catch_up(head).await;
    let log = Arc::new(MemoryLog::of(&script.events));
    let ledger = Ledger::open_at(shuffled.location.clone(), log).await;

    let mut progress = Vec::new();
    for _ in 0..2 {
        let comparison = ledger.rebuild(|step| progress.push(step)).await.unwrap();
        assert!(comparison.agrees(), "{comparison:?}");
        assert_eq!(comparison.live, shuffled.digest().await);
        assert_eq!(comparison.at.position, head);
    }
    assert!(progress.iter().any(|step| step.events_done > 0 && step.events_done < head), "{progress:?}");
    assert!(progress.iter().all(|step| step.events_done <= step.events_total && step.events_total == head));
}

async fn a_rebuild_goes_on_beside_a_ledger_that_moves(engine: Engine) {
    let script = history(22, 3_000);
    let log = MemoryLog::of(&script.events[..1_000]);
    let ledger = Ledger::open(engine, Arc::new(log.clone())).await;
    ledger.catch_up(1_000).await;
    log.replace(&script.events);
    let (comparison, ()) = tokio::join!(ledger.commitments.rebuild(|_| ()), ledger.catch_up(3_000));
    let comparison = comparison.unwrap();
    assert!(comparison.agrees() && comparison.at.position >= 1_000, "{comparison:?}");
    assert!(ledger.commitments.rebuild(|_| ()).await.unwrap().agrees());
}

async fn a_changed_row_is_found_and_the_live_ledger_left_alone(engine: Engine) {
    let script = history(23, 400);
    let ledger = Ledger::open(engine, Arc::new(MemoryLog::of(&script.events))).await;
    ledger.catch_up(400).await;
    let database = Database::open(&DatabaseOptions::new(ledger.location.clone())).await.unwrap();
    let late = "(SELECT MIN(t0) FROM cases WHERE verdict = 'LATE')";
    let sql = format!("UPDATE cases SET verdict = 'KEPT' WHERE verdict = 'LATE' AND t0 = {late}");
    assert_eq!(database.execute(sqlx::AssertSqlSafe(sql), &[]).await.unwrap(), 1);

    let tampered = ledger.digest().await;
    let comparison = ledger.commitments.rebuild(|_| ()).await.unwrap();
    assert!(!comparison.agrees());
    assert_eq!((comparison.live, ledger.digest().await), (tampered, tampered));

    ledger.commitments.start_over().await.unwrap();
    ledger.catch_up(400).await;
    assert_eq!(ledger.digest().await, comparison.rebuilt);
}

async fn starting_over_while_it_runs_reads_a_silent_log_again(engine: Engine) {
    let script = history(27, 300);
    let ledger = Ledger::open(engine, Arc::new(MemoryLog::of(&script.events))).await;
    ledger.catch_up(300).await;
    let before = ledger.digest().await;
    let start_over = async {
        ledger.commitments.reached(300).await;
        ledger.commitments.start_over().await.unwrap();
        assert!(ledger.commitments.standing().checkpoint.position < 300);
        tokio::time::timeout(PATIENCE, ledger.commitments.reached(300))
            .await
            .expect("no event comes to wake it");
    };
    ledger.commitments.run(start_over).await.unwrap();
    assert_eq!(ledger.digest().await, before);
}

async fn each_stored_column_is_in_the_digest(engine: Engine) {
    let script = history(24, 200);
    let ledger = Ledger::open(engine, Arc::new(MemoryLog::of(&script.events))).await;
    ledger.catch_up(200).await;
    let database = Database::open(&DatabaseOptions::new(ledger.location.clone())).await.unwrap();
    let before = ledger.digest().await;
    let (id, flip) = match engine {
        Engine::Sqlite => ("zeroblob(16)", "1 -"),
        Engine::Postgres => ("'00000000-0000-0000-0000-000000000000'", "NOT"),
    };
    let mut changes = vec![
        ("streams", "version", "version + 1".to_owned()),
        ("streams", "parked_by", id.to_owned()),
        ("checkpoint", "incarnation", "incarnation + 1".to_owned()),
        ("checkpoint", "position", "position + 1".to_owned()),
        ("checkpoint", "unknown_events", "unknown_events + 1".to_owned()),
    ];
    for column in ["account_id", "subject_id"] {
        changes.push(("cases", column, id.to_owned()));
    }
    for column in ["recorded_at", "t0", "counted_at", "confirmed_at", "t1", "overdue_at", "superseded_at"] {
        changes.push(("cases", column, "4711".to_owned()));
    }
    changes.push(("cases", "incidents_beyond", "4711".to_owned()));
    for column in ["other_reasons_remain", "unreadable", "closed"] {
        changes.push(("cases", column, format!("{flip} {column}")));
    }
    for column in [
        "characteristic",
        "definition_version",
        "site",
        "cost_centre",
        "act_kind",
        "act_reason",
        "read_back",
        "verdict",
        "reason_code",
        "evidence_level",
        "evidence_event_ids",
        "incidents",
    ] {
        changes.push(("cases", column, "'x'".to_owned()));
    }
    for (table, column, value) in changes {
        let run = |sql: String| {
            let database = &database;
            async move { database.execute(sqlx::AssertSqlSafe(sql), &[]).await.unwrap() }
        };
        run(format!("CREATE TABLE saved AS SELECT * FROM {table}")).await;
        assert!(run(format!("UPDATE {table} SET {column} = {value}")).await > 0);
        assert_ne!(ledger.digest().await, before, "{table}.{column}");
        run(format!("DELETE FROM {table}")).await;
        run(format!("INSERT INTO {table} SELECT * FROM saved")).await;
        run("DROP TABLE saved".to_owned()).await;
        assert_eq!(ledger.digest().await, before, "{table}.{column} put back");
    }
}

macro_rules! on_both_engines {
    ($($case:ident),*) => {
        mod sqlite { $(
            #[tokio::test]
            async fn $case() { super::$case(super::Engine::Sqlite).await; }
        )* }
        mod postgres { $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() { super::$case(super::Engine::Postgres).await; }
        )* }
    };
}
on_both_engines!(
    rebuilt_has_the_digest_of_the_live_one,
    a_rebuild_goes_on_beside_a_ledger_that_moves,
    a_changed_row_is_found_and_the_live_ledger_left_alone,
    starting_over_while_it_runs_reads_a_silent_log_again,
    each_stored_column_is_in_the_digest
);

#[tokio::test]
async fn nothing_of_a_rebuild_is_left_behind() {
    let script = history(25, 100);
    let ledger = Ledger::open(Engine::Sqlite, Arc::new(MemoryLog::of(&script.events))).await;
    ledger.catch_up(100).await;
    ledger.commitments.rebuild(|_| ()).await.unwrap();
    let Location::Sqlite(path) = &ledger.location else { panic!() };
    let left: Vec<_> = std::fs::read_dir(path.parent().unwrap())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.contains("rebuild"))
        .collect();
    assert_eq!(left, Vec::<String>::new());
}

#[tokio::test]
async fn one_rebuild_at_a_time() {
    let script = history(26, 600);
    let ledger = Ledger::open(Engine::Sqlite, Arc::new(MemoryLog::of(&script.events))).await;
    ledger.catch_up(600).await;
    let (first, second) =
        tokio::join!(ledger.commitments.rebuild(|_| ()), ledger.commitments.rebuild(|_| ()));
    assert!(first.unwrap().agrees());
    assert!(matches!(second, Err(Error::RebuildUnderWay)));
}
