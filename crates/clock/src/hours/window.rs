//! A shift: from when to when a door is open.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::error::Error;

/// Minutes of a day.
pub(super) const DAY_MINUTES: u16 = 24 * 60;

/// Local times between which it is open, `09:00-12:00`; the end is not part of it. An end that is not after the start
/// is on the next day (`22:00-06:00`, a night desk); midnight at the end is written `24:00`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Window {
    opens: u16,
    closes: u16,
}

impl Window {
    /// The whole day.
    pub const ALL_DAY: Self = Self { opens: 0, closes: DAY_MINUTES };

    /// Several in a row, separated by spaces: `09:00-12:00 14:00-18:00`.
    ///
    /// # Errors
    /// When one of them is not a window.
    pub fn list(text: &str) -> Result<Vec<Self>, Error> {
        text.split_whitespace().map(Self::from_str).collect()
    }

    /// Minutes after midnight at which it opens: 0 to 1,439.
    pub const fn opens(self) -> u16 {
        self.opens
    }

    /// Minutes after the midnight of the day on which it opens at which it closes: at most 2,878.
    pub const fn closes(self) -> u16 {
        if self.closes > self.opens { self.closes } else { self.closes + DAY_MINUTES }
    }
}

impl FromStr for Window {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let wrong = || Error::NotAWindow(text.chars().take(32).collect());
        let (opens, closes) = text.split_once('-').ok_or_else(wrong)?;
        let (opens, closes) = minutes(opens).zip(minutes(closes)).ok_or_else(wrong)?;
        if opens >= DAY_MINUTES || closes == 0 || opens == closes {
            return Err(wrong());
        }
        Ok(Self { opens, closes })
    }
}

/// Minutes after midnight of `HH:MM`, up to `24:00`.
fn minutes(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':')?;
    let number = |part: &str| -> Option<u16> {
        let is_number = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| part.parse().ok()).flatten()
    };
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    (minutes < 60 && hours * 60 + minutes <= DAY_MINUTES).then_some(hours * 60 + minutes)
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (opens, closes) = (self.opens, self.closes);
        write!(f, "{:02}:{:02}-{:02}:{:02}", opens / 60, opens % 60, closes / 60, closes % 60)
    }
}

impl fmt::Debug for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Window {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Window {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for Window {
    fn schema_name() -> Cow<'static, str> {
        "Window".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "pattern": "^[0-9]{2}:[0-9]{2}-[0-9]{2}:[0-9]{2}$",
            "description": "Local times, the end excluded; an end before the start is on the next day; midnight at the \
                            end is 24:00"
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes() {
        for text in ["09:00-12:00", "00:00-24:00", "22:00-06:00", "23:59-00:01", "18:30-24:00"] {
            assert_eq!(text.parse::<Window>().unwrap().to_string(), text);
        }
        let night: Window = "22:00-06:00".parse().unwrap();
        assert_eq!((night.opens(), night.closes()), (22 * 60, 30 * 60));
        assert_eq!(Window::ALL_DAY.to_string(), "00:00-24:00");
    }

    #[test]
    fn refuses_what_is_no_time_or_no_time_at_all() {
        for wrong in [
            "",
            "9-12",
            "9:00-12:00",
            "09:00",
            "24:00-06:00",
            "09:00-24:01",
            "09:60-10:00",
            "09:00-09:00",
            "22:00-00:00",
            "09:00-12:00-14:00",
            "+9:00-12:00",
            "٠٩:00-12:00",
        ] {
            assert!(matches!(wrong.parse::<Window>(), Err(Error::NotAWindow(_))), "{wrong}");
        }
    }
}
