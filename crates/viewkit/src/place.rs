//! A folder or database of its own, for one test.

use tempfile::TempDir;
use vigie_eventlog::Location;
use vigie_testkit::Postgres;

use crate::Engine;

/// A folder or database that nobody else uses. A folder goes with it.
#[derive(Debug)]
pub struct Place {
    /// The file, or the schema in the database; does not exist yet.
    pub location: Location,
    _folder: TempDir,
}

impl Place {
    /// A place for the tables of `name`.
    pub async fn on(engine: Engine, name: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let location = match engine {
            Engine::Sqlite => Location::Sqlite(folder.path().join(format!("{name}.db"))),
            Engine::Postgres => {
                Location::Postgres { url: create_database(name.to_owned()).await, schema: name.to_owned() }
            }
        };
        Self { location, _folder: folder }
    }
}

/// The owner's address of a new database whose name begins with `name`.
pub(crate) async fn create_database(name: String) -> String {
    let created =
        tokio::task::spawn_blocking(move || Postgres::shared().unwrap().create_database(&name).unwrap());
    created.await.unwrap()
}
