//! The ledger's errors in the house's vocabulary.

use vigie_chassis::error::{Error as Refusal, Reason};
use vigie_eventlog::ReadError;

use crate::domain::Characteristic;
use crate::error::Error;
use crate::view;

/// The characteristic of that name, or CHARACTERISTIC_NOT_FOUND.
pub(super) fn characteristic(name: &str) -> Result<&'static Characteristic, Refusal> {
    Characteristic::named(name).ok_or_else(|| {
        let names: Vec<_> = Characteristic::ALL.iter().map(|characteristic| characteristic.name).collect();
        let message = format!("no such characteristic in this ledger; it has {}", names.join(", "));
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
