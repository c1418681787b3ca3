//! Opening hours: the windows of a week, what public holidays do to them, and dated exceptions.

mod check;
mod error;
mod exception;
mod week;
mod window;

use std::borrow::Cow;
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use jiff::civil::{Date, Weekday};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{Calendar, CalendarRef, TimeZone};
use check::check_shifts;

pub use error::Error;
pub use exception::{Because, Exception, HolidayRule, OpeningDay, PublicHolidays};
pub use week::Week;
pub use window::Window;

/// Windows of one day.
const SHIFTS_MAX: usize = 8;
/// Dated exceptions of one set of hours.
const EXCEPTIONS_MAX: usize = 1_000;
/// Characters of the reason for an exception.
const REASON_CHARS_MAX: usize = 200;

/// Opening hours of a desk, a contact point or a service contract. A clone shares them.
///
/// On the wire they are written whole, so that the event that pins them needs nothing else:
///
/// ```
/// let hours: vigie_clock::Hours = serde_json::from_str(r#"{
///     "time_zone": "Europe/Paris",
///     "week": {"mon": ["09:00-12:00", "14:00-18:00"], "fri": ["22:00-06:00"]},
///     "holidays": {"calendar": {"zone": "metropole", "version": 1}, "rule": "closed"},
///     "exceptions": [{"date": "2026-12-24", "windows": ["09:00-12:00"], "reason": "Veille de Noël"}]
/// }"#).unwrap();
/// # assert_eq!(hours.exceptions().len(), 1);
/// ```
///
/// A window says what the clock on the wall reads: in the night of 25 hours a window over the repeated hour is open
/// twice, in the night of 23 hours one inside of the missing hour is not open at all.
#[derive(Clone)]
pub struct Hours(Arc<Inner>);

struct Inner {
    content: Content,
    /// Of `content`: schedules are looked up by it at every question.
    fingerprint: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Content {
    /// Where the clock on the wall hangs.
    time_zone: TimeZone,
    /// An ordinary week.
    week: Week,
    /// What public holidays do; nothing when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    holidays: Option<PublicHolidays>,
    /// Dates with windows of their own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    exceptions: Vec<Exception>,
}

impl Hours {
    /// Hours of a week that public holidays do not change.
    ///
    /// # Errors
    /// When the week never opens, or windows overlap.
    pub fn new(time_zone: TimeZone, week: Week) -> Result<Self, Error> {
        Self::checked(Content { time_zone, week, holidays: None, exceptions: Vec::new() })
    }

    /// Day and night, every day (24 h/24, 7 j/7).
    pub fn always() -> Self {
        let week = Week::every_day(&[Window::ALL_DAY]);
        Self::unchecked(Content { time_zone: TimeZone::utc(), week, holidays: None, exceptions: Vec::new() })
    }

    /// The same, but for the public holidays of `calendar`.
    ///
    /// # Errors
    /// When the rule's windows overlap.
    pub fn with_holidays(&self, calendar: CalendarRef, rule: HolidayRule) -> Result<Self, Error> {
        let holidays = Some(PublicHolidays { calendar, rule });
        Self::checked(Content { holidays, ..self.0.content.clone() })
    }

    /// The same, but for `date`; no windows is closed.
    ///
    /// # Errors
    /// When the date is excepted already, windows overlap, or the reason is empty or too long.
    pub fn with_exception(&self, date: Date, windows: &[Window], reason: &str) -> Result<Self, Error> {
        let mut content = self.0.content.clone();
        content.exceptions.push(Exception { date, windows: windows.to_vec(), reason: reason.to_owned() });
        Self::checked(content)
    }

    /// Where the clock on the wall hangs.
    pub fn time_zone(&self) -> &TimeZone {
        &self.0.content.time_zone
    }

    /// An ordinary week.
    pub fn week(&self) -> &Week {
        &self.0.content.week
    }

    /// What public holidays do, if anything.
    pub fn holidays(&self) -> Option<&PublicHolidays> {
        self.0.content.holidays.as_ref()
    }

    /// Dates with windows of their own, in order.
    pub fn exceptions(&self) -> &[Exception] {
        &self.0.content.exceptions
    }

    /// The windows of `date` and why it has them. `calendar` is the one that [`Self::holidays`] names.
    pub(crate) fn day(&self, date: Date, calendar: Option<&Calendar>) -> OpeningDay {
        let holiday = calendar.and_then(|calendar| calendar.holiday(date));
        let windows = self.windows_on(date, holiday.is_some()).to_vec();
        let because = match (self.exception(date), holiday) {
            (Some(exception), _) => Because::Exception(exception.reason.clone()),
            (None, Some(holiday)) => Because::PublicHoliday(holiday.name.into_owned()),
            (None, None) => Because::Usual,
        };
        OpeningDay { date, windows, because }
    }

    /// The windows of `date`.
    pub(crate) fn windows_on(&self, date: Date, is_holiday: bool) -> &[Window] {
        if let Some(exception) = self.exception(date) {
            return &exception.windows;
        }
        match self.holidays().filter(|_| is_holiday).map(|holidays| &holidays.rule) {
            Some(HolidayRule::Closed) => &[],
            Some(HolidayRule::AsSundays) => self.week().of(Weekday::Sunday),
            Some(HolidayRule::Windows(windows)) => windows,
            Some(HolidayRule::AsUsual) | None => self.week().of(date.weekday()),
        }
    }

    fn exception(&self, date: Date) -> Option<&Exception> {
        let exceptions = self.exceptions();
        let found = exceptions.binary_search_by_key(&date, |exception| exception.date).ok()?;
        exceptions.get(found)
    }

    fn checked(mut content: Content) -> Result<Self, Error> {
        content.week.check()?;
        if let Some(PublicHolidays { rule: HolidayRule::Windows(windows), .. }) = &content.holidays {
            check_shifts("public holidays", windows)?;
        }
        if content.exceptions.len() > EXCEPTIONS_MAX {
            return Err(Error::TooManyExceptions);
        }
        content.exceptions.sort_by_key(|exception| exception.date);
        let mut previous = None;
        for Exception { date, windows, reason } in &content.exceptions {
            check_shifts(&date.to_string(), windows)?;
            if reason.trim().is_empty() || reason.chars().count() > REASON_CHARS_MAX {
                return Err(Error::Reason(*date));
            }
            if previous.replace(*date) == Some(*date) {
                return Err(Error::ExceptedTwice(*date));
            }
        }
        Ok(Self::unchecked(content))
    }

    fn unchecked(content: Content) -> Self {
        let mut hasher = DefaultHasher::new();
        content.hash(&mut hasher);
        Self(Arc::new(Inner { content, fingerprint: hasher.finish() }))
    }
}

impl PartialEq for Hours {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
            || self.0.fingerprint == other.0.fingerprint && self.0.content == other.0.content
    }
}

impl Eq for Hours {}

impl Hash for Hours {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.fingerprint.hash(state);
    }
}

impl fmt::Debug for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0.content, f)
    }
}

impl Serialize for Hours {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.content.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Hours {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::checked(Content::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for Hours {
    fn schema_name() -> Cow<'static, str> {
        "Hours".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        Content::json_schema(generator)
    }
}

#[cfg(test)]
mod tests;
