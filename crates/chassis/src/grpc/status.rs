//! The status of an answer, where gRPC keeps it: in headers or trailers.

use http::HeaderMap;
use tonic::{Code, Status};

use crate::error::{Error, Reason, complete};

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Outcome {
    pub(super) code: Code,
    pub(super) reason: Option<Reason>,
}

impl Outcome {
    pub(super) const OK: Self = Self { code: Code::Ok, reason: None };
    pub(super) const CANCELLED: Self = Self { code: Code::Cancelled, reason: Some(Reason::Cancelled) };
}

/// Gives the status in `headers` a reason if it has none. `None` if there is no status in them.
pub(super) fn settle(headers: &mut HeaderMap) -> Option<Outcome> {
    let code = Code::from_bytes(headers.get(Status::GRPC_STATUS)?.as_bytes());
    if code == Code::Ok {
        return Some(Outcome::OK);
    }
    let status = complete(Status::from_header_map(headers)?);
    Some(write(status, headers))
}

/// `error` as the trailers that end an answer.
pub(super) fn trailers(error: Error) -> (HeaderMap, Outcome) {
    let mut headers = HeaderMap::new();
    let outcome = write(error.into(), &mut headers);
    (headers, outcome)
}

fn write(status: Status, headers: &mut HeaderMap) -> Outcome {
    let outcome = Outcome { code: status.code(), reason: Reason::of(&status) };
    // Its metadata is in the headers already.
    let bare = Status::with_details(status.code(), status.message(), status.details().to_vec().into());
    headers.remove(Status::GRPC_MESSAGE);
    headers.remove(Status::GRPC_STATUS_DETAILS);
    if bare.add_header(headers).is_err() {
        headers.insert(Status::GRPC_STATUS, http::HeaderValue::from(bare.code() as i32));
    }
    outcome
}

/// The name that gRPC gives a code, in telemetry and for people.
pub const fn code_name(code: Code) -> &'static str {
    match code {
        Code::Ok => "OK",
        Code::Cancelled => "CANCELLED",
        Code::Unknown => "UNKNOWN",
        Code::InvalidArgument => "INVALID_ARGUMENT",
        Code::DeadlineExceeded => "DEADLINE_EXCEEDED",
        Code::NotFound => "NOT_FOUND",
        Code::AlreadyExists => "ALREADY_EXISTS",
        Code::PermissionDenied => "PERMISSION_DENIED",
        Code::ResourceExhausted => "RESOURCE_EXHAUSTED",
        Code::FailedPrecondition => "FAILED_PRECONDITION",
        Code::Aborted => "ABORTED",
        Code::OutOfRange => "OUT_OF_RANGE",
        Code::Unimplemented => "UNIMPLEMENTED",
        Code::Internal => "INTERNAL",
        Code::Unavailable => "UNAVAILABLE",
        Code::DataLoss => "DATA_LOSS",
        Code::Unauthenticated => "UNAUTHENTICATED",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_without_reason_gets_one_and_other_headers_stay() {
        let mut headers = HeaderMap::new();
        Status::unimplemented("").add_header(&mut headers).unwrap();
        headers.insert("x-kept", "1".parse().unwrap());
        let outcome = settle(&mut headers).unwrap();
        assert_eq!(outcome.reason, Some(Reason::Unimplemented));
        assert_eq!(headers["x-kept"], "1");
        let status = Status::from_header_map(&headers).unwrap();
        assert_eq!(Reason::of(&status), Some(Reason::Unimplemented));
    }

    #[test]
    fn success_and_headers_without_status_are_left_alone() {
        let mut headers = HeaderMap::new();
        assert_eq!(settle(&mut headers), None);
        headers.insert(Status::GRPC_STATUS, "0".parse().unwrap());
        assert_eq!(settle(&mut headers), Some(Outcome::OK));
        assert_eq!(headers.len(), 1);
    }
}
