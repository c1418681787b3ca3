//! A training was passed.

use tonic::Request;
use vigie_chassis::error::Error as Refusal;
use vigie_command::field;
use vigie_proto::routing::{RecordTrainingRequest, RecordTrainingResponse};

use super::super::{Deps, house};
use super::carry_out;
use crate::domain::staff::Command;

pub(super) const METHOD: &str = "/vigie.routing.v1.StaffService/RecordTraining";

pub(super) async fn serve(
    deps: &Deps,
    call: Request<RecordTrainingRequest>,
) -> Result<RecordTrainingResponse, Refusal> {
    let (asking, mut body) = deps.door.open(call)?;
    let request_id = field::take_request_id(&mut body.request_id)?;
    let staff_id = field::id("staff_id", &body.staff_id)?;
    let training = body.training.as_ref().ok_or_else(|| field::missing("training", "the training"))?;
    let command = Command::RecordTraining {
        code: house::code("training.code", &training.code)?,
        passed_at: field::required_instant("training.passed_at", training.passed_at)?,
        valid_until: field::required_instant("training.valid_until", training.valid_until)?,
    };
    let order = asking.order(METHOD, request_id, &body, staff_id, command);
    Ok(RecordTrainingResponse { staff: Some(carry_out(deps, order).await?) })
}
