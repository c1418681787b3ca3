//! Checks on fields of a request that every service makes alike.
//!
//! U+0000 is refused in every string: PostgreSQL cannot store it, and one such string once cost a whole batch of other
//! callers' events (EVENTLOG.md, rule 3).

use uuid::Uuid;

use crate::error::{Error, Reason};

/// A text of at most `max_chars` characters without U+0000; may be empty.
pub fn text(field: &str, value: &str, max_chars: usize) -> Result<(), Error> {
    if value.contains('\0') {
        let message = format!("{field} holds the character U+0000; remove it");
        return Err(Error::new(Reason::IllegalCharacter, message).field(field, "holds U+0000"));
    }
    // Bytes first: they bound the characters, and counting a megabyte would be the caller's to choose.
    let too_long = value.len() > max_chars.saturating_mul(4) || value.chars().count() > max_chars;
    if too_long {
        let message = format!("{field} is longer than {max_chars} characters");
        return Err(Error::new(Reason::TooLarge, message).field(field, "too long"));
    }
    Ok(())
}

/// [`text`] that is not empty.
pub fn required_text(field: &str, value: &str, max_chars: usize) -> Result<(), Error> {
    if value.is_empty() {
        let message = format!("{field} is required");
        return Err(Error::new(Reason::InvalidArgument, message).field(field, "required"));
    }
    text(field, value, max_chars)
}

/// A UUID in its hyphenated form.
pub fn uuid(field: &str, value: &str) -> Result<Uuid, Error> {
    // The parser takes four forms; one id with four spellings would be four request ids.
    match Uuid::try_parse(value) {
        Ok(id) if value.len() == uuid::fmt::Hyphenated::LENGTH => Ok(id),
        _ => {
            let message = format!("{field} is not a UUID; give 36 characters with hyphens");
            Err(Error::new(Reason::MalformedId, message).field(field, "not a UUID"))
        }
    }
}

/// A [`uuid()`], or `None` for an empty field.
pub fn optional_uuid(field: &str, value: &str) -> Result<Option<Uuid>, Error> {
    if value.is_empty() { Ok(None) } else { uuid(field, value).map(Some) }
}

/// The request id that every command carries (AIP-155).
pub fn request_id(value: &str) -> Result<Uuid, Error> {
    if value.is_empty() {
        let message = "request_id is required: a fresh UUID for a new command, the same one for a repeat";
        return Err(Error::new(Reason::RequestIdRequired, message).field("request_id", "required"));
    }
    uuid("request_id", value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason<T>(checked: Result<T, Error>) -> Option<Reason> {
        checked.err().map(|error| error.reason())
    }

    #[test]
    fn text_is_bounded_in_characters_and_free_of_nul() {
        assert_eq!(reason(text("name", "éèà", 3)), None);
        assert_eq!(reason(text("name", "", 3)), None);
        assert_eq!(reason(text("name", "abcd", 3)), Some(Reason::TooLarge));
        assert_eq!(reason(text("name", &"x".repeat(1 << 20), 3)), Some(Reason::TooLarge));
        assert_eq!(reason(text("name", "a\0", 3)), Some(Reason::IllegalCharacter));
        assert_eq!(reason(required_text("name", "", 3)), Some(Reason::InvalidArgument));
    }

    #[test]
    fn a_uuid_has_one_spelling() {
        let id = "0190a5a0-0000-7000-8000-000000000001";
        assert_eq!(uuid("line_id", id).unwrap().to_string(), id);
        for other in ["", "x", "0190a5a0000070008000000000000001", "{0190a5a0-0000-7000-8000-000000000001}"] {
            assert_eq!(reason(uuid("line_id", other)), Some(Reason::MalformedId), "{other}");
        }
        assert_eq!(optional_uuid("user_id", "").unwrap(), None);
        assert_eq!(reason(optional_uuid("user_id", "x")), Some(Reason::MalformedId));
    }

    #[test]
    fn a_command_needs_its_request_id() {
        assert_eq!(reason(request_id("")), Some(Reason::RequestIdRequired));
        assert_eq!(reason(request_id("one")), Some(Reason::MalformedId));
    }
}
