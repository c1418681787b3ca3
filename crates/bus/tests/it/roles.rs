//! The relay does with the rights of the service's own role.

use std::sync::Arc;
use std::time::Duration;

use vigie_bus::kafka::{Cursor, Relay, open_database};
use vigie_clock::{SystemClock, SystemIds};
use vigie_eventlog::{Database, DatabaseOptions, EventLog, Location, Options};
use vigie_testkit::{Kafka, Postgres};

use crate::support::{Place, appended, assert_is_the_log, later, read_all};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_service_s_own_role_carries_and_changes_no_tables() {
    let url = Postgres::shared().unwrap().create_database("bus_roles").unwrap();
    let as_role = |role: &str| {
        let (_, rest) = url.split_once("://").unwrap();
        let rest = rest.split_once('@').map_or(rest, |(_, rest)| rest);
        format!("postgres://{role}:test@{rest}")
    };
    let location = |url: String| Location::Postgres { url, schema: "lines".to_owned() };
    let superuser = Database::open(&DatabaseOptions::new(location(url.clone()))).await.unwrap();
    for role in ["vigie_owner", "vigie_app"] {
        let create = format!("CREATE ROLE {role} LOGIN PASSWORD 'test'");
        superuser.execute(sqlx::AssertSqlSafe(create), &[]).await.unwrap();
    }
    let database = url.rsplit('/').next().unwrap().split('?').next().unwrap();
    let grant = format!("GRANT CREATE ON DATABASE {database} TO vigie_owner");
    superuser.execute(sqlx::AssertSqlSafe(grant), &[]).await.unwrap();

    let (app, owner) = (location(as_role("vigie_app")), as_role("vigie_owner"));
    let kafka = Kafka::shared().unwrap();
    let place = Place::at(app.clone(), &kafka.fresh_name("thing"), &kafka.bootstrap(), None);
    let options = Options { owner_url: Some(owner.clone()), ..Options::new(app.clone()) };
    let log = EventLog::open(options, Arc::new(SystemClock), Arc::new(SystemIds)).await.unwrap();
    let database = open_database(app, Some(&owner)).await.unwrap();
    let cursor = Cursor::new(database.clone(), &place.topics);
    assert_eq!(cursor.read().await.unwrap(), None);
    assert!(database.execute("DELETE FROM relay", &[]).await.is_err());
    let relay = Relay::start(place.options.clone(), place.topics.clone(), log.clone(), database).unwrap();
    appended(&log, &place.name, 3, 3).await;
    place.carried(&log, Duration::from_secs(20)).await;
    relay.shutdown(later(5)).await;

    let events = read_all(&place.options.brokers[0], &place.topics.events(), &place.name).await;
    assert_is_the_log(&events, &log).await;
}
