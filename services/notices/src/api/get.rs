//! One notice with its recipients and attempts, confirmed with the log.

use tonic::Request;
use vigie_chassis::error::Error as Refusal;
use vigie_chassis::identity::Role;
use vigie_chassis::rules::Rule;
use vigie_command::field;
use vigie_proto::notices::{GetNoticeRequest, GetNoticeResponse};

use super::{Deps, MANAGERS, convert, place};

pub(super) const METHOD: &str = "/vigie.notices.v1.NoticeService/GetNotice";

/// Customers' managers within their scope, staff, and systems within theirs.
pub(super) fn rule() -> Rule {
    const STAFF_AND_SYSTEMS: [Role; 5] =
        [Role::Advisor, Role::Technician, Role::Auditor, Role::Operator, Role::Integration];
    Rule::roles(MANAGERS.into_iter().chain(STAFF_AND_SYSTEMS))
}

pub(super) async fn serve(
    deps: &Deps,
    call: Request<GetNoticeRequest>,
) -> Result<GetNoticeResponse, Refusal> {
    let (asking, body) = deps.door.open(call)?;
    let notice_id = field::id("notice_id", &body.notice_id)?;
    let (notice, version) = place::notice(deps, &asking.caller, notice_id).await?;
    Ok(GetNoticeResponse { notice: Some(convert::notice(&notice, version)?) })
}
