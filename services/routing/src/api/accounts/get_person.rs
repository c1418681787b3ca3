//! One person as they are now, confirmed with the log.

use tonic::Request;
use vigie_chassis::error::{Error as Refusal, Reason};
use vigie_chassis::identity::Caller;
use vigie_command::{field, unreadable};
use vigie_proto::routing::get_person_request::Person as By;
use vigie_proto::routing::{GetPersonRequest, GetPersonResponse};

use super::super::{Deps, wire as fields};
use super::person_sight::{self, Seen};
use super::response;
use crate::domain::{E164, Moment};
use crate::stream::key;

pub(super) const METHOD: &str = "/vigie.routing.v1.AccountService/GetPerson";

/// People who call from one number and are looked at; behind a switchboard there may be more, and none of them is the one.
const CALLERS_MAX: usize = 64;

pub(super) async fn serve(
    deps: &Deps,
    call: Request<GetPersonRequest>,
) -> Result<GetPersonResponse, Refusal> {
    let (asking, body) = deps.door.open(call)?;
    let now = Moment::at(asking.now);
    let seen = match body.person.ok_or_else(|| field::missing("person", "person_id or number"))? {
        By::PersonId(person_id) => {
            let person_id = field::id("person_id", &person_id)?;
            person_sight::seen(deps, &asking.caller, person_id, now).await?
        }
        By::Number(number) => {
            calling_from(deps, &asking.caller, &fields::number("number", &number)?, now).await?
        }
    };
    Ok(GetPersonResponse { person: Some(response::person(seen.row()?)) })
}

/// The one person, of those whom the caller may see, who calls from the number.
async fn calling_from(deps: &Deps, caller: &Caller, number: &E164, now: Moment) -> Result<Seen, Refusal> {
    let callers = deps.log.key_members(key::NUMBER, number.as_str(), CALLERS_MAX).await;
    let mut only = None;
    for person_id in callers.map_err(|error| unreadable(&error))? {
        match person_sight::seen(deps, caller, person_id, now).await {
            Ok(seen) if only.is_none() => only = Some(seen),
            Ok(_) => {
                let message = "several people call from this number: ask for one by person_id";
                return Err(Refusal::new(Reason::PersonNotFound, message));
            }
            Err(refusal) if refusal.reason() == Reason::PersonNotFound => {}
            Err(refusal) => return Err(refusal),
        }
    }
    only.ok_or_else(person_sight::not_found)
}
