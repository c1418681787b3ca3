//! Refusals of a domain and failures of the log in the house's vocabulary.

use std::fmt::{Debug, Display};

use tonic::Code;
use vigie_chassis::error::{Error as Refusal, Reason};
use vigie_eventlog::view::Error as Unmoved;
use vigie_eventlog::{AppendError, DecodeError, ExecuteError, ReadError};

const SAME_ID: &str = "ask again with the same request id";

/// Why a domain refuses a command. `Display` is a sentence that says what to do.
pub trait Rejected: Debug + Display + Sized {
    /// What is commanded, with its article: `the account`.
    const WHAT: &'static str;

    /// How the types of its events begin: `vigie.account.`.
    const EVENTS: &'static str;

    /// Stable name, as in `google.rpc.ErrorInfo`.
    fn reason(&self) -> &'static str;

    /// The refusal where there is nothing, which is also that of what is not the caller's to see.
    fn not_found() -> Self;

    /// The refusal for a key of that kind which the directory holds for another stream; `None` for a kind that is never
    /// claimed.
    fn taken(kind: &str) -> Option<Self>;
}

/// What a caller is told of a command that did not go through.
pub fn refusal<R: Rejected>(error: ExecuteError<R>) -> Refusal {
    match error {
        ExecuteError::Rejected { rejection, version } => {
            let refusal = rejected(&rejection);
            // A version would tell what is there from what is not.
            let is_not_found = refusal.reason().code() == Code::NotFound;
            if is_not_found { refusal } else { refusal.with("version", version.to_string()) }
        }
        ExecuteError::RequestIdReused => Refusal::new(
            Reason::RequestIdReused,
            "this request id was used before for something else: take a fresh one",
        ),
        ExecuteError::Append(error) => not_appended::<R>(error),
        ExecuteError::Read(error) => unreadable(&error),
        ExecuteError::Contended(_) => {
            Refusal::new(Reason::Conflict, format!("{} changed too often meanwhile: {SAME_ID}", R::WHAT))
        }
        // An id of something else: there is no such thing of this kind.
        ExecuteError::Decode { source: DecodeError::UnknownType(event_type), .. }
            if !event_type.starts_with(R::EVENTS) =>
        {
            rejected(&R::not_found())
        }
        ExecuteError::Decode { .. } | ExecuteError::Encode(_) => Refusal::internal(&error),
    }
}

/// What a domain's own refusal becomes. A reason that has no word outside is a conflict.
fn rejected<R: Rejected>(rejection: &R) -> Refusal {
    let reason = Reason::parse(rejection.reason()).unwrap_or(Reason::Conflict);
    Refusal::new(reason, rejection.to_string())
}

fn not_appended<R: Rejected>(error: AppendError) -> Refusal {
    match error {
        AppendError::KeyTaken { kind } => match R::taken(&kind) {
            Some(rejection) => rejected(&rejection),
            None => Refusal::internal(&format!("a key of kind {kind} is claimed and has no refusal")),
        },
        AppendError::VersionConflict { .. } | AppendError::Repeated(_) | AppendError::LeaseLost(_) => {
            Refusal::new(Reason::Conflict, format!("{} changed meanwhile: {SAME_ID}", R::WHAT))
        }
        AppendError::QueueFull => Refusal::new(
            Reason::QueueFull,
            format!("too much is waiting, and nothing was recorded: {SAME_ID}"),
        ),
        AppendError::OutcomeUnknown => Refusal::new(
            Reason::OutcomeUnknown,
            format!("the command may or may not be recorded: {SAME_ID} to learn its outcome"),
        ),
        AppendError::Expired => Refusal::new(
            Reason::Unavailable,
            format!("the log did not take the command in time, and nothing was recorded: {SAME_ID}"),
        ),
        AppendError::Unavailable(why) => {
            tracing::warn!(why, "the log is unavailable");
            Refusal::new(Reason::Unavailable, format!("the log is not there now: {SAME_ID}"))
        }
        AppendError::TooLarge { what, bytes, limit } => {
            Refusal::new(Reason::TooLarge, format!("the {what} of {bytes} bytes exceeds {limit}"))
        }
        AppendError::Data(why) => Refusal::internal(&format!("the database refused the data: {why}")),
    }
}

/// What a caller is told when the log cannot be read.
pub fn unreadable(error: &ReadError) -> Refusal {
    match error {
        ReadError::Database(_) | ReadError::Unreachable(_) => {
            tracing::warn!(error = error as &dyn std::error::Error, "the log cannot be read");
            Refusal::new(Reason::Unavailable, "the log is not there now; ask again")
        }
        ReadError::Gap { .. } => Refusal::internal(error),
        ReadError::CheckpointRefused { .. } => Refusal::new(Reason::CheckpointRefused, error.to_string()),
    }
}

/// What a caller is told when the view called `name` (`the list of accounts`) cannot be read.
pub fn view_unreadable(name: &str, error: &Unmoved) -> Refusal {
    match error {
        Unmoved::Database(_) | Unmoved::CheckpointMoved => {
            tracing::warn!(error = error as &dyn std::error::Error, "{name} does not answer");
            Refusal::new(Reason::Unavailable, format!("{name} does not answer just now; ask again"))
        }
        Unmoved::Log(error) => unreadable(error),
        Unmoved::TooManyParked | Unmoved::Scratch { .. } => Refusal::internal(error),
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[derive(Debug)]
    enum No {
        NotFound,
        Taken,
        Own,
    }

    impl Display for No {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("no")
        }
    }

    impl Rejected for No {
        const WHAT: &'static str = "the account";
        const EVENTS: &'static str = "vigie.account.";

        fn reason(&self) -> &'static str {
            match self {
                Self::NotFound => "ACCOUNT_NOT_FOUND",
                Self::Taken => "IDENTIFIER_TAKEN",
                Self::Own => "NO_SUCH_WORD",
            }
        }

        fn not_found() -> Self {
            Self::NotFound
        }

        fn taken(kind: &str) -> Option<Self> {
            (kind == "siren").then_some(Self::Taken)
        }
    }

    fn reason(error: ExecuteError<No>) -> Reason {
        refusal(error).reason()
    }

    #[test]
    fn what_is_not_there_and_what_is_something_else_look_the_same() {
        let none: ExecuteError<No> = ExecuteError::Rejected { rejection: No::NotFound, version: 7 };
        let another: ExecuteError<No> = ExecuteError::Decode {
            stream_id: Uuid::from_u128(1),
            source: DecodeError::UnknownType("vigie.person.person_registered.v1".to_owned()),
        };
        let (none, another) = (tonic::Status::from(refusal(none)), tonic::Status::from(refusal(another)));
        assert_eq!(none.message(), another.message());
        assert_eq!(none.details(), another.details());
    }

    #[test]
    fn an_unknown_event_of_its_own_is_our_failure() {
        let source = DecodeError::UnknownType("vigie.account.split.v9".to_owned());
        assert_eq!(reason(ExecuteError::Decode { stream_id: Uuid::from_u128(1), source }), Reason::Internal);
    }

    #[test]
    fn a_caller_learns_whether_to_repeat() {
        assert_eq!(reason(ExecuteError::Append(AppendError::OutcomeUnknown)), Reason::OutcomeUnknown);
        assert_eq!(reason(ExecuteError::Append(AppendError::QueueFull)), Reason::QueueFull);
        assert_eq!(reason(ExecuteError::Append(AppendError::Expired)), Reason::Unavailable);
        let taken =
            |kind: &str| reason(ExecuteError::Append(AppendError::KeyTaken { kind: kind.to_owned() }));
        assert_eq!((taken("siren"), taken("colour")), (Reason::IdentifierTaken, Reason::Internal));
        assert_eq!(reason(ExecuteError::Rejected { rejection: No::Own, version: 1 }), Reason::Conflict);
    }
}
