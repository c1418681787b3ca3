//! Another referent is named.

use tonic::Request;
use vigie_chassis::error::Error as Refusal;
use vigie_command::field;
use vigie_proto::routing::{ChangeReferentRequest, ChangeReferentResponse};

use super::super::Deps;
use super::super::contacts::staff_member;
use super::{carry_out, seen};
use crate::domain::project::Command;

pub(super) const METHOD: &str = "/vigie.routing.v1.ProjectService/ChangeReferent";

pub(super) async fn serve(
    deps: &Deps,
    call: Request<ChangeReferentRequest>,
) -> Result<ChangeReferentResponse, Refusal> {
    let (asking, mut body) = deps.door.open(call)?;
    let request_id = field::take_request_id(&mut body.request_id)?;
    let project_id = field::id("project_id", &body.project_id)?;
    seen(deps, &asking, project_id).await?;
    let staff_id = field::id("referent_staff_id", &body.referent_staff_id)?;
    staff_member(deps, "referent_staff_id", staff_id).await?;
    let command = Command::ChangeReferent { staff_id };
    let order = asking.order(METHOD, request_id, &body, project_id, command);
    Ok(ChangeReferentResponse { project: Some(carry_out(deps, order).await?) })
}
