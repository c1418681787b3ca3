//! A refusal, and the gRPC status that it becomes.

use std::collections::HashMap;
use std::fmt;
use std::time::Duration;

use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt};

use super::Reason;

/// `ErrorInfo.domain` of every error of ours.
pub const DOMAIN: &str = "vigie";

/// A refusal: a stable reason, a sentence that says what to do, and what programs may want to know.
///
/// The message goes to the caller: it never holds another customer's data, and an entity that the caller may not see
/// gives exactly the error of one that does not exist.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{reason}: {message}")]
pub struct Error {
    reason: Reason,
    message: String,
    metadata: Vec<(String, String)>,
    retry_after: Option<Duration>,
    violations: Vec<(String, String)>,
}

impl Error {
    /// A refusal for `reason`; `message` is a sentence for people.
    pub fn new(reason: Reason, message: impl Into<String>) -> Self {
        Self {
            reason,
            message: message.into(),
            metadata: Vec::new(),
            retry_after: reason.retry_after(),
            violations: Vec::new(),
        }
    }

    /// A failure of ours. `cause` goes to the log and not to the caller, who could do nothing with it.
    pub fn internal(cause: &dyn fmt::Display) -> Self {
        tracing::error!(%cause, "internal error");
        Self::new(Reason::Internal, "internal error; the service's log has more")
    }

    /// [`Self::internal`] for an error with sources: the log gets the whole chain.
    pub fn failure(error: &(dyn std::error::Error + 'static)) -> Self {
        let chain = std::iter::successors(Some(error), |error| error.source());
        let causes: Vec<String> = chain.map(ToString::to_string).collect();
        Self::internal(&causes.join(": "))
    }

    /// Adds a fact for programs to `ErrorInfo.metadata`.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<String>) -> Self {
        self.metadata.push((key.to_owned(), value.into()));
        self
    }

    /// Says when to try again; without it the reason's own delay holds.
    #[must_use]
    pub fn retry_after(mut self, delay: Duration) -> Self {
        self.retry_after = Some(delay);
        self
    }

    /// Names the field that is wrong (`BadRequest.field_violations`); may be called for each.
    #[must_use]
    pub fn field(mut self, field: &str, description: &str) -> Self {
        self.violations.push((field.to_owned(), description.to_owned()));
        self
    }

    /// Why.
    pub fn reason(&self) -> Reason {
        self.reason
    }

    /// The sentence for people.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// As a status with the reason's own code.
    pub(crate) fn into_status(self) -> Status {
        let code = self.reason.code();
        self.into_status_with(code)
    }

    /// As a status with a code that was given by somebody else.
    pub(super) fn into_status_with(self, code: Code) -> Status {
        let metadata: HashMap<String, String> = self.metadata.into_iter().collect();
        let mut details = ErrorDetails::with_error_info(self.reason.as_str(), DOMAIN, metadata);
        if let Some(delay) = self.retry_after {
            details.set_retry_info(Some(delay));
        }
        for (field, description) in self.violations {
            details.add_bad_request_violation(field, description);
        }
        Status::with_error_details(code, self.message, details)
    }
}

impl From<Error> for Status {
    fn from(error: Error) -> Self {
        error.into_status()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn status_carries_reason_retry_and_fields() {
        let status = Status::from(
            Error::new(Reason::QueueFull, "try again")
                .with("queue", "append")
                .retry_after(Duration::from_millis(7))
                .field("line_id", "not a UUID"),
        );
        assert_eq!(status.code(), Code::ResourceExhausted);
        assert_eq!(Reason::of(&status), Some(Reason::QueueFull));
        let details = status.get_error_details();
        assert_eq!(details.error_info().unwrap().domain, "vigie");
        assert_eq!(details.error_info().unwrap().metadata["queue"], "append");
        assert_eq!(details.retry_info().unwrap().retry_delay, Some(Duration::from_millis(7)));
        assert_eq!(details.bad_request().unwrap().field_violations[0].field, "line_id");
    }

    #[test]
    fn a_final_refusal_has_no_retry_info() {
        let status = Status::from(Error::new(Reason::LineNotFound, "no such line"));
        assert!(status.get_error_details().retry_info().is_none());
    }

    #[test]
    fn a_cause_does_not_reach_the_caller() {
        let status = Status::from(Error::internal(&"password authentication failed for vigie_app"));
        assert!(!status.message().contains("password"));
    }
}
