//! What is to be carried out: a table, in which every attempt is recorded before it begins and after it has ended.
//!
//! An attempt that was begun is its process' own until its row's `next_at`, and its number is the compare-and-set for all
//! that follows: whoever comes back later finds a higher one and changes nothing. So of any number of processes one
//! carries an effect out, and none needs a lease over the whole.

use std::time::Duration;

use uuid::Uuid;
use vigie_clock::Timestamp;

use super::judging::{Next, objection};
use super::store::{Stored, select_effects};
use super::{Effect, Error, Options};
use crate::database::{Database, Transaction, Value};
use crate::event::RecordedEvent;
use crate::log::limit_value;
use crate::view::Upsert;

/// How long it is kept that an effect was carried out: longer than any source may bring its event again. If one did, the
/// event would be too old for its effect to be carried out by itself.
const KEPT: Duration = Duration::from_secs(30 * 24 * 3600);

/// Finished effects forgotten by one statement.
const FORGOTTEN_MAX: usize = 1_000;

const DECIDED: [&str; 11] = [
    "request_id",
    "stream_id",
    "stream_version",
    "ordinal",
    "event_id",
    "event_type",
    "position",
    "recorded_at",
    "traceparent",
    "command",
    "next_at",
];

/// The row of an effect that was just decided: due at once.
pub(super) fn row(request_id: Uuid, event: &RecordedEvent, ordinal: usize, command: Vec<u8>) -> Vec<Value> {
    vec![
        request_id.into(),
        event.stream_id.into(),
        event.stream_version.into(),
        limit_value(ordinal),
        event.event_id.into(),
        event.event_type.as_str().into(),
        event.position.into(),
        event.recorded_at.as_micros().into(),
        event.traceparent.as_deref().into(),
        command.into(),
        event.recorded_at.as_micros().into(),
    ]
}

/// Adds effects; one that is there already, finished or not, stays as it is.
pub(super) async fn add(
    transaction: &mut Transaction,
    rows: Vec<Vec<Value>>,
    unfinished_max: i64,
) -> Result<(), Error> {
    let sql = "SELECT COUNT(*) FROM effects WHERE finished_at IS NULL";
    let unfinished = transaction.query(sql, &[]).await?.first().ok_or(sqlx::Error::RowNotFound)?.i64(0)?;
    if unfinished >= unfinished_max {
        return Err(Error::QueueFull(unfinished));
    }
    Ok(Upsert::new("effects", DECIDED).only_newer("stream_version").put(transaction, rows).await?)
}

/// What a look at the queue brought.
#[derive(Default)]
pub(super) struct Claimed {
    /// Attempts that are recorded as begun, and are this process' own for [`Options::lease`].
    pub(super) begun: Vec<Stored>,
    /// Effects that wait for a person from now on.
    pub(super) set_aside: Vec<Effect>,
}

/// Begins at most `room` attempts: of each stream the first effect that is not finished, if it is due.
pub(super) async fn claim(
    database: &Database,
    now: Timestamp,
    room: usize,
    options: &Options,
) -> Result<Claimed, sqlx::Error> {
    let mut transaction = database.begin().await?;
    if matches!(transaction, Transaction::Postgres(_)) {
        // A plan made for the empty table would scan for ever.
        transaction.execute("SET LOCAL plan_cache_mode = force_custom_plan", &[]).await?;
    }
    let mut claimed = Claimed::default();
    for stored in due(&mut transaction, now, room).await? {
        if let Some(why) = objection(&stored, options) {
            if set_aside(&mut transaction, &stored.effect, &why, now).await? {
                claimed.set_aside.push(Effect { why: Some(why), ..stored.effect });
            }
        } else if begin(&mut transaction, &stored, now.plus(options.lease())).await? {
            let effect = Effect { attempts: stored.effect.attempts + 1, ..stored.effect };
            claimed.begun.push(Stored { effect, tries: stored.tries + 1, ..stored });
        }
    }
    // An attempt is on the platter before it begins.
    transaction.commit().await?;
    Ok(claimed)
}

async fn due(
    transaction: &mut Transaction,
    now: Timestamp,
    limit: usize,
) -> Result<Vec<Stored>, sqlx::Error> {
    // What was never tried is due, whatever this clock says of the one that recorded it.
    let sql = select_effects!(
        "WHERE e.finished_at IS NULL AND e.state = 'TO_DO' AND (e.next_at <= $1 OR e.attempts = 0) \
         AND NOT EXISTS (SELECT 1 FROM effects AS b WHERE b.finished_at IS NULL AND b.stream_id = e.stream_id \
         AND (b.stream_version, b.ordinal) < (e.stream_version, e.ordinal)) ORDER BY e.next_at LIMIT $2"
    );
    let rows = transaction.query(sql, &[now.as_micros().into(), limit_value(limit)]).await?;
    let mut due: Vec<_> = rows.iter().map(|row| Stored::of(row, now)).collect::<Result<_, _>>()?;
    // All processes change rows in one order, so that none of them wait in a circle.
    due.sort_by_key(|stored| stored.effect.request_id);
    Ok(due)
}

/// False if another process was faster.
async fn begin(
    transaction: &mut Transaction,
    stored: &Stored,
    until: Timestamp,
) -> Result<bool, sqlx::Error> {
    let sql = "UPDATE effects SET attempts = attempts + 1, tries = tries + 1, maybe_done = maybe_done OR under_way, \
               under_way = TRUE, next_at = $1 \
               WHERE request_id = $2 AND attempts = $3 AND state = 'TO_DO'";
    let values = [until.as_micros().into(), stored.effect.request_id.into(), stored.effect.attempts.into()];
    Ok(transaction.execute(sql, &values).await? == 1)
}

/// False if another process was faster.
async fn set_aside(
    transaction: &mut Transaction,
    effect: &Effect,
    why: &str,
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    let sql = "UPDATE effects SET state = 'WAITS', waits_since = $4, maybe_done = maybe_done OR under_way, \
               under_way = FALSE, why = $1 WHERE request_id = $2 AND attempts = $3 AND state = 'TO_DO'";
    let values = [why.into(), effect.request_id.into(), effect.attempts.into(), now.as_micros().into()];
    Ok(transaction.execute(sql, &values).await? == 1)
}

/// Records how an attempt ended. False if it was not this process' own any more: the record says of it that its end is not
/// known.
pub(super) async fn end(
    database: &Database,
    effect: &Effect,
    next: &Next,
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    const MINE: &str = "WHERE request_id = $1 AND attempts = $2 AND under_way";
    let (set, mut values): (_, Vec<Value>) = match next {
        Next::Done => {
            ("state = 'DONE', finished_at = $3, command = NULL, why = NULL", vec![now.as_micros().into()])
        }
        Next::Again { pause, why, maybe_done } => (
            "next_at = $3, why = $4, maybe_done = $5",
            vec![now.plus(*pause).as_micros().into(), why.as_str().into(), (*maybe_done).into()],
        ),
        Next::Waits { why, maybe_done } => (
            "state = 'WAITS', why = $3, maybe_done = $4, waits_since = $5",
            vec![why.as_str().into(), (*maybe_done).into(), now.as_micros().into()],
        ),
    };
    let sql = format!("UPDATE effects SET under_way = FALSE, {set} {MINE}");
    values.splice(0..0, [effect.request_id.into(), effect.attempts.into()]);
    Ok(database.execute(sqlx::AssertSqlSafe(sql), &values).await? == 1)
}

/// What is not finished.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Unfinished {
    /// Effects to do by themselves.
    pub(super) pending: i64,
    /// Effects that wait for a person.
    pub(super) waiting: i64,
    /// When the oldest event with an effect to do was recorded.
    pub(super) oldest: Option<Timestamp>,
}

pub(super) async fn unfinished(database: &Database) -> Result<Unfinished, sqlx::Error> {
    let sql = "SELECT state = 'WAITS', COUNT(*), MIN(recorded_at) FROM effects WHERE finished_at IS NULL \
               GROUP BY state = 'WAITS'";
    let mut unfinished = Unfinished::default();
    for row in database.query(sql, &[]).await? {
        match row.bool(0)? {
            true => unfinished.waiting = row.i64(1)?,
            false => {
                unfinished.pending = row.i64(1)?;
                unfinished.oldest = row.opt_i64(2)?.map(Timestamp::from_micros);
            }
        }
    }
    Ok(unfinished)
}

/// Forgets some of what was finished long ago.
pub(super) async fn forget(
    database: &Database,
    now: Timestamp,
    options: &Options,
) -> Result<u64, sqlx::Error> {
    let sql = "DELETE FROM effects WHERE request_id IN (SELECT request_id FROM effects \
               WHERE finished_at IS NOT NULL AND finished_at < $1 ORDER BY finished_at LIMIT $2)";
    let before = now.minus(KEPT.max(options.age_max));
    database.execute(sql, &[before.as_micros().into(), limit_value(FORGOTTEN_MAX)]).await
}
