//! What makes a day a public holiday.

use std::borrow::Cow;
use std::fmt;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::easter::easter;

/// A public holiday (*jour férié*).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Holiday {
    /// When.
    pub date: Date,
    /// Its French name.
    pub name: Cow<'static, str>,
}

/// A day of the year, `MM-DD`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MonthDay {
    month: i8,
    day: i8,
}

impl MonthDay {
    /// `None` if no year has that day.
    pub fn new(month: i8, day: i8) -> Option<Self> {
        // 2000 has a 29 February.
        Date::new(2000, month, day).ok().map(|_| Self { month, day })
    }
}

impl fmt::Display for MonthDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}-{:02}", self.month, self.day)
    }
}

impl From<MonthDay> for String {
    fn from(day: MonthDay) -> Self {
        day.to_string()
    }
}

impl TryFrom<String> for MonthDay {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        const WRONG: &str = "a day of the year is written MM-DD, such as 05-28";
        let (month, day) = text.split_once('-').ok_or(WRONG)?;
        let number = |part: &str| {
            let is_number = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
            is_number.then(|| part.parse().ok()).flatten()
        };
        number(month).zip(number(day)).and_then(|(month, day)| Self::new(month, day)).ok_or(WRONG)
    }
}

impl JsonSchema for MonthDay {
    fn schema_name() -> Cow<'static, str> {
        "MonthDay".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": "^[0-9]{2}-[0-9]{2}$" })
    }
}

/// Which day of a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Day {
    /// The same every year.
    Fixed(MonthDay),
    /// So many days after Easter Sunday; before it when negative.
    Easter(i16),
    /// Once and never again.
    Once(#[schemars(with = "String", extend("format" = "date"))] Date),
}

impl Day {
    /// When that is in `year`, if it is.
    pub(super) fn in_year(self, year: i16) -> Option<Date> {
        match self {
            Self::Fixed(MonthDay { month, day }) => Date::new(year, month, day).ok(),
            Self::Easter(days) => easter(year)?.checked_add(jiff::Span::new().days(days)).ok(),
            Self::Once(date) => (date.year() == year).then_some(date),
        }
    }
}

/// A public holiday as the law states it: which day, called what, since and until when.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Rule {
    /// The holiday's French name.
    pub name: Cow<'static, str>,
    /// Which day.
    #[serde(flatten)]
    pub day: Day,
    /// The first year; always when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<i16>,
    /// The last year; for ever when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<i16>,
}

impl Rule {
    /// Every year.
    pub fn new(name: impl Into<Cow<'static, str>>, day: Day) -> Self {
        Self { name: name.into(), day, from: None, until: None }
    }

    /// Not before `year`.
    #[must_use]
    pub fn from(self, year: i16) -> Self {
        Self { from: Some(year), ..self }
    }

    /// Not after `year`.
    #[must_use]
    pub fn until(self, year: i16) -> Self {
        Self { until: Some(year), ..self }
    }

    /// Nothing satisfies it.
    pub(super) fn is_void(&self) -> bool {
        self.name.trim().is_empty() || self.from.zip(self.until).is_some_and(|(from, until)| until < from)
    }

    /// The holiday that it makes in `year`.
    pub(super) fn holiday(&self, year: i16) -> Option<Holiday> {
        let applies =
            self.from.is_none_or(|from| from <= year) && self.until.is_none_or(|until| year <= until);
        let date = applies.then(|| self.day.in_year(year)).flatten()?;
        Some(Holiday { date, name: self.name.clone() })
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn reads_as_configuration_writes_it() {
        let rule: Rule =
            serde_json::from_str(r#"{"name":"Abolition de l'esclavage","fixed":"05-27","from":2027}"#)
                .unwrap();
        let day = Day::Fixed(MonthDay::new(5, 27).unwrap());
        assert_eq!(rule, Rule::new("Abolition de l'esclavage", day).from(2027));
        assert_eq!(rule.holiday(2026), None);
        assert_eq!(rule.holiday(2027).unwrap().date, date(2027, 5, 27));
        assert_eq!(serde_json::from_str::<Rule>(&serde_json::to_string(&rule).unwrap()).unwrap(), rule);
        let once: Rule = serde_json::from_str(r#"{"name":"Deuil national","once":"2026-06-02"}"#).unwrap();
        assert_eq!((once.holiday(2026).map(|h| h.date), once.holiday(2027)), (Some(date(2026, 6, 2)), None));
        for wrong in ["02-30", "2-3", "13-01", "05/27", "+1-+1"] {
            assert!(MonthDay::try_from(wrong.to_owned()).is_err(), "{wrong}");
        }
    }
}
