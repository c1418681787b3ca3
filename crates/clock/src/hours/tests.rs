use jiff::civil::date;

use super::*;
use crate::Zone;

fn windows(text: &str) -> Vec<Window> {
    Window::list(text).unwrap()
}

fn office() -> Hours {
    Hours::new(TimeZone::paris(), Week::monday_to_friday(&windows("09:00-12:00 14:00-18:00"))).unwrap()
}

#[test]
fn is_written_as_people_write_it() {
    let calendar = CalendarRef::built_in(Zone::Reunion);
    let hours = office()
        .with_holidays(calendar, HolidayRule::AsSundays)
        .and_then(|hours| hours.with_exception(date(2026, 8, 14), &[], "inventaire"))
        .unwrap();
    let json = serde_json::to_value(&hours).unwrap();
    let day = serde_json::json!(["09:00-12:00", "14:00-18:00"]);
    assert_eq!(
        json,
        serde_json::json!({
            "time_zone": "Europe/Paris",
            "week": {"mon": day, "tue": day, "wed": day, "thu": day, "fri": day},
            "holidays": {"calendar": {"zone": "reunion", "version": 1}, "rule": "as-sundays"},
            "exceptions": [{"date": "2026-08-14", "windows": [], "reason": "inventaire"}],
        })
    );
    assert_eq!(serde_json::from_value::<Hours>(json).unwrap(), hours);
}

#[test]
fn an_exception_goes_before_a_public_holiday_and_that_before_the_weekday() {
    let calendar = Calendar::built_in(Zone::Metropole);
    let hours = office()
        .with_holidays(calendar.reference(), HolidayRule::Windows(windows("10:00-12:00")))
        .and_then(|hours| hours.with_exception(date(2026, 7, 14), &windows("08:00-20:00"), "finale"))
        .unwrap();
    let day = |date| hours.day(date, Some(&calendar));
    assert_eq!(
        (day(date(2026, 7, 13)).windows, day(date(2026, 7, 13)).because),
        (windows("09:00-12:00 14:00-18:00"), Because::Usual)
    );
    assert_eq!(day(date(2026, 7, 14)).windows, windows("08:00-20:00"));
    assert_eq!(day(date(2026, 7, 14)).because, Because::Exception("finale".to_owned()));
    assert_eq!(day(date(2026, 11, 11)).windows, windows("10:00-12:00"));
    assert_eq!(day(date(2026, 11, 11)).because, Because::PublicHoliday("Armistice 1918".to_owned()));
    assert_eq!(day(date(2026, 7, 18)).windows, []);
}

#[test]
fn refuses_windows_that_overlap_also_over_midnight_and_over_the_weeks_end() {
    let paris = TimeZone::paris;
    let overlap = |week: Week| matches!(Hours::new(paris(), week), Err(Error::Overlap { .. }));
    assert!(overlap(Week::monday_to_friday(&windows("09:00-12:00 11:59-18:00"))));
    assert!(overlap(Week::default().on(Weekday::Monday, &windows("22:00-06:00 05:00-07:00 21:00-23:00"))));
    let night = Week::default().on(Weekday::Sunday, &windows("22:00-06:00"));
    assert!(overlap(night.clone().on(Weekday::Monday, &windows("05:59-12:00"))));
    assert!(Hours::new(paris(), night.on(Weekday::Monday, &windows("06:00-12:00 12:00-13:00"))).is_ok());
    assert!(overlap(Week::every_day(&windows("12:00-12:01 11:00-10:59")).on(Weekday::Friday, &[])));
    assert!(Hours::new(paris(), Week::every_day(&windows("12:00-11:59"))).is_ok());
}

#[test]
fn refuses_what_never_opens_or_is_too_much() {
    let paris = TimeZone::paris;
    assert_eq!(Hours::new(paris(), Week::default()), Err(Error::NeverOpen));
    let many: Vec<Window> =
        (0..9).map(|hour| format!("{hour:02}:00-{hour:02}:30").parse().unwrap()).collect();
    assert!(matches!(Hours::new(paris(), Week::every_day(&many)), Err(Error::TooManyShifts { .. })));
    let day = date(2026, 8, 14);
    for reason in [String::new(), " ".to_owned(), "x".repeat(201)] {
        assert_eq!(office().with_exception(day, &[], &reason), Err(Error::Reason(day)));
    }
    let once = office().with_exception(day, &[], "inventaire").unwrap();
    assert_eq!(once.with_exception(day, &[], "fête"), Err(Error::ExceptedTwice(day)));
    let overlapping = windows("09:00-12:00 11:00-13:00");
    assert!(matches!(office().with_exception(day, &overlapping, "x"), Err(Error::Overlap { .. })));
    let reference = CalendarRef::built_in(Zone::Metropole);
    let rule = HolidayRule::Windows(overlapping);
    assert!(matches!(office().with_holidays(reference, rule), Err(Error::Overlap { .. })));
}

#[test]
fn nothing_wrong_gets_in_by_the_wire() {
    let wrong = [
        r#"{"time_zone":"Europe/Paris","week":{}}"#,
        r#"{"time_zone":"Europe/Paris","week":{"monday":["09:00-12:00"]}}"#,
        r#"{"time_zone":"Europe/Pariss","week":{"mon":["09:00-12:00"]}}"#,
        r#"{"time_zone":"Europe/Paris","week":{"mon":["09:00-25:00"]}}"#,
        r#"{"time_zone":"Europe/Paris","week":{"mon":["09:00-12:00","11:00-13:00"]}}"#,
        r#"{"time_zone":"Europe/Paris","week":{"mon":["09:00-12:00"]},"exceptions":[{"date":"2026-02-30","reason":"x"}]}"#,
        r#"{"time_zone":"Europe/Paris","week":{"mon":["09:00-12:00"]},"holidays":{"calendar":{"zone":"corse","version":1},"rule":"closed"}}"#,
        r#"{"time_zone":"Europe/Paris","week":{"mon":["09:00-12:00"]},"holiday":"closed"}"#,
    ];
    for json in wrong {
        assert!(serde_json::from_str::<Hours>(json).is_err(), "{json}");
    }
}

#[test]
fn the_schema_describes_what_is_written() {
    let schema = serde_json::to_value(schemars::schema_for!(Hours)).unwrap();
    assert_eq!(schema["required"], serde_json::json!(["time_zone", "week"]));
    assert_eq!(
        schema["$defs"]["Week"]["properties"]["mon"]["items"],
        serde_json::json!({"$ref": "#/$defs/Window"})
    );
}
