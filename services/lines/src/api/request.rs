//! Fields of a request: bounded, without U+0000, in the domain's terms.

use uuid::Uuid;
use vigie_chassis::error::{Error as Refusal, Reason as Word};
use vigie_chassis::validate;
use vigie_clock::{TimeZone, Timestamp, Zone};
use vigie_command::field::{self, TEXT_MAX_BYTES};
pub(super) use vigie_command::field::{missing, take_request_id};
use vigie_proto::lines::{self as wire, SuspensionReason};

use crate::domain::{Eid, HandsetRecovery, Iccid, IdentifierError, Imei, Imsi, Msisdn, Reason};

/// Caller checks of one act.
pub(super) const CALLER_CHECKS_MAX: usize = 8;

/// A text that may be empty.
pub(super) fn text(field: &str, value: &str) -> Result<(), Refusal> {
    field::text(field, value, TEXT_MAX_BYTES)
}

/// A text that is not empty.
pub(super) fn required_text(field: &str, value: &str) -> Result<String, Refusal> {
    validate::required_text(field, value, TEXT_MAX_BYTES)?;
    text(field, value)?;
    Ok(value.to_owned())
}

/// A text, or nothing where it is empty.
pub(super) fn optional_text(field: &str, value: &str) -> Result<Option<String>, Refusal> {
    field::optional_text(field, value, TEXT_MAX_BYTES)
}

/// A UUID.
pub(super) fn id(field: &str, value: &str) -> Result<Uuid, Refusal> {
    text(field, value)?;
    validate::uuid(field, value)
}

pub(super) fn msisdn(field: &str, value: &str) -> Result<Msisdn, Refusal> {
    text(field, value)?;
    Msisdn::parse(value).map_err(|error| malformed(field, error))
}

pub(super) fn imsi(field: &str, value: &str) -> Result<Imsi, Refusal> {
    text(field, value)?;
    Imsi::parse(value).map_err(|error| malformed(field, error))
}

pub(super) fn iccid(field: &str, value: &str) -> Result<Iccid, Refusal> {
    text(field, value)?;
    Iccid::parse(value).map_err(|error| malformed(field, error))
}

pub(super) fn imei(field: &str, value: &str) -> Result<Imei, Refusal> {
    text(field, value)?;
    Imei::parse(value).map_err(|error| malformed(field, error))
}

/// An IMEI, or nothing where it is empty.
pub(super) fn optional_imei(field: &str, value: &str) -> Result<Option<Imei>, Refusal> {
    if value.is_empty() { Ok(None) } else { imei(field, value).map(Some) }
}

/// An EID, or nothing where it is empty.
pub(super) fn optional_eid(field: &str, value: &str) -> Result<Option<Eid>, Refusal> {
    text(field, value)?;
    if value.is_empty() {
        return Ok(None);
    }
    Eid::parse(value).map(Some).map_err(|error| malformed(field, error))
}

fn malformed(field: &str, error: IdentifierError) -> Refusal {
    Refusal::new(Word::MalformedNumber, format!("{field}: {error}")).field(field, "malformed")
}

/// The SIRET of a site: 14 digits, or nothing where it is empty.
pub(super) fn site(field: &str, value: &str) -> Result<Option<String>, Refusal> {
    let site = optional_text(field, value)?;
    let is_siret = |site: &String| site.len() == 14 && site.bytes().all(|byte| byte.is_ascii_digit());
    match site {
        Some(site) if !is_siret(&site) => {
            let message = format!("{field} is a SIRET: 14 digits");
            Err(Refusal::new(Word::InvalidArgument, message).field(field, "not a SIRET"))
        }
        site => Ok(site),
    }
}

/// Whose public holidays count; metropolitan France's where nothing is said.
pub(super) fn calendar_zone(field: &str, value: &str) -> Result<Zone, Refusal> {
    text(field, value)?;
    if value.is_empty() {
        return Ok(Zone::Metropole);
    }
    Zone::named(value).ok_or_else(|| {
        let message = format!("{field} is none of {}", Zone::ALL.map(Zone::as_str).join(", "));
        Refusal::new(Word::BadHours, message).field(field, "unknown")
    })
}

/// Where days begin and end; Europe/Paris where nothing is said.
pub(super) fn time_zone(field: &str, value: &str) -> Result<TimeZone, Refusal> {
    text(field, value)?;
    if value.is_empty() {
        return Ok(TimeZone::paris());
    }
    TimeZone::named(value).map_err(|_| {
        let message = format!("{field} is no time zone of the IANA database, such as Europe/Paris");
        Refusal::new(Word::BadHours, message).field(field, "unknown")
    })
}

/// A reason for suspension that we know.
pub(super) fn reason(number: i32) -> Result<Reason, Refusal> {
    match SuspensionReason::try_from(number) {
        Ok(SuspensionReason::Loss) => Ok(Reason::Loss),
        Ok(SuspensionReason::Theft) => Ok(Reason::Theft),
        Ok(SuspensionReason::Other) => Ok(Reason::Other),
        Ok(SuspensionReason::Unpaid) => Ok(Reason::Unpaid),
        Ok(SuspensionReason::CommercialFreeze) => Ok(Reason::CommercialFreeze),
        Ok(SuspensionReason::Unspecified) | Err(_) => {
            let message = "reason is none of LOSS, THEFT, OTHER, UNPAID, COMMERCIAL_FREEZE";
            Err(Refusal::new(Word::UnknownReason, message).field("reason", "unknown"))
        }
    }
}

/// An instant to the microsecond.
pub(super) fn instant(field: &str, value: Option<prost_types::Timestamp>) -> Result<Timestamp, Refusal> {
    let value = value.ok_or_else(|| missing(field, "an instant"))?;
    let micros = value.seconds.checked_mul(1_000_000);
    let micros = micros.and_then(|micros| micros.checked_add(i64::from(value.nanos / 1_000)));
    // 0001-01-01 to 9999-12-31, as the type's documentation has it.
    let in_range = (-62_135_596_800..=253_402_300_799).contains(&value.seconds) && value.nanos >= 0;
    micros.filter(|_| in_range).map(Timestamp::from_micros).ok_or_else(|| {
        let message = format!("{field} is no instant between the years 1 and 9999");
        Refusal::new(Word::InvalidArgument, message).field(field, "out of range")
    })
}

pub(super) fn handset_recovery(
    recovery: Option<wire::HandsetRecovery>,
) -> Result<Option<HandsetRecovery>, Refusal> {
    let Some(recovery) = recovery else { return Ok(None) };
    Ok(Some(HandsetRecovery {
        attested_by: required_text("handset_recovery.attested_by", &recovery.attested_by)?,
        recovered_at: instant("handset_recovery.recovered_at", recovery.recovered_at)?,
    }))
}

/// Whom staff act for, and how the caller was recognised.
pub(super) struct Caller {
    pub(super) person: String,
    pub(super) checks: Vec<String>,
}

pub(super) fn on_behalf(on_behalf: Option<wire::OnBehalf>) -> Result<Option<Caller>, Refusal> {
    let Some(on_behalf) = on_behalf else { return Ok(None) };
    field::at_most("on_behalf.caller_checks", &on_behalf.caller_checks, CALLER_CHECKS_MAX)?;
    for check in &on_behalf.caller_checks {
        text("on_behalf.caller_checks", check)?;
    }
    Ok(Some(Caller {
        person: required_text("on_behalf.person_id", &on_behalf.person_id)?,
        checks: on_behalf.caller_checks,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word<T>(checked: Result<T, Refusal>) -> Option<Word> {
        checked.err().map(|refusal| refusal.reason())
    }

    #[test]
    fn texts_are_bounded_in_bytes() {
        assert_eq!(word(text("site", &"x".repeat(200))), None);
        assert_eq!(word(text("site", &"x".repeat(201))), Some(Word::TooLarge));
        assert_eq!(word(text("site", &"é".repeat(101))), Some(Word::TooLarge));
        assert_eq!(word(text("site", "a\0b")), Some(Word::IllegalCharacter));
    }

    #[test]
    fn numbers_say_what_is_wrong_without_repeating_them() {
        let refusal = msisdn("line.msisdn", "0612345678").err().unwrap();
        assert_eq!(refusal.reason(), Word::MalformedNumber);
        assert!(!refusal.message().contains("0612345678"));
        assert_eq!(word(imsi("imsi", "2080\0")), Some(Word::IllegalCharacter));
    }

    #[test]
    fn a_site_is_a_siret_or_nothing() {
        assert_eq!(site("site", "").unwrap(), None);
        assert!(site("site", "73282932000074").unwrap().is_some());
        assert_eq!(word(site("site", "7328293200007")), Some(Word::InvalidArgument));
    }

    #[test]
    fn a_calendar_is_metropolitan_and_a_day_parisian_unless_said_otherwise() {
        assert_eq!(calendar_zone("zone", "").unwrap(), Zone::Metropole);
        assert_eq!(calendar_zone("zone", "reunion").unwrap(), Zone::Reunion);
        assert_eq!(time_zone("time_zone", "").unwrap(), TimeZone::paris());
        assert_eq!(time_zone("time_zone", "Indian/Reunion").unwrap(), TimeZone::of(Zone::Reunion));
        for wrong in ["Metropole", "corse", "Europe/Paris"] {
            assert_eq!(word(calendar_zone("zone", wrong)), Some(Word::BadHours), "{wrong}");
        }
        assert_eq!(word(time_zone("time_zone", "Europe/Lyon")), Some(Word::BadHours));
    }

    #[test]
    fn reasons_and_instants_outside_of_the_contract_are_refused() {
        assert_eq!(word(reason(0)), Some(Word::UnknownReason));
        assert_eq!(word(reason(99)), Some(Word::UnknownReason));
        let at = |seconds, nanos| instant("at", Some(prost_types::Timestamp { seconds, nanos }));
        assert_eq!(at(1, 5_000).unwrap(), Timestamp::from_micros(1_000_005));
        assert_eq!(word(at(i64::MAX, 0)), Some(Word::InvalidArgument));
        assert_eq!(word(at(0, -1)), Some(Word::InvalidArgument));
        assert_eq!(word(instant("at", None)), Some(Word::InvalidArgument));
    }
}
