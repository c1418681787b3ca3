//! What is known of a person is replaced.

use tonic::Request;
use vigie_chassis::error::{Error as Refusal, Reason};
use vigie_command::{field, refusal};
use vigie_proto::routing::{ChangePersonRequest, ChangePersonResponse};

use super::super::Deps;
use super::person_sight::{self, Seen};
use super::{person_fields, response};
use crate::domain::Moment;
use crate::domain::person::Command;

pub(super) const METHOD: &str = "/vigie.routing.v1.AccountService/ChangePerson";

pub(super) async fn serve(
    deps: &Deps,
    call: Request<ChangePersonRequest>,
) -> Result<ChangePersonResponse, Refusal> {
    let (asking, mut body) = deps.door.open(call)?;
    let request_id = field::take_request_id(&mut body.request_id)?;
    let person = body.person.as_ref().ok_or_else(|| field::missing("person", "as they are to be"))?;
    let person_id = field::id("person.person_id", &person.person_id)?;
    let account_id = field::optional_id("person.account_id", &person.account_id)?;
    let details = person_fields::details(person)?;
    let seen = person_sight::seen(deps, &asking.caller, person_id, Moment::at(asking.now)).await?;
    let own_account_id = seen.person()?.account_id();
    if account_id.is_some_and(|account_id| account_id != own_account_id) {
        let why = "somebody who changes company is another person there: remove and register them";
        return Err(field::wrong(Reason::InvalidArgument, "person.account_id", &why));
    }

    let command = Command::Change(Box::new(details));
    let order = asking.order(METHOD, request_id, &body, person_id, command);
    let outcome = deps.people.execute(order).await.map_err(refusal)?;
    let person = Seen::of(outcome.state, outcome.version).row()?;
    Ok(ChangePersonResponse { person: Some(response::person(person)) })
}
