//! A service's own role needs no right to change tables.

use std::sync::Arc;

use vigie_eventlog::Location;

use crate::place::create_database;
use crate::{MemoryLog, Script, View, catch_up};

const CREATE_ROLE: &str = "DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'vigie_app') THEN CREATE ROLE vigie_app LOGIN; END IF;
END $$";

/// Follows, rebuilds and starts over under `vigie_app` while the owner's rights are for tables only. Gives the view, which
/// has taken the script in.
pub async fn works_with_the_rights_of_the_app_role<V: View>(script: &Script) -> V {
    let owner_url = create_database(format!("{}_roles", V::NAME)).await;
    let owner = sqlx::PgPool::connect(&owner_url).await.unwrap();
    sqlx::query(CREATE_ROLE).execute(&owner).await.unwrap();

    let (before, after) = owner_url.split_once("://").unwrap();
    let (_, host) = after.split_once('@').unwrap();
    let url = format!("{before}://vigie_app@{host}");
    let location = Location::Postgres { url, schema: V::NAME.to_owned() };
    let view = V::open(location, Some(owner_url), Arc::new(MemoryLog::of(&script.events))).await;
    catch_up(&view, script.head()).await;
    assert!(view.rebuild(|_| ()).await.unwrap().agrees());
    view.start_over().await;
    catch_up(&view, script.head()).await;

    let left: Vec<(String,)> =
        sqlx::query_as("SELECT table_name::text FROM information_schema.tables WHERE table_schema = $1")
            .bind(format!("{}_rebuild", V::NAME))
            .fetch_all(&owner)
            .await
            .unwrap();
    assert!(left.is_empty(), "nothing of a rebuild is left: {left:?}");
    view
}
