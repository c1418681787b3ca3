//! Opening hours on the wire and in the domain.

use vigie_chassis::error::{Error as Refusal, Reason};
use vigie_clock::{CalendarRef, Calendars, Date, HolidayRule, Hours, TimeZone, Week, Weekday, Window, Zone};
use vigie_command::field;
use vigie_proto::routing as wire;

/// Dated exceptions of one set of hours.
const EXCEPTIONS_MAX: usize = 400;

/// Windows of one day.
const WINDOWS_MAX: usize = 8;

/// Bytes of a name, a date, a window.
const WORD_BYTES_MAX: usize = 64;

/// Bytes of the reason for an exception.
const REASON_BYTES_MAX: usize = 100;

/// Bytes of hours as an event holds them: an event shows up to two of them, and fits into 64 KiB.
const EVENT_BYTES_MAX: usize = 28 * 1024;

/// The hours of a request, with the calendar of public holidays pinned.
pub(super) fn hours(name: &str, asked: &wire::OpeningHours, calendars: &Calendars) -> Result<Hours, Refusal> {
    let bad = |why: &dyn std::fmt::Display| field::wrong(Reason::BadHours, name, why);
    field::text(&format!("{name}.time_zone"), &asked.time_zone, WORD_BYTES_MAX)?;
    let time_zone = TimeZone::named(&asked.time_zone).map_err(|error| bad(&error))?;
    let [mon, tue, wed, thu, fri, sat, sun] = asked.week.as_slice() else {
        return Err(bad(&"week has seven days, Monday first; a day without windows is closed"));
    };
    let mut week = Week::default();
    for (day, given) in Week::DAYS.into_iter().zip([mon, tue, wed, thu, fri, sat, sun]) {
        week = week.on(day, &windows(&format!("{name}.week"), &given.windows)?);
    }
    let calendar = calendar(name, asked, calendars)?;
    let rule = match &asked.holidays {
        None => HolidayRule::AsUsual,
        Some(given) if given.windows.is_empty() => HolidayRule::Closed,
        Some(given) => HolidayRule::Windows(windows(&format!("{name}.holidays"), &given.windows)?),
    };
    let hours = Hours::new(time_zone, week).and_then(|hours| hours.with_holidays(calendar, rule));
    let hours = with_exceptions(name, hours.map_err(|error| bad(&error))?, &asked.exceptions)?;
    let bytes = serde_json::to_vec(&hours).map_err(|error| Refusal::internal(&error))?.len();
    if bytes > EVENT_BYTES_MAX {
        let message = format!("{name} takes more than {EVENT_BYTES_MAX} bytes: name fewer exceptions");
        return Err(Refusal::new(Reason::TooLarge, message).field(name, "too large"));
    }
    Ok(hours)
}

/// The version that is asked for must be known here; none asked for is the newest.
fn calendar(name: &str, asked: &wire::OpeningHours, calendars: &Calendars) -> Result<CalendarRef, Refusal> {
    let bad = |why: &dyn std::fmt::Display| field::wrong(Reason::BadHours, name, why);
    field::text(&format!("{name}.holiday_zone"), &asked.holiday_zone, WORD_BYTES_MAX)?;
    let zone = match asked.holiday_zone.as_str() {
        "" => Some(Zone::Metropole),
        named => Zone::named(named),
    };
    let zone =
        zone.ok_or_else(|| bad(&"holiday_zone is none of metropole, alsace-moselle, martinique, …"))?;
    if asked.calendar_version == 0 {
        return Ok(calendars.latest(zone));
    }
    let reference = CalendarRef { zone, version: asked.calendar_version };
    calendars.get(reference).map_err(|error| bad(&error))?;
    Ok(reference)
}

fn with_exceptions(
    name: &str,
    mut hours: Hours,
    exceptions: &[wire::HoursException],
) -> Result<Hours, Refusal> {
    field::at_most(&format!("{name}.exceptions"), exceptions, EXCEPTIONS_MAX)?;
    let bad = |why: &dyn std::fmt::Display| field::wrong(Reason::BadHours, name, why);
    for exception in exceptions {
        field::text(&format!("{name}.exceptions.date"), &exception.date, WORD_BYTES_MAX)?;
        let date = date(&exception.date).ok_or_else(|| bad(&"the date of an exception is no YYYY-MM-DD"))?;
        let reason =
            field::required_text(&format!("{name}.exceptions.reason"), &exception.reason, REASON_BYTES_MAX)?;
        let windows = windows(&format!("{name}.exceptions.windows"), &exception.windows)?;
        hours = hours.with_exception(date, &windows, &reason).map_err(|error| bad(&error))?;
    }
    Ok(hours)
}

/// Nothing but `2026-12-24`: a parser of dates takes more forms than are in the contract.
fn date(text: &str) -> Option<Date> {
    let date: Date = text.parse().ok()?;
    (date.to_string() == text).then_some(date)
}

fn windows(name: &str, texts: &[String]) -> Result<Vec<Window>, Refusal> {
    field::at_most(name, texts, WINDOWS_MAX)?;
    let window = |text: &String| {
        field::text(name, text, WORD_BYTES_MAX)?;
        text.parse().map_err(|error| field::wrong(Reason::BadHours, name, &error))
    };
    texts.iter().map(window).collect()
}

/// Hours as an answer shows them: what asks for the same hours again.
pub(super) fn shown(hours: &Hours) -> wire::OpeningHours {
    let texts = |windows: &[Window]| windows.iter().map(Window::to_string).collect::<Vec<_>>();
    let pinned = hours.holidays();
    let holidays = pinned.and_then(|pinned| match &pinned.rule {
        HolidayRule::Closed => Some(Vec::new()),
        HolidayRule::AsSundays => Some(texts(hours.week().of(Weekday::Sunday))),
        HolidayRule::Windows(windows) => Some(texts(windows)),
        HolidayRule::AsUsual => None,
    });
    let exceptions = hours.exceptions().iter().map(|exception| wire::HoursException {
        date: exception.date.to_string(),
        windows: texts(&exception.windows),
        reason: exception.reason.clone(),
    });
    wire::OpeningHours {
        time_zone: hours.time_zone().name().to_owned(),
        holiday_zone: pinned.map(|pinned| pinned.calendar.zone.as_str().to_owned()).unwrap_or_default(),
        calendar_version: pinned.map(|pinned| pinned.calendar.version).unwrap_or_default(),
        week: Week::DAYS.iter().map(|day| wire::DayHours { windows: texts(hours.week().of(*day)) }).collect(),
        holidays: holidays.map(|windows| wire::DayHours { windows }),
        exceptions: exceptions.collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(windows: &[&str]) -> wire::DayHours {
        wire::DayHours { windows: windows.iter().map(|window| (*window).to_owned()).collect() }
    }

    fn asked() -> wire::OpeningHours {
        let usual = day(&["09:00-12:30", "14:00-18:00"]);
        wire::OpeningHours {
            time_zone: "Europe/Paris".to_owned(),
            holiday_zone: "alsace-moselle".to_owned(),
            calendar_version: 1,
            week: vec![
                usual.clone(),
                usual.clone(),
                usual.clone(),
                usual.clone(),
                usual,
                day(&["22:00-06:00"]),
                day(&[]),
            ],
            holidays: Some(day(&[])),
            exceptions: vec![wire::HoursException {
                date: "2026-12-24".to_owned(),
                windows: vec!["09:00-12:00".to_owned()],
                reason: "Veille de Noël".to_owned(),
            }],
        }
    }

    fn word(asked: &wire::OpeningHours) -> Option<Reason> {
        hours("hours", asked, &Calendars::built_in()).err().map(|refusal| refusal.reason())
    }

    #[test]
    fn hours_come_back_as_they_were_asked_for() {
        let calendars = Calendars::built_in();
        for holidays in [Some(day(&[])), Some(day(&["10:00-12:00"])), None] {
            let asked = wire::OpeningHours { holidays, ..asked() };
            assert_eq!(shown(&hours("hours", &asked, &calendars).unwrap()), asked);
        }
    }

    #[test]
    fn the_newest_calendar_of_metropolitan_france_is_taken_where_none_is_named_and_named_in_the_answer() {
        let asked = wire::OpeningHours { holiday_zone: String::new(), calendar_version: 0, ..asked() };
        let shown = shown(&hours("hours", &asked, &Calendars::built_in()).unwrap());
        assert_eq!((shown.holiday_zone.as_str(), shown.calendar_version), ("metropole", 1));
    }

    #[test]
    fn hours_that_contradict_themselves_or_name_what_nobody_knows_are_refused() {
        let week = |windows: &[&str]| {
            let mut week = asked().week;
            week[0] = day(windows);
            week
        };
        let exception = |date: &str, windows: &[&str]| wire::HoursException {
            date: date.to_owned(),
            windows: day(windows).windows,
            reason: "inventaire".to_owned(),
        };
        let bad = [
            wire::OpeningHours { time_zone: "Europe/Atlantis".to_owned(), ..asked() },
            wire::OpeningHours { time_zone: String::new(), ..asked() },
            wire::OpeningHours { holiday_zone: "bretagne".to_owned(), ..asked() },
            wire::OpeningHours { calendar_version: 99, ..asked() },
            wire::OpeningHours { week: asked().week[..6].to_vec(), ..asked() },
            wire::OpeningHours { week: vec![day(&[]); 7], ..asked() },
            wire::OpeningHours { week: week(&["09:00-12:00", "11:00-13:00"]), ..asked() },
            wire::OpeningHours { week: week(&["9h-12h"]), ..asked() },
            wire::OpeningHours { week: week(&["09:00-25:00"]), ..asked() },
            wire::OpeningHours { exceptions: vec![exception("2026-02-30", &[])], ..asked() },
            wire::OpeningHours { exceptions: vec![exception("24/12/2026", &[])], ..asked() },
            wire::OpeningHours { exceptions: vec![exception("20261224", &[])], ..asked() },
            wire::OpeningHours { exceptions: vec![exception("2026-12-24", &[]); 2], ..asked() },
            wire::OpeningHours {
                exceptions: vec![exception("2026-12-24", &["08:00-10:00", "09:00-11:00"])],
                ..asked()
            },
        ];
        for asked in bad {
            assert_eq!(word(&asked), Some(Reason::BadHours), "{asked:?}");
        }
    }

    #[test]
    fn hours_are_bounded() {
        let exception = |number: usize| wire::HoursException {
            date: format!("{}-01-01", 2000 + number),
            windows: vec!["09:00-12:00".to_owned()],
            reason: "x".repeat(REASON_BYTES_MAX),
        };
        let with = |count| wire::OpeningHours { exceptions: (0..count).map(exception).collect(), ..asked() };
        assert_eq!(word(&with(100)), None);
        assert_eq!(word(&with(EXCEPTIONS_MAX)), Some(Reason::TooLarge), "in bytes");
        assert_eq!(word(&with(EXCEPTIONS_MAX + 1)), Some(Reason::TooLarge), "in number");
        let mut crowded = asked();
        crowded.week[0] = day(&["09:00-09:01"; WINDOWS_MAX + 1]);
        assert_eq!(word(&crowded), Some(Reason::TooLarge));
        let hidden = wire::OpeningHours { time_zone: "Europe/Paris\0".to_owned(), ..asked() };
        assert_eq!(word(&hidden), Some(Reason::IllegalCharacter));
    }
}
