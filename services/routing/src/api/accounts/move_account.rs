//! An account hangs below another, from an instant on.

use tonic::Request;
use vigie_chassis::error::Error as Refusal;
use vigie_command::{field, refusal};
use vigie_proto::routing::{MoveAccountRequest, MoveAccountResponse};

use super::super::Deps;
use super::{chain, response};
use crate::domain::Moment;
use crate::domain::account::{Above, Command};

pub(super) const METHOD: &str = "/vigie.routing.v1.AccountService/MoveAccount";

pub(super) async fn serve(
    deps: &Deps,
    call: Request<MoveAccountRequest>,
) -> Result<MoveAccountResponse, Refusal> {
    let (asking, mut body) = deps.door.open(call)?;
    let request_id = field::take_request_id(&mut body.request_id)?;
    let effective_from = field::optional_instant("effective_from", body.effective_from)?;
    let now = Moment::at(asking.now);
    let chain = chain::resolve(deps, &asking.caller, body.account.as_ref(), now).await?;
    let account_id = chain.own()?.account_id();
    let above = match field::optional_id("parent_account_id", &body.parent_account_id)? {
        Some(parent) => Some(Above::of(chain::seen(deps, &asking.caller, parent, now).await?.own()?)),
        None => None,
    };

    let command = Command::Move { above, effective_from };
    let order = asking.order(METHOD, request_id, &body, account_id, command);
    deps.accounts.execute(order).await.map_err(refusal)?;
    let then = Moment::at(effective_from.unwrap_or(asking.now));
    let chain = chain::load(deps, account_id, then).await?;
    Ok(MoveAccountResponse { account: Some(response::account(&chain, then)?) })
}
