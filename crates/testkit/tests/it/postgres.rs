use std::time::Duration;

use sqlx::{Connection, PgConnection};
use vigie_testkit::{Cut, Direction, Moment, Postgres, Proxy};

#[tokio::test]
async fn databases_are_separate_and_the_server_is_durable() {
    let postgres = Postgres::shared().unwrap();
    let (one, other) =
        (postgres.create_database("Same name").unwrap(), postgres.create_database("same-name").unwrap());
    assert_ne!(one, other);
    let mut one = PgConnection::connect(&one).await.unwrap();
    let mut other = PgConnection::connect(&other).await.unwrap();
    sqlx::query("CREATE TABLE t (i int)").execute(&mut one).await.unwrap();
    sqlx::query("CREATE TABLE t (i int)").execute(&mut other).await.unwrap();
    let fsync: String = sqlx::query_scalar("SHOW fsync").fetch_one(&mut one).await.unwrap();
    assert_eq!(fsync, "on");
}

#[tokio::test]
async fn what_was_committed_is_there_after_an_immediate_stop_a_kill_and_a_freeze() {
    let postgres = Postgres::start_own().unwrap();
    let url = postgres.create_database("crash").unwrap();
    let mut connection = PgConnection::connect(&url).await.unwrap();
    sqlx::query("CREATE TABLE t (i int)").execute(&mut connection).await.unwrap();

    sqlx::query("INSERT INTO t VALUES (1)").execute(&mut connection).await.unwrap();
    postgres.stop_immediate().unwrap();
    assert!(PgConnection::connect(&url).await.is_err());
    postgres.restart().unwrap();
    let mut connection = PgConnection::connect(&url).await.unwrap();

    sqlx::query("INSERT INTO t VALUES (2)").execute(&mut connection).await.unwrap();
    postgres.kill9().unwrap();
    postgres.restart().unwrap();
    let mut connection = PgConnection::connect(&url).await.unwrap();

    postgres.signal_stop().unwrap();
    let insert = sqlx::query("INSERT INTO t VALUES (3)").execute(&mut connection);
    assert!(
        tokio::time::timeout(Duration::from_millis(200), insert).await.is_err(),
        "a frozen server answered"
    );
    postgres.signal_cont().unwrap();
    let mut connection = PgConnection::connect(&url).await.unwrap();
    let all: Vec<i32> = sqlx::query_scalar("SELECT i FROM t WHERE i < 3 ORDER BY i")
        .fetch_all(&mut connection)
        .await
        .unwrap();
    assert_eq!(all, [1, 2]);
}

#[tokio::test]
async fn a_wire_cut_in_the_middle_of_commit_leaves_the_outcome_to_the_server() {
    for (moment, expected) in [(Moment::Before, 0), (Moment::After, 1)] {
        let postgres = Postgres::shared().unwrap();
        let direct = postgres.create_database("commit").unwrap();
        let server = direct.split('@').nth(1).unwrap().split('/').next().unwrap().parse().unwrap();
        let proxy = Proxy::start(server).unwrap();
        let url = direct.replace(&server.to_string(), &proxy.address().to_string());
        let mut connection = PgConnection::connect(&url).await.unwrap();
        sqlx::query("CREATE TABLE t (i int)").execute(&mut connection).await.unwrap();
        proxy.cut_at(Direction::ToTarget, b"COMMIT", moment);
        let mut transaction = connection.begin().await.unwrap();
        sqlx::query("INSERT INTO t VALUES (1)").execute(&mut *transaction).await.unwrap();
        assert!(transaction.commit().await.is_err());
        proxy.wait_for_cuts(1, Duration::from_secs(5)).unwrap();

        let mut witness = PgConnection::connect(&direct).await.unwrap();
        let mut count: i64 = -1;
        for _ in 0..100 {
            count = sqlx::query_scalar("SELECT count(*) FROM t").fetch_one(&mut witness).await.unwrap();
            if count == expected {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert_eq!(count, expected, "{moment:?}");
        proxy.cut(Cut::Close);
    }
}
