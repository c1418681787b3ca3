//! As known when.

use vigie_clock::Timestamp;

/// As known now: all that is on record counts.
pub const ALL_KNOWN: Timestamp = Timestamp::from_micros(i64::MAX);
