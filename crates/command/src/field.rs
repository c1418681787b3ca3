//! Fields of a request: bounded, without U+0000. What is wrong is said by the field's name and never repeated.

use uuid::Uuid;
use vigie_chassis::error::{Error as Refusal, Reason};
use vigie_chassis::validate;
use vigie_clock::Timestamp;

/// Bytes of a text that has no narrower bound of its own.
pub const TEXT_MAX_BYTES: usize = 200;

/// Seconds since the epoch of 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z, the bounds of a `google.protobuf.Timestamp`.
const SECONDS: std::ops::RangeInclusive<i64> = -62_135_596_800..=253_402_300_799;

/// A field that is required and not there; `what` says what belongs into it.
pub fn missing(field: &str, what: &str) -> Refusal {
    Refusal::new(Reason::InvalidArgument, format!("{field} is required: {what}")).field(field, "required")
}

/// A field that is not what it should be: `why` is a sentence that does not repeat it.
pub fn wrong(reason: Reason, field: &str, why: &dyn std::fmt::Display) -> Refusal {
    Refusal::new(reason, format!("{field}: {why}")).field(field, &why.to_string())
}

/// Refuses a list of more than `max` entries.
///
/// # Errors
/// TOO_LARGE.
pub fn at_most<T>(field: &str, list: &[T], max: usize) -> Result<(), Refusal> {
    if list.len() <= max {
        return Ok(());
    }
    let message = format!("{field} has more than {max} entries");
    Err(Refusal::new(Reason::TooLarge, message).field(field, "too many"))
}

/// A text of at most `bytes_max` bytes; may be empty.
///
/// # Errors
/// ILLEGAL_CHARACTER with U+0000, TOO_LARGE.
pub fn text(field: &str, value: &str, bytes_max: usize) -> Result<(), Refusal> {
    validate::text(field, value, bytes_max)?;
    if value.len() > bytes_max {
        let message = format!("{field} is longer than {bytes_max} bytes");
        return Err(Refusal::new(Reason::TooLarge, message).field(field, "too long"));
    }
    Ok(())
}

/// A text that is not blank.
///
/// # Errors
/// As [`text`], and INVALID_ARGUMENT where it is blank.
pub fn required_text(field: &str, value: &str, bytes_max: usize) -> Result<String, Refusal> {
    text(field, value, bytes_max)?;
    if value.trim().is_empty() {
        return Err(missing(field, "a text"));
    }
    Ok(value.to_owned())
}

/// A text, or nothing where it is empty.
///
/// # Errors
/// As [`text`].
pub fn optional_text(field: &str, value: &str, bytes_max: usize) -> Result<Option<String>, Refusal> {
    text(field, value, bytes_max)?;
    Ok((!value.is_empty()).then(|| value.to_owned()))
}

/// A UUID.
///
/// # Errors
/// MALFORMED_ID, ILLEGAL_CHARACTER, TOO_LARGE.
pub fn id(field: &str, value: &str) -> Result<Uuid, Refusal> {
    text(field, value, TEXT_MAX_BYTES)?;
    let id = validate::uuid(field, value)?;
    // The nil UUID stands for "nobody's" in the log, and for "none" in many a client.
    if id.is_nil() {
        let message = format!("{field} is the nil UUID, which nothing has");
        return Err(Refusal::new(Reason::MalformedId, message).field(field, "nil"));
    }
    Ok(id)
}

/// A UUID, or nothing where it is empty.
///
/// # Errors
/// As [`id`].
pub fn optional_id(field: &str, value: &str) -> Result<Option<Uuid>, Refusal> {
    if value.is_empty() { Ok(None) } else { id(field, value).map(Some) }
}

/// Takes the request id of a command out of its body, which is then what is compared with a repeat's.
///
/// # Errors
/// REQUEST_ID_REQUIRED, and as [`id`].
pub fn take_request_id(request_id: &mut String) -> Result<Uuid, Refusal> {
    let value = std::mem::take(request_id);
    text("request_id", &value, TEXT_MAX_BYTES)?;
    validate::request_id(&value)
}

/// An instant, to the microsecond.
///
/// # Errors
/// INVALID_ARGUMENT outside of the years 1 to 9999.
pub fn instant(field: &str, value: prost_types::Timestamp) -> Result<Timestamp, Refusal> {
    let micros = value.seconds.checked_mul(1_000_000);
    let micros = micros.and_then(|micros| micros.checked_add(i64::from(value.nanos / 1_000)));
    let in_range = SECONDS.contains(&value.seconds) && (0..1_000_000_000).contains(&value.nanos);
    micros.filter(|_| in_range).map(Timestamp::from_micros).ok_or_else(|| {
        let message = format!("{field} is no instant between the years 1 and 9999");
        Refusal::new(Reason::InvalidArgument, message).field(field, "out of range")
    })
}

/// An instant, or nothing where it is absent.
///
/// # Errors
/// As [`instant`].
pub fn optional_instant(
    field: &str,
    value: Option<prost_types::Timestamp>,
) -> Result<Option<Timestamp>, Refusal> {
    value.map(|value| instant(field, value)).transpose()
}

/// An instant that must be there.
///
/// # Errors
/// As [`instant`], and INVALID_ARGUMENT where it is absent.
pub fn required_instant(field: &str, value: Option<prost_types::Timestamp>) -> Result<Timestamp, Refusal> {
    instant(field, value.ok_or_else(|| missing(field, "an instant"))?)
}

/// An instant on the wire.
pub fn wire_instant(instant: Timestamp) -> prost_types::Timestamp {
    let micros = instant.as_micros();
    let nanos = i32::try_from(micros.rem_euclid(1_000_000)).unwrap_or(0).saturating_mul(1_000);
    prost_types::Timestamp { seconds: micros.div_euclid(1_000_000), nanos }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason<T>(checked: Result<T, Refusal>) -> Option<Reason> {
        checked.err().map(|refusal| refusal.reason())
    }

    #[test]
    fn texts_are_bounded_in_bytes() {
        assert_eq!(reason(text("name", &"x".repeat(200), 200)), None);
        assert_eq!(reason(text("name", &"é".repeat(101), 200)), Some(Reason::TooLarge));
        assert_eq!(reason(text("name", "a\0b", 200)), Some(Reason::IllegalCharacter));
        assert_eq!(reason(required_text("name", " \t", 200)), Some(Reason::InvalidArgument));
        assert_eq!(optional_text("name", "", 200).unwrap(), None);
    }

    #[test]
    fn ids_are_uuids_and_never_nil() {
        assert_eq!(reason(id("account_id", "seven")), Some(Reason::MalformedId));
        assert_eq!(reason(id("account_id", "\0")), Some(Reason::IllegalCharacter));
        assert_eq!(reason(id("account_id", &Uuid::nil().to_string())), Some(Reason::MalformedId));
        assert_eq!(optional_id("account_id", "").unwrap(), None);
        assert_eq!(reason(take_request_id(&mut String::new())), Some(Reason::RequestIdRequired));
    }

    #[test]
    fn instants_lie_between_the_years_1_and_9999() {
        let at = |seconds, nanos| instant("from", prost_types::Timestamp { seconds, nanos });
        assert_eq!(at(1, 5_000).unwrap(), Timestamp::from_micros(1_000_005));
        assert_eq!(at(-1, 999_999_000).unwrap(), Timestamp::from_micros(-1));
        for (seconds, nanos) in
            [(i64::MAX, 0), (i64::MIN, 0), (0, -1), (0, 1_000_000_000), (253_402_300_800, 0)]
        {
            assert_eq!(reason(at(seconds, nanos)), Some(Reason::InvalidArgument), "{seconds} {nanos}");
        }
    }

    #[test]
    fn an_instant_comes_back_from_the_wire_as_it_was() {
        for micros in [0, 1, -1, -1_000_001, 1_795_325_246_000_120] {
            let instant_ = Timestamp::from_micros(micros);
            assert_eq!(instant("at", wire_instant(instant_)).unwrap(), instant_);
        }
    }
}
