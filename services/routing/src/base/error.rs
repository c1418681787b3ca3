//! Why the base cannot take something in.

/// Why the base cannot take something in.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// More than the base is made for.
    #[error("more than {max} {what}: the base holds no more")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many it holds.
        max: usize,
    },
    /// A version is missing: an event was lost on its way.
    #[error("version {expected} of stream {stream_id} is missing: its next event is {found}")]
    Lost {
        /// Of which stream.
        stream_id: uuid::Uuid,
        /// The version that should have come.
        expected: i64,
        /// The version that came.
        found: i64,
    },
    /// The stream has more versions than the base counts.
    #[error("stream {0} has more versions than the base counts")]
    TooLong(uuid::Uuid),
}
