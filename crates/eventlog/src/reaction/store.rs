//! The tables of a reaction, as rows.

use vigie_clock::Timestamp;

use super::{Effect, Error, Options};
use crate::database::{Database, DatabaseOptions, MigrationText, Row};
use crate::event::Checkpoint;
use crate::view::{CheckpointTable, PARKED_STREAMS};

pub(super) const MIGRATIONS: &[MigrationText] = &[
    MigrationText {
        version: 1,
        description: "reaction",
        postgres: include_str!("../../migrations/reactions/postgres/0001_reaction.sql"),
        sqlite: include_str!("../../migrations/reactions/sqlite/0001_reaction.sql"),
    },
    MigrationText {
        version: 2,
        description: "since when effects wait",
        postgres: include_str!("../../migrations/reactions/postgres/0002_waits_since.sql"),
        sqlite: include_str!("../../migrations/reactions/sqlite/0002_waits_since.sql"),
    },
    PARKED_STREAMS,
];

pub(super) const CHECKPOINT: CheckpointTable = CheckpointTable("reaction");

/// What [`Stored::of`] reads, and [`Kept`](super::Kept) behind it, from `effects AS e`.
macro_rules! select_effects {
    ($rest:literal) => {
        concat!(
            "SELECT e.request_id, e.stream_id, e.stream_version, e.ordinal, e.event_id, e.event_type, e.position, \
             e.recorded_at, e.traceparent, e.command, e.attempts, e.maybe_done OR e.under_way, e.why, e.tries, \
             e.approved, e.state, e.waits_since, e.finished_at, e.ruled_by, e.ruled_reason, e.ruled_at \
             FROM effects AS e ",
            $rest
        )
    };
}
pub(super) use select_effects;

/// An effect, and what only its carrying out needs to know.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    /// An attempt under way counts as one of unknown end: its end was not recorded.
    pub(super) effect: Effect,
    /// Attempts since a person last said so.
    pub(super) tries: i64,
    /// A person wants it, however old it is.
    pub(super) approved: bool,
}

impl Stored {
    pub(super) fn of(row: &Row, now: Timestamp) -> Result<Self, sqlx::Error> {
        let recorded_at = Timestamp::from_micros(row.i64(7)?);
        let effect = Effect {
            request_id: row.uuid(0)?,
            stream_id: row.uuid(1)?,
            stream_version: row.i64(2)?,
            ordinal: row.i64(3)?,
            event_id: row.uuid(4)?,
            event_type: row.text(5)?,
            position: row.i64(6)?,
            recorded_at,
            age: now.since(recorded_at),
            traceparent: row.opt_text(8)?,
            command: row.opt_bytes(9)?.unwrap_or_default(),
            attempts: row.i64(10)?,
            maybe_done: row.bool(11)?,
            why: row.opt_text(12)?,
        };
        Ok(Self { effect, tries: row.i64(13)?, approved: row.bool(14)? })
    }
}

/// Opens the tables of the reaction `name`. If it never ran, it begins where `options` say.
pub(super) async fn open(options: &Options, name: &'static str) -> Result<Database, Error> {
    let durable = DatabaseOptions { durable: true, ..options.database.clone() };
    let database = Database::open_migrated(&durable, options.owner_url.as_deref(), MIGRATIONS).await?;
    let Checkpoint { incarnation, position, hash } = options.begin_after;
    let sql = "INSERT INTO reaction (shard, name, incarnation, position, hash) VALUES (0, $1, $2, $3, $4) \
               ON CONFLICT (shard) DO NOTHING";
    let values = [name.into(), incarnation.into(), position.into(), hash.0.as_slice().into()];
    if database.execute(sql, &values).await? == 1 {
        tracing::info!(position, "{name} is new: it reacts to what comes after this position");
    }
    let rows = database.query("SELECT name FROM reaction WHERE shard = 0", &[]).await?;
    match rows.first().ok_or(sqlx::Error::RowNotFound)?.text(0)? {
        found if found == name => Ok(database),
        found => Err(Error::OtherReaction { found, expected: name }),
    }
}
