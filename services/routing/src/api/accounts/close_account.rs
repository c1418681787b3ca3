//! An account ends, once nothing below it needs it.

use tonic::Request;
use uuid::Uuid;
use vigie_chassis::error::Error as Refusal;
use vigie_clock::Timestamp;
use vigie_command::{field, refusal, unreadable};
use vigie_proto::routing::{CloseAccountRequest, CloseAccountResponse};

use super::super::Deps;
use super::{chain, response};
use crate::domain::Moment;
use crate::domain::account::Command;
use crate::stream::key;

pub(super) const METHOD: &str = "/vigie.routing.v1.AccountService/CloseAccount";

/// Accounts below one that are looked at. Those that have ended are forgotten there, so more than this are in use.
const BELOW_MAX: usize = 1_000;

pub(super) async fn serve(
    deps: &Deps,
    call: Request<CloseAccountRequest>,
) -> Result<CloseAccountResponse, Refusal> {
    let (asking, mut body) = deps.door.open(call)?;
    let request_id = field::take_request_id(&mut body.request_id)?;
    let effective_from = field::optional_instant("effective_from", body.effective_from)?;
    let now = Moment::at(asking.now);
    let chain = chain::resolve(deps, &asking.caller, body.account.as_ref(), now).await?;
    let account_id = chain.own()?.account_id();
    let closed_at = effective_from.unwrap_or(asking.now);

    let is_needed_below = is_needed_below(deps, account_id, closed_at).await?;
    let command = Command::Close { effective_from, is_needed_below };
    let order = asking.order(METHOD, request_id, &body, account_id, command);
    deps.accounts.execute(order).await.map_err(refusal)?;
    let chain = chain::load(deps, account_id, now).await?;
    Ok(CloseAccountResponse { account: Some(response::account(&chain, now)?) })
}

/// Whether an account hangs below this one from `closed_at` on. It is looked at, not locked: one that is registered below
/// at the same moment stays, and is served as if nothing were above it.
async fn is_needed_below(deps: &Deps, account_id: Uuid, closed_at: Timestamp) -> Result<bool, Refusal> {
    let below = deps.log.key_members(key::PARENT, &account_id.to_string(), BELOW_MAX).await;
    let below = below.map_err(|error| unreadable(&error))?;
    if below.len() == BELOW_MAX {
        return Ok(true);
    }
    for child in below {
        let (child, _) = deps.accounts.load(child).await.map_err(refusal)?;
        if Option::as_ref(&child).is_some_and(|child| child.hangs_below(account_id, closed_at)) {
            return Ok(true);
        }
    }
    Ok(false)
}
