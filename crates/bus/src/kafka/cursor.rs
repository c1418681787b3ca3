//! How far a log is on Kafka, as others than its relay may see and set it.

use vigie_eventlog::{Checkpoint, Database};

use super::Error;
use super::lease::Place;
use super::relay::place_name;
use crate::Topics;

/// How far a log is on Kafka.
#[derive(Clone, Debug)]
pub struct Cursor(Place);

impl Cursor {
    /// Of the log whose database this is (see [`open_database`](super::open_database)).
    pub fn new(database: Database, topics: &Topics) -> Self {
        Self(Place { database, name: place_name(topics) })
    }

    /// How far the topics and a log that was restored go together, as its resync in this incarnation found before it
    /// changed them. No relay looks there.
    pub(super) fn of_resync(database: Database, topics: &Topics, incarnation: i64) -> Self {
        Self(Place { database, name: format!("{}-resync-{incarnation}", place_name(topics)) })
    }

    /// The last event on Kafka; `None` before the first relay.
    ///
    /// # Errors
    /// When the database refuses or cannot be reached.
    pub async fn read(&self) -> Result<Option<Checkpoint>, Error> {
        Ok(self.0.stand().await?.map(|stand| stand.cursor))
    }

    /// Declares everything up to `cursor` to be on Kafka, and everything after it not to be: the last step of putting
    /// topics right after a restore. A relay that runs loses its lease, and whoever takes it next goes on from here.
    ///
    /// # Errors
    /// When the database refuses or cannot be reached.
    pub async fn set(&self, cursor: Checkpoint) -> Result<(), Error> {
        let sql = "INSERT INTO relay (name, epoch, holder, until, incarnation, position, hash) \
                   VALUES ($1, 1, NULL, 0, $2, $3, $4) ON CONFLICT (name) DO UPDATE SET epoch = relay.epoch + 1, \
                   holder = NULL, until = 0, incarnation = excluded.incarnation, position = excluded.position, \
                   hash = excluded.hash";
        let values = [
            self.0.name.as_str().into(),
            cursor.incarnation.into(),
            cursor.position.into(),
            cursor.hash.0.as_slice().into(),
        ];
        self.0.database.execute(sql, &values).await?;
        Ok(())
    }
}
