//! Takes in a delivery status notification.

use tonic::Request;
use uuid::Uuid;
use vigie_chassis::error::{Error as Refusal, Reason};
use vigie_chassis::identity::Role;
use vigie_chassis::rules::Rule;
use vigie_command::field;
use vigie_proto::notices::{BounceOutcome, RecordBounceRequest, RecordBounceResponse};

use super::{Deps, convert, place, reject};
use crate::bounce::{self, Notification, Reported};
use crate::domain::{Command, Recipient};

pub(super) const METHOD: &str = "/vigie.notices.v1.NoticeService/RecordBounce";

/// Whoever reads the mailbox that notifications come back to.
pub(super) fn rule() -> Rule {
    Rule::roles([Role::Operator, Role::Integration])
}

pub(super) async fn serve(
    deps: &Deps,
    call: Request<RecordBounceRequest>,
) -> Result<RecordBounceResponse, Refusal> {
    let (asking, mut body) = deps.door.open(call)?;
    let request_id = field::take_request_id(&mut body.request_id)?;
    let Notification { message_id, report } = bounce::parse(&body.message).map_err(refused)?;
    let outcome = match report {
        Reported::Bounced { .. } => BounceOutcome::Bounced,
        Reported::Delayed => BounceOutcome::Delayed,
        Reported::Delivered => BounceOutcome::Delivered,
    };
    let (state, _) = place::notice(deps, &asking.caller, message_id.notice_id).await?;
    let recipient = state.as_ref().as_ref().and_then(|notice| notice.recipient(message_id.recipient));
    let subject = recipient.map_or_else(Uuid::nil, Recipient::subject);
    let command = Command::Report { recipient: message_id.recipient, report: report.report(subject) };
    let order = asking.order(METHOD, request_id, &body, message_id.notice_id, command);
    let reported = deps.teller.notices.execute(order).await.map_err(reject::notice)?;
    deps.teller.metrics.happened(&reported);
    Ok(RecordBounceResponse {
        outcome: outcome.into(),
        notice: Some(convert::notice(&reported.state, reported.version)?),
    })
}

fn refused(error: bounce::Error) -> Refusal {
    let reason = match error {
        bounce::Error::TooLong => Reason::TooLarge,
        bounce::Error::NoReport | bounce::Error::NoRecipient | bounce::Error::NotOurs => Reason::BadBounce,
    };
    Refusal::new(reason, error.to_string()).field("message", &error.to_string())
}
