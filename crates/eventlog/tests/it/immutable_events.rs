//! Rule 12: what is written stays as it is.

use std::sync::Arc;

use sqlx::{Connection as _, Executor as _, PgConnection};
use vigie_clock::{Clock as _, SystemClock, Timestamp};
use vigie_eventlog::{Aggregates, DirectoryOp, Location, Options};
use vigie_testkit::Postgres;

use crate::support::{
    Account, Accounts, Command, Engine, Place, append, asking, assert_dense_and_chained, id, later, run,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_refuses_to_change_or_remove_an_event() {
    let place = Place::new(Engine::Sqlite);
    place.open().await.append(append(id(), 0, 3)).await.unwrap();
    let database = place.database().await;
    for deed in [
        "UPDATE events SET actor = 'somebody else' WHERE position = 2",
        "UPDATE events SET position = 9 WHERE position = 3",
        "DELETE FROM events WHERE position = 3",
        "DELETE FROM events",
    ] {
        let refused = database.execute(deed, &[]).await.unwrap_err();
        assert!(refused.to_string().contains("immutable"), "{deed}: {refused}");
    }
    assert_eq!(assert_dense_and_chained(&database).await, 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_services_role_appends_and_cannot_change_or_remove_an_event() {
    let url = Postgres::shared().unwrap().create_database("roles").unwrap();
    let mut superuser = PgConnection::connect(&url).await.unwrap();
    let database = url.rsplit('/').next().unwrap().split('?').next().unwrap().to_owned();
    for role in ["vigie_owner", "vigie_app"] {
        let create = format!("CREATE ROLE {role} LOGIN PASSWORD 'test'");
        // An outside server keeps them from one run to the next.
        let _ = superuser.execute(sqlx::raw_sql(sqlx::AssertSqlSafe(create))).await;
    }
    let grant = format!("GRANT CREATE ON DATABASE {database} TO vigie_owner");
    superuser.execute(sqlx::raw_sql(sqlx::AssertSqlSafe(grant))).await.unwrap();
    let url_of = |role: &str| {
        let (_, rest) = url.split_once("://").unwrap();
        let rest = rest.split_once('@').map_or(rest, |(_, rest)| rest);
        format!("postgres://{role}:test@{rest}")
    };
    let location = Location::Postgres { url: url_of("vigie_app"), schema: "log".to_owned() };
    let options = Options { owner_url: Some(url_of("vigie_owner")), ..Options::new(location) };

    let place = Place::at(&url);
    let log = place.open_with(options.clone(), Arc::new(SystemClock)).await;
    everything_that_a_service_does(&Aggregates::<Account>::new(log.clone())).await;
    log.close(later(5000)).await;
    let again = place.open_with(options, Arc::new(SystemClock)).await;
    again.append(append(id(), 0, 1)).await.unwrap();

    let mut service = PgConnection::connect(&url_of("vigie_app")).await.unwrap();
    service.execute("SET search_path = log").await.unwrap();
    for deed in [
        "UPDATE events SET actor = 'somebody else'",
        "UPDATE events_0 SET actor = 'somebody else'",
        "DELETE FROM events",
        "DELETE FROM events_0",
        "TRUNCATE events",
        "TRUNCATE events_0",
        "DROP TABLE events",
        "ALTER TABLE events DETACH PARTITION events_0",
        "INSERT INTO events SELECT * FROM events ON CONFLICT (position) DO UPDATE SET actor = 'somebody else'",
        "CREATE TABLE more (i INT)",
        "UPDATE log SET incarnation = 9",
        "DELETE FROM streams",
    ] {
        let refused = service.execute(deed).await.expect_err(deed);
        let code = refused.as_database_error().and_then(|error| error.code()).map(|code| code.into_owned());
        assert_eq!(code.as_deref(), Some("42501"), "{deed}: {refused}");
    }
}

/// Each statement that the role needs rights for.
async fn everything_that_a_service_does(accounts: &Accounts) {
    let (log, account) = (accounts.log(), id());
    run(accounts, account, Command::Claim("n".to_owned())).await.unwrap();
    run(accounts, account, Command::Join("g".to_owned())).await.unwrap();
    run(accounts, account, Command::Leave("g".to_owned())).await.unwrap();
    run(accounts, account, Command::Free("n".to_owned(), Timestamp::default())).await.unwrap();
    let lease =
        accounts.take_lease(account, id(), std::time::Duration::from_secs(1)).await.unwrap().lease.unwrap();
    accounts.give_back(account, lease.holder.unwrap(), lease.fence).await.unwrap();
    log.append(asking(append(id(), 0, 1), "crm", id())).await.unwrap();
    let mut reserving = append(id(), 0, 1);
    reserving.directory = vec![DirectoryOp::Reserve { kind: "number", key: "n".to_owned() }];
    log.append(reserving).await.unwrap();
    assert_eq!(
        log.purge_requests(SystemClock.now().plus(std::time::Duration::from_secs(9)), 10).await.unwrap(),
        1
    );
    assert_eq!(log.read(0, 100).await.unwrap().len(), 6);
}
