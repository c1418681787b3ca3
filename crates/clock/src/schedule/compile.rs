//! From what people say to intervals of UTC.

use jiff::civil::{Date, DateTime};

use super::year::{Interval, Year, merged};
use crate::{Calendar, Hours, TimeZone, Timestamp};

const MINUTE_US: i64 = 60_000_000;
const DAY_US: i64 = 24 * 60 * MINUTE_US;
const EPOCH: Date = Date::constant(1970, 1, 1);

/// The working days of the local year `year`, each from its first local instant to the next day's.
pub(super) fn working_days(year: i16, calendar: &Calendar, time_zone: &TimeZone) -> Year {
    let holidays = calendar.holidays(year);
    let is_working = |date: Date| {
        use jiff::civil::Weekday::{Saturday, Sunday};
        !matches!(date.weekday(), Saturday | Sunday) && !holidays.iter().any(|holiday| holiday.date == date)
    };
    let first = Date::new(year, 1, 1).ok();
    let dates =
        std::iter::successors(first, |date| date.tomorrow().ok()).take_while(|date| date.year() == year);
    let days = dates.filter(|date| is_working(*date)).map(|date| Interval {
        start: time_zone.start_of(date).as_micros(),
        end: time_zone.end_of(date).as_micros(),
    });
    // A date that a territory skipped, crossing the date line, is no day.
    Year::new(days.filter(|day| day.start < day.end))
}

/// When `hours` are open in `during`.
///
/// The wall clock is read stretch by stretch between its jumps, so that a window means what the wall clock reads.
pub(super) fn opening(during: Interval, hours: &Hours, calendar: Option<&Calendar>) -> Year {
    let mut open = Vec::new();
    let holidays = Holidays::around(during, hours.time_zone(), calendar);
    let mut start = during.start;
    while start < during.end {
        let (offset, change) = hours.time_zone().offset_until(Timestamp::from_micros(start));
        let end = change.as_micros().min(during.end);
        open_on_wall_clock(Interval { start, end }, offset, hours, &holidays, &mut open);
        start = end;
    }
    Year::new(merged(open))
}

/// When `hours` are open in `stretch`, during which the wall clock is ahead of UTC by `offset` microseconds.
fn open_on_wall_clock(
    stretch: Interval,
    offset: i64,
    hours: &Hours,
    holidays: &Holidays,
    open: &mut Vec<Interval>,
) {
    // A window of the day before may last into the first day.
    let first_day = (stretch.start + offset).div_euclid(DAY_US) - 1;
    let last_day = (stretch.end + offset).div_euclid(DAY_US);
    for day in first_day..=last_day {
        let Some(date) = date_of(day) else { continue };
        let midnight = day * DAY_US - offset;
        for window in hours.windows_on(date, holidays.contains(date)) {
            let start = midnight + i64::from(window.opens()) * MINUTE_US;
            let end = midnight + i64::from(window.closes()) * MINUTE_US;
            let (start, end) = (start.max(stretch.start), end.min(stretch.end));
            if start < end {
                open.push(Interval { start, end });
            }
        }
    }
}

/// Public holidays, found quickly.
struct Holidays(Vec<Date>);

impl Holidays {
    fn around(during: Interval, time_zone: &TimeZone, calendar: Option<&Calendar>) -> Self {
        let Some(calendar) = calendar else { return Self(Vec::new()) };
        let year_of = |at| time_zone.date_of(Timestamp::from_micros(at)).year();
        let years = year_of(during.start) - 1..=year_of(during.end) + 1;
        Self(years.flat_map(|year| calendar.holidays(year)).map(|holiday| holiday.date).collect())
    }

    fn contains(&self, date: Date) -> bool {
        self.0.binary_search(&date).is_ok()
    }
}

/// The date that is so many days after 1970-01-01.
fn date_of(day: i64) -> Option<Date> {
    let days = jiff::SignedDuration::from_hours(day.checked_mul(24)?);
    DateTime::from_parts(EPOCH, jiff::civil::Time::midnight()).checked_add(days).ok().map(DateTime::date)
}
