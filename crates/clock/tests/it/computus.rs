//! The calendar against the definition of Easter, from 1950 to 2100.

use vigie_clock::{Calendar, Date, Zone};

/// Easter by its definition: the Sunday after the ecclesiastical full moon that falls on 21 March or later, the moon's
/// age by the lunar table of the Gregorian reform (epacts). None of the arithmetic of the calendar under test.
fn easter_by_epacts(year: i16) -> Date {
    let golden = i32::from(year) % 19 + 1;
    let century = i32::from(year) / 100 + 1;
    let solar = 3 * century / 4 - 12;
    let lunar = (8 * century + 5) / 25 - 5;
    let mut epact = (11 * golden + 20 + lunar - solar).rem_euclid(30);
    if (epact == 25 && golden > 11) || epact == 24 {
        epact += 1;
    }
    let days_from_1_march = if epact <= 23 { 43 - epact } else { 73 - epact };
    let full_moon =
        Date::new(year, 3, 1).unwrap().checked_add(jiff::Span::new().days(days_from_1_march)).unwrap();
    full_moon.nth_weekday(1, vigie_clock::Weekday::Sunday).unwrap()
}

#[test]
fn public_holidays_of_1950_to_2100_by_an_independent_computus() {
    for year in 1950..=2100 {
        // Sunday, then the same weekday in steps of a week: no calendar arithmetic of ours.
        let easter = easter_by_epacts(year);
        let after_easter = |days: i32| easter.checked_add(jiff::Span::new().days(days)).unwrap();
        let fixed = |month, day| Date::new(year, month, day).unwrap();
        let mut expected =
            vec![fixed(1, 1), fixed(5, 1), fixed(7, 14), fixed(8, 15), fixed(11, 1), fixed(11, 11)];
        expected.extend([fixed(12, 25), after_easter(1), after_easter(39), after_easter(50)]);
        if (1953..=1959).contains(&year) || year >= 1982 {
            expected.push(fixed(5, 8));
        }
        expected.sort_unstable();
        let holidays = Calendar::built_in(Zone::Metropole).holidays(year);
        assert_eq!(holidays.iter().map(|holiday| holiday.date).collect::<Vec<_>>(), expected, "{year}");
        let good_friday = Calendar::built_in(Zone::AlsaceMoselle).holiday(after_easter(-2)).unwrap();
        assert_eq!(good_friday.name, "Vendredi saint", "{year}");
    }
}
