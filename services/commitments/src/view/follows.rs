//! The logs that the ledger follows: each with its own cursor, its own streams, and its part of the cases.

use vigie_eventlog::RecordedEvent;
use vigie_eventlog::view::{CheckpointTable, Table};

use super::table::{CHECKPOINT, ROUTING_CHECKPOINT, ROUTING_STREAMS, STREAMS};
use crate::domain::Entry;
use crate::domain::promise::Log;
use crate::events;

/// One of the logs, and where it is kept.
pub(crate) trait Follows: Send + Sync + 'static {
    const LOG: Log;

    /// For people.
    const NAME: &'static str;

    const CHECKPOINT: CheckpointTable;

    const STREAMS: &'static Table;

    /// Selects how far it has been read.
    const STANDING: &'static str;

    /// Adds to the unknown events, and to the parked streams.
    const MET: &'static str;

    /// What a person does when what comes from this log is to be computed anew, and nothing else.
    const START_OVER: &'static str;

    /// Empties all that only this log writes.
    const CLEAR: &'static [&'static str];

    /// An event as the ledger reads it; `None` for what the log says of itself.
    fn read(event: &RecordedEvent) -> Option<Entry>;
}

/// The log of `lines`.
pub(crate) struct OfLines;

/// The log of `routing`.
pub(crate) struct OfRouting;

impl Follows for OfLines {
    const LOG: Log = Log::Lines;

    const NAME: &'static str = "the ledger";

    const CHECKPOINT: CheckpointTable = CheckpointTable(CHECKPOINT.name);

    const STREAMS: &'static Table = &STREAMS;

    const STANDING: &'static str =
        "SELECT incarnation, position, hash, unknown_events, parked_streams FROM checkpoint WHERE shard = 0";

    const MET: &'static str = "UPDATE checkpoint SET unknown_events = unknown_events + $1, \
                               parked_streams = parked_streams + $2 WHERE shard = 0";

    const START_OVER: &'static str = "Stop Vigie, run `vigie view start-over commitments --log lines` (`vigie-commitments \
                                      start-over --log lines` where the ledger runs alone), and start it again";

    const CLEAR: &'static [&'static str] = &[
        "UPDATE checkpoint SET unknown_events = 0, parked_streams = 0",
        "DELETE FROM cases",
        "DELETE FROM streams",
    ];

    fn read(event: &RecordedEvent) -> Option<Entry> {
        // The log itself has a stream too: it is no case.
        event.event_type.starts_with(events::OF_LINES).then(|| events::read(event))
    }
}

impl Follows for OfRouting {
    const LOG: Log = Log::Routing;

    const NAME: &'static str = "the ledger of routing";

    const CHECKPOINT: CheckpointTable = CheckpointTable(ROUTING_CHECKPOINT.name);

    const STREAMS: &'static Table = &ROUTING_STREAMS;

    const STANDING: &'static str = "SELECT incarnation, position, hash, unknown_events, parked_streams \
                                    FROM routing_checkpoint WHERE shard = 0";

    const MET: &'static str = "UPDATE routing_checkpoint SET unknown_events = unknown_events + $1, \
                               parked_streams = parked_streams + $2 WHERE shard = 0";

    const START_OVER: &'static str = "Stop Vigie, run `vigie view start-over commitments --log routing` (`vigie-commitments \
                                      start-over --log routing` where the ledger runs alone), and start it again";

    const CLEAR: &'static [&'static str] = &[
        "UPDATE routing_checkpoint SET unknown_events = 0, parked_streams = 0",
        "DELETE FROM routing_streams",
    ];

    fn read(event: &RecordedEvent) -> Option<Entry> {
        event.event_type.starts_with(events::OF_ROUTING).then(|| events::read_routing(event))
    }
}
