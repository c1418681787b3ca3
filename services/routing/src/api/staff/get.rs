//! One staff member as now, confirmed with the log.

use tonic::Request;
use vigie_chassis::error::Error as Refusal;
use vigie_command::{field, refusal};
use vigie_proto::routing::{GetStaffRequest, GetStaffResponse};

use super::super::Deps;
use super::{not_found, shown};

pub(super) const METHOD: &str = "/vigie.routing.v1.StaffService/GetStaff";

pub(super) async fn serve(deps: &Deps, call: Request<GetStaffRequest>) -> Result<GetStaffResponse, Refusal> {
    let (_asking, body) = deps.door.open(call)?;
    let staff_id = field::id("staff_id", &body.staff_id)?;
    let (state, version) = deps.staff.load(staff_id).await.map_err(refusal)?;
    let member = Option::as_ref(&state).ok_or_else(not_found)?;
    Ok(GetStaffResponse { staff: Some(shown::staff(member, version)) })
}
