//! The service's own role needs no right to change tables.

use std::sync::Arc;

use vigie_clock::SystemClock;
use vigie_eventlog::Location;
use vigie_progress::{ActFilter, Options, Progress, Sight};
use vigie_testkit::Postgres;

use crate::history::history;
use crate::support::{ACCOUNT, MemoryLog, catch_up};

const CREATE_ROLE: &str = "DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'vigie_app') THEN CREATE ROLE vigie_app LOGIN; END IF;
END $$";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_view_follows_and_rebuilds_with_the_rights_of_the_app_role() {
    let owner_url = tokio::task::spawn_blocking(|| {
        Postgres::shared().unwrap().create_database("progress_roles").unwrap()
    })
    .await
    .unwrap();
    let owner = sqlx::PgPool::connect(&owner_url).await.unwrap();
    sqlx::query(CREATE_ROLE).execute(&owner).await.unwrap();

    let (before, after) = owner_url.split_once("://").unwrap();
    let (_, host) = after.split_once('@').unwrap();
    let url = format!("{before}://vigie_app@{host}");
    let location = Location::Postgres { url, schema: "progress".to_owned() };
    let options = Options { owner_url: Some(owner_url), ..Options::new(location) };
    let script = history(61, 300);
    let log = Arc::new(MemoryLog::of(&script.events));
    let progress = Progress::open(options, log, Arc::new(SystemClock)).await.unwrap();
    catch_up(&progress, 300).await;
    assert!(progress.rebuild(|_| ()).await.unwrap().agrees());
    progress.start_over().await.unwrap();
    catch_up(&progress, 300).await;
    let filter =
        ActFilter { sight: Sight::Everything, line_id: None, account_id: Some(ACCOUNT), state: None };
    assert!(!progress.acts(&filter, None, 10).await.unwrap().0.is_empty());

    let left: Vec<(String,)> = sqlx::query_as(
        "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'progress_rebuild'",
    )
    .fetch_all(&owner)
    .await
    .unwrap();
    assert!(left.is_empty(), "nothing of a rebuild is left: {left:?}");
}
