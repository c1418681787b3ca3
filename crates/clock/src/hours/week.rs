//! The hours of an ordinary week.

use jiff::civil::Weekday;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::check::check_shifts;
use super::error::Error;
use super::window::{DAY_MINUTES, Window};

/// The windows of each day of an ordinary week; a day without any is closed. A window belongs to the day on which it
/// opens: Friday's `22:00-06:00` ends on Saturday.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Week {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    mon: Vec<Window>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    tue: Vec<Window>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    wed: Vec<Window>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    thu: Vec<Window>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    fri: Vec<Window>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    sat: Vec<Window>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    sun: Vec<Window>,
}

impl Week {
    /// The days of a week, in order.
    pub const DAYS: [Weekday; 7] = [
        Weekday::Monday,
        Weekday::Tuesday,
        Weekday::Wednesday,
        Weekday::Thursday,
        Weekday::Friday,
        Weekday::Saturday,
        Weekday::Sunday,
    ];

    /// The same windows on every day.
    pub fn every_day(windows: &[Window]) -> Self {
        Self::DAYS.into_iter().fold(Self::default(), |week, day| week.on(day, windows))
    }

    /// The same windows from Monday to Friday, closed at the weekend.
    pub fn monday_to_friday(windows: &[Window]) -> Self {
        Self::DAYS.into_iter().take(5).fold(Self::default(), |week, day| week.on(day, windows))
    }

    /// These windows on `day` instead of those it had.
    #[must_use]
    pub fn on(mut self, day: Weekday, windows: &[Window]) -> Self {
        windows.clone_into(match day {
            Weekday::Monday => &mut self.mon,
            Weekday::Tuesday => &mut self.tue,
            Weekday::Wednesday => &mut self.wed,
            Weekday::Thursday => &mut self.thu,
            Weekday::Friday => &mut self.fri,
            Weekday::Saturday => &mut self.sat,
            Weekday::Sunday => &mut self.sun,
        });
        self
    }

    /// The windows of `day`.
    pub fn of(&self, day: Weekday) -> &[Window] {
        match day {
            Weekday::Monday => &self.mon,
            Weekday::Tuesday => &self.tue,
            Weekday::Wednesday => &self.wed,
            Weekday::Thursday => &self.thu,
            Weekday::Friday => &self.fri,
            Weekday::Saturday => &self.sat,
            Weekday::Sunday => &self.sun,
        }
    }

    /// Refuses a week that never opens, and windows that overlap, also from one day into the next.
    pub(super) fn check(&self) -> Result<(), Error> {
        for day in Self::DAYS {
            check_shifts(&format!("{day:?}"), self.of(day))?;
        }
        let mut yesterdays_last = self.last_closing(Weekday::Sunday);
        for day in Self::DAYS {
            let first = self.of(day).iter().copied().min_by_key(|window| window.opens());
            if let (Some(yesterday), Some(first)) = (yesterdays_last, first)
                && yesterday.closes() > first.opens() + DAY_MINUTES
            {
                return Err(Error::Overlap { day: format!("{day:?}"), first: yesterday, second: first });
            }
            yesterdays_last = self.last_closing(day);
        }
        let is_never_open = Self::DAYS.into_iter().all(|day| self.of(day).is_empty());
        if is_never_open { Err(Error::NeverOpen) } else { Ok(()) }
    }

    fn last_closing(&self, day: Weekday) -> Option<Window> {
        self.of(day).iter().copied().max_by_key(|window| window.closes())
    }
}
