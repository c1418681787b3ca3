//! Refusals of the domain and failures of the log in the house's vocabulary.

use vigie_chassis::error::{Error as Refusal, Reason};
pub(super) use vigie_command::unreadable;
use vigie_command::{Rejected, view_unreadable};
use vigie_eventlog::ExecuteError;

use crate::domain::Rejection;
use crate::register::ReconcileError;
use crate::view;

/// No such line, or not the caller's to see: nobody can tell which.
pub(super) fn line_not_found() -> Refusal {
    Refusal::new(Reason::LineNotFound, "there is no such line, or it is not yours to see")
}

impl Rejected for Rejection {
    const WHAT: &'static str = "the line";
    const EVENTS: &'static str = "vigie.line.";

    fn reason(&self) -> &'static str {
        Self::reason(self)
    }

    fn not_found() -> Self {
        Self::LineNotFound
    }

    fn taken(kind: &str) -> Option<Self> {
        Self::taken(kind)
    }
}

/// What a caller is told of a command that did not go through.
pub(super) fn refusal(error: ExecuteError<Rejection>) -> Refusal {
    match error {
        ExecuteError::Rejected { rejection: Rejection::LineNotFound, .. } => line_not_found(),
        ExecuteError::Rejected { rejection, version } => {
            rejected(rejection).with("version", version.to_string())
        }
        ExecuteError::Decode { .. } | ExecuteError::Encode(_) => {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "a line cannot be read or written by this build"
            );
            Refusal::internal(&error)
        }
        of_any_kind => vigie_command::refusal(of_any_kind),
    }
}

fn rejected(rejection: Rejection) -> Refusal {
    // What only the driver can cause has no word of its own outside.
    let reason = Reason::parse(rejection.reason()).unwrap_or(Reason::Conflict);
    let refusal = Refusal::new(reason, rejection.to_string());
    if reason == Reason::StepUpRequired { refusal.with("acr", "urn:vigie:step-up") } else { refusal }
}

/// What a caller is told when the view cannot be read.
pub(super) fn view_refusal(error: &view::Error) -> Refusal {
    match error {
        view::Error::View(error) => view_unreadable("the list of lines", error),
        view::Error::Corrupt(_) | view::Error::BlockList(_) => Refusal::internal(error),
    }
}

/// What an engineer is told when a comparison ends early.
pub(super) fn not_reconciled(error: &ReconcileError) -> Refusal {
    match error {
        ReconcileError::Busy => {
            Refusal::new(Reason::Conflict, "another comparison is under way; wait for it")
                .retry_after(std::time::Duration::from_secs(5))
        }
        ReconcileError::Paused(why) => Refusal::new(
            Reason::ReconcilerPaused,
            format!("the reconciler is paused ({why}); `vigie register unpause` lets it go on"),
        ),
        ReconcileError::Register(_) => {
            Refusal::new(Reason::RegisterUnreachable, "the subscriber register does not answer")
        }
        ReconcileError::Ended => {
            Refusal::new(Reason::Unavailable, "the service stops; ask again when it is back")
        }
        ReconcileError::Candidates(_) | ReconcileError::Control(_) => {
            tracing::error!(error = error as &dyn std::error::Error, "the reconciler failed");
            Refusal::new(Reason::Unavailable, "the list of lines does not answer just now; ask again")
        }
    }
}

#[cfg(test)]
mod tests {
    use vigie_eventlog::AppendError;

    use super::*;

    #[test]
    fn every_refusal_of_the_domain_has_a_word_outside() {
        let internal = [Rejection::Superseded, Rejection::ReadBackDiffers];
        for rejection in Rejection::EXAMPLES {
            let is_known = Reason::parse(rejection.reason()).is_some();
            assert_eq!(is_known, !internal.contains(&rejection), "{rejection:?}");
            assert_eq!(rejected(rejection).reason().as_str() == rejection.reason(), is_known);
        }
    }

    #[test]
    fn a_foreign_line_looks_like_one_that_does_not_exist() {
        let unknown: ExecuteError<Rejection> =
            ExecuteError::Rejected { rejection: Rejection::LineNotFound, version: 0 };
        assert_eq!(refusal(unknown).to_string(), line_not_found().to_string());
    }

    #[test]
    fn a_caller_learns_whether_to_repeat() {
        let code = |error| refusal(ExecuteError::Append(error)).reason();
        assert_eq!(code(AppendError::OutcomeUnknown), Reason::OutcomeUnknown);
        assert_eq!(code(AppendError::QueueFull), Reason::QueueFull);
        assert_eq!(code(AppendError::Expired), Reason::Unavailable);
        assert_eq!(code(AppendError::KeyTaken { kind: "msisdn".to_owned() }), Reason::NumberTaken);
        assert_eq!(code(AppendError::KeyTaken { kind: "iccid".to_owned() }), Reason::SimTaken);
    }
}
