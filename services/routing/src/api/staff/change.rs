//! What is known of somebody is replaced, except for trainings, absences and leaving.

use tonic::Request;
use vigie_chassis::error::Error as Refusal;
use vigie_command::field;
use vigie_proto::routing::{ChangeStaffRequest, ChangeStaffResponse};

use super::super::Deps;
use super::{carry_out, entry};
use crate::domain::staff::Command;

pub(super) const METHOD: &str = "/vigie.routing.v1.StaffService/ChangeStaff";

pub(super) async fn serve(
    deps: &Deps,
    call: Request<ChangeStaffRequest>,
) -> Result<ChangeStaffResponse, Refusal> {
    let (asking, mut body) = deps.door.open(call)?;
    let request_id = field::take_request_id(&mut body.request_id)?;
    let staff = body.staff.as_ref().ok_or_else(|| field::missing("staff", "as they are to be"))?;
    let staff_id = field::id("staff.staff_id", &staff.staff_id)?;
    let (profile, external_identifiers) = entry::profile(deps, staff_id, staff).await?;
    let command = Command::Change { profile: Box::new(profile), external_identifiers };
    let order = asking.order(METHOD, request_id, &body, staff_id, command);
    Ok(ChangeStaffResponse { staff: Some(carry_out(deps, order).await?) })
}
