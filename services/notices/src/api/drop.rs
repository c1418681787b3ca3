//! Ends a notice that was not handed over.

use tonic::Request;
use vigie_chassis::error::Error as Refusal;
use vigie_command::field;
use vigie_proto::notices::{DropNoticeRequest, DropNoticeResponse};

use super::{Deps, convert, place, reject, request};
use crate::domain::Command;

pub(super) const METHOD: &str = "/vigie.notices.v1.NoticeService/DropNotice";

pub(super) async fn serve(
    deps: &Deps,
    call: Request<DropNoticeRequest>,
) -> Result<DropNoticeResponse, Refusal> {
    let (asking, mut body) = deps.door.open(call)?;
    let request_id = field::take_request_id(&mut body.request_id)?;
    let notice_id = field::id("notice_id", &body.notice_id)?;
    let reason = request::reason(&body.reason)?;
    place::notice(deps, &asking.caller, notice_id).await?;

    let by = asking.caller.subject().to_owned();
    let command = Command::Drop { by: by.clone(), reason: reason.clone() };
    let order = asking.order(METHOD, request_id, &body, notice_id, command);
    let dropped = deps.teller.notices.execute(order).await.map_err(reject::notice)?;
    deps.stuck.drop(notice_id, &by, &reason, asking.now).await?;
    Ok(DropNoticeResponse { notice: Some(convert::notice(&dropped.state, dropped.version)?) })
}
