//! People of accounts.

use vigie_chassis::error::{Error as Refusal, Reason};
use vigie_command::{field, refusal};
use vigie_eventlog::{ExecuteError, Order};
use vigie_proto::routing::PersonRow;

use super::super::super::accounts::chain::not_found;
use super::super::super::accounts::person_fields::details;
use super::super::file::File;
use super::super::key::Kind;
use super::super::report::Taken;
use super::{found, taken};
use crate::domain::Moment;
use crate::domain::person::{Command, NewPerson, Rejection, decide};

pub(super) async fn take(file: &File, number: i64, row: &PersonRow) -> Result<Taken, Refusal> {
    let new = new_person(file, row)?;
    let (person_id, now) = (new.person_id, Moment::at(file.now()));
    let account = file.chain(new.account_id, now).await?;
    if !account.is_seen_by(file.caller()) {
        return Err(not_found().field("account", "no such account"));
    }
    if account.own()?.is_closed(now) {
        return Err(Refusal::new(Reason::Ended, "the account has ended"));
    }

    let command = Command::Register(Box::new(new));
    let order = Order { is_new: true, ..file.order(number, row, person_id, command) };
    match file.deps.people.execute(order).await {
        Ok(outcome) => Ok(taken(&outcome)),
        Err(ExecuteError::Rejected { rejection: Rejection::AlreadyRegistered, .. }) => {
            found(is_registered(file, number, row).await?)
        }
        Err(error) => {
            let refusal = refusal(error);
            // An id that something else has is taken, not missing.
            if refusal.reason() == Reason::PersonNotFound { found(false) } else { Err(refusal) }
        }
    }
}

fn new_person(file: &File, row: &PersonRow) -> Result<NewPerson, Refusal> {
    let person = row.person.as_ref().ok_or_else(|| field::missing("person", "the person to register"))?;
    let person_id = file.keys.own(Kind::Person, &row.key, &person.person_id)?;
    let account_id = file.keys.required(Kind::Account, "account", &row.account_key, &person.account_id)?;
    let mut details = details(person)?;
    file.keys.keep(Kind::Person, &row.key, &mut details.external_identifiers)?;
    Ok(NewPerson { person_id, account_id, details })
}

/// Whether the person is there as they would be registered now.
async fn is_registered(file: &File, number: i64, row: &PersonRow) -> Result<bool, Refusal> {
    let new = new_person(file, row)?;
    let person_id = new.person_id;
    let (state, _) = file.deps.people.load(person_id).await.map_err(refusal)?;
    let order = file.order(number, row, person_id, Command::Register(Box::new(new)));
    let decided = decide(&None, &order.command, &order.context).ok();
    let would_be = decided.and_then(|decided| decided.events.into_iter().next());
    Ok(would_be.zip(Option::as_ref(&state)).is_some_and(|(event, person)| {
        event.account_id == person.account_id() && event.person == *person.known()
    }))
}
