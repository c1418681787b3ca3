//! What a person does: about effects that wait, and about a log that was restored.

use uuid::Uuid;
use vigie_clock::Timestamp;

use super::store::{Stored, select_effects};
use super::{Effect, Error};
use crate::database::{Database, Value};
use crate::event::Checkpoint;
use crate::log::limit_value;

/// Who decides something, why, and when. Kept with what it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ruling {
    /// Who.
    pub by: String,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Timestamp,
}

/// What came of a ruling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ruled {
    /// It is so.
    Recorded,
    /// No such effect waits; nothing was changed.
    NotWaiting,
    /// It has been tried since that person looked, and waits anew; nothing was changed.
    TriedSince,
}

impl Ruling {
    fn values(&self) -> [Value; 3] {
        [self.by.as_str().into(), self.reason.as_str().into(), self.at.as_micros().into()]
    }
}

/// At most `limit` effects that wait, in order of position and ordinal, after those.
pub(super) async fn waiting(
    database: &Database,
    after: (i64, i64),
    limit: usize,
    now: Timestamp,
) -> Result<Vec<Effect>, sqlx::Error> {
    let sql = select_effects!(
        "WHERE e.finished_at IS NULL AND e.state = 'WAITS' AND (e.position, e.ordinal) > ($1, $2) \
         ORDER BY e.position, e.ordinal LIMIT $3"
    );
    let rows = database.query(sql, &[after.0.into(), after.1.into(), limit_value(limit)]).await?;
    rows.iter().map(|row| Ok(Stored::of(row, now)?.effect)).collect()
}

/// Lets an effect be carried out, however old it is and however often it was tried.
pub(super) async fn approve(
    database: &Database,
    request_id: Uuid,
    attempts: i64,
    ruling: &Ruling,
) -> Result<Ruled, Error> {
    let set = "state = 'TO_DO', approved = TRUE, tries = 0, next_at = 0";
    rule(database, request_id, attempts, ruling, set).await
}

/// Ends an effect without it being carried out (again).
pub(super) async fn drop(
    database: &Database,
    request_id: Uuid,
    attempts: i64,
    ruling: &Ruling,
) -> Result<Ruled, Error> {
    let set = "state = 'DROPPED', command = NULL, finished_at = $5";
    rule(database, request_id, attempts, ruling, set).await
}

async fn rule(
    database: &Database,
    request_id: Uuid,
    attempts: i64,
    ruling: &Ruling,
    set: &str,
) -> Result<Ruled, Error> {
    let sql = format!(
        "UPDATE effects SET {set}, ruled_by = $3, ruled_reason = $4, ruled_at = $5 \
         WHERE request_id = $1 AND attempts = $2 AND state = 'WAITS'"
    );
    let mut values: Vec<Value> = vec![request_id.into(), attempts.into()];
    values.extend(ruling.values());
    if database.execute(sqlx::AssertSqlSafe(sql), &values).await? == 1 {
        return Ok(Ruled::Recorded);
    }
    let sql = "SELECT 1 FROM effects WHERE request_id = $1 AND state = 'WAITS'";
    match database.query(sql, &[request_id.into()]).await?.is_empty() {
        true => Ok(Ruled::NotWaiting),
        false => Ok(Ruled::TriedSince),
    }
}

/// Puts the cursor after `place`. What is not finished waits from now on: its events may be none of the log's any more.
pub(super) async fn place(database: &Database, place: Checkpoint, ruling: &Ruling) -> Result<(), Error> {
    let mut transaction = database.begin().await?;
    // The cursor first, as all who move it: a decision under way is made before this or not at all.
    let cursor = "UPDATE reaction SET incarnation = $1, position = $2, hash = $3, placed_by = $4, placed_reason = $5, \
                  placed_at = $6 WHERE shard = 0";
    let mut values: Vec<Value> =
        vec![place.incarnation.into(), place.position.into(), place.hash.0.as_slice().into()];
    values.extend(ruling.values());
    transaction.execute(cursor, &values).await?;
    let effects = "UPDATE effects SET state = 'WAITS', maybe_done = maybe_done OR under_way, under_way = FALSE, \
                   approved = FALSE, why = $1 WHERE finished_at IS NULL AND state = 'TO_DO'";
    let why = "it was decided before a person said from where the reaction goes on";
    transaction.execute(effects, &[why.into()]).await?;
    Ok(transaction.commit().await?)
}
