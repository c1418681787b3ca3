//! Somebody starts to face customers.

use tonic::Request;
use vigie_chassis::error::Error as Refusal;
use vigie_command::field;
use vigie_eventlog::Order;
use vigie_proto::routing::{RegisterStaffRequest, RegisterStaffResponse};

use super::super::Deps;
use super::{carry_out, entry};
use crate::domain::staff::{Command, NewMember};

pub(super) const METHOD: &str = "/vigie.routing.v1.StaffService/RegisterStaff";

pub(super) async fn serve(
    deps: &Deps,
    call: Request<RegisterStaffRequest>,
) -> Result<RegisterStaffResponse, Refusal> {
    let (asking, mut body) = deps.door.open(call)?;
    let request_id = field::take_request_id(&mut body.request_id)?;
    let staff = body.staff.as_ref().ok_or_else(|| field::missing("staff", "the staff member to register"))?;
    let given = field::optional_id("staff.staff_id", &staff.staff_id)?;
    let staff_id = given.unwrap_or_else(|| asking.new_id("staff_member", request_id));
    let (profile, external_identifiers) = entry::profile(deps, staff_id, staff).await?;
    let command = Command::Register(Box::new(NewMember { staff_id, profile, external_identifiers }));
    let order = Order { is_new: true, ..asking.order(METHOD, request_id, &body, staff_id, command) };
    Ok(RegisterStaffResponse { staff: Some(carry_out(deps, order).await?) })
}
