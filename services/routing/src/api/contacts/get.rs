//! One contact, confirmed with the log.

use std::sync::Arc;

use tonic::Request;
use uuid::Uuid;
use vigie_chassis::error::{Error as Refusal, Reason};
use vigie_chassis::identity::Caller;
use vigie_command::{Rejected as _, refusal};
use vigie_eventlog::ExecuteError;
use vigie_proto::routing::{GetContactRequest, GetContactResponse};

use super::super::Deps;
use super::super::accounts::chain;
use super::{fact, shown};
use crate::domain::Moment;
use crate::domain::contact::{Contact, Rejection};

pub(super) const METHOD: &str = "/vigie.routing.v1.ContactService/GetContact";

pub(super) async fn serve(
    deps: &Deps,
    call: Request<GetContactRequest>,
) -> Result<GetContactResponse, Refusal> {
    let (asking, body) = deps.door.open(call)?;
    let contact_id = fact::named_contact(&body.contact_id, &body.origin, &body.contact)?;
    let (state, version) = seen(deps, &asking.caller, contact_id, Moment::at(asking.now)).await?;
    let contact = Option::as_ref(&state).ok_or_else(not_found)?;
    Ok(GetContactResponse { contact: Some(shown::contact(contact_id, &contact.snapshot(), version)) })
}

/// The contact, if the caller may see it: that of a customer of theirs. Whom no scope narrows sees those of nobody too.
pub(super) async fn seen(
    deps: &Deps,
    caller: &Caller,
    contact_id: Uuid,
    now: Moment,
) -> Result<(Arc<Option<Contact>>, i64), Refusal> {
    let (state, version) = deps.contacts.load(contact_id).await.map_err(refusal)?;
    let account_id = Option::as_ref(&state).ok_or_else(not_found)?.snapshot().account_id();
    if caller.sees_every_account() {
        return Ok((state, version));
    }
    let account_id = account_id.ok_or_else(not_found)?;
    match chain::seen(deps, caller, account_id, now).await {
        Ok(_) => Ok((state, version)),
        Err(refusal) if refusal.reason() == Reason::AccountNotFound => Err(not_found()),
        Err(refusal) => Err(refusal),
    }
}

/// No such contact, or not the caller's to see: nobody can tell which.
pub(super) fn not_found() -> Refusal {
    refusal(ExecuteError::Rejected { rejection: Rejection::not_found(), version: 0 })
}
