//! A person of a request, in the domain's terms.

use vigie_chassis::error::Error as Refusal;
use vigie_command::field;
use vigie_proto::routing as wire;

use super::super::wire as fields;
use crate::domain::person::{Details, PersonRole, PersonRoles};

/// Bytes of a name.
const NAME_MAX_BYTES: usize = 100;

/// What is known of the person.
pub(in crate::api) fn details(person: &wire::Person) -> Result<Details, Refusal> {
    field::at_most("person.numbers", &person.numbers, Details::NUMBERS_MAX)?;
    let mut numbers = Vec::with_capacity(person.numbers.len());
    for number in &person.numbers {
        let number = fields::number("person.numbers", number)?;
        if !numbers.contains(&number) {
            numbers.push(number);
        }
    }
    Ok(Details {
        user_id: field::optional_text("person.user_id", &person.user_id, field::TEXT_MAX_BYTES)?,
        given_name: field::optional_text("person.given_name", &person.given_name, NAME_MAX_BYTES)?,
        family_name: field::required_text("person.family_name", &person.family_name, NAME_MAX_BYTES)?,
        roles: roles(&person.roles)?,
        language: fields::language("person.language", person.language)?,
        email: fields::email("person.email", &person.email)?,
        numbers,
        external_identifiers: fields::external_identifiers(
            "person.external_identifiers",
            &person.external_identifiers,
        )?,
    })
}

fn roles(numbers: &[i32]) -> Result<PersonRoles, Refusal> {
    field::at_most("person.roles", numbers, PersonRole::ALL.len())?;
    let one = |number: &i32| {
        role("person.roles", *number)?.ok_or_else(|| fields::unknown("person.roles", "an unspecified role"))
    };
    let roles: Vec<_> = numbers.iter().map(one).collect::<Result<_, Refusal>>()?;
    if roles.is_empty() {
        return Err(field::missing("person.roles", "at least one"));
    }
    Ok(PersonRoles::of(&roles))
}

/// A role, or nothing where it is unspecified.
pub(super) fn role(field: &str, number: i32) -> Result<Option<PersonRole>, Refusal> {
    use wire::PersonRole as Wire;
    match Wire::try_from(number) {
        Ok(Wire::Unspecified) => Ok(None),
        Ok(Wire::EndUser) => Ok(Some(PersonRole::EndUser)),
        Ok(Wire::FleetManager) => Ok(Some(PersonRole::FleetManager)),
        Ok(Wire::ItManager) => Ok(Some(PersonRole::ItManager)),
        Ok(Wire::ContractManager) => Ok(Some(PersonRole::ContractManager)),
        Ok(Wire::AccountAdministrator) => Ok(Some(PersonRole::AccountAdministrator)),
        Err(_) => Err(fields::unknown(field, "a role")),
    }
}
