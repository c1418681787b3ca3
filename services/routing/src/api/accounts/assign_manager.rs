//! An account gets its manager, from an instant on (promise 2.1).

use tonic::Request;
use vigie_chassis::error::Error as Refusal;
use vigie_command::{field, refusal};
use vigie_proto::routing::{AssignManagerRequest, AssignManagerResponse};

use super::super::Deps;
use super::{chain, response, staff};
use crate::domain::Moment;
use crate::domain::account::Command;

pub(super) const METHOD: &str = "/vigie.routing.v1.AccountService/AssignManager";

pub(super) async fn serve(
    deps: &Deps,
    call: Request<AssignManagerRequest>,
) -> Result<AssignManagerResponse, Refusal> {
    let (asking, mut body) = deps.door.open(call)?;
    let request_id = field::take_request_id(&mut body.request_id)?;
    let staff_id = field::id("staff_id", &body.staff_id)?;
    let effective_from = field::optional_instant("effective_from", body.effective_from)?;
    let effective_until = field::optional_instant("effective_until", body.effective_until)?;
    let replaces = field::optional_id("replaces_assignment_id", &body.replaces_assignment_id)?;
    let chain = chain::resolve(deps, &asking.caller, body.account.as_ref(), Moment::at(asking.now)).await?;
    let account_id = chain.own()?.account_id();
    let candidate = staff::candidate(deps, staff_id, effective_from.unwrap_or(asking.now)).await?;

    let command =
        Command::AssignManager { candidate: Box::new(candidate), effective_from, effective_until, replaces };
    let order = asking.order(METHOD, request_id, &body, account_id, command);
    let outcome = deps.accounts.execute(order).await.map_err(refusal)?;
    // The assignment has the id of its act, also for a repeat.
    let account = Option::as_ref(&outcome.state);
    let made = account.and_then(|account| response::own_assignment(account, outcome.act_id));
    let made = made.ok_or_else(|| Refusal::internal(&"an assignment that was just made is not there"))?;
    Ok(AssignManagerResponse { assignment: Some(made) })
}
