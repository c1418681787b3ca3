//! What a person does: about effects that wait, and about a log that was restored.

use uuid::Uuid;
use vigie_clock::Timestamp;

use super::Error;
use crate::database::{Database, Transaction, Value};
use crate::event::Checkpoint;
use crate::view::parked;

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
    /// Of somebody who lets a reaction go on after its log was restored, without a reason of their own.
    pub fn after_a_restore(at: Timestamp) -> Self {
        Self {
            by: "start-over".to_owned(),
            reason: "the log was restored from an older backup".to_owned(),
            at,
        }
    }

    fn values(&self) -> [Value; 3] {
        [self.by.as_str().into(), self.reason.as_str().into(), self.at.as_micros().into()]
    }
}

/// Lets an effect be carried out, however old it is and however often it was tried.
pub(super) async fn approve(
    database: &Database,
    request_id: Uuid,
    attempts: i64,
    ruling: &Ruling,
) -> Result<Ruled, Error> {
    let set = "state = 'TO_DO', approved = TRUE, tries = 0, next_at = 0, waits_since = NULL";
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
    move_cursor(&mut transaction, place, ruling).await?;
    let effects = "UPDATE effects SET state = 'WAITS', maybe_done = maybe_done OR under_way, under_way = FALSE, \
                   approved = FALSE, why = $1, waits_since = $2 WHERE finished_at IS NULL AND state = 'TO_DO'";
    let why = "it was decided before a person said from where the reaction goes on";
    transaction.execute(effects, &[why.into(), ruling.at.as_micros().into()]).await?;
    Ok(transaction.commit().await?)
}

/// Puts the cursor before the log's first event and forgets what was done and what was to be done. What a person gave up
/// stays given up.
pub(super) async fn begin_anew(database: &Database, ruling: &Ruling) -> Result<(), Error> {
    let mut transaction = database.begin().await?;
    move_cursor(&mut transaction, Checkpoint::START, ruling).await?;
    transaction.execute("DELETE FROM effects WHERE state <> 'DROPPED'", &[]).await?;
    parked::forget(&mut transaction).await?;
    Ok(transaction.commit().await?)
}

/// Before all else in a transaction, as all who move it: a decision under way is made before this or not at all.
async fn move_cursor(
    transaction: &mut Transaction,
    place: Checkpoint,
    ruling: &Ruling,
) -> Result<(), sqlx::Error> {
    let cursor = "UPDATE reaction SET incarnation = $1, position = $2, hash = $3, placed_by = $4, placed_reason = $5, \
                  placed_at = $6 WHERE shard = 0";
    let mut values: Vec<Value> =
        vec![place.incarnation.into(), place.position.into(), place.hash.0.as_slice().into()];
    values.extend(ruling.values());
    transaction.execute(cursor, &values).await?;
    Ok(())
}
