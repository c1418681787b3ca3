//! Refusals of the domain and failures of view and directory in the house's vocabulary.

use vigie_chassis::error::{Error as Refusal, Reason};
use vigie_command::{Rejected, refusal, view_unreadable};
use vigie_eventlog::ExecuteError;

use crate::domain::{PreferenceRejection, Rejection, WebhookRejection};
use crate::telling::Error as NotTold;
use crate::{directory, view};

impl Rejected for Rejection {
    const WHAT: &'static str = "the notice";
    const EVENTS: &'static str = "vigie.notice.";

    fn reason(&self) -> &'static str {
        Self::reason(self)
    }

    fn not_found() -> Self {
        Self::NotFound
    }

    fn taken(_: &str) -> Option<Self> {
        None
    }
}

impl Rejected for PreferenceRejection {
    const WHAT: &'static str = "the account's rules";
    const EVENTS: &'static str = "vigie.preference.";

    fn reason(&self) -> &'static str {
        match self {
            Self::TooMany => "TOO_LARGE",
            Self::OfAnother => "INVALID_ARGUMENT",
        }
    }

    fn not_found() -> Self {
        Self::OfAnother
    }

    fn taken(_: &str) -> Option<Self> {
        None
    }
}

impl Rejected for WebhookRejection {
    const WHAT: &'static str = "the webhook";
    const EVENTS: &'static str = "vigie.webhook.";

    fn reason(&self) -> &'static str {
        match self {
            Self::NotFound => "WEBHOOK_NOT_FOUND",
            Self::AlreadyRegistered => "CONFLICT",
        }
    }

    fn not_found() -> Self {
        Self::NotFound
    }

    fn taken(_: &str) -> Option<Self> {
        None
    }
}

/// No such notice, or not the caller's to see: nobody can tell which.
pub(super) fn no_notice() -> Refusal {
    Refusal::new(Reason::NoticeNotFound, Rejection::NotFound.to_string())
}

/// No such endpoint, or not the caller's to see.
pub(super) fn no_webhook() -> Refusal {
    Refusal::new(Reason::WebhookNotFound, WebhookRejection::NotFound.to_string())
}

/// No such account, or not the caller's to see.
pub(super) fn no_account() -> Refusal {
    Refusal::new(Reason::AccountNotFound, "there is no such account, or it is not yours to see")
}

/// What a caller is told of a command to a notice that did not go through.
pub(super) fn notice(error: ExecuteError<Rejection>) -> Refusal {
    refusal(error)
}

/// What a caller is told when contacts cannot be looked up.
pub(super) fn not_told(error: &NotTold) -> Refusal {
    match error {
        NotTold::Directory(directory::Error::View(error)) => {
            view_unreadable("the directory of contacts", error)
        }
        NotTold::Directory(directory::Error::Corrupt(_)) => Refusal::internal(error),
        NotTold::Log(error) => vigie_command::unreadable(error),
        NotTold::NotRecorded(_) | NotTold::Unknown => {
            tracing::warn!(error = error as &dyn std::error::Error, "contacts cannot be looked up");
            Refusal::new(Reason::Unavailable, "the log is not there now; ask again")
        }
    }
}

/// What a caller is told when the view cannot be read.
pub(super) fn view(error: &view::Error) -> Refusal {
    match error {
        view::Error::View(error) => view_unreadable("the list of notices", error),
        view::Error::Corrupt(_) => Refusal::internal(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_of_the_domain_has_a_word_outside() {
        for rejection in Rejection::EXAMPLES {
            assert!(Reason::parse(rejection.reason()).is_some(), "{rejection:?}");
        }
    }
}
