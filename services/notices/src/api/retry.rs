//! Tries a notice again, by contacts as they are now.

use tonic::Request;
use vigie_chassis::error::Error as Refusal;
use vigie_chassis::identity::Role;
use vigie_chassis::rules::Rule;
use vigie_command::field;
use vigie_proto::notices::{RetryNoticeRequest, RetryNoticeResponse};

use super::{Deps, convert, place, reject, request};
use crate::domain::{Command, NoticeState};
use crate::events::Tell;

pub(super) const METHOD: &str = "/vigie.notices.v1.NoticeService/RetryNotice";

/// Staff who look after customers, and engineers.
pub(super) fn rule() -> Rule {
    Rule::roles([Role::Advisor, Role::Operator])
}

pub(super) async fn serve(
    deps: &Deps,
    call: Request<RetryNoticeRequest>,
) -> Result<RetryNoticeResponse, Refusal> {
    let (asking, mut body) = deps.door.open(call)?;
    let request_id = field::take_request_id(&mut body.request_id)?;
    let notice_id = field::id("notice_id", &body.notice_id)?;
    let reason = request::reason(&body.reason)?;
    let (state, _) = place::notice(deps, &asking.caller, notice_id).await?;
    let notice = state.as_ref().as_ref().ok_or_else(reject::no_notice)?;

    let by = asking.caller.subject().to_owned();
    let recipients = match notice.state() {
        NoticeState::GivenUp | NoticeState::NobodyToTell => {
            let tell = Tell {
                cause: notice.cause().clone(),
                parameters: notice.parameters().clone(),
                parties: notice.parties().clone(),
                manager_staff_id: None,
                segments: Vec::new(),
            };
            let first = notice.recipients().first().and_then(|recipient| recipient.person_id);
            let again = deps.teller.again(&tell, first).await;
            again.map_err(|error| reject::not_told(&error))?
        }
        _ => Vec::new(),
    };
    if notice.state() == NoticeState::ToSend {
        // It waits for a person in the reaction's queue: for its age, or since the log was restored.
        deps.stuck.approve(notice_id, &by, &reason, asking.now).await?;
    }
    let command = Command::Retry { recipients, by, reason };
    let order = asking.order(METHOD, request_id, &body, notice_id, command);
    let retried = deps.teller.notices.execute(order).await.map_err(reject::notice)?;
    deps.teller.metrics.happened(&retried);
    Ok(RetryNoticeResponse { notice: Some(convert::notice(&retried.state, retried.version)?) })
}
