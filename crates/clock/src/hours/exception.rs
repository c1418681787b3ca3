//! Days that are not like their weekday: public holidays and dated exceptions.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::window::Window;
use crate::CalendarRef;

/// What opening hours do on public holidays, and which calendar says when those are.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PublicHolidays {
    /// Pinned: a later version of the calendar does not change these hours.
    pub calendar: CalendarRef,
    /// What then.
    pub rule: HolidayRule,
}

/// What opening hours do on a public holiday.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum HolidayRule {
    /// Closed.
    Closed,
    /// The windows of a Sunday.
    AsSundays,
    /// The windows of its weekday: the calendar only names the day.
    AsUsual,
    /// Windows of their own.
    Windows(Vec<Window>),
}

/// A date with windows of its own, before weekday and public holiday.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Exception {
    /// When.
    #[schemars(with = "String", extend("format" = "date"))]
    pub date: Date,
    /// From when to when; none is closed.
    #[serde(default)]
    pub windows: Vec<Window>,
    /// What customers are told; 1 to 200 characters.
    pub reason: String,
}

/// Why a day has the windows that it has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Because {
    /// It is an ordinary day.
    Usual,
    /// It is a public holiday of that name.
    PublicHoliday(String),
    /// It is excepted, for that reason.
    Exception(String),
}

/// The windows of one date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpeningDay {
    /// When.
    pub date: Date,
    /// From when to when; none is closed. A window of the day before may still last into it.
    pub windows: Vec<Window>,
    /// Why so.
    pub because: Because,
}
