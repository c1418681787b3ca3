//! A team is taken in.

use tonic::Request;
use vigie_chassis::error::Error as Refusal;
use vigie_command::field;
use vigie_eventlog::Order;
use vigie_proto::routing::{RegisterDeskRequest, RegisterDeskResponse};

use super::super::Deps;
use super::{carry_out, entry, overflow_way};
use crate::domain::desk::{Command, NewDesk};

pub(super) const METHOD: &str = "/vigie.routing.v1.DeskService/RegisterDesk";

pub(super) async fn serve(
    deps: &Deps,
    call: Request<RegisterDeskRequest>,
) -> Result<RegisterDeskResponse, Refusal> {
    let (asking, mut body) = deps.door.open(call)?;
    let request_id = field::take_request_id(&mut body.request_id)?;
    let desk = body.desk.as_ref().ok_or_else(|| field::missing("desk", "the team to register"))?;
    let given = field::optional_id("desk.desk_id", &desk.desk_id)?;
    let desk_id = given.unwrap_or_else(|| asking.new_id("desk", request_id));
    let (particulars, external_identifiers) = entry::particulars(desk, &deps.calendars)?;
    let overflow = overflow_way(deps, particulars.overflow_desk_id).await?;
    let command =
        Command::Register(Box::new(NewDesk { desk_id, particulars, external_identifiers, overflow }));
    let order = Order { is_new: true, ..asking.order(METHOD, request_id, &body, desk_id, command) };
    Ok(RegisterDeskResponse { desk: Some(carry_out(deps, order).await?) })
}
