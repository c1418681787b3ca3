//! An assignment ends without successor.

use tonic::Request;
use vigie_chassis::error::Error as Refusal;
use vigie_command::{field, refusal};
use vigie_proto::routing::{EndAssignmentRequest, EndAssignmentResponse};

use super::super::Deps;
use super::{chain, response};
use crate::domain::Moment;
use crate::domain::account::Command;

pub(super) const METHOD: &str = "/vigie.routing.v1.AccountService/EndAssignment";

pub(super) async fn serve(
    deps: &Deps,
    call: Request<EndAssignmentRequest>,
) -> Result<EndAssignmentResponse, Refusal> {
    let (asking, mut body) = deps.door.open(call)?;
    let request_id = field::take_request_id(&mut body.request_id)?;
    let assignment_id = field::id("assignment_id", &body.assignment_id)?;
    let effective_until = field::optional_instant("effective_until", body.effective_until)?;
    let chain = chain::resolve(deps, &asking.caller, body.account.as_ref(), Moment::at(asking.now)).await?;
    let account_id = chain.own()?.account_id();

    let command = Command::EndAssignment { assignment_id, effective_until };
    let order = asking.order(METHOD, request_id, &body, account_id, command);
    let outcome = deps.accounts.execute(order).await.map_err(refusal)?;
    let account = Option::as_ref(&outcome.state);
    let ended = account.and_then(|account| response::own_assignment(account, assignment_id));
    let ended = ended.ok_or_else(|| Refusal::internal(&"an assignment that was just ended is not there"))?;
    Ok(EndAssignmentResponse { assignment: Some(ended) })
}
