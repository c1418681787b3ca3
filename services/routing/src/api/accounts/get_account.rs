//! One account, as of an instant and as known at one, confirmed with the log.

use tonic::Request;
use vigie_chassis::error::Error as Refusal;
use vigie_proto::routing::{GetAccountRequest, GetAccountResponse};

use super::super::{Deps, wire as fields};
use super::{chain, response};
use crate::domain::Moment;

pub(super) const METHOD: &str = "/vigie.routing.v1.AccountService/GetAccount";

pub(super) async fn serve(
    deps: &Deps,
    call: Request<GetAccountRequest>,
) -> Result<GetAccountResponse, Refusal> {
    let (asking, body) = deps.door.open(call)?;
    let moment = fields::moment(body.at, asking.now)?;
    // Rights are those of today, whatever day is asked for.
    let today = chain::resolve(deps, &asking.caller, body.account.as_ref(), Moment::at(asking.now)).await?;
    let chain = chain::load(deps, today.own()?.account_id(), moment).await?;
    Ok(GetAccountResponse { account: Some(response::account(&chain, moment)?) })
}
