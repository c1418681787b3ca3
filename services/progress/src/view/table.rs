//! The view's tables, described once: reading, writing and digesting all follow this description.

use vigie_eventlog::view::{self, Column, Digest, PARKED_STREAMS, Table};
use vigie_eventlog::{MigrationText, Transaction};

use super::Error;

/// The view's schema.
pub(crate) const MIGRATIONS: &[MigrationText] = &[
    MigrationText {
        version: 1,
        description: "progress",
        postgres: include_str!("../../migrations/postgres/0001_progress.sql"),
        sqlite: include_str!("../../migrations/sqlite/0001_progress.sql"),
    },
    PARKED_STREAMS,
];

/// Indexes beside the keys.
pub(crate) const QUERY_INDEXES: [&str; 3] = ["timeline_of_line", "acts_of_line", "acts_of_account"];

pub(crate) static LINES: Table = Table {
    name: "lines",
    columns: &[
        ("line_id", Column::Id),
        ("account_id", Column::Id),
        ("site", Column::TextOrNull),
        ("cost_centre", Column::TextOrNull),
        ("user_id", Column::TextOrNull),
        ("version", Column::Number),
        ("incarnation", Column::Number),
        ("set_by", Column::Text),
    ],
};

pub(crate) static TIMELINE: Table = Table {
    name: "timeline",
    columns: &[
        ("event_id", Column::Id),
        ("line_id", Column::Id),
        ("stream_version", Column::Number),
        ("incarnation", Column::Number),
        ("event_type", Column::Text),
        ("recorded_at", Column::Number),
        ("occurred_at", Column::Number),
        ("actor", Column::Text),
        ("on_behalf_of", Column::TextOrNull),
        ("channel", Column::Text),
        ("act_id", Column::IdOrNull),
        ("act_ids", Column::Text),
        ("reference", Column::TextOrNull),
        ("reason", Column::TextOrNull),
        ("evidence", Column::TextOrNull),
        ("line_state", Column::TextOrNull),
        ("line_reasons", Column::Text),
        ("skipped", Column::Flag),
    ],
};

pub(crate) static ACTS: Table = Table {
    name: "acts",
    columns: &[
        ("act_id", Column::Id),
        ("line_id", Column::Id),
        ("account_id", Column::Id),
        ("kind", Column::Text),
        ("reason", Column::TextOrNull),
        ("reference", Column::TextOrNull),
        ("actor", Column::Text),
        ("on_behalf_of", Column::TextOrNull),
        ("channel", Column::Text),
        ("undoes", Column::IdOrNull),
        ("asked_at", Column::Number),
        ("recorded_at", Column::Number),
        ("confirmed_at", Column::NumberOrNull),
        ("overdue_at", Column::NumberOrNull),
        ("superseded_at", Column::NumberOrNull),
        ("lifted_at", Column::NumberOrNull),
        ("record_only", Column::Flag),
        ("evidence", Column::Text),
        ("state", Column::Text),
        ("first_version", Column::Number),
        ("last_version", Column::Number),
    ],
};

pub(crate) static CHECKPOINT: Table = Table {
    name: "checkpoint",
    columns: &[
        ("shard", Column::Number),
        ("incarnation", Column::Number),
        ("position", Column::Number),
        ("hash", Column::Bytes),
        ("unknown_events", Column::Number),
    ],
};

/// One of the tables of `PARKED_STREAMS`: a row per event that a person let pass by.
pub(crate) static SKIPPED_EVENTS: Table = Table {
    name: "skipped_events",
    columns: &[
        ("event_id", Column::Id),
        ("stream_id", Column::Id),
        ("stream_version", Column::Number),
        ("event_type", Column::Text),
        ("position", Column::Number),
        ("why", Column::Text),
        ("skipped_by", Column::Text),
        ("reason", Column::Text),
        ("skipped_at", Column::Number),
    ],
};

/// The digest of what a snapshot shows.
pub(crate) async fn digest(snapshot: &mut Transaction) -> Result<Digest, Error> {
    Ok(view::digest(snapshot, &[&LINES, &TIMELINE, &ACTS, &CHECKPOINT]).await?)
}
