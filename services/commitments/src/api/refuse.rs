//! The ledger's errors in the house's vocabulary.

use vigie_chassis::error::{Error as Refusal, Reason};
use vigie_eventlog::ReadError;

use crate::domain::Definition;
use crate::error::Error;
use crate::view;

/// The definition of a characteristic, or CHARACTERISTIC_NOT_FOUND.
pub(super) fn definition(characteristic: &str) -> Result<&'static Definition, Refusal> {
    Definition::of_characteristic(characteristic).ok_or_else(|| {
        let message = "no such characteristic in this ledger; it has 9.3";
        Refusal::new(Reason::CharacteristicNotFound, message)
    })
}

/// What a caller is told of a failure.
pub(super) fn refusal(error: &Error) -> Refusal {
    match error {
        Error::View(view::Error::Database(_))
        | Error::Log(ReadError::Database(_) | ReadError::Unreachable(_)) => {
            tracing::warn!(error = error as &dyn std::error::Error, "the ledger does not answer");
            Refusal::new(Reason::Unavailable, "the ledger does not answer just now; ask again")
        }
        Error::Log(ReadError::CheckpointRefused { .. }) => Refusal::new(
            Reason::CheckpointRefused,
            "the log has another past than the ledger read; let the ledger start over from the log",
        ),
        Error::RebuildUnderWay | Error::View(view::Error::CheckpointMoved) => {
            Refusal::new(Reason::Conflict, "another rebuild is under way; wait for it")
        }
        Error::View(_) | Error::Log(ReadError::Gap { .. }) | Error::Scratch { .. } => {
            tracing::error!(error = error as &dyn std::error::Error, "the ledger failed");
            Refusal::internal(error)
        }
    }
}
