//! A team ends, unless customers still reach it.

use tonic::Request;
use uuid::Uuid;
use vigie_chassis::error::{Error as Refusal, Reason};
use vigie_clock::Timestamp;
use vigie_command::{field, refusal};
use vigie_proto::routing::{CloseDeskRequest, CloseDeskResponse};

use super::super::Deps;
use super::{carry_out, filed_under};
use crate::domain::desk::Command;
use crate::stream::key;

pub(super) const METHOD: &str = "/vigie.routing.v1.DeskService/CloseDesk";

/// Contact points that ever led to one desk, as far as they are looked at.
const CONTACT_POINTS_MAX: usize = 1_000;

pub(super) async fn serve(
    deps: &Deps,
    call: Request<CloseDeskRequest>,
) -> Result<CloseDeskResponse, Refusal> {
    let (asking, mut body) = deps.door.open(call)?;
    let request_id = field::take_request_id(&mut body.request_id)?;
    let desk_id = field::id("desk_id", &body.desk_id)?;
    let command = Command::Close {
        contact_points: contact_points(deps, desk_id, asking.now).await?,
        overflowing_desks: filed_under(deps, key::OVERFLOW, desk_id, 1).await?.len(),
    };
    let order = asking.order(METHOD, request_id, &body, desk_id, command);
    Ok(CloseDeskResponse { desk: Some(carry_out(deps, order).await?) })
}

/// Whether a contact point leads to the desk now or will: 1, else 0. The directory knows which ever did; each tells for
/// itself.
async fn contact_points(deps: &Deps, desk_id: Uuid, now: Timestamp) -> Result<usize, Refusal> {
    let filed = filed_under(deps, key::DESK, desk_id, CONTACT_POINTS_MAX + 1).await?;
    if filed.len() > CONTACT_POINTS_MAX {
        let message =
            format!("more than {CONTACT_POINTS_MAX} contact points led to this desk: it cannot end");
        return Err(Refusal::new(Reason::TooLarge, message));
    }
    for contact_point_id in filed {
        let (state, _) = deps.contact_points.load(contact_point_id).await.map_err(refusal)?;
        if Option::as_ref(&state).is_some_and(|point| point.leads_to(desk_id, now)) {
            return Ok(1);
        }
    }
    Ok(0)
}
