//! The customer was told of a change of its manager (promise 2.1), or a version of a contact point (3.1), and a notice
//! proves it.

use tonic::Request;
use uuid::Uuid;
use vigie_chassis::error::{Error as Refusal, Reason};
use vigie_command::field::wire_instant;
use vigie_command::{field, refusal};
use vigie_proto::routing::record_told_request::What;
use vigie_proto::routing::{PointVersion, RecordToldRequest, RecordToldResponse};

use super::super::Deps;
use super::chain;
use crate::domain::Moment;
use crate::domain::account::{Command, Told};

pub(super) const METHOD: &str = "/vigie.routing.v1.AccountService/RecordTold";

pub(super) async fn serve(
    deps: &Deps,
    call: Request<RecordToldRequest>,
) -> Result<RecordToldResponse, Refusal> {
    let (asking, mut body) = deps.door.open(call)?;
    let request_id = field::take_request_id(&mut body.request_id)?;
    let notice_id = field::id("notice_id", &body.notice_id)?;
    let told_at = field::required_instant("told_at", body.told_at)?;
    let chain = chain::resolve(deps, &asking.caller, body.account.as_ref(), Moment::at(asking.now)).await?;
    let account_id = chain.own()?.account_id();
    let told = match &body.what {
        Some(What::ManagerChangeId(change_id)) => {
            Told::ManagerChange { change_id: field::id("manager_change_id", change_id)? }
        }
        Some(What::ContactPoint(point)) => contact_point(deps, point).await?,
        None => {
            return Err(field::missing("what", "a change of the manager, or a version of a contact point"));
        }
    };

    let command = Command::RecordTold { told, notice_id, told_at };
    let order = asking.order(METHOD, request_id, &body, account_id, command);
    let outcome = deps.accounts.execute(order).await.map_err(refusal)?;
    let first_told_at = Option::as_ref(&outcome.state).and_then(|account| match told {
        Told::ManagerChange { change_id } => account.announcement(change_id).told_at,
        Told::ContactPoint { contact_point_id, point_version, .. } => {
            account.point_told_at(contact_point_id, point_version)
        }
    });
    Ok(RecordToldResponse { told_at: first_told_at.map(wire_instant) })
}

/// A version that was published.
async fn contact_point(deps: &Deps, point: &PointVersion) -> Result<Told, Refusal> {
    let contact_point_id: Uuid = field::id("contact_point.contact_point_id", &point.contact_point_id)?;
    let point_version = point.point_version;
    let (state, _) = deps.contact_points.load(contact_point_id).await.map_err(refusal)?;
    let version = Option::as_ref(&state).and_then(|point| point.numbered(point_version));
    let version = version.ok_or_else(|| {
        let message = "there is no such contact point, or no such version of it";
        Refusal::new(Reason::ContactPointNotFound, message).field("contact_point", "not published")
    })?;
    Ok(Told::ContactPoint { contact_point_id, point_version, valid_from: version.valid_from })
}
