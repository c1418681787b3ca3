//! Gives a reason to every status that would leave a server without one.

use tonic::{Code, Status};
use tonic_types::StatusExt;

use super::{Error, Reason};

/// How prost begins the message of a decode failure, which tonic reports as INTERNAL although the caller is wrong.
const DECODE_FAILURE: &str = "failed to decode Protobuf message";

/// `status` itself if it carries an `ErrorInfo`, else the same code with one. Metadata stays where the status was found.
pub(crate) fn complete(status: Status) -> Status {
    if status.code() == Code::Ok || status.get_details_error_info().is_some() {
        return status;
    }
    if status.code() == Code::Internal && status.message().starts_with(DECODE_FAILURE) {
        return Error::new(Reason::MalformedMessage, "the message is not what the contract describes").into();
    }
    let code = status.code();
    let reason = Reason::for_code(code);
    let message = match reason {
        // A text that was not written for callers could tell them about our inside.
        Reason::Internal => "internal error; the service's log has more".to_owned(),
        Reason::Unimplemented if status.message().is_empty() => "there is no such RPC here".to_owned(),
        _ if status.message().is_empty() => code.description().to_owned(),
        _ => status.message().to_owned(),
    };
    Error::new(reason, message).into_status_with(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_a_status_that_has_its_reason() {
        let status = complete(Error::new(Reason::NumberTaken, "taken").into());
        assert_eq!(Reason::of(&status), Some(Reason::NumberTaken));
        assert_eq!(status.message(), "taken");
    }

    #[test]
    fn keeps_the_code_and_adds_a_reason() {
        for (status, reason) in [
            (Status::unimplemented(""), Reason::Unimplemented),
            (Status::cancelled("Timeout expired"), Reason::Cancelled),
            (Status::out_of_range("decoded message length too large"), Reason::TooLarge),
            (Status::not_found("no such file"), Reason::NotFound),
        ] {
            let code = status.code();
            let completed = complete(status);
            assert_eq!(completed.code(), code);
            assert_eq!(Reason::of(&completed), Some(reason));
            assert!(!completed.message().is_empty());
        }
    }

    #[test]
    fn a_message_that_cannot_be_decoded_is_the_callers_fault() {
        let completed = complete(Status::internal("failed to decode Protobuf message: invalid wire type"));
        assert_eq!(completed.code(), Code::InvalidArgument);
        assert_eq!(Reason::of(&completed), Some(Reason::MalformedMessage));
    }

    #[test]
    fn an_internal_text_stays_inside() {
        let completed = complete(Status::internal("relation \"events\" does not exist"));
        assert!(!completed.message().contains("events"));
    }
}
