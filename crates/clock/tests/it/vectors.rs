//! N jours ouvrés: the vectors of the commitments, zone by zone.

use vigie_clock::{
    Almanac, Amendment, CalendarError, CalendarRef, Calendars, Date, ScheduleError, Term, TimeZone, Zone,
};

use crate::support::{almanac, at, hours, local};

fn four_days(zone: Zone, from: &str) -> String {
    let term = Term::working_days(4, CalendarRef::built_in(zone));
    let noon = at(&format!("{from}T12:00"));
    TimeZone::paris().last_day_before(almanac().deadline(&term, noon).unwrap()).to_string()
}

#[test]
fn ascension_week() {
    assert_eq!(four_days(Zone::Metropole, "2026-05-13"), "2026-05-20");
}

#[test]
fn dated_on_a_saturday_before_victory_day() {
    assert_eq!(four_days(Zone::Metropole, "2026-05-02"), "2026-05-07");
}

#[test]
fn easter_with_and_without_good_friday() {
    assert_eq!(four_days(Zone::Metropole, "2026-03-31"), "2026-04-07");
    assert_eq!(four_days(Zone::AlsaceMoselle, "2026-03-31"), "2026-04-08");
}

#[test]
fn christmas_with_and_without_saint_stephen() {
    assert_eq!(four_days(Zone::Metropole, "2025-12-24"), "2025-12-31");
    assert_eq!(four_days(Zone::AlsaceMoselle, "2025-12-24"), "2026-01-02");
}

#[test]
fn whit_monday_and_the_abolition_in_martinique() {
    assert_eq!(four_days(Zone::Metropole, "2026-05-20"), "2026-05-27");
    assert_eq!(four_days(Zone::Martinique, "2026-05-20"), "2026-05-28");
}

#[test]
fn the_abolition_in_reunion() {
    assert_eq!(four_days(Zone::Metropole, "2027-12-16"), "2027-12-22");
    assert_eq!(four_days(Zone::Reunion, "2027-12-16"), "2027-12-23");
}

#[test]
fn the_days_of_the_other_zones_push_too() {
    for (zone, from, expected) in [
        (Zone::Guadeloupe, "2026-05-26", "2026-06-02"),
        (Zone::SaintMartin, "2026-05-26", "2026-06-02"),
        (Zone::Guyane, "2026-06-09", "2026-06-16"),
        (Zone::Mayotte, "2026-04-24", "2026-05-04"),
        (Zone::SaintBarthelemy, "2026-10-08", "2026-10-15"),
    ] {
        assert_eq!(four_days(zone, from), expected, "{zone}");
    }
}

#[test]
fn the_hour_of_the_triggering_day_does_not_count() {
    let term = Term::working_days(1, CalendarRef::built_in(Zone::Metropole));
    for time in ["00:00", "08:15", "23:59:59.999999"] {
        let due = almanac().deadline(&term, at(&format!("2026-06-01T{time}"))).unwrap();
        assert_eq!(due, at("2026-06-03T00:00"), "{time}");
    }
}

#[test]
fn a_day_ends_where_the_contract_says() {
    let calendar = CalendarRef::built_in(Zone::Reunion);
    let time_zone = TimeZone::of(Zone::Reunion);
    let there = Term::WorkingDays { days: 1, calendar, time_zone };
    // 2026-06-01 21:00 in Paris is 2026-06-01 23:00 in Réunion; two hours later it is tomorrow there.
    assert_eq!(
        almanac().deadline(&there, at("2026-06-01T21:00")).unwrap(),
        local("Indian/Reunion", "2026-06-03T00:00")
    );
    assert_eq!(
        almanac().deadline(&there, at("2026-06-01T23:00")).unwrap(),
        local("Indian/Reunion", "2026-06-04T00:00")
    );
    let here = Term::working_days(1, calendar);
    assert_eq!(almanac().deadline(&here, at("2026-06-01T23:00")).unwrap(), at("2026-06-03T00:00"));
}

#[test]
fn the_schedule_and_the_calendar_count_the_same_days() {
    let paris = TimeZone::paris();
    for zone in Zone::ALL {
        let calendar = almanac().calendars().get(CalendarRef::built_in(zone)).unwrap();
        let mut date: Date = "2025-11-01".parse().unwrap();
        while date.year() < 2028 {
            for days in [1, 4, 23] {
                let term = Term::working_days(days, calendar.reference());
                let due = almanac().deadline(&term, paris.start_of(date).plus(hours(13))).unwrap();
                assert_eq!(
                    Some(paris.last_day_before(due)),
                    calendar.nth_working_day_after(date, days),
                    "{days} days after {date}, {zone}"
                );
            }
            date = date.tomorrow().unwrap();
        }
    }
}

#[test]
fn j_plus_1_is_the_end_of_the_next_calendar_day() {
    let term = Term::calendar_days(1);
    assert_eq!(almanac().deadline(&term, at("2026-05-08T23:59")).unwrap(), at("2026-05-10T00:00"));
    assert_eq!(almanac().deadline(&term, at("2026-05-09T00:00")).unwrap(), at("2026-05-11T00:00"));
    assert_eq!(
        almanac().deadline(&Term::calendar_days(0), at("2026-05-09T15:00")).unwrap(),
        at("2026-05-10T00:00")
    );
}

#[test]
fn saint_martin_may_be_read_otherwise() {
    let decree: Amendment = serde_json::from_str(
        r#"{"zone":"saint-martin","version":2,"based_on":1,"remove":[{"fixed":"05-28"}],
            "add":[{"name":"Abolition de l'esclavage","fixed":"05-27","from":2018}]}"#,
    )
    .unwrap();
    let almanac = Almanac::new(Calendars::built_in().with(&decree).unwrap());
    let due = |version| {
        let calendar = CalendarRef { zone: Zone::SaintMartin, version };
        almanac.deadline(&Term::working_days(1, calendar), at("2026-05-26T12:00")).unwrap()
    };
    assert_eq!(due(1), at("2026-05-28T00:00"));
    assert_eq!(due(2), at("2026-05-29T00:00"));
}

#[test]
fn a_calendar_that_nobody_defined_is_named() {
    let unknown = CalendarRef { zone: Zone::Guyane, version: 9 };
    let refused = almanac().deadline(&Term::working_days(4, unknown), at("2026-05-26T12:00"));
    assert_eq!(refused, Err(ScheduleError::Calendar(CalendarError::Unknown(unknown))));
    assert_eq!(refused.unwrap_err().to_string(), "there is no calendar guyane version 9");
}

#[test]
fn years_that_nobody_promised_in_are_refused() {
    let term = Term::working_days(4, CalendarRef::built_in(Zone::Metropole));
    for year in ["1989-12-30T12:00", "2150-01-02T12:00"] {
        assert_eq!(almanac().deadline(&term, at(year)), Err(ScheduleError::OutOfSpan(at(year))));
    }
    let last = at("2149-12-31T12:00");
    assert_eq!(almanac().deadline(&term, last), Err(ScheduleError::NeverWithinSpan(last)));
    // The New Year's Day before the first working day that is known.
    assert_eq!(almanac().deadline(&term, at("1990-01-01T12:00")).unwrap(), at("1990-01-06T00:00"));
}
