//! Why a command of the command line did not do what it was asked, and with which exit code it ends.

use std::fmt::Display;
use std::io;
use std::process::ExitCode;
use std::time::Duration;

use serde_json::{Value, json};
use tonic::{Code, Status};
use tonic_types::StatusExt as _;
use uuid::Uuid;
use vigie_chassis::grpc::code_name;

/// A failure in words for people, and a stable reason for programs.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The command line or a file is not as it should be.
    #[error("{0}")]
    Usage(String),
    /// A file or another thing of this machine failed.
    #[error("cannot {doing}: {source}")]
    Local {
        /// What was tried: `read lines.csv`.
        doing: String,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// The service refused, or cannot answer now.
    #[error("{0}")]
    Service(Box<Refusal>),
    /// Found something that a person must look at; it was shown already.
    #[error("{message}")]
    Found {
        /// Stable reason.
        reason: &'static str,
        /// One line.
        message: String,
    },
    /// A part could not be opened, or ended: nothing is served.
    #[error("{0}")]
    Start(String),
    /// Whoever reads our output has gone away: `vigie log tail | head`.
    #[error("the reader of the output went away")]
    OutputClosed,
}

/// What a service said, or what can be said for one that does not answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// `ErrorInfo.reason`, else the gRPC code's name.
    pub(crate) reason: String,
    /// For people.
    pub(crate) message: String,
    /// The gRPC code.
    pub(crate) code: Code,
    /// `ErrorInfo.metadata`, sorted.
    pub(crate) metadata: Vec<(String, String)>,
    /// Fields that are wrong, with why.
    pub(crate) fields: Vec<(String, String)>,
    /// When a repeat may succeed.
    pub(crate) retry_after: Option<Duration>,
    /// The request id to repeat with, for a command.
    pub(crate) request_id: Option<Uuid>,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error {
    /// A thing of this machine failed while `doing`.
    pub(crate) fn local(doing: impl Into<String>, source: io::Error) -> Self {
        if source.kind() == io::ErrorKind::BrokenPipe {
            return Self::OutputClosed;
        }
        Self::Local { doing: doing.into(), source }
    }

    /// Nothing answers at `endpoint`.
    pub(crate) fn unreachable(endpoint: &str, why: &dyn Display) -> Self {
        Self::Service(Box::new(Refusal {
            reason: "UNAVAILABLE".into(),
            message: format!("nothing answers at {endpoint} ({why})"),
            code: Code::Unavailable,
            metadata: Vec::new(),
            fields: Vec::new(),
            retry_after: None,
            request_id: None,
        }))
    }

    /// Names the request id that a repeat of the command must carry.
    #[must_use]
    pub(crate) fn for_request(mut self, id: Uuid) -> Self {
        if let Self::Service(refusal) = &mut self {
            refusal.request_id = Some(id);
        }
        self
    }

    /// Stable reason.
    pub(crate) fn reason(&self) -> &str {
        match self {
            Self::Usage(_) => "USAGE",
            Self::Local { .. } => "LOCAL",
            Self::Service(refusal) => &refusal.reason,
            Self::Found { reason, .. } => reason,
            Self::Start(_) => "NOT_SERVING",
            Self::OutputClosed => "OUTPUT_CLOSED",
        }
    }

    /// What to do next, where the message does not say it already.
    pub(crate) fn hint(&self) -> Option<String> {
        let Self::Service(refusal) = self else { return None };
        match (refusal.reason.as_str(), refusal.code, refusal.request_id) {
            ("OUTCOME_UNKNOWN" | "DEADLINE_EXCEEDED" | "UNAVAILABLE" | "CANCELLED", _, Some(id)) => {
                Some(format!("repeat it with --request-id {id}: it is done once, however often it is sent"))
            }
            ("UNAVAILABLE", ..) => Some("is `vigie run` running there? see --endpoint".into()),
            ("LOG_NAME_REQUIRED", ..) => Some("say which with --log".into()),
            ("TOKEN_EXPIRED", ..) => Some("put a fresh token into VIGIE_TOKEN".into()),
            (_, Code::Unauthenticated, _) => {
                Some("put a token into VIGIE_TOKEN; `vigie token` makes one for development".into())
            }
            _ => refusal.retry_after.map(|delay| format!("try again in {} ms", delay.as_millis())),
        }
    }

    /// How the process ends.
    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::OutputClosed => 0,
            Self::Found { .. } => 1,
            Self::Usage(_) | Self::Local { .. } => 2,
            Self::Start(_) => 3,
            Self::Service(refusal) => match refusal.code {
                Code::Unavailable | Code::DeadlineExceeded | Code::ResourceExhausted | Code::Cancelled => 3,
                _ => 1,
            },
        })
    }

    /// For programs.
    pub(crate) fn to_json(&self) -> Value {
        let mut error = json!({ "reason": self.reason(), "message": self.to_string(), "hint": self.hint() });
        if let (Self::Service(refusal), Some(fields)) = (self, error.as_object_mut()) {
            fields.insert("code".into(), code_name(refusal.code).into());
            fields.insert("metadata".into(), pairs(&refusal.metadata));
            fields.insert("fields".into(), pairs(&refusal.fields));
            fields.insert(
                "retry_after_ms".into(),
                json!(refusal.retry_after.map(|delay| delay.as_millis() as u64)),
            );
            fields.insert("request_id".into(), json!(refusal.request_id.map(|id| id.to_string())));
        }
        json!({ "error": error })
    }
}

fn pairs(pairs: &[(String, String)]) -> Value {
    pairs
        .iter()
        .map(|(key, value)| (key.clone(), Value::from(value.clone())))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

impl From<vigie_process::Error> for Error {
    fn from(error: vigie_process::Error) -> Self {
        use vigie_process::Error as Process;
        match error {
            Process::Local { doing, source } => Self::local(doing, source),
            Process::Configuration(_) | Process::Usage(_) => Self::Usage(vigie_process::with_causes(&error)),
            Process::Part(_) => Self::Start(vigie_process::with_causes(&error)),
        }
    }
}

impl From<Status> for Error {
    fn from(status: Status) -> Self {
        let details = status.get_error_details();
        let info = details.error_info();
        let mut metadata: Vec<_> = info.into_iter().flat_map(|info| info.metadata.clone()).collect();
        metadata.sort();
        let fields = details
            .bad_request()
            .into_iter()
            .flat_map(|request| &request.field_violations)
            .map(|violation| (violation.field.clone(), violation.description.clone()))
            .collect();
        Self::Service(Box::new(Refusal {
            reason: info.map_or_else(|| code_name(status.code()).to_owned(), |info| info.reason.clone()),
            message: sentence(&status),
            code: status.code(),
            metadata,
            fields,
            retry_after: details.retry_info().and_then(|retry| retry.retry_delay),
            request_id: None,
        }))
    }
}

/// A transport's own statuses say little; the chain below says what happened.
fn sentence(status: &Status) -> String {
    if status.message().is_empty() || status.message() == "transport error" {
        let mut source = std::error::Error::source(status);
        let mut last = None;
        while let Some(error) = source {
            last = Some(error.to_string());
            source = error.source();
        }
        return match last {
            Some(cause) => format!("the connection failed ({cause})"),
            None => code_name(status.code()).to_owned(),
        };
    }
    status.message().to_owned()
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use tonic_types::ErrorDetails;

    use super::*;

    fn status(code: Code, reason: &str, retry: Option<Duration>) -> Status {
        let metadata = HashMap::from([("line_id".to_owned(), "7".to_owned())]);
        let mut details = ErrorDetails::with_error_info(reason, "vigie", metadata);
        if retry.is_some() {
            details.set_retry_info(retry);
        }
        Status::with_error_details(code, "authenticate again, more strongly", details)
    }

    #[test]
    fn a_refusal_keeps_its_reason_and_metadata_and_ends_with_1() {
        let error = Error::from(status(Code::PermissionDenied, "STEP_UP_REQUIRED", None));
        assert_eq!(error.reason(), "STEP_UP_REQUIRED");
        assert_eq!(error.exit_code(), ExitCode::from(1));
        assert_eq!(error.hint(), None);
        let json = error.to_json();
        assert_eq!(json["error"]["code"], "PERMISSION_DENIED");
        assert_eq!(json["error"]["metadata"]["line_id"], "7");
    }

    #[test]
    fn an_unknown_outcome_names_the_request_id_to_repeat_with_and_ends_with_3() {
        let id = Uuid::from_u128(5);
        let retry = Some(Duration::from_secs(1));
        let error = Error::from(status(Code::Unavailable, "OUTCOME_UNKNOWN", retry)).for_request(id);
        assert!(error.hint().unwrap().contains(&format!("--request-id {id}")));
        assert_eq!(error.exit_code(), ExitCode::from(3));
        assert_eq!(error.to_json()["error"]["retry_after_ms"], 1000);
    }

    #[test]
    fn a_status_without_details_falls_back_to_its_code() {
        let error = Error::from(Status::unauthenticated("no token"));
        assert_eq!(error.reason(), "UNAUTHENTICATED");
        assert!(error.hint().unwrap().contains("VIGIE_TOKEN"));
    }

    #[test]
    fn a_full_queue_says_when_to_try_again() {
        let error =
            Error::from(status(Code::ResourceExhausted, "QUEUE_FULL", Some(Duration::from_millis(200))));
        assert_eq!(error.hint().unwrap(), "try again in 200 ms");
        assert_eq!(error.exit_code(), ExitCode::from(3));
    }

    #[test]
    fn a_reader_that_went_away_is_no_failure() {
        let error = Error::local("write", io::Error::from(io::ErrorKind::BrokenPipe));
        assert_eq!(error.exit_code(), ExitCode::SUCCESS);
    }
}
