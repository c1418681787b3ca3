//! What the services of the package share on the wire, in the domain's terms and back.

use vigie_chassis::error::{Error as Refusal, Reason};
use vigie_clock::Timestamp;
use vigie_command::field;
use vigie_proto::routing as wire;

use crate::domain::{
    Address, CountryCode, E164, ExternalIdentifier, Language, MailAddress, Moment, PlaceError, Segment,
    Segments,
};

/// Countries of one account or desk.
const COUNTRIES_MAX: usize = 64;

/// Characters of a line of an address are the domain's to count; this bounds what it is given.
const ADDRESS_TEXT_MAX_BYTES: usize = 200;

/// Longer than any mail address; how long one may be is the domain's to say.
const MAIL_TEXT_MAX_BYTES: usize = 1_024;

/// More lines than any envelope has.
const ADDRESS_LINES_MAX: usize = 16;

/// A value of an enum that is none of those that we know.
pub(super) fn unknown(field: &str, what: &str) -> Refusal {
    Refusal::new(Reason::InvalidArgument, format!("{field} is {what} that we do not know"))
        .field(field, "unknown")
}

/// A language, or nothing where it is unspecified.
pub(super) fn language(field: &str, number: i32) -> Result<Option<Language>, Refusal> {
    use wire::Language as Wire;
    match Wire::try_from(number) {
        Ok(Wire::Unspecified) => Ok(None),
        Ok(Wire::French) => Ok(Some(Language::French)),
        Ok(Wire::English) => Ok(Some(Language::English)),
        Ok(Wire::German) => Ok(Some(Language::German)),
        Ok(Wire::Spanish) => Ok(Some(Language::Spanish)),
        Ok(Wire::Italian) => Ok(Some(Language::Italian)),
        Ok(Wire::Portuguese) => Ok(Some(Language::Portuguese)),
        Ok(Wire::Dutch) => Ok(Some(Language::Dutch)),
        Err(_) => Err(field::wrong(Reason::BadPlace, field, &"a language that we do not know")),
    }
}

pub(super) fn wire_language(language: Option<Language>) -> i32 {
    use wire::Language as Wire;
    let wire = match language {
        None => Wire::Unspecified,
        Some(Language::French) => Wire::French,
        Some(Language::English) => Wire::English,
        Some(Language::German) => Wire::German,
        Some(Language::Spanish) => Wire::Spanish,
        Some(Language::Italian) => Wire::Italian,
        Some(Language::Portuguese) => Wire::Portuguese,
        Some(Language::Dutch) => Wire::Dutch,
    };
    wire.into()
}

/// A segment, or nothing where it is unspecified.
pub(super) fn segment(field: &str, number: i32) -> Result<Option<Segment>, Refusal> {
    use wire::Segment as Wire;
    match Wire::try_from(number) {
        Ok(Wire::Unspecified) => Ok(None),
        Ok(Wire::LargeAccount) => Ok(Some(Segment::LargeAccount)),
        Ok(Wire::SmeFleet) => Ok(Some(Segment::SmeFleet)),
        Ok(Wire::BusinessFixed) => Ok(Some(Segment::BusinessFixed)),
        Err(_) => Err(unknown(field, "a segment")),
    }
}

/// The segments of an account.
pub(super) fn segments(field: &str, numbers: &[i32]) -> Result<Segments, Refusal> {
    field::at_most(field, numbers, Segment::ALL.len())?;
    let one = |number: &i32| segment(field, *number)?.ok_or_else(|| unknown(field, "an unspecified segment"));
    let all: Vec<_> = numbers.iter().map(one).collect::<Result<_, _>>()?;
    Segments::of(&all).map_err(|error| field::wrong(Reason::InvalidArgument, field, &error))
}

pub(super) fn wire_segments(segments: Segments) -> Vec<i32> {
    segments.iter().map(wire_segment).collect()
}

pub(super) fn wire_segment(segment: Segment) -> i32 {
    use wire::Segment as Wire;
    let wire = match segment {
        Segment::LargeAccount => Wire::LargeAccount,
        Segment::SmeFleet => Wire::SmeFleet,
        Segment::BusinessFixed => Wire::BusinessFixed,
    };
    wire.into()
}

/// Keys of other systems; none twice.
pub(super) fn external_identifiers(
    field: &str,
    identifiers: &[wire::ExternalIdentifier],
) -> Result<Vec<ExternalIdentifier>, Refusal> {
    field::at_most(field, identifiers, ExternalIdentifier::MAX)?;
    let mut all: Vec<ExternalIdentifier> = Vec::with_capacity(identifiers.len());
    for identifier in identifiers {
        let identifier = external_identifier(field, identifier)?;
        if all.contains(&identifier) {
            return Err(field::wrong(Reason::InvalidArgument, field, &"the same key comes twice"));
        }
        all.push(identifier);
    }
    Ok(all)
}

/// A key of another system.
pub(super) fn external_identifier(
    field: &str,
    identifier: &wire::ExternalIdentifier,
) -> Result<ExternalIdentifier, Refusal> {
    let part = |name: &str, value: &str| {
        field::required_text(&format!("{field}.{name}"), value, field::TEXT_MAX_BYTES)
    };
    Ok(ExternalIdentifier {
        owner: part("owner", &identifier.owner)?,
        kind: part("type", &identifier.r#type)?,
        id: part("id", &identifier.id)?,
    })
}

pub(super) fn wire_external_identifiers(identifiers: &[ExternalIdentifier]) -> Vec<wire::ExternalIdentifier> {
    let one = |identifier: &ExternalIdentifier| wire::ExternalIdentifier {
        owner: identifier.owner.clone(),
        r#type: identifier.kind.clone(),
        id: identifier.id.clone(),
    };
    identifiers.iter().map(one).collect()
}

/// A country.
pub(super) fn country(field: &str, value: &str) -> Result<CountryCode, Refusal> {
    field::text(field, value, field::TEXT_MAX_BYTES)?;
    CountryCode::parse(value).map_err(|error| no_place(field, error))
}

/// Countries, each once, in order.
pub(super) fn countries(field: &str, values: &[String]) -> Result<Vec<CountryCode>, Refusal> {
    field::at_most(field, values, COUNTRIES_MAX)?;
    let mut countries: Vec<_> = values.iter().map(|value| country(field, value)).collect::<Result<_, _>>()?;
    countries.sort_unstable();
    countries.dedup();
    Ok(countries)
}

/// An address, or nothing where it is absent.
pub(super) fn address(field: &str, address: Option<&wire::Address>) -> Result<Option<Address>, Refusal> {
    let Some(address) = address else { return Ok(None) };
    field::at_most(&format!("{field}.lines"), &address.lines, ADDRESS_LINES_MAX)?;
    for text in address.lines.iter().chain([&address.postal_code, &address.town, &address.commune]) {
        field::text(field, text, ADDRESS_TEXT_MAX_BYTES)?;
    }
    let country = match address.country.as_str() {
        "" => CountryCode::FRANCE,
        code => country(&format!("{field}.country"), code)?,
    };
    let checked = Address {
        lines: address.lines.clone(),
        postal_code: address.postal_code.clone(),
        town: address.town.clone(),
        country,
        commune: (!address.commune.is_empty()).then(|| address.commune.clone()),
    };
    checked.check().map(Some).map_err(|error| no_place(field, error))
}

fn no_place(field: &str, error: PlaceError) -> Refusal {
    field::wrong(Reason::BadPlace, field, &error)
}

pub(super) fn wire_address(address: &Address) -> wire::Address {
    wire::Address {
        lines: address.lines.clone(),
        postal_code: address.postal_code.clone(),
        town: address.town.clone(),
        country: address.country.as_str().to_owned(),
        commune: address.commune.clone().unwrap_or_default(),
    }
}

/// A number.
pub(super) fn number(field: &str, value: &str) -> Result<E164, Refusal> {
    field::text(field, value, field::TEXT_MAX_BYTES)?;
    E164::parse(value).map_err(|error| field::wrong(Reason::MalformedNumber, field, &error))
}

/// A mail address, or nothing where it is empty.
pub(super) fn email(field: &str, value: &str) -> Result<Option<MailAddress>, Refusal> {
    field::text(field, value, MAIL_TEXT_MAX_BYTES)?;
    if value.is_empty() {
        return Ok(None);
    }
    MailAddress::parse(value).map(Some).map_err(|error| field::wrong(Reason::BadMailAddress, field, &error))
}

/// As of when and as known when: `now` and all that is known, where nothing else is said.
pub(super) fn moment(at: Option<wire::Moment>, now: Timestamp) -> Result<Moment, Refusal> {
    let at = at.unwrap_or_default();
    let as_of = field::optional_instant("at.as_of", at.as_of)?.unwrap_or(now);
    let known_at = field::optional_instant("at.known_at", at.known_at)?;
    Ok(known_at.map_or(Moment::at(as_of), |known_at| Moment { as_of, known_at }))
}
