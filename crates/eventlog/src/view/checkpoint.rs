//! How far a view has read, in a table of its own.

use sqlx::AssertSqlSafe;

use crate::database::{Database, Row, Transaction};
use crate::event::{Checkpoint, Hash};
use crate::log::hash_of;

/// The table of how far a view has read: `shard` (its key), `incarnation`, `position`, `hash`, and what else the view
/// likes. Its migration inserts the row of shard 0 with [`Checkpoint::START`].
#[derive(Clone, Copy, Debug)]
pub struct CheckpointTable(
    /// The table's name; part of SQL text.
    pub &'static str,
);

impl CheckpointTable {
    /// How far the view has read.
    pub async fn read(&self, database: &Database) -> Result<Checkpoint, sqlx::Error> {
        let sql = format!("SELECT incarnation, position, hash FROM {} WHERE shard = 0", self.0);
        let rows = database.query(AssertSqlSafe(sql), &[]).await?;
        Self::of(rows.first().ok_or(sqlx::Error::RowNotFound)?)
    }

    /// The checkpoint of a row that begins with `incarnation, position, hash`.
    pub fn of(row: &Row) -> Result<Checkpoint, sqlx::Error> {
        Ok(Checkpoint { incarnation: row.i64(0)?, position: row.i64(1)?, hash: hash_of(row.bytes(2)?)? })
    }

    /// Moves the checkpoint if it still stands at `from` (rule 22); false if it does not. Until the transaction's end nobody
    /// else moves it.
    pub async fn advance(
        &self,
        transaction: &mut Transaction,
        from: Checkpoint,
        to: Checkpoint,
    ) -> Result<bool, sqlx::Error> {
        let sql = format!(
            "UPDATE {} SET incarnation = $1, position = $2, hash = $3 \
             WHERE shard = 0 AND incarnation = $4 AND position = $5 AND hash = $6",
            self.0
        );
        let bytes = |hash: &Hash| hash.0.as_slice().into();
        let values = [
            to.incarnation.into(),
            to.position.into(),
            bytes(&to.hash),
            from.incarnation.into(),
            from.position.into(),
            bytes(&from.hash),
        ];
        Ok(transaction.execute(AssertSqlSafe(sql), &values).await? == 1)
    }

    /// Keeps everybody else from moving the view until the transaction's end.
    pub(super) async fn hold(&self, transaction: &mut Transaction) -> Result<(), sqlx::Error> {
        match transaction {
            Transaction::Postgres(_) => {
                let sql = format!("SELECT position FROM {} WHERE shard = 0 FOR UPDATE", self.0);
                transaction.query(AssertSqlSafe(sql), &[]).await.map(drop)
            }
            // It began as the file's one writer.
            Transaction::Sqlite(_) => Ok(()),
        }
    }

    /// Sets the checkpoint back to the log's beginning, wherever it stands.
    pub async fn reset(&self, transaction: &mut Transaction) -> Result<(), sqlx::Error> {
        let start = Checkpoint::START;
        let sql = format!("UPDATE {} SET incarnation = $1, position = $2, hash = $3 WHERE shard = 0", self.0);
        let values = [start.incarnation.into(), start.position.into(), start.hash.0.as_slice().into()];
        transaction.execute(AssertSqlSafe(sql), &values).await.map(drop)
    }
}
