//! Why a log cannot be read, as a gRPC status and back: who reads it from elsewhere stops and waits for the same reasons as
//! who reads it in process.

use tonic::{Code, Status};
use tonic_types::StatusExt as _;
use vigie_chassis::error::{Error, Reason};
use vigie_chassis::grpc::code_name;
use vigie_eventlog::{Checkpoint, ReadError};

/// Where the log ends, where a checkpoint is refused.
const HEAD: &str = "head";
/// The position that is missing, and the one that came instead.
const EXPECTED: &str = "expected";
const FOUND: &str = "found";

/// What a reader is told.
pub(crate) fn status(error: ReadError) -> Status {
    let text = error.to_string();
    match error {
        ReadError::CheckpointRefused { head, .. } => {
            Error::new(Reason::CheckpointRefused, text).with(HEAD, head.to_string()).into()
        }
        ReadError::Gap { expected, found } => Error::new(Reason::Internal, text)
            .with(EXPECTED, expected.to_string())
            .with(FOUND, found.to_string())
            .into(),
        ReadError::Database(_) | ReadError::Unreachable(_) => {
            tracing::warn!(error = &error as &dyn std::error::Error, "the log cannot be read");
            Error::new(Reason::Unavailable, "the event log cannot be read; try again").into()
        }
    }
}

/// What a reader who stands at `after` makes of it. Whatever is neither another past nor a gap may pass by itself: a token is
/// renewed, a role given, a service started.
pub(crate) fn read_error(status: Status, after: Checkpoint) -> ReadError {
    let info = status.get_details_error_info();
    let number = |key: &str| info.as_ref()?.metadata.get(key)?.parse::<i64>().ok();
    match (Reason::of(&status), number(EXPECTED), number(FOUND)) {
        (Some(Reason::CheckpointRefused), ..) => {
            let Checkpoint { position, incarnation, .. } = after;
            ReadError::CheckpointRefused { position, incarnation, head: number(HEAD).unwrap_or_default() }
        }
        (Some(Reason::Internal), Some(expected), Some(found)) => ReadError::Gap { expected, found },
        (reason, ..) => ReadError::Unreachable(Box::new(Refused {
            name: reason.map_or_else(|| code_name(status.code()), Reason::as_str),
            said: said(&status),
        })),
    }
}

/// What kept us from reading.
#[derive(Debug, thiserror::Error)]
#[error("{name}: {said}")]
struct Refused {
    /// The stable reason, else the gRPC code's name.
    name: &'static str,
    said: String,
}

/// A transport's own message says little; the innermost cause says what happened.
fn said(status: &Status) -> String {
    let is_ours = Reason::of(status).is_some();
    let mut innermost = std::error::Error::source(status).filter(|_| !is_ours);
    while let Some(source) = innermost.and_then(std::error::Error::source) {
        innermost = Some(source);
    }
    match innermost {
        Some(cause) => cause.to_string(),
        None if status.message().is_empty() && status.code() == Code::Ok => "the answer ended".to_owned(),
        None => status.message().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use vigie_eventlog::Hash;

    use super::*;

    const AFTER: Checkpoint = Checkpoint { incarnation: 1, position: 7, hash: Hash([1; 32]) };

    #[test]
    fn what_is_final_in_process_is_final_elsewhere() {
        let refused = ReadError::CheckpointRefused { position: 7, incarnation: 1, head: 4 };
        let came = read_error(status(refused), AFTER);
        assert!(
            matches!(came, ReadError::CheckpointRefused { position: 7, incarnation: 1, head: 4 }),
            "{came:?}"
        );
        let came = read_error(status(ReadError::Gap { expected: 8, found: 9 }), AFTER);
        assert!(matches!(came, ReadError::Gap { expected: 8, found: 9 }), "{came:?}");
    }

    #[test]
    fn whatever_else_may_pass_and_says_what_it_is() {
        let timed_out = sqlx_error();
        let came = read_error(status(timed_out), AFTER);
        assert!(matches!(came, ReadError::Unreachable(_)), "{came:?}");
        let narrow = Status::from(Error::new(Reason::ScopeTooNarrow, "come with another token"));
        let ReadError::Unreachable(why) = read_error(narrow, AFTER) else { panic!("not final") };
        assert_eq!(why.to_string(), "SCOPE_TOO_NARROW: come with another token");
        let ReadError::Unreachable(why) = read_error(Status::unavailable("closed"), AFTER) else {
            panic!("not final")
        };
        assert_eq!(why.to_string(), "UNAVAILABLE: closed");
    }

    fn sqlx_error() -> ReadError {
        ReadError::Unreachable("nobody there".into())
    }
}
