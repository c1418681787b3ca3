use vigie_eventlog::ReadError;

use super::super::Error as BusError;

/// Why the topics were not put right.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Kafka or the log refuses or cannot be reached.
    #[error(transparent)]
    Bus(#[from] BusError),
    /// The relay stands still for another reason.
    #[error(
        "the relay stands at an event that is not in this log, and the log was never restored: it is another log than \
         the one that was carried, or it was changed. Compare with `vigie log verify`"
    )]
    NotRestored,
    /// The log was restored more than once from the same past, and another of its lives reached the topics.
    #[error(
        "the topics show a life {shown} of the log that this log, in its life {present}, knows nothing of: readers would \
         take that one for the newer. Restore once more, into an empty log, with `vigie log restore --above {shown}`"
    )]
    AnotherLife {
        /// The incarnation that the topics show.
        shown: i64,
        /// The log's.
        present: i64,
    },
    /// Somebody carries a log to these topics.
    #[error("another process began to carry a log to these topics: stop it, and run this again")]
    Fenced(#[source] rdkafka::error::KafkaError),
}

impl From<ReadError> for Error {
    fn from(error: ReadError) -> Self {
        Self::Bus(error.into())
    }
}
