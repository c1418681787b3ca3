//! The calendars against those of the Python package `holidays`, which we did not write.

use std::collections::BTreeSet;
use std::time::Duration;

use vigie_clock::{Calendar, Date, Zone};
use vigie_testkit::{Python, Scratch, Stream};

const FIRST: i16 = 2000;
const LAST: i16 = 2060;

/// Where the package has what we call that zone; Alsace and Moselle are two there.
const SUBDIVISIONS: [(Zone, &str); 10] = [
    (Zone::Metropole, ""),
    (Zone::AlsaceMoselle, "57"),
    (Zone::AlsaceMoselle, "6AE"),
    (Zone::Martinique, "972"),
    (Zone::Guadeloupe, "971"),
    (Zone::Guyane, "973"),
    (Zone::Reunion, "974"),
    (Zone::Mayotte, "976"),
    (Zone::SaintBarthelemy, "BL"),
    (Zone::SaintMartin, "MF"),
];

/// A line of subdivision and date for each public holiday; territories without holidays of their own on a line `like`.
const SCRIPT: &str = r#"
import sys, holidays
first, last, subdivisions = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3].split(",")
years = range(first, last + 1)
def days(subdivision):
    return set(holidays.country_holidays("FR", subdiv=subdivision or None, years=years))
for subdivision in subdivisions:
    for day in sorted(days(subdivision)):
        print(subdivision, day.isoformat(), sep="|")
if days("PM") == days(""):
    print("like metropole", "PM", sep="|")
print("done")
"#;

type Days = BTreeSet<Date>;

fn of_package() -> (Vec<Days>, bool) {
    let home = Scratch::new("holidays").unwrap();
    let names: Vec<_> = SUBDIVISIONS.iter().map(|(_, subdivision)| *subdivision).collect();
    let arguments = [FIRST.to_string(), LAST.to_string(), names.join(",")];
    let script = Python::with_holidays().unwrap().run_text(&home, SCRIPT, arguments).unwrap();
    script.wait_for_line("all holidays", Duration::from_secs(60), |line| line == "done").unwrap();
    let printed = script.text(Stream::Out);
    let days = |subdivision: &str| {
        let lines = printed.lines().filter_map(|line| line.split_once('|'));
        lines.filter(|(name, _)| *name == subdivision).map(|(_, day)| day.parse().unwrap()).collect()
    };
    (names.into_iter().map(days).collect(), printed.contains("like metropole|PM"))
}

fn of_ours(zone: Zone) -> Days {
    let calendar = Calendar::built_in(zone);
    (FIRST..=LAST).flat_map(|year| calendar.holidays(year)).map(|holiday| holiday.date).collect()
}

fn easter(year: i16) -> Date {
    // Easter Monday is a public holiday of both; the test fails before this matters if they differ on it.
    let holidays = Calendar::built_in(Zone::Metropole).holidays(year);
    holidays.into_iter().find(|day| day.name == "Lundi de Pâques").unwrap().date.yesterday().unwrap()
}

fn easter_and(year: i16, days: i32) -> Date {
    easter(year).checked_add(jiff::Span::new().days(days)).unwrap()
}

fn every_year(years: impl Iterator<Item = i16>, month: i8, day: i8) -> Days {
    years.map(|year| Date::new(year, month, day).unwrap()).collect()
}

/// What the package has and the law has not: customs, and a commemoration that Code du travail L3422-2 does not name.
fn only_in_package(zone: Zone) -> Days {
    let years = || FIRST..=LAST;
    let schoelcher = every_year(years(), 7, 21);
    match zone {
        Zone::Martinique => schoelcher,
        // Good Friday and mid-Lent are customary there.
        Zone::Guadeloupe => {
            let customs = years().flat_map(|year| [easter_and(year, -2), easter_and(year, -24)]);
            schoelcher.into_iter().chain(customs).collect()
        }
        // Both 28 May and 21 July since the decree of 2012, which says 27 May; the 28th is kept since 2018.
        Zone::SaintMartin => {
            let too_early = every_year(2012..=2017, 5, 28);
            every_year(2012..=LAST, 7, 21).into_iter().chain(too_early).collect()
        }
        _ => Days::new(),
    }
}

/// What the law has and the package has not.
fn only_in_ours(zone: Zone) -> Days {
    // Whit Monday stayed a public holiday while most worked on it.
    let mut days: Days = (2005..=2007).map(|year| easter_and(year, 50)).collect();
    match zone {
        // Communes of Guadeloupe until 2007, and keeping its date until they had one of their own.
        Zone::SaintBarthelemy => days.extend(every_year(FIRST..=2007, 5, 27)),
        Zone::SaintMartin => days.extend(every_year(FIRST..=2017, 5, 27)),
        _ => {}
    }
    days
}

#[test]
fn holidays_of_2000_to_2060_are_those_of_the_package_but_for_the_differences_named_here() {
    let (package, miquelon_is_like_metropole) = of_package();
    for ((zone, subdivision), theirs) in SUBDIVISIONS.into_iter().zip(package) {
        let ours = of_ours(zone);
        assert!(theirs.len() > 600, "{zone}: the package has only {} holidays", theirs.len());
        // 28 May 2012 was Whit Monday everywhere: it is no difference.
        let expected_more: Days = only_in_package(zone).difference(&ours).copied().collect();
        let expected_less: Days = only_in_ours(zone).difference(&theirs).copied().collect();
        let more: Days = theirs.difference(&ours).copied().collect();
        let less: Days = ours.difference(&theirs).copied().collect();
        assert_eq!(more, expected_more, "only in the package: {zone} {subdivision}");
        assert_eq!(less, expected_less, "only in ours: {zone} {subdivision}");
    }
    assert!(miquelon_is_like_metropole, "Saint-Pierre-et-Miquelon has holidays of its own there");
}
