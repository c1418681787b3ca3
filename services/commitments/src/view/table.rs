//! The ledger's tables, described once: reading, writing and digesting all follow this description.

use vigie_eventlog::view::{self, Column, Digest, Table};
use vigie_eventlog::{MigrationText, Transaction};

use super::Error;

/// The ledger's schema.
pub(crate) const MIGRATIONS: &[MigrationText] = &[
    MigrationText {
        version: 1,
        description: "ledger",
        postgres: include_str!("../../migrations/postgres/0001_ledger.sql"),
        sqlite: include_str!("../../migrations/sqlite/0001_ledger.sql"),
    },
    MigrationText {
        version: 2,
        description: "parked streams",
        postgres: include_str!("../../migrations/postgres/0002_parked_streams.sql"),
        sqlite: include_str!("../../migrations/sqlite/0002_parked_streams.sql"),
    },
    MigrationText {
        version: 3,
        description: "promises",
        postgres: include_str!("../../migrations/postgres/0003_promises.sql"),
        sqlite: include_str!("../../migrations/sqlite/0003_promises.sql"),
    },
];

pub(crate) static CASES: Table = Table {
    name: "cases",
    columns: &[
        ("case_id", Column::Id),
        ("characteristic", Column::Text),
        ("definition_version", Column::Text),
        ("account_id", Column::Id),
        ("subject_id", Column::Id),
        ("site", Column::TextOrNull),
        ("cost_centre", Column::TextOrNull),
        ("act_kind", Column::TextOrNull),
        ("act_reason", Column::TextOrNull),
        ("recorded_at", Column::Number),
        ("t0", Column::NumberOrNull),
        ("counted_at", Column::Number),
        ("confirmed_at", Column::NumberOrNull),
        ("read_back", Column::TextOrNull),
        ("t1", Column::NumberOrNull),
        ("overdue_at", Column::NumberOrNull),
        ("superseded_at", Column::NumberOrNull),
        ("other_reasons_remain", Column::Flag),
        ("unreadable", Column::Flag),
        ("closed", Column::Flag),
        ("verdict", Column::Text),
        ("reason_code", Column::TextOrNull),
        ("evidence_level", Column::Text),
        ("evidence_event_ids", Column::Text),
        ("incidents", Column::Text),
        ("incidents_beyond", Column::Number),
    ],
};

pub(crate) static PROMISES: Table = Table {
    name: "promise_cases",
    columns: &[
        ("case_id", Column::Id),
        ("log", Column::Text),
        ("stream_id", Column::Id),
        ("characteristic", Column::Text),
        ("definition_version", Column::Text),
        ("account_id", Column::Id),
        ("subject_id", Column::Id),
        ("site", Column::TextOrNull),
        ("cost_centre", Column::TextOrNull),
        ("summary", Column::Text),
        ("recorded_at", Column::Number),
        ("t0", Column::NumberOrNull),
        ("counted_at", Column::Number),
        ("due_at", Column::NumberOrNull),
        ("t1", Column::NumberOrNull),
        ("failed_at", Column::NumberOrNull),
        ("overdue_at", Column::NumberOrNull),
        ("ended_at", Column::NumberOrNull),
        ("ended_reason", Column::TextOrNull),
        ("missing", Column::Flag),
        ("unreadable", Column::Flag),
        ("closed", Column::Flag),
        ("verdict", Column::Text),
        ("reason_code", Column::TextOrNull),
        ("evidence_level", Column::Text),
        ("evidence_event_ids", Column::Text),
        ("incidents", Column::Text),
    ],
};

const STREAM: &[(&str, Column)] =
    &[("stream_id", Column::Id), ("version", Column::Number), ("parked_by", Column::IdOrNull)];

pub(crate) static STREAMS: Table = Table { name: "streams", columns: STREAM };

pub(crate) static ROUTING_STREAMS: Table = Table { name: "routing_streams", columns: STREAM };

const PLACE: &[(&str, Column)] = &[
    ("shard", Column::Number),
    ("incarnation", Column::Number),
    ("position", Column::Number),
    ("hash", Column::Bytes),
    ("unknown_events", Column::Number),
    ("parked_streams", Column::Number),
];

pub(crate) static CHECKPOINT: Table = Table { name: "checkpoint", columns: PLACE };

pub(crate) static ROUTING_CHECKPOINT: Table = Table { name: "routing_checkpoint", columns: PLACE };

/// The digest of what a snapshot shows.
pub(crate) async fn digest(snapshot: &mut Transaction) -> Result<Digest, Error> {
    Ok(view::digest(
        snapshot,
        &[&CASES, &STREAMS, &CHECKPOINT, &PROMISES, &ROUTING_STREAMS, &ROUTING_CHECKPOINT],
    )
    .await?)
}
