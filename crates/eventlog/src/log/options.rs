//! How a log is opened, and how much one append may hold.

use crate::database::Location;

/// Bounds of what one append may hold (rule 3): below Kafka's `message.max.bytes`, or an accepted event would jam
/// an in-order relay for good.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of one event: its payload and its texts.
    pub event_bytes_max: usize,
    /// Bytes of all events of one append.
    pub append_bytes_max: usize,
    /// Appends that wait for the writer.
    pub queue_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { event_bytes_max: 64 << 10, append_bytes_max: 1 << 20, queue_max: 4096 }
    }
}

/// How a log is opened.
#[derive(Clone, Debug)]
pub struct Options {
    /// What it is called in metrics and backups: the context that it is of (`lines`).
    pub name: String,
    /// Where it is kept.
    pub location: Location,
    /// For PostgreSQL: an address with the owner's rights for migrations; `None` uses `location`.
    pub owner_url: Option<String>,
    /// Pooled connections for reading, at most.
    pub connections_max: u32,
    /// Bounds of appends.
    pub limits: Limits,
}

impl Options {
    /// A log with the usual bounds, called what its place is called.
    pub fn new(location: Location) -> Self {
        Self {
            name: location.name(),
            location,
            owner_url: None,
            connections_max: 8,
            limits: Limits::default(),
        }
    }
}
