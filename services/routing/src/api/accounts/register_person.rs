//! A person of an account comes in.

use tonic::Request;
use vigie_chassis::error::{Error as Refusal, Reason};
use vigie_command::{field, refusal};
use vigie_eventlog::{ExecuteError, Order};
use vigie_proto::routing::{RegisterPersonRequest, RegisterPersonResponse};

use super::super::Deps;
use super::person_sight::Seen;
use super::{chain, person_fields, response};
use crate::domain::Moment;
use crate::domain::person::{Command, NewPerson, Rejection};

pub(super) const METHOD: &str = "/vigie.routing.v1.AccountService/RegisterPerson";

pub(super) async fn serve(
    deps: &Deps,
    call: Request<RegisterPersonRequest>,
) -> Result<RegisterPersonResponse, Refusal> {
    let (asking, mut body) = deps.door.open(call)?;
    let request_id = field::take_request_id(&mut body.request_id)?;
    let person = body.person.as_ref().ok_or_else(|| field::missing("person", "the person to register"))?;
    let given = field::optional_id("person.person_id", &person.person_id)?;
    let person_id = given.unwrap_or_else(|| asking.new_id("person", request_id));
    let account_id = field::id("person.account_id", &person.account_id)?;
    let details = person_fields::details(person)?;
    let now = Moment::at(asking.now);
    if chain::seen(deps, &asking.caller, account_id, now).await?.own()?.is_closed(now) {
        return Err(Refusal::new(Reason::Ended, "the account has ended"));
    }

    let command = Command::Register(Box::new(NewPerson { person_id, account_id, details }));
    let order = Order { is_new: true, ..asking.order(METHOD, request_id, &body, person_id, command) };
    let outcome = deps.people.execute(order).await.map_err(taken)?;
    let person = Seen::of(outcome.state, outcome.version).row()?;
    Ok(RegisterPersonResponse { person: Some(response::person(person)) })
}

/// An id that something else has is taken, not missing.
fn taken(error: ExecuteError<Rejection>) -> Refusal {
    let refusal = refusal(error);
    if refusal.reason() == Reason::PersonNotFound {
        return Refusal::new(Reason::IdentifierTaken, "this id belongs to something else");
    }
    refusal
}
