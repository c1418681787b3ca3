//! Rule 8: durable means durable.

use std::sync::Arc;

use sqlx::{Connection as _, PgConnection};
use vigie_clock::{SystemClock, SystemIds};
use vigie_eventlog::{EventLog, Location, OpenError, Options};
use vigie_testkit::Postgres;

use crate::support::{Engine, Place, append, id};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_would_lose_what_it_acknowledged_is_refused() {
    let postgres = Postgres::start_own().unwrap();
    let url = postgres.create_database("durability").unwrap();
    let open = || {
        let location = Location::Postgres { url: url.clone(), schema: "log".to_owned() };
        EventLog::open(Options::new(location), Arc::new(SystemClock), Arc::new(SystemIds))
    };
    let mut administrator = PgConnection::connect(&url).await.unwrap();
    for setting in ["fsync", "full_page_writes"] {
        set(&mut administrator, setting, "off").await;
        match open().await.map(|_| ()) {
            Err(OpenError::NotDurable(why)) => assert!(why.contains(setting), "{why}"),
            other => panic!("with {setting}=off: {other:?}"),
        }
        set(&mut administrator, setting, "on").await;
    }
    let log = open().await.unwrap();
    log.append(append(id(), 0, 1)).await.unwrap();
}

async fn set(administrator: &mut PgConnection, setting: &'static str, value: &'static str) {
    let change = format!("ALTER SYSTEM SET {setting} = {value}");
    sqlx::raw_sql(sqlx::AssertSqlSafe(change)).execute(&mut *administrator).await.unwrap();
    sqlx::raw_sql("SELECT pg_reload_conf()").execute(&mut *administrator).await.unwrap();
    for _ in 0..500 {
        let now: String = sqlx::query_scalar("SELECT current_setting($1)")
            .bind(setting)
            .fetch_one(&mut *administrator)
            .await
            .unwrap();
        if now == value {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("{setting} does not become {value}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_turns_synchronous_commit_off_or_plans_by_itself_is_overruled() {
    let postgres = Postgres::shared().unwrap();
    let url = postgres.create_database("asynchronous").unwrap();
    let mut administrator = PgConnection::connect(&url).await.unwrap();
    let database = url.rsplit('/').next().unwrap().split('?').next().unwrap().to_owned();
    for setting in ["synchronous_commit = off", "plan_cache_mode = auto", "jit = on"] {
        let change = format!("ALTER DATABASE {database} SET {setting}");
        sqlx::raw_sql(sqlx::AssertSqlSafe(change)).execute(&mut administrator).await.unwrap();
    }
    // A trigger writes down what the writer's session really runs with. With `jit` reading the head takes 50 ms.
    let place = Place::at(&url);
    assert_eq!(place.engine(), Engine::Postgres);
    place.open().await;
    let spy = format!(
        "CREATE TABLE {0}.seen (value TEXT); \
         CREATE FUNCTION {0}.spy() RETURNS trigger LANGUAGE plpgsql AS \
         'BEGIN INSERT INTO {0}.seen SELECT current_setting(name) FROM \
            unnest(ARRAY[''synchronous_commit'', ''plan_cache_mode'', ''jit'']) AS name; RETURN NEW; END'; \
         CREATE TRIGGER spy AFTER INSERT ON {0}.events FOR EACH ROW EXECUTE FUNCTION {0}.spy()",
        place.schema()
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(spy)).execute(&mut administrator).await.unwrap();
    place.open().await.append(append(id(), 0, 1)).await.unwrap();
    let seen = place.database().await.query("SELECT value FROM seen", &[]).await.unwrap();
    let seen: Vec<_> = seen.iter().map(|row| row.text(0).unwrap()).collect();
    assert_eq!(seen, ["on", "force_generic_plan", "off"]);
}
