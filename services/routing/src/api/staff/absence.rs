//! Times away: planned with whoever covers, and taken back.

use tonic::Request;
use vigie_chassis::error::Error as Refusal;
use vigie_command::field;
use vigie_proto::routing::{
    CancelAbsenceRequest, CancelAbsenceResponse, PlanAbsenceRequest, PlanAbsenceResponse,
};

use super::super::Deps;
use super::{carry_out, stand_in};
use crate::domain::staff::Command;

pub(super) const PLAN: &str = "/vigie.routing.v1.StaffService/PlanAbsence";
pub(super) const CANCEL: &str = "/vigie.routing.v1.StaffService/CancelAbsence";

/// The cover is as they stand now: whoever plans an absence of their own later leaves a gap that is work.
pub(super) async fn plan(
    deps: &Deps,
    call: Request<PlanAbsenceRequest>,
) -> Result<PlanAbsenceResponse, Refusal> {
    let (asking, mut body) = deps.door.open(call)?;
    let request_id = field::take_request_id(&mut body.request_id)?;
    let staff_id = field::id("staff_id", &body.staff_id)?;
    let absence = body.absence.as_ref().ok_or_else(|| field::missing("absence", "the time away"))?;
    let from = field::required_instant("absence.from", absence.from)?;
    let until = field::required_instant("absence.until", absence.until)?;
    let cover_id = field::optional_id("absence.cover_staff_id", &absence.cover_staff_id)?;
    let cover = stand_in(deps, "absence.cover_staff_id", cover_id, from, Some(until)).await?;
    let command = Command::PlanAbsence { from, until, cover };
    let order = asking.order(PLAN, request_id, &body, staff_id, command);
    Ok(PlanAbsenceResponse { staff: Some(carry_out(deps, order).await?) })
}

pub(super) async fn cancel(
    deps: &Deps,
    call: Request<CancelAbsenceRequest>,
) -> Result<CancelAbsenceResponse, Refusal> {
    let (asking, mut body) = deps.door.open(call)?;
    let request_id = field::take_request_id(&mut body.request_id)?;
    let staff_id = field::id("staff_id", &body.staff_id)?;
    let command = Command::CancelAbsence { absence_id: field::id("absence_id", &body.absence_id)? };
    let order = asking.order(CANCEL, request_id, &body, staff_id, command);
    Ok(CancelAbsenceResponse { staff: Some(carry_out(deps, order).await?) })
}
