//! The days of the scene, counted from the day of the first start.

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use vigie_clock::{Calendar, Clock as _, SystemClock, Zone};

use crate::error::Error;

/// How long the account manager is away.
const LEAVE_DAYS: i64 = 21;

/// Days in Paris.
#[derive(Debug)]
pub(super) struct Days {
    today: Date,
    zone: TimeZone,
}

impl Days {
    /// From the present day on.
    pub(super) fn now() -> Result<Self, Error> {
        let zone = TimeZone::get("Europe/Paris").map_err(wrong)?;
        let now = Timestamp::from_microsecond(SystemClock.now().as_micros()).map_err(wrong)?;
        Ok(Self { today: now.to_zoned(zone.clone()).date(), zone })
    }

    /// The year: what is dated by it is the same at a start that goes on after an interruption.
    pub(super) fn year(&self) -> i16 {
        self.today.year()
    }

    /// The beginning of a day of the year `years` from now.
    pub(super) fn of_year(&self, years: i16, month: i8, day: i8) -> Result<Timestamp, Error> {
        let date = Date::new(self.year().saturating_add(years), month, day).map_err(wrong)?;
        self.at(date, 0)
    }

    /// From when and until when the account manager is away.
    pub(super) fn leave(&self) -> Result<(Timestamp, Timestamp), Error> {
        Ok((self.at(self.today, 0)?, self.at(self.plus(LEAVE_DAYS)?, 0)?))
    }

    /// Ten in the morning of the next working day, at which the manager is away.
    pub(super) fn at_work(&self) -> Result<Timestamp, Error> {
        let calendar = Calendar::built_in(Zone::Metropole);
        let day = calendar.nth_working_day_after(self.today, 1);
        self.at(day.ok_or_else(|| wrong("no working day is left"))?, 10)
    }

    /// The same as the command line takes it: `2026-11-24T10:00`.
    pub(super) fn at_work_in_paris(&self) -> Result<String, Error> {
        Ok(self.at_work()?.to_zoned(self.zone.clone()).strftime("%Y-%m-%dT%H:%M").to_string())
    }

    /// Four in the morning of the next Sunday.
    pub(super) fn at_night(&self) -> Result<Timestamp, Error> {
        let mut day = self.plus(1)?;
        while day.weekday() != Weekday::Sunday {
            day = day.tomorrow().map_err(wrong)?;
        }
        self.at(day, 4)
    }

    fn plus(&self, days: i64) -> Result<Date, Error> {
        self.today.checked_add(Span::new().days(days)).map_err(wrong)
    }

    fn at(&self, date: Date, hour: i8) -> Result<Timestamp, Error> {
        Ok(date.at(hour, 0, 0, 0).to_zoned(self.zone.clone()).map_err(wrong)?.timestamp())
    }
}

fn wrong(error: impl std::fmt::Display) -> Error {
    Error::Usage(format!("the demo cannot tell its days: {error}"))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn whatever_the_day_of_the_first_start_the_manager_is_away_on_the_next_working_day() {
        let zone = TimeZone::get("Europe/Paris").unwrap();
        for start in [date(2026, 12, 24), date(2027, 3, 27), date(2028, 2, 28), date(2026, 10, 24)] {
            let days = Days { today: start, zone: zone.clone() };
            let (from, until) = days.leave().unwrap();
            for moment in [days.at_work().unwrap(), days.at_night().unwrap()] {
                assert!(from < moment && moment < until, "{start}");
            }
            let work = days.at_work().unwrap().to_zoned(zone.clone());
            assert_eq!((work.hour(), work.weekday() == Weekday::Sunday), (10, false), "{start}");
            let night = days.at_night().unwrap().to_zoned(zone.clone());
            assert_eq!((night.hour(), night.weekday()), (4, Weekday::Sunday), "{start}");
        }
        let christmas = Days { today: date(2026, 12, 24), zone };
        assert_eq!(christmas.at_work_in_paris().unwrap(), "2026-12-28T10:00");
        assert_eq!(
            christmas.at_work().unwrap().to_string(),
            "2026-12-28T09:00:00Z",
            "Christmas, and a weekend"
        );
    }
}
