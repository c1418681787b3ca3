//! How many deadlines one core reckons in a second, from what an event pins to the instant.

use std::hint::black_box;
use std::time::{Duration, Instant};

use serde_json::json;
use vigie_clock::{
    Almanac, CalendarRef, Cause, CauseKind, Countdown, Hours, Term, TimeZone, Timestamp, Week, Window, Zone,
};

use crate::report::{Better, Report, Reports, conditions};

/// Distinct clocks, so that no branch is learnt by heart.
const CLOCKS: u64 = 4_096;

/// Each round reckons every clock once.
const ROUNDS: u32 = 64;

/// Measured so often; the median counts.
const TURNS: usize = 7;

const HOUR: Duration = Duration::from_secs(3_600);

/// N jours ouvrés, opening hours with a lunch break and public holidays, and both with pauses.
pub fn deadlines() -> Reports {
    let everything = clocks(|index| index % 3)?;
    let per_s = median_per_s(&everything)?;
    let unpaused = median_per_s(&clocks(|_| 0)?)?;
    Ok(vec![Report {
        name: "clock_deadlines_per_s",
        value: per_s,
        unit: "1/s",
        goal: 1_000_000.0,
        better: Better::Higher,
        conditions: conditions(json!({
            "cores": 1,
            "clocks": CLOCKS,
            "terms": "half 1 to 10 jours ouvrés, a quarter 1 to 16 h in opening hours with lunch break and holidays, \
                      a quarter 4 h day and night",
            "pauses_a_clock": "0, 1 or 2",
            "without_pauses_per_s": unpaused.round(),
            "turns": TURNS,
        })),
    }])
}

fn median_per_s(clocks: &[Countdown]) -> Result<f64, String> {
    let almanac = Almanac::built_in();
    let due = |clock: &Countdown| clock.due(almanac);
    for clock in clocks {
        // Compiles the schedules, and makes sure that what is timed is an answer.
        let due = due(clock).map_err(|error| error.to_string())?;
        if due.is_none_or(|due| due <= clock.started_at()) {
            return Err("a clock without a deadline".to_owned());
        }
    }
    let mut turns: Vec<f64> = (0..TURNS)
        .map(|_| {
            let began = Instant::now();
            for _ in 0..ROUNDS {
                for clock in clocks {
                    let _ = black_box(due(black_box(clock)));
                }
            }
            f64::from(ROUNDS) * clocks.len() as f64 / began.elapsed().as_secs_f64()
        })
        .collect();
    turns.sort_by(f64::total_cmp);
    Ok(turns[TURNS / 2])
}

/// Clocks that start over a year, each with as many pauses as `pauses` says.
fn clocks(pauses: impl Fn(u64) -> u64) -> Result<Vec<Countdown>, String> {
    let office = office().map_err(|error| error.to_string())?;
    let first = Timestamp::parse("2026-01-05T10:00:00+01:00").ok_or("no instant")?;
    (0..CLOCKS)
        .map(|index| {
            let started = first.plus(Duration::from_secs(index * 7_177));
            let term = match index % 4 {
                0 | 1 => {
                    let days = u16::try_from(1 + index / 4 % 10).unwrap_or(1);
                    Term::working_days(days, CalendarRef::built_in(Zone::Metropole))
                }
                2 => Term::open(HOUR * u32::try_from(1 + index / 4 % 16).unwrap_or(1), office.clone()),
                _ => Term::open(HOUR * 4, Hours::always()),
            };
            let mut clock = Countdown::start(started, term).map_err(|error| error.to_string())?;
            for pause in 0..pauses(index) {
                let paused = started.plus(HOUR * u32::try_from(1 + 3 * pause).unwrap_or(1));
                clock.pause(Cause::Customer, "advisor", paused).map_err(|error| error.to_string())?;
                let resumed = clock.resume(CauseKind::Customer, paused.plus(HOUR * 2));
                resumed.map_err(|error| error.to_string())?;
            }
            Ok(clock)
        })
        .collect()
}

/// Monday to Friday, with a lunch break, closed on public holidays.
fn office() -> Result<Hours, vigie_clock::HoursError> {
    let windows = Window::list("09:00-12:00 14:00-18:00")?;
    Hours::new(TimeZone::paris(), Week::monday_to_friday(&windows))?
        .with_holidays(CalendarRef::built_in(Zone::Metropole), vigie_clock::HolidayRule::Closed)
}
