//! Words that the tests share.

use std::time::Duration;

use vigie_clock::{
    Almanac, CalendarRef, Cause, Countdown, HolidayRule, Hours, Term, TimeZone, Timestamp, Week, Window, Zone,
};

/// RFC 3339, or local time in Paris without an offset.
pub(crate) fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap_or_else(|| local("Europe/Paris", text))
}

/// Local time in a time zone; the earlier one of two.
pub(crate) fn local(zone: &str, text: &str) -> Timestamp {
    let zone = jiff::tz::TimeZoneDatabase::bundled().get(zone).unwrap();
    let wall_clock: jiff::civil::DateTime = text.parse().unwrap();
    Timestamp::from_micros(zone.to_timestamp(wall_clock).unwrap().as_microsecond())
}

pub(crate) const fn hours(hours: u64) -> Duration {
    Duration::from_hours(hours)
}

pub(crate) const fn minutes(minutes: u64) -> Duration {
    Duration::from_mins(minutes)
}

pub(crate) fn windows(text: &str) -> Vec<Window> {
    Window::list(text).unwrap()
}

pub(crate) const METROPOLE: CalendarRef = CalendarRef::built_in(Zone::Metropole);

/// Monday to Friday 09:00-12:00 and 14:00-18:00 in Paris, closed on public holidays.
pub(crate) fn office() -> Hours {
    let week = Week::monday_to_friday(&windows("09:00-12:00 14:00-18:00"));
    Hours::new(TimeZone::paris(), week).unwrap().with_holidays(METROPOLE, HolidayRule::Closed).unwrap()
}

/// Monday to Friday 08:00-18:00 in Paris, closed on public holidays.
pub(crate) fn business() -> Hours {
    let week = Week::monday_to_friday(&windows("08:00-18:00"));
    Hours::new(TimeZone::paris(), week).unwrap().with_holidays(METROPOLE, HolidayRule::Closed).unwrap()
}

pub(crate) fn almanac() -> &'static Almanac {
    Almanac::built_in()
}

pub(crate) fn clock(start: &str, term: Term) -> Countdown {
    Countdown::start(at(start), term).unwrap()
}

pub(crate) fn pause(clock: &mut Countdown, from: &str, to: &str) {
    clock.pause(Cause::Customer, "advisor", at(from)).unwrap();
    clock.resume(vigie_clock::CauseKind::Customer, at(to)).unwrap();
}

pub(crate) fn due(clock: &Countdown) -> Timestamp {
    clock.due(almanac()).unwrap().unwrap()
}
