//! What holds whatever the hours, the pauses and the moment.

use std::time::Duration;

use jiff::civil::{DateTime, Time};
use proptest::prelude::*;
use vigie_clock::{
    Almanac, CalendarRef, Cause, Countdown, HolidayRule, Hours, Pause, Schedule, Standing, Term, TimeZone,
    Timestamp, Week, Window, Zone,
};

const TIME_ZONES: [&str; 6] =
    ["Europe/Paris", "America/Miquelon", "America/Cayenne", "Indian/Reunion", "Pacific/Noumea", "UTC"];

fn almanac() -> &'static Almanac {
    Almanac::built_in()
}

/// An instant of 2026 or 2027, more often than not near a night that is not 24 hours long.
fn instant() -> impl Strategy<Value = Timestamp> {
    let year = Timestamp::parse("2026-01-01T00:00:00Z").unwrap().as_micros();
    let nights =
        ["2026-03-08T06:00:00Z", "2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z", "2026-11-01T05:00:00Z"];
    let nights = nights.map(|night| Timestamp::parse(night).unwrap().as_micros());
    prop_oneof![
        (0..730 * 24 * 60_i64).prop_map(move |minutes| year + minutes * 60_000_000),
        (0..730 * 86_400_000_000_i64).prop_map(move |micros| year + micros),
        (proptest::sample::select(nights.to_vec()), -2_880..2_880_i64)
            .prop_map(|(night, minutes)| night + minutes * 60_000_000),
    ]
    .prop_map(Timestamp::from_micros)
}

/// Windows of one day that do not overlap: cut points in order, taken in pairs.
fn shifts() -> impl Strategy<Value = Vec<Window>> {
    proptest::collection::btree_set(0..=96_u16, 0..=6).prop_map(|quarters| {
        let quarters: Vec<_> = quarters.into_iter().collect();
        let time = |quarter: u16| format!("{:02}:{:02}", quarter / 4, quarter % 4 * 15);
        let windows = quarters.chunks_exact(2);
        windows.map(|pair| format!("{}-{}", time(pair[0]), time(pair[1])).parse().unwrap()).collect()
    })
}

fn opening_hours() -> impl Strategy<Value = Hours> {
    let days = proptest::collection::vec(shifts(), 7);
    let night = proptest::option::of((0..7_usize, 20..24_u16, 1..8_u16));
    let rule = proptest::option::of(prop_oneof![
        Just(HolidayRule::Closed),
        Just(HolidayRule::AsSundays),
        shifts().prop_map(HolidayRule::Windows),
    ]);
    let excepted = proptest::option::of((0..500_i32, shifts()));
    let zones = (proptest::sample::select(TIME_ZONES.to_vec()), proptest::sample::select(Zone::ALL.to_vec()));
    (days, night, rule, excepted, zones).prop_filter_map(
        "never open",
        |(days, night, rule, excepted, zones)| {
            let mut week = Week::DAYS
                .into_iter()
                .zip(days)
                .fold(Week::default(), |week, (day, windows)| week.on(day, &windows));
            if let Some((day, from, to)) = night {
                let desk: Window = format!("{from:02}:00-{to:02}:00").parse().unwrap();
                week = week.on(Week::DAYS[day], &[desk]).on(Week::DAYS[(day + 1) % 7], &[]);
            }
            let mut hours = Hours::new(TimeZone::named(zones.0).unwrap(), week).ok()?;
            if let Some(rule) = rule {
                hours = hours.with_holidays(CalendarRef::built_in(zones.1), rule).unwrap();
            }
            if let Some((days, windows)) = excepted {
                let date = jiff::civil::date(2026, 1, 1).checked_add(jiff::Span::new().days(days)).unwrap();
                hours = hours.with_exception(date, &windows, "exception").unwrap();
            }
            Some(hours)
        },
    )
}

fn budget() -> impl Strategy<Value = Duration> {
    prop_oneof![
        (1..20 * 60_u64).prop_map(Duration::from_mins),
        (1..72_000_000_000_u64).prop_map(Duration::from_micros),
    ]
}

fn term() -> impl Strategy<Value = Term> {
    let zone =
        || proptest::sample::select(TIME_ZONES.to_vec()).prop_map(|name| TimeZone::named(name).unwrap());
    let calendar = proptest::sample::select(Zone::ALL.to_vec()).prop_map(CalendarRef::built_in);
    prop_oneof![
        (1..10_u16, calendar, zone()).prop_map(|(days, calendar, time_zone)| Term::WorkingDays {
            days,
            calendar,
            time_zone
        }),
        (budget(), opening_hours()).prop_map(|(budget, hours)| Term::open(budget, hours)),
        budget().prop_map(Term::elapsed),
        (0..10_u16, zone()).prop_map(|(days, time_zone)| Term::CalendarDays { days, time_zone }),
    ]
}

/// Microseconds after the start at which a pause begins, and how long it lasts.
fn pauses() -> impl Strategy<Value = Vec<(u64, u64)>> {
    let hour = 3_600_000_000_u64;
    proptest::collection::vec((0..24 * 9 * hour, 0..40 * hour), 0..6)
}

fn paused(start: Timestamp, term: &Term, pauses: &[(u64, u64)]) -> Countdown {
    let mut clock = Countdown::start(start, term.clone()).unwrap();
    for (after, lasting) in pauses {
        clock.record_pause(stretch(start, *after, Some(*lasting))).unwrap();
    }
    clock
}

fn stretch(start: Timestamp, after: u64, lasting: Option<u64>) -> Pause {
    let start = start.plus(Duration::from_micros(after));
    let end = lasting.map(|lasting| start.plus(Duration::from_micros(lasting)));
    Pause { cause: Cause::Customer, author: "somebody".to_owned(), start, end }
}

/// Whether the wall clock reads a time inside of a window: the definition, without intervals.
fn reads_open(hours: &Hours, schedule: &Schedule, at: Timestamp) -> bool {
    let zone = jiff::tz::TimeZoneDatabase::bundled().get(hours.time_zone().name()).unwrap();
    let wall_clock = zone.to_datetime(jiff::Timestamp::from_microsecond(at.as_micros()).unwrap());
    let minutes = |since: DateTime| wall_clock.duration_since(since).as_secs().div_euclid(60);
    let in_window = |date: jiff::civil::Date| {
        let minute = minutes(date.to_datetime(Time::midnight()));
        let windows = schedule.day(date).unwrap().windows;
        windows.iter().any(|window| (i64::from(window.opens())..i64::from(window.closes())).contains(&minute))
    };
    in_window(wall_clock.date()) || in_window(wall_clock.date().yesterday().unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn open_is_when_the_wall_clock_reads_a_window(hours in opening_hours(), at in instant()) {
        let schedule = almanac().opening(&hours).unwrap();
        prop_assert_eq!(schedule.is_open(at).unwrap(), reads_open(&hours, &schedule, at));
    }

    #[test]
    fn open_time_is_the_sum_of_its_open_minutes(hours in opening_hours(), at in instant(), minutes in 0..4_000_u64) {
        let schedule = almanac().opening(&hours).unwrap();
        // Windows open and close on the minute, so a minute is wholly open or not at all.
        let start = Timestamp::from_micros(at.as_micros().div_euclid(60_000_000) * 60_000_000);
        let minute = |index| start.plus(Duration::from_mins(index));
        let open = (0..minutes).filter(|index| reads_open(&hours, &schedule, minute(*index))).count();
        let measured = schedule.open_between(start, minute(minutes)).unwrap();
        prop_assert_eq!(measured, Duration::from_mins(open as u64));
    }

    #[test]
    fn open_time_is_additive(hours in opening_hours(), a in instant(), b in instant(), c in instant()) {
        let schedule = almanac().opening(&hours).unwrap();
        let mut instants = [a, b, c];
        instants.sort_unstable();
        let [a, b, c] = instants;
        let between = |from, to| schedule.open_between(from, to).unwrap();
        prop_assert_eq!(between(a, b) + between(b, c), between(a, c));
        prop_assert_eq!(between(c, a), Duration::ZERO);
        prop_assert!(between(a, c) <= c.since(a));
    }

    #[test]
    fn after_is_the_inverse_of_open_time(hours in opening_hours(), start in instant(), budget in budget()) {
        let schedule = almanac().opening(&hours).unwrap();
        let end = schedule.after(start, budget).unwrap();
        prop_assert_eq!(schedule.open_between(start, end).unwrap(), budget);
        let just_before = end.minus(Duration::from_micros(1));
        prop_assert!(schedule.is_open(just_before).unwrap(), "the earliest one ends open time");
        prop_assert_eq!(schedule.open_between(start, just_before).unwrap(), budget - Duration::from_micros(1));
    }

    #[test]
    fn doors_tell_when_they_turn(hours in opening_hours(), at in instant()) {
        let schedule = almanac().opening(&hours).unwrap();
        let is_open = schedule.is_open(at).unwrap();
        let turns = if is_open { schedule.closes_at(at) } else { schedule.next_opening(at) }.unwrap();
        if let Some(turns) = turns {
            prop_assert!(turns > at);
            prop_assert_eq!(schedule.is_open(turns).unwrap(), !is_open);
            let open = schedule.open_between(at, turns).unwrap();
            prop_assert_eq!(open, if is_open { turns.since(at) } else { Duration::ZERO });
        }
    }

    #[test]
    fn hours_survive_the_wire(hours in opening_hours()) {
        let json = serde_json::to_string(&hours).unwrap();
        prop_assert_eq!(serde_json::from_str::<Hours>(&json).unwrap(), hours);
    }

    #[test]
    fn a_pause_never_brings_a_deadline_nearer(
        term in term(),
        start in instant(),
        pauses in pauses(),
        (after, lasting) in (0..800_000_000_000_u64, proptest::option::of(0..200_000_000_000_u64)),
    ) {
        let before = paused(start, &term, &pauses);
        let mut with_one_more = before.clone();
        with_one_more.record_pause(stretch(start, after, lasting)).unwrap();
        let due = before.due(almanac()).unwrap().unwrap();
        if let Some(later) = with_one_more.due(almanac()).unwrap() {
            prop_assert!(later >= due, "{later} is before {due}");
        }
    }

    #[test]
    fn elapsed_time_is_never_negative_and_never_runs_backwards(
        term in term(),
        start in instant(),
        pauses in pauses(),
        mut moments in proptest::collection::vec(0..900_000_000_000_u64, 2..8),
    ) {
        let clock = paused(start, &term, &pauses);
        moments.sort_unstable();
        let mut previous = (start, Duration::ZERO);
        for moment in moments {
            let at = start.plus(Duration::from_micros(moment));
            let elapsed = clock.elapsed(almanac(), at).unwrap();
            prop_assert!(elapsed >= previous.1);
            prop_assert!(elapsed - previous.1 <= at.since(previous.0), "no faster than time");
            previous = (at, elapsed);
        }
    }

    #[test]
    fn windows_and_pauses_are_never_counted_twice(
        hours in opening_hours(),
        start in instant(),
        pauses in pauses(),
        moment in 0..900_000_000_000_u64,
    ) {
        let clock = paused(start, &Term::open(Duration::from_hours(10), hours.clone()), &pauses);
        let at = start.plus(Duration::from_micros(moment));
        let schedule = almanac().opening(&hours).unwrap();
        // Piece by piece between all ends of pauses: a piece counts when no pause covers it.
        let ends = clock.pauses().recorded().iter().flat_map(|pause| [Some(pause.start), pause.end]).flatten();
        let mut cuts: Vec<_> = ends.filter(|cut| *cut < at).chain([start, at]).collect();
        cuts.sort_unstable();
        let is_paused = |from: Timestamp, to: Timestamp| {
            let covers = |pause: &Pause| pause.start <= from && pause.end.is_some_and(|end| end >= to);
            clock.pauses().recorded().iter().any(covers)
        };
        let pieces = cuts.windows(2).filter(|piece| !is_paused(piece[0], piece[1]));
        let counted: Duration = pieces.map(|piece| schedule.open_between(piece[0], piece[1]).unwrap()).sum();
        prop_assert_eq!(clock.elapsed(almanac(), at).unwrap(), counted);
    }

    #[test]
    fn late_is_exactly_when_the_time_is_used_up(
        term in term(),
        start in instant(),
        pauses in pauses(),
        moment in 0..900_000_000_000_u64,
    ) {
        let clock = paused(start, &term, &pauses);
        let at = start.plus(Duration::from_micros(moment));
        let verdict = clock.verdict(almanac(), at).unwrap().latest;
        let left = clock.remaining(almanac(), at).unwrap();
        prop_assert_eq!(verdict.standing == Standing::Late, left.is_zero());
        let due = verdict.due.unwrap();
        prop_assert_eq!(clock.remaining(almanac(), due).unwrap(), Duration::ZERO);
        let just_before = due.minus(Duration::from_micros(1));
        prop_assert_eq!(clock.remaining(almanac(), just_before).unwrap(), Duration::from_micros(1));
        let warned = clock.at_risk_from(almanac(), 80).unwrap().unwrap();
        prop_assert!(warned <= due);
        prop_assert!(warned == due || clock.at_risk(almanac(), warned, 80).unwrap());
    }

    #[test]
    fn nothing_is_broken_while_a_pause_is_open(
        term in term(),
        start in instant(),
        pauses in pauses(),
        after in 0..400_000_000_000_u64,
        much_later in 0..9_000_000_000_000_u64,
    ) {
        let mut clock = paused(start, &term, &pauses);
        let was_late = clock.due(almanac()).unwrap().unwrap() <= start.plus(Duration::from_micros(after));
        clock.record_pause(stretch(start, after, None)).unwrap();
        let at = start.plus(Duration::from_micros(after + much_later));
        let verdict = clock.verdict(almanac(), at).unwrap().latest;
        prop_assert_eq!(verdict.standing == Standing::Late, was_late);
        prop_assert_eq!(verdict.due.is_none(), !was_late);
    }
}
