//! Which streams hold or share a key (rule 15).

use uuid::Uuid;

use super::schema::limit_value;
use super::{EventLog, ReadError};

impl EventLog {
    /// The stream that holds an exclusive key (rule 15).
    pub async fn key_holder(&self, kind: &str, key: &str) -> Result<Option<Uuid>, ReadError> {
        let rows = self
            .query(
                "SELECT stream_id FROM keys WHERE kind = $1 AND key = $2 AND held",
                &[kind.into(), key.into()],
            )
            .await?;
        Ok(rows.first().map(|row| row.uuid(0)).transpose()?)
    }

    /// At most `limit` streams that share a key, in order of id.
    pub async fn key_members(&self, kind: &str, key: &str, limit: usize) -> Result<Vec<Uuid>, ReadError> {
        let rows = self
            .query(
                "SELECT stream_id FROM links WHERE kind = $1 AND key = $2 ORDER BY stream_id LIMIT $3",
                &[kind.into(), key.into(), limit_value(limit)],
            )
            .await?;
        Ok(rows.iter().map(|row| row.uuid(0)).collect::<Result<_, _>>()?)
    }
}
