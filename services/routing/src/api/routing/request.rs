//! From the request to the contact.

use uuid::Uuid;
use vigie_chassis::error::{Error as Refusal, Reason};
use vigie_clock::Timestamp;
use vigie_command::field;
use vigie_proto::routing as wire;
use vigie_proto::routing::route_contact_request::Caller as WireCaller;

use crate::domain::contact_point::Channel;
use crate::domain::route::{Caller, Contact, Family, Number, Set, Subject};
use crate::domain::{CountryCode, Language};

/// Families that there are; more entries are the same again.
const FAMILIES_MAX: usize = 8;

/// The contact that is asked about. `now` is asked only where the request has no instant.
pub(super) fn contact(
    request: &wire::RouteContactRequest,
    now: impl FnOnce() -> Timestamp,
) -> Result<Contact, Refusal> {
    Ok(Contact {
        caller: caller(request.caller.as_ref())?,
        channel: channel(request.channel)?,
        subject: subject(request.subject)?,
        families: families(&request.families)?,
        language: language(request.language)?,
        at: field::optional_instant("at", request.at)?.unwrap_or_else(now),
        from: country(&request.from_country)?,
    })
}

fn caller(caller: Option<&WireCaller>) -> Result<Caller, Refusal> {
    Ok(match caller {
        None => Caller::Unknown,
        Some(WireCaller::Number(number)) => Caller::Number(Number::parse(number).ok_or_else(|| {
            let message = "number is \"+\" and 7 to 15 digits, the first not 0 (E.164); leave it out where it is withheld";
            Refusal::new(Reason::MalformedNumber, message).field("number", "not E.164")
        })?),
        Some(WireCaller::PersonId(id)) => Caller::Person(uuid("person_id", id)?),
        Some(WireCaller::AccountId(id)) => Caller::Account(uuid("account_id", id)?),
    })
}

fn uuid(field: &str, value: &str) -> Result<Uuid, Refusal> {
    field::id(field, value)
}

pub(in crate::api) fn channel(value: i32) -> Result<Channel, Refusal> {
    use wire::ContactChannel as Wire;
    match Wire::try_from(value) {
        Ok(Wire::Phone) => Ok(Channel::Phone),
        Ok(Wire::Email) => Ok(Channel::Email),
        Ok(Wire::Chat) => Ok(Channel::Chat),
        Ok(Wire::Extranet) => Ok(Channel::Extranet),
        Ok(Wire::Post) => Ok(Channel::Post),
        Ok(Wire::Unspecified) => Err(field::missing("channel", "PHONE, EMAIL, CHAT, EXTRANET or POST")),
        Err(_) => Err(unknown("channel")),
    }
}

pub(in crate::api) fn subject(value: i32) -> Result<Subject, Refusal> {
    use wire::Subject as Wire;
    match Wire::try_from(value) {
        Ok(Wire::Unspecified | Wire::Commercial) => Ok(Subject::Commercial),
        Ok(Wire::Administrative) => Ok(Subject::Administrative),
        Ok(Wire::Technical) => Ok(Subject::Technical),
        Ok(Wire::LossOrTheft) => Ok(Subject::LossOrTheft),
        Ok(Wire::International) => Ok(Subject::International),
        Err(_) => Err(unknown("subject")),
    }
}

pub(in crate::api) fn families(values: &[i32]) -> Result<Set<Family>, Refusal> {
    use wire::ServiceFamily as Wire;
    field::at_most("families", values, FAMILIES_MAX)?;
    let family = |value: &i32| match Wire::try_from(*value) {
        Ok(Wire::Mobile) => Ok(Family::Mobile),
        Ok(Wire::Fixed) => Ok(Family::Fixed),
        Ok(Wire::Unspecified) | Err(_) => Err(unknown("families")),
    };
    values.iter().map(family).collect()
}

fn language(value: i32) -> Result<Option<Language>, Refusal> {
    use wire::Language as Wire;
    Ok(Some(match Wire::try_from(value) {
        Ok(Wire::Unspecified) => return Ok(None),
        Ok(Wire::French) => Language::French,
        Ok(Wire::English) => Language::English,
        Ok(Wire::German) => Language::German,
        Ok(Wire::Spanish) => Language::Spanish,
        Ok(Wire::Italian) => Language::Italian,
        Ok(Wire::Portuguese) => Language::Portuguese,
        Ok(Wire::Dutch) => Language::Dutch,
        Err(_) => return Err(unknown("language")),
    }))
}

pub(in crate::api) fn country(value: &str) -> Result<CountryCode, Refusal> {
    if value.is_empty() {
        return Ok(CountryCode::FRANCE);
    }
    CountryCode::parse(value).map_err(|error| field::wrong(Reason::BadPlace, "from_country", &error))
}

fn unknown(field: &str) -> Refusal {
    Refusal::new(Reason::InvalidArgument, format!("{field} is none that this service knows"))
        .field(field, "unknown")
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_micros(7);

    fn request() -> wire::RouteContactRequest {
        wire::RouteContactRequest { channel: wire::ContactChannel::Phone.into(), ..Default::default() }
    }

    fn word(request: &wire::RouteContactRequest) -> Option<Reason> {
        contact(request, || NOW).err().map(|refusal| refusal.reason())
    }

    #[test]
    fn what_is_left_out_is_what_the_contract_says() {
        let contact = contact(&request(), || NOW).unwrap();
        assert_eq!(
            (contact.caller, contact.subject, contact.at),
            (Caller::Unknown, Subject::Commercial, NOW)
        );
        assert_eq!((contact.families, contact.language), (Set::EMPTY, None));
        assert_eq!(contact.from, CountryCode::FRANCE);
    }

    #[test]
    fn what_makes_no_sense_is_refused_and_not_repeated() {
        let number = |number: &str| wire::RouteContactRequest {
            caller: Some(WireCaller::Number(number.to_owned())),
            ..request()
        };
        assert_eq!(word(&number("+33612345678")), None);
        assert_eq!(word(&number("0612345678")), Some(Reason::MalformedNumber));
        let refusal = contact(&number("0612345678"), || NOW).unwrap_err();
        assert!(!refusal.message().contains("0612"));
        let person = |id: &str| wire::RouteContactRequest {
            caller: Some(WireCaller::PersonId(id.to_owned())),
            ..request()
        };
        assert_eq!(word(&person("marie")), Some(Reason::MalformedId));
        assert_eq!(word(&wire::RouteContactRequest::default()), Some(Reason::InvalidArgument));
        assert_eq!(
            word(&wire::RouteContactRequest { channel: 99, ..request() }),
            Some(Reason::InvalidArgument)
        );
        assert_eq!(
            word(&wire::RouteContactRequest { subject: 99, ..request() }),
            Some(Reason::InvalidArgument)
        );
        assert_eq!(
            word(&wire::RouteContactRequest { families: vec![0], ..request() }),
            Some(Reason::InvalidArgument)
        );
        assert_eq!(
            word(&wire::RouteContactRequest { families: vec![1; 9], ..request() }),
            Some(Reason::TooLarge)
        );
        let from =
            |country: &str| wire::RouteContactRequest { from_country: country.to_owned(), ..request() };
        assert_eq!((word(&from("DE")), word(&from("XX"))), (None, Some(Reason::BadPlace)));
    }

    #[test]
    fn both_families_are_told_apart() {
        let both = [wire::ServiceFamily::Fixed.into(), wire::ServiceFamily::Mobile.into()];
        let contact =
            contact(&wire::RouteContactRequest { families: both.to_vec(), ..request() }, || NOW).unwrap();
        assert_eq!(contact.families.count(), 2);
    }
}
