//! What staff, desks and contact points have in common: who may, and lists of codes, bounded and without doubles.

use std::fmt::Display;

use vigie_chassis::error::{Error as Refusal, Reason};
use vigie_chassis::identity::Role;
use vigie_chassis::rules::Rule;
use vigie_clock::Timestamp;
use vigie_command::field;

use super::wire;
use crate::domain::{Code, CountryCode, Language, Segment, Territory};

/// Entries of a list of codes: skills, languages, régions.
pub(super) const CODES_MAX: usize = 32;

/// Countries: there are no more.
const COUNTRIES_MAX: usize = 256;

/// Who changes the house: whoever runs it, and the systems that know it.
pub(super) fn writers() -> Rule {
    Rule::roles([Role::Operator, Role::Integration])
}

/// Who sees the house from inside: the operator's people and systems.
pub(super) fn readers() -> Rule {
    const STAFF_AND_SYSTEMS: [Role; 6] = [
        Role::Advisor,
        Role::Technician,
        Role::BillingClerk,
        Role::Auditor,
        Role::Operator,
        Role::Integration,
    ];
    Rule::roles(STAFF_AND_SYSTEMS)
}

/// At least one language.
pub(super) fn languages(name: &str, numbers: &[i32]) -> Result<Vec<Language>, Refusal> {
    if numbers.is_empty() {
        return Err(field::missing(name, "at least one language"));
    }
    each(name, numbers, CODES_MAX, |number| {
        wire::language(name, *number)?.ok_or_else(|| wire::unknown(name, "an unspecified language"))
    })
}

pub(super) fn shown_languages(languages: &[Language]) -> Vec<i32> {
    languages.iter().map(|language| wire::wire_language(Some(*language))).collect()
}

/// Unlike an account, a team may serve large accounts and others.
pub(super) fn segments(name: &str, numbers: &[i32]) -> Result<Vec<Segment>, Refusal> {
    each(name, numbers, CODES_MAX, |number| {
        wire::segment(name, *number)?.ok_or_else(|| wire::unknown(name, "an unspecified segment"))
    })
}

pub(super) fn shown_segments(segments: &[Segment]) -> Vec<i32> {
    segments.iter().map(|segment| wire::wire_segment(*segment)).collect()
}

/// INSEE codes of régions.
pub(super) fn regions(name: &str, codes: &[String]) -> Result<Vec<String>, Refusal> {
    each(name, codes, CODES_MAX, |code| {
        field::text(name, code, field::TEXT_MAX_BYTES)?;
        if Territory::is_region(code) {
            return Ok(code.clone());
        }
        Err(field::wrong(Reason::BadPlace, name, &"one of them is no INSEE code of a région"))
    })
}

pub(super) fn countries(name: &str, codes: &[String]) -> Result<Vec<CountryCode>, Refusal> {
    each(name, codes, COUNTRIES_MAX, |code| wire::country(name, code))
}

pub(super) fn code(name: &str, text: &str) -> Result<Code, Refusal> {
    field::text(name, text, field::TEXT_MAX_BYTES)?;
    Code::parse(text).map_err(|error| malformed(name, &error))
}

pub(super) fn codes(name: &str, texts: &[String]) -> Result<Vec<Code>, Refusal> {
    each(name, texts, CODES_MAX, |text| code(name, text))
}

/// A field in a form that it cannot have.
pub(super) fn malformed(name: &str, why: &dyn Display) -> Refusal {
    field::wrong(Reason::InvalidArgument, name, why)
}

/// An instant on the wire, where there is one.
pub(super) fn shown_instant(instant: Option<Timestamp>) -> Option<prost_types::Timestamp> {
    instant.map(field::wire_instant)
}

/// Each entry taken, in order, and once however often it is said.
fn each<T, U: PartialEq>(
    name: &str,
    list: &[T],
    max: usize,
    take: impl Fn(&T) -> Result<U, Refusal>,
) -> Result<Vec<U>, Refusal> {
    field::at_most(name, list, max)?;
    let mut taken = Vec::with_capacity(list.len());
    for entry in list {
        let entry = take(entry)?;
        if !taken.contains(&entry) {
            taken.push(entry);
        }
    }
    Ok(taken)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{contact_point, desk, staff};

    fn word<T>(checked: Result<T, Refusal>) -> Option<Reason> {
        checked.err().map(|refusal| refusal.reason())
    }

    #[test]
    fn languages_and_segments_lead_back_from_the_wire() {
        assert_eq!(languages("languages", &shown_languages(&Language::ALL)).unwrap(), Language::ALL);
        assert_eq!(segments("segments", &shown_segments(&Segment::ALL)).unwrap(), Segment::ALL);
    }

    #[test]
    fn what_is_said_twice_counts_once() {
        assert_eq!(languages("languages", &[1, 2, 1]).unwrap(), [Language::French, Language::English]);
    }

    #[test]
    fn lists_are_bounded_and_known() {
        assert_eq!(word(languages("languages", &[])), Some(Reason::InvalidArgument));
        assert_eq!(word(languages("languages", &[0])), Some(Reason::InvalidArgument));
        assert_eq!(word(languages("languages", &[99])), Some(Reason::BadPlace));
        assert_eq!(word(segments("segments", &[99])), Some(Reason::InvalidArgument));
        assert_eq!(word(segments("segments", &[1; CODES_MAX + 1])), Some(Reason::TooLarge));
        assert_eq!(word(regions("regions", &["999".to_owned()])), Some(Reason::BadPlace));
        assert_eq!(word(countries("countries", &["XX".to_owned()])), Some(Reason::BadPlace));
        assert_eq!(word(codes("skills", &["SME Fleet".to_owned()])), Some(Reason::InvalidArgument));
        assert_eq!(word(codes("skills", &["a\0".to_owned()])), Some(Reason::IllegalCharacter));
    }

    #[test]
    fn every_refusal_of_the_domain_has_a_word_outside() {
        let staff = staff::Rejection::EXAMPLES.map(|rejection| rejection.reason());
        let desks = desk::Rejection::EXAMPLES.map(|rejection| rejection.reason());
        let points = contact_point::Rejection::EXAMPLES.map(|rejection| rejection.reason());
        for reason in staff.into_iter().chain(desks).chain(points) {
            assert!(Reason::parse(reason).is_some(), "{reason}");
        }
    }
}
