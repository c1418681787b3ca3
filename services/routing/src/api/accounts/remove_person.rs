//! A person has left the account.

use tonic::Request;
use vigie_chassis::error::Error as Refusal;
use vigie_command::{field, refusal};
use vigie_proto::routing::{RemovePersonRequest, RemovePersonResponse};

use super::super::Deps;
use super::person_sight::{self, Seen};
use super::response;
use crate::domain::Moment;
use crate::domain::person::Command;

pub(super) const METHOD: &str = "/vigie.routing.v1.AccountService/RemovePerson";

pub(super) async fn serve(
    deps: &Deps,
    call: Request<RemovePersonRequest>,
) -> Result<RemovePersonResponse, Refusal> {
    let (asking, mut body) = deps.door.open(call)?;
    let request_id = field::take_request_id(&mut body.request_id)?;
    let person_id = field::id("person_id", &body.person_id)?;
    person_sight::seen(deps, &asking.caller, person_id, Moment::at(asking.now)).await?;

    let order = asking.order(METHOD, request_id, &body, person_id, Command::Remove);
    let outcome = deps.people.execute(order).await.map_err(refusal)?;
    let person = Seen::of(outcome.state, outcome.version).row()?;
    Ok(RemovePersonResponse { person: Some(response::person(person)) })
}
