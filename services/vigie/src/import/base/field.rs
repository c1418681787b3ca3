//! Fields that are more than a text: lists, words, days.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use prost_types::Timestamp;

/// What is between several values of one field.
const SEVERAL: char = '|';

/// Where a day begins that stands without a time.
const ZONE: &str = "Europe/Paris";

/// A text as it stands. Whether it is possible is the service's to say.
pub(super) fn text(place: &mut String, field: &str) -> Result<(), String> {
    field.clone_into(place);
    Ok(())
}

/// The values of a field, without blanks around them.
pub(super) fn several(field: &str) -> impl Iterator<Item = &str> {
    field.split(SEVERAL).map(str::trim).filter(|value| !value.is_empty())
}

pub(super) fn texts(place: &mut Vec<String>, field: &str) -> Result<(), String> {
    place.extend(several(field).map(str::to_owned));
    Ok(())
}

/// A value of an enum of the contract by its name there, without the prefix that is the same for all.
pub(super) fn word<E: Into<i32>>(
    place: &mut i32,
    field: &str,
    prefix: &str,
    named: fn(&str) -> Option<E>,
) -> Result<(), String> {
    *place = number(field, prefix, named)?;
    Ok(())
}

pub(super) fn words<E: Into<i32>>(
    place: &mut Vec<i32>,
    field: &str,
    prefix: &str,
    named: fn(&str) -> Option<E>,
) -> Result<(), String> {
    for value in several(field) {
        place.push(number(value, prefix, named)?);
    }
    Ok(())
}

fn number<E: Into<i32>>(value: &str, prefix: &str, named: fn(&str) -> Option<E>) -> Result<i32, String> {
    let name = value.to_ascii_uppercase().replace(['-', ' '], "_");
    let known = named(&format!("{prefix}_{name}")).map(Into::into);
    known
        .filter(|number| *number != 0)
        .ok_or_else(|| format!("{value:?} is no {}", prefix.to_ascii_lowercase().replace('_', " ")))
}

/// An instant in RFC 3339, or a day: the moment at which it begins in Paris.
pub(super) fn instant(field: &str) -> Result<Timestamp, String> {
    let instant = match field.parse::<Date>() {
        // A date with a time behind it is no date alone.
        Ok(day) if day.to_string() == field => midnight(day),
        _ => field.parse::<jiff::Timestamp>().ok(),
    };
    let instant = instant.ok_or("write 2026-11-20, or 2026-11-20T14:00:00+01:00")?;
    Ok(Timestamp { seconds: instant.as_second(), nanos: instant.subsec_nanosecond() })
}

fn midnight(day: Date) -> Option<jiff::Timestamp> {
    let zone = TimeZone::get(ZONE).ok()?;
    Some(day.to_zoned(zone).ok()?.timestamp())
}

pub(super) fn day(place: &mut Option<Timestamp>, field: &str) -> Result<(), String> {
    *place = Some(instant(field)?);
    Ok(())
}

pub(super) fn yes_or_no(place: &mut bool, field: &str) -> Result<(), String> {
    *place = match field.to_ascii_lowercase().as_str() {
        "yes" | "oui" | "true" | "1" => true,
        "no" | "non" | "false" | "0" => false,
        _ => return Err("write yes or no".to_owned()),
    };
    Ok(())
}

#[cfg(test)]
mod tests {
    use vigie_proto::routing::Segment;

    use super::*;

    #[test]
    fn a_day_begins_in_paris_and_an_instant_is_taken_as_it_is() {
        let seconds = |field: &str| instant(field).map(|instant| instant.seconds);
        assert_eq!(seconds("2026-01-01"), seconds("2025-12-31T23:00:00Z"));
        assert_eq!(seconds("2026-07-01"), seconds("2026-07-01T00:00:00+02:00"));
        for bad in ["20/11/2026", "2026-11-20 14:00", "2026-02-30", "20261120", "tomorrow"] {
            assert!(instant(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn words_are_those_of_the_contract_however_they_are_written() {
        let mut segments = Vec::new();
        words(&mut segments, "SME_FLEET| business-fixed |", "SEGMENT", Segment::from_str_name).unwrap();
        assert_eq!(segments, [i32::from(Segment::SmeFleet), i32::from(Segment::BusinessFixed)]);
        for bad in ["SME", "unspecified"] {
            let refused = word(&mut 0, bad, "SEGMENT", Segment::from_str_name).unwrap_err();
            assert!(refused.contains(bad) && refused.contains("segment"), "{refused}");
        }
        let mut it = false;
        yes_or_no(&mut it, "Oui").unwrap();
        assert!(it && yes_or_no(&mut it, "maybe").is_err());
    }
}
