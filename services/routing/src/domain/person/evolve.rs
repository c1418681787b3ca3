//! What each event makes of a person.

use super::event::Event;
use super::state::Person;

/// The state after `event`: an event shows all of it.
pub fn evolve(state: &mut Option<Person>, event: &Event) {
    *state = Some(Person {
        account_id: event.account_id,
        person_id: event.person_id,
        known: event.person.clone(),
    });
}
