//! When a door is open.

use vigie_clock::{Because, CalendarRef, Door, HolidayRule, Hours, Schedule, TimeZone, Week, Weekday, Zone};

use crate::support::{METROPOLE, almanac, at, hours, office, windows};

fn schedule(hours: &Hours) -> std::sync::Arc<Schedule> {
    almanac().opening(hours).unwrap()
}

#[test]
fn opens_and_closes_to_the_microsecond() {
    let desk = schedule(&office());
    assert!(!desk.is_open(at("2026-06-01T08:59:59.999999")).unwrap());
    assert!(desk.is_open(at("2026-06-01T09:00")).unwrap());
    assert!(desk.is_open(at("2026-06-01T11:59:59.999999")).unwrap());
    assert!(!desk.is_open(at("2026-06-01T12:00")).unwrap());
    assert_eq!(desk.closes_at(at("2026-06-01T09:00")).unwrap(), Some(at("2026-06-01T12:00")));
    assert_eq!(desk.closes_at(at("2026-06-01T13:00")).unwrap(), None);
    assert_eq!(desk.next_opening(at("2026-06-01T09:30")).unwrap(), Some(at("2026-06-01T09:30")));
    // A long weekend: Thursday is Ascension.
    assert_eq!(desk.next_opening(at("2026-05-13T18:00")).unwrap(), Some(at("2026-05-15T09:00")));
}

#[test]
fn around_the_clock_never_closes() {
    let always = schedule(&Hours::always());
    assert_eq!(always.door(at("2026-12-31T23:59")).unwrap(), Door::Open { closes_at: None });
    assert_eq!(always.open_between(at("2026-01-01T00:00"), at("2027-01-01T00:00")).unwrap(), hours(365 * 24));
}

#[test]
fn a_night_belongs_to_the_day_on_which_it_opens_also_over_new_year() {
    let week = Week::monday_to_friday(&windows("22:00-06:00"));
    let night = Hours::new(TimeZone::paris(), week).unwrap();
    let closed = night.with_holidays(METROPOLE, HolidayRule::Closed).unwrap();
    let desk = schedule(&closed);
    // 31 December 2026 is a Thursday: its night lasts into New Year's Day, whose own night does not open.
    assert_eq!(desk.closes_at(at("2026-12-31T23:00")).unwrap(), Some(at("2027-01-01T06:00")));
    assert!(desk.is_open(at("2027-01-01T05:59")).unwrap());
    assert!(!desk.is_open(at("2027-01-01T23:00")).unwrap());
    // Friday's night ends on Saturday.
    assert_eq!(desk.closes_at(at("2026-06-05T22:00")).unwrap(), Some(at("2026-06-06T06:00")));
    assert!(!desk.is_open(at("2026-06-06T22:30")).unwrap());
    assert_eq!(desk.open_between(at("2026-12-31T12:00"), at("2027-01-04T12:00")).unwrap(), hours(8));
}

#[test]
fn shifts_that_touch_over_midnight_are_one() {
    let week = Week::default()
        .on(Weekday::Friday, &windows("18:00-24:00"))
        .on(Weekday::Saturday, &windows("00:00-02:00 02:00-03:00"));
    let bar = schedule(&Hours::new(TimeZone::paris(), week).unwrap());
    assert_eq!(bar.closes_at(at("2026-06-05T20:00")).unwrap(), Some(at("2026-06-06T03:00")));
}

#[test]
fn each_rule_for_public_holidays_does_what_it_says() {
    let week = Week::monday_to_friday(&windows("09:00-18:00")).on(Weekday::Sunday, &windows("10:00-11:00"));
    let plain = Hours::new(TimeZone::paris(), week).unwrap();
    let bastille_day = (at("2026-07-14T00:00"), at("2026-07-15T00:00"));
    let open = |rule| {
        let desk = schedule(&plain.with_holidays(METROPOLE, rule).unwrap());
        desk.open_between(bastille_day.0, bastille_day.1).unwrap()
    };
    assert_eq!(open(HolidayRule::Closed), hours(0));
    assert_eq!(open(HolidayRule::AsSundays), hours(1));
    assert_eq!(open(HolidayRule::AsUsual), hours(9));
    assert_eq!(open(HolidayRule::Windows(windows("09:00-11:00 14:00-15:00"))), hours(3));
    let ignored = schedule(&plain).open_between(bastille_day.0, bastille_day.1).unwrap();
    assert_eq!(ignored, hours(9));
}

#[test]
fn an_exception_opens_or_closes_and_says_why() {
    let hours_of_desk = office()
        .with_exception("2026-07-14".parse().unwrap(), &windows("08:00-10:00"), "Tour de France")
        .and_then(|hours| hours.with_exception("2026-07-15".parse().unwrap(), &[], "Inventaire"))
        .unwrap();
    let desk = schedule(&hours_of_desk);
    assert_eq!(desk.next_opening(at("2026-07-13T18:00")).unwrap(), Some(at("2026-07-14T08:00")));
    assert_eq!(desk.next_opening(at("2026-07-14T10:00")).unwrap(), Some(at("2026-07-16T09:00")));
    let because = |date: &str| desk.day(date.parse().unwrap()).unwrap().because;
    assert_eq!(because("2026-07-15"), Because::Exception("Inventaire".to_owned()));
    assert_eq!(because("2026-07-16"), Because::Usual);
    assert_eq!(because("2026-08-15"), Because::PublicHoliday("Assomption".to_owned()));
}

#[test]
fn each_zone_closes_on_its_own_holidays() {
    let week = Week::monday_to_friday(&windows("09:00-17:00"));
    for (zone, closed) in [(Zone::AlsaceMoselle, "2026-04-03T10:00"), (Zone::Metropole, "2026-04-06T10:00")] {
        let hours = Hours::new(TimeZone::paris(), week.clone()).unwrap();
        let there = hours.with_holidays(CalendarRef::built_in(zone), HolidayRule::Closed).unwrap();
        assert!(!schedule(&there).is_open(at(closed)).unwrap(), "{zone}");
    }
    let mainland = Hours::new(TimeZone::paris(), week).unwrap();
    let mainland = mainland.with_holidays(METROPOLE, HolidayRule::Closed).unwrap();
    assert!(schedule(&mainland).is_open(at("2026-04-03T10:00")).unwrap());
}

#[test]
fn equal_hours_share_one_schedule() {
    let json = serde_json::to_string(&office()).unwrap();
    let pinned: Hours = serde_json::from_str(&json).unwrap();
    assert!(std::sync::Arc::ptr_eq(&schedule(&office()), &schedule(&pinned)));
}
