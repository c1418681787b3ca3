//! Whether a person is the caller's to see.

use std::sync::Arc;

use uuid::Uuid;
use vigie_chassis::error::{Error as Refusal, Reason};
use vigie_chassis::identity::Caller;
use vigie_command::{Rejected as _, refusal};
use vigie_eventlog::ExecuteError;

use super::super::Deps;
use super::chain;
use super::sight::is_only_a_user;
use crate::domain::Moment;
use crate::domain::person::{Person, Rejection};
use crate::view::PersonRow;

/// A person of the log, as what answers are made of.
pub(super) struct Seen {
    state: Arc<Option<Person>>,
    version: i64,
}

impl Seen {
    pub(super) fn person(&self) -> Result<&Person, Refusal> {
        Option::as_ref(&self.state).ok_or_else(not_found)
    }

    pub(super) fn row(&self) -> Result<PersonRow, Refusal> {
        let person = self.person()?;
        Ok(PersonRow::of(person.account_id(), person.person_id(), person.known(), self.version))
    }

    pub(super) const fn of(state: Arc<Option<Person>>, version: i64) -> Self {
        Self { state, version }
    }
}

/// No such person, or not the caller's to see: nobody can tell which.
pub(super) fn not_found() -> Refusal {
    refusal(ExecuteError::Rejected { rejection: Rejection::not_found(), version: 0 })
}

/// The person of that id, if the caller may see them: their account, and for one who is a user and nothing else themselves.
pub(super) async fn seen(
    deps: &Deps,
    caller: &Caller,
    person_id: Uuid,
    now: Moment,
) -> Result<Seen, Refusal> {
    let (state, version) = deps.people.load(person_id).await.map_err(refusal)?;
    let seen = Seen { state, version };
    let person = seen.person()?;
    if is_only_a_user(caller) && person.known().user_id.as_deref() != Some(caller.subject()) {
        return Err(not_found());
    }
    match chain::seen(deps, caller, person.account_id(), now).await {
        Ok(_) => Ok(seen),
        Err(refusal) if refusal.reason() == Reason::AccountNotFound => Err(not_found()),
        Err(refusal) => Err(refusal),
    }
}
