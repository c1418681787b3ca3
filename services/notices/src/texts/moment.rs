//! Instants as people write them, in the time of Paris.

use jiff::tz::TimeZone;
use vigie_clock::Timestamp;

use crate::domain::Language;

const MONTHS_FR: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];

const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// `23 novembre 2026 à 04 h 01`, `23 November 2026 at 04:01 (Paris time)`.
pub(super) fn written(at: Timestamp, language: Language) -> String {
    let paris = TimeZone::get("Europe/Paris").unwrap_or(TimeZone::UTC);
    let Ok(instant) = jiff::Timestamp::from_microsecond(at.as_micros()) else { return at.to_string() };
    let local = instant.to_zoned(paris);
    let (day, year, hour, minute) = (local.day(), local.year(), local.hour(), local.minute());
    let month = usize::try_from(local.month()).unwrap_or(1).saturating_sub(1);
    match language {
        Language::Fr => {
            let day = if day == 1 { "1er".to_owned() } else { day.to_string() };
            let month = MONTHS_FR.get(month).copied().unwrap_or_default();
            format!("{day} {month} {year} à {hour:02} h {minute:02}")
        }
        Language::En => {
            let month = MONTHS_EN.get(month).copied().unwrap_or_default();
            format!("{day} {month} {year} at {hour:02}:{minute:02} (Paris time)")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_written_in_the_time_of_paris_in_winter_and_summer() {
        let at = |text| Timestamp::parse(text).unwrap();
        assert_eq!(written(at("2026-11-23T03:01:00Z"), Language::Fr), "23 novembre 2026 à 04 h 01");
        assert_eq!(written(at("2026-07-31T22:30:00Z"), Language::Fr), "1er août 2026 à 00 h 30");
        assert_eq!(written(at("2026-07-31T22:30:00Z"), Language::En), "1 August 2026 at 00:30 (Paris time)");
    }
}
