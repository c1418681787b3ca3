//! Another date is promised.

use tonic::Request;
use vigie_chassis::error::Error as Refusal;
use vigie_command::field;
use vigie_proto::routing::{ChangeProjectPromiseRequest, ChangeProjectPromiseResponse};

use super::super::Deps;
use super::{carry_out, seen};
use crate::domain::project::Command;

pub(super) const METHOD: &str = "/vigie.routing.v1.ProjectService/ChangeProjectPromise";

pub(super) async fn serve(
    deps: &Deps,
    call: Request<ChangeProjectPromiseRequest>,
) -> Result<ChangeProjectPromiseResponse, Refusal> {
    let (asking, mut body) = deps.door.open(call)?;
    let request_id = field::take_request_id(&mut body.request_id)?;
    let project_id = field::id("project_id", &body.project_id)?;
    seen(deps, &asking, project_id).await?;
    let command = Command::ChangePromise {
        promised_for: field::required_instant("promised_for", body.promised_for)?,
        asked_by_customer: body.asked_by_customer,
    };
    let order = asking.order(METHOD, request_id, &body, project_id, command);
    Ok(ChangeProjectPromiseResponse { project: Some(carry_out(deps, order).await?) })
}
