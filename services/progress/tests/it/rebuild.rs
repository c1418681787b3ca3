//! The view can be computed again at any time, beside the live one, with the same digest.

use std::sync::Arc;

use vigie_eventlog::{Database, DatabaseOptions, Location};
use vigie_progress::Error;

use crate::history::history;
use crate::support::{Engine, House, MemoryLog, PATIENCE, Partitions, on_both_engines};

async fn rebuilt_has_the_digest_of_the_live_one(engine: Engine) {
    let script = history(21, 2_000);
    let head = script.events.len() as i64;
    // The live one was fed in another order than the rebuild reads.
    let partitions = Partitions { log: MemoryLog::of(&script.events), seed: 3 };
    let shuffled = House::open(engine, Arc::new(partitions)).await;
    shuffled.catch_up(head).await;
    let log = Arc::new(MemoryLog::of(&script.events));
    let house = House::open_at(shuffled.location.clone(), log).await;

    let mut progress = Vec::new();
    for _ in 0..2 {
        let comparison = house.rebuild(|step| progress.push(step)).await.unwrap();
        assert!(comparison.agrees(), "{comparison:?}");
        assert_eq!(comparison.live, shuffled.digest().await);
        assert_eq!(comparison.at.position, head);
    }
    assert!(progress.iter().any(|step| step.events_done > 0 && step.events_done < head), "{progress:?}");
    assert!(progress.iter().all(|step| step.events_done <= step.events_total && step.events_total == head));
}

async fn a_rebuild_goes_on_beside_a_view_that_moves(engine: Engine) {
    let script = history(22, 3_000);
    let log = MemoryLog::of(&script.events[..1_000]);
    let house = House::open(engine, Arc::new(log.clone())).await;
    house.catch_up(1_000).await;
    log.replace(&script.events);
    let (comparison, ()) = tokio::join!(house.progress.rebuild(|_| ()), house.catch_up(3_000));
    let comparison = comparison.unwrap();
    assert!(comparison.agrees() && comparison.at.position >= 1_000, "{comparison:?}");
    assert!(house.progress.rebuild(|_| ()).await.unwrap().agrees());
}

async fn a_changed_row_is_found_and_the_live_view_left_alone(engine: Engine) {
    let script = history(23, 400);
    let house = House::open(engine, Arc::new(MemoryLog::of(&script.events))).await;
    house.catch_up(400).await;
    let database = Database::open(&DatabaseOptions::new(house.location.clone())).await.unwrap();
    let sql = "UPDATE acts SET state = 'CONFIRMED' WHERE act_id = (SELECT MIN(act_id) FROM acts WHERE state = 'PENDING')";
    let sql = match engine {
        Engine::Sqlite => sql.to_owned(),
        Engine::Postgres => sql.replace("MIN(act_id)", "act_id").replace("'PENDING')", "'PENDING' LIMIT 1)"),
    };
    assert_eq!(database.execute(sqlx::AssertSqlSafe(sql), &[]).await.unwrap(), 1);

    let tampered = house.digest().await;
    let comparison = house.progress.rebuild(|_| ()).await.unwrap();
    assert!(!comparison.agrees());
    assert_eq!((comparison.live, house.digest().await), (tampered, tampered));

    house.progress.start_over().await.unwrap();
    house.catch_up(400).await;
    assert_eq!(house.digest().await, comparison.rebuilt);
}

async fn starting_over_while_it_runs_reads_a_silent_log_again(engine: Engine) {
    let script = history(27, 300);
    let house = House::open(engine, Arc::new(MemoryLog::of(&script.events))).await;
    house.catch_up(300).await;
    let before = house.digest().await;
    let start_over = async {
        house.progress.reached(300).await;
        house.progress.start_over().await.unwrap();
        assert!(house.progress.standing().checkpoint.position < 300);
        tokio::time::timeout(PATIENCE, house.progress.reached(300)).await.expect("no event comes to wake it");
    };
    house.progress.run(start_over).await.unwrap();
    assert_eq!(house.digest().await, before);
}

async fn each_stored_column_is_in_the_digest(engine: Engine) {
    let script = history(24, 200);
    let house = House::open(engine, Arc::new(MemoryLog::of(&script.events))).await;
    house.catch_up(200).await;
    let database = Database::open(&DatabaseOptions::new(house.location.clone())).await.unwrap();
    let before = house.digest().await;
    let (id, flip) = match engine {
        Engine::Sqlite => ("zeroblob(16)", "1 -"),
        Engine::Postgres => ("'00000000-0000-0000-0000-000000000000'", "NOT"),
    };
    let mut changes = vec![("timeline", "skipped", format!("{flip} skipped"))];
    changes.push(("acts", "record_only", format!("{flip} record_only")));
    for (table, columns) in [
        ("lines", &["account_id"][..]),
        ("timeline", &["line_id", "act_id"]),
        ("acts", &["line_id", "account_id", "undoes"]),
    ] {
        changes.extend(columns.iter().map(|column| (table, *column, id.to_owned())));
    }
    for (table, columns) in [
        ("lines", &["version", "incarnation"][..]),
        ("timeline", &["incarnation", "recorded_at", "occurred_at", "stream_version"]),
        (
            "acts",
            &[
                "asked_at",
                "recorded_at",
                "confirmed_at",
                "overdue_at",
                "superseded_at",
                "lifted_at",
                "first_version",
                "last_version",
            ],
        ),
        ("checkpoint", &["incarnation", "position", "unknown_events"]),
    ] {
        changes.extend(
            columns.iter().map(|column| (table, *column, format!("COALESCE({column}, 0) + 1000000"))),
        );
    }
    for (table, columns) in [
        ("lines", &["site", "cost_centre", "user_id", "set_by"][..]),
        (
            "timeline",
            &[
                "event_type",
                "actor",
                "on_behalf_of",
                "channel",
                "act_ids",
                "reference",
                "reason",
                "evidence",
                "line_state",
                "line_reasons",
            ],
        ),
        ("acts", &["kind", "reason", "reference", "actor", "on_behalf_of", "channel", "evidence", "state"]),
    ] {
        changes.extend(columns.iter().map(|column| (table, *column, "'x'".to_owned())));
    }
    for (table, column, value) in changes {
        let run = |sql: String| {
            let database = &database;
            async move { database.execute(sqlx::AssertSqlSafe(sql), &[]).await.unwrap() }
        };
        run(format!("CREATE TABLE saved AS SELECT * FROM {table}")).await;
        let first = match table {
            "checkpoint" => "",
            "lines" => " WHERE line_id = (SELECT line_id FROM lines LIMIT 1)",
            "timeline" => " WHERE event_id = (SELECT event_id FROM timeline LIMIT 1)",
            _ => " WHERE act_id = (SELECT act_id FROM acts LIMIT 1)",
        };
        assert_eq!(run(format!("UPDATE {table} SET {column} = {value}{first}")).await, 1);
        assert_ne!(house.digest().await, before, "{table}.{column}");
        run(format!("DELETE FROM {table}")).await;
        run(format!("INSERT INTO {table} SELECT * FROM saved")).await;
        run("DROP TABLE saved".to_owned()).await;
        assert_eq!(house.digest().await, before, "{table}.{column} put back");
    }
}

on_both_engines!(
    rebuilt_has_the_digest_of_the_live_one,
    a_rebuild_goes_on_beside_a_view_that_moves,
    a_changed_row_is_found_and_the_live_view_left_alone,
    starting_over_while_it_runs_reads_a_silent_log_again,
    each_stored_column_is_in_the_digest
);

#[tokio::test]
async fn nothing_of_a_rebuild_is_left_behind() {
    let script = history(25, 100);
    let house = House::open(Engine::Sqlite, Arc::new(MemoryLog::of(&script.events))).await;
    house.catch_up(100).await;
    house.progress.rebuild(|_| ()).await.unwrap();
    let Location::Sqlite(path) = &house.location else { panic!() };
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
    let house = House::open(Engine::Sqlite, Arc::new(MemoryLog::of(&script.events))).await;
    house.catch_up(600).await;
    let (first, second) = tokio::join!(house.progress.rebuild(|_| ()), house.progress.rebuild(|_| ()));
    assert!(first.unwrap().agrees());
    assert!(matches!(second, Err(Error::RebuildUnderWay)));
}
