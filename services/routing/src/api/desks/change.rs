//! What is known of a team is replaced.

use tonic::Request;
use vigie_chassis::error::Error as Refusal;
use vigie_command::field;
use vigie_proto::routing::{ChangeDeskRequest, ChangeDeskResponse};

use super::super::Deps;
use super::{carry_out, entry, overflow_way};
use crate::domain::desk::Command;

pub(super) const METHOD: &str = "/vigie.routing.v1.DeskService/ChangeDesk";

pub(super) async fn serve(
    deps: &Deps,
    call: Request<ChangeDeskRequest>,
) -> Result<ChangeDeskResponse, Refusal> {
    let (asking, mut body) = deps.door.open(call)?;
    let request_id = field::take_request_id(&mut body.request_id)?;
    let desk = body.desk.as_ref().ok_or_else(|| field::missing("desk", "as it is to be"))?;
    let desk_id = field::id("desk.desk_id", &desk.desk_id)?;
    let (particulars, external_identifiers) = entry::particulars(desk, &deps.calendars)?;
    let overflow = overflow_way(deps, particulars.overflow_desk_id).await?;
    let command = Command::Change { particulars: Box::new(particulars), external_identifiers, overflow };
    let order = asking.order(METHOD, request_id, &body, desk_id, command);
    Ok(ChangeDeskResponse { desk: Some(carry_out(deps, order).await?) })
}
