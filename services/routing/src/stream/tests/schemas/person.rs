use vigie_contractkit::Schemas;

use super::super::person::NAMES;
use crate::domain::person;
use crate::stream::person::Payload;

#[test]
fn schemas_of_people() {
    use person::*;
    Schemas::of(&["vigie.person."])
        .event::<Payload<PersonRegistered>>(name::PERSON_REGISTERED, "The person came in.")
        .event::<Payload<PersonChanged>>(
            name::PERSON_CHANGED,
            "What is known of the person changed: before shows what it was.",
        )
        .event::<Payload<PersonRemoved>>(
            name::PERSON_REMOVED,
            "The person has left the account and is recognised no more.",
        )
        .are_as_checked_in(&NAMES);
}
