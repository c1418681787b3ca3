//! The view's errors in the house's vocabulary.

use vigie_chassis::error::{Error as Refusal, Reason};
use vigie_eventlog::ReadError;

use crate::error::Error;
use crate::view;

/// There is no such line, or it is not the caller's to see.
pub(super) fn line_not_found() -> Refusal {
    Refusal::new(Reason::LineNotFound, "there is no such line")
}

/// There is no such act, or it is not the caller's to see.
pub(super) fn act_not_found() -> Refusal {
    Refusal::new(Reason::ActNotFound, "there is no such act")
}

/// The line waits behind an event that cannot be read.
pub(super) fn parked(version: i64) -> Refusal {
    let message =
        "the line's timeline waits behind an event that cannot be read; it goes on when that is mended";
    Refusal::new(Reason::EventParked, message).with("parked_version", version.to_string())
}

/// What a caller is told of a failure.
pub(super) fn refusal(error: &Error) -> Refusal {
    match error {
        Error::View(view::Error::Database(_))
        | Error::Log(ReadError::Database(_) | ReadError::Unreachable(_)) => {
            tracing::warn!(error = error as &dyn std::error::Error, "the progress view does not answer");
            Refusal::new(Reason::Unavailable, "the progress view does not answer just now; ask again")
        }
        Error::Log(ReadError::CheckpointRefused { .. }) => Refusal::new(
            Reason::CheckpointRefused,
            "the log has another past than the progress view read; let the view start over from the log",
        ),
        Error::RebuildUnderWay | Error::View(view::Error::CheckpointMoved) => {
            Refusal::new(Reason::Conflict, "another rebuild is under way; wait for it")
        }
        Error::TooManyListeners(_) => Refusal::new(
            Reason::QueueFull,
            "too many wait for lines here already; try again, or another replica",
        ),
        Error::View(_) | Error::Log(ReadError::Gap { .. }) | Error::Scratch { .. } => {
            tracing::error!(error = error as &dyn std::error::Error, "the progress view failed");
            Refusal::internal(error)
        }
    }
}
