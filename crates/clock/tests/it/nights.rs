//! Nights of 23 and of 25 hours.

use std::time::Duration;

use vigie_clock::{CalendarRef, Door, Hours, Schedule, Term, TimeZone, Week, Zone};

use crate::support::{almanac, at, hours, local, minutes, windows};

/// A zone, a winter night of 25 hours and a summer night of 23 in it: the evening, and the morning after.
const NIGHTS: [(&str, &str, &str, &str, &str); 2] = [
    ("Europe/Paris", "2026-10-24", "2026-10-25", "2026-03-28", "2026-03-29"),
    ("America/Miquelon", "2026-10-31", "2026-11-01", "2026-03-07", "2026-03-08"),
];

fn schedule(zone: &str, text: &str) -> std::sync::Arc<Schedule> {
    let zone = TimeZone::named(zone).unwrap();
    almanac().opening(&Hours::new(zone, Week::every_day(&windows(text))).unwrap()).unwrap()
}

fn open(schedule: &Schedule, zone: &str, from: &str, to: &str) -> Duration {
    schedule.open_between(local(zone, from), local(zone, to)).unwrap()
}

#[test]
fn a_night_desk_works_nine_hours_or_seven() {
    for (zone, evening, morning, short_evening, short_morning) in NIGHTS {
        let desk = schedule(zone, "22:00-06:00");
        let noon = |date: &str| format!("{date}T12:00");
        assert_eq!(open(&desk, zone, &noon(evening), &noon(morning)), hours(9), "{zone}");
        assert_eq!(open(&desk, zone, &noon(short_evening), &noon(short_morning)), hours(7), "{zone}");
        let closes = desk.closes_at(local(zone, &format!("{evening}T23:00"))).unwrap();
        assert_eq!(closes, Some(local(zone, &format!("{morning}T06:00"))), "{zone}");
    }
}

#[test]
fn the_whole_day_has_as_many_hours_as_it_has() {
    for (zone, _, long, _, short) in NIGHTS {
        let always = schedule(zone, "00:00-24:00");
        let day = |date: &str| {
            let time_zone = TimeZone::named(zone).unwrap();
            let date = date.parse().unwrap();
            always.open_between(time_zone.start_of(date), time_zone.end_of(date)).unwrap()
        };
        assert_eq!((day(long), day(short)), (hours(25), hours(23)), "{zone}");
    }
}

#[test]
fn four_hours_are_four_hours_whatever_the_clock_on_the_wall_does() {
    let elapsed = Term::elapsed(hours(4));
    assert_eq!(almanac().deadline(&elapsed, at("2026-10-25T00:00")).unwrap(), at("2026-10-25T03:00"));
    assert_eq!(almanac().deadline(&elapsed, at("2026-03-29T00:00")).unwrap(), at("2026-03-29T05:00"));
    // And so they are in hours that the night belongs to.
    let night = Hours::new(TimeZone::paris(), Week::every_day(&windows("22:00-06:00"))).unwrap();
    let in_hours = Term::open(hours(4), night);
    assert_eq!(almanac().deadline(&in_hours, at("2026-10-24T20:00")).unwrap(), at("2026-10-25T00:00Z"));
    assert_eq!(almanac().deadline(&in_hours, at("2026-03-28T20:00")).unwrap(), at("2026-03-29T01:00Z"));
}

#[test]
fn a_window_in_the_repeated_hour_opens_twice_and_one_in_the_missing_hour_not_at_all() {
    let early = schedule("Europe/Paris", "02:15-02:45");
    let night = |from, to| open(&early, "Europe/Paris", from, to);
    assert_eq!(night("2026-10-25T00:00", "2026-10-25T12:00"), minutes(60));
    assert_eq!(night("2026-03-29T00:00", "2026-03-29T12:00"), minutes(0));
    assert_eq!(night("2026-03-30T00:00", "2026-03-30T12:00"), minutes(30));
    let until_half_past = schedule("Europe/Paris", "00:00-02:30");
    let first = until_half_past.door(at("2026-10-25T00:00")).unwrap();
    assert_eq!(first, Door::Open { closes_at: Some(at("2026-10-25T00:30Z")) });
    let again = until_half_past.door(at("2026-10-25T00:30Z")).unwrap();
    assert_eq!(again, Door::Closed { opens_at: Some(at("2026-10-25T01:00Z")) });
}

#[test]
fn working_days_and_calendar_days_end_at_local_midnight_around_those_nights() {
    let days = Term::working_days(1, CalendarRef::built_in(Zone::Metropole));
    for (friday, tuesday) in [("2026-10-23", "2026-10-27"), ("2026-03-27", "2026-03-31")] {
        let due = almanac().deadline(&days, at(&format!("{friday}T10:00"))).unwrap();
        assert_eq!(due, at(&format!("{tuesday}T00:00")));
    }
    let next_day = Term::calendar_days(1);
    assert_eq!(almanac().deadline(&next_day, at("2026-10-24T23:59")).unwrap(), at("2026-10-25T23:00Z"));
    assert_eq!(almanac().deadline(&next_day, at("2026-03-28T23:59")).unwrap(), at("2026-03-29T22:00Z"));
}

#[test]
fn overseas_sites_have_their_own_hours() {
    // 08:00 in Martinique is 14:00 in summer in Paris; the site's wall clock counts.
    let desk = schedule("America/Martinique", "08:00-16:00");
    assert!(!desk.is_open(at("2026-07-15T13:59")).unwrap());
    assert!(desk.is_open(at("2026-07-15T14:00")).unwrap());
    assert!(desk.is_open(at("2026-01-15T13:00")).unwrap(), "no summer time there");
    let noumea = schedule("Pacific/Noumea", "07:00-08:00");
    assert!(noumea.is_open(at("2026-01-14T20:30Z")).unwrap());
}
