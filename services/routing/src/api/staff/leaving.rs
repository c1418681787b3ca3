//! Somebody leaves.

use tonic::Request;
use vigie_chassis::error::Error as Refusal;
use vigie_command::field;
use vigie_proto::routing::{RecordLeavingRequest, RecordLeavingResponse};

use super::super::Deps;
use super::{carry_out, stand_in};
use crate::domain::staff::Command;

pub(super) const METHOD: &str = "/vigie.routing.v1.StaffService/RecordLeaving";

pub(super) async fn serve(
    deps: &Deps,
    call: Request<RecordLeavingRequest>,
) -> Result<RecordLeavingResponse, Refusal> {
    let (asking, mut body) = deps.door.open(call)?;
    let request_id = field::take_request_id(&mut body.request_id)?;
    let staff_id = field::id("staff_id", &body.staff_id)?;
    let leaves_at = field::optional_instant("leaves_at", body.leaves_at)?.unwrap_or(asking.now);
    let deputy_id = field::optional_id("deputy_staff_id", &body.deputy_staff_id)?;
    // Of an instant that has passed it is asked how the deputy stands now.
    let from = leaves_at.max(asking.now);
    let deputy = stand_in(deps, "deputy_staff_id", deputy_id, from, None).await?;
    let command = Command::RecordLeaving { leaves_at, deputy };
    let order = asking.order(METHOD, request_id, &body, staff_id, command);
    Ok(RecordLeavingResponse { staff: Some(carry_out(deps, order).await?) })
}
