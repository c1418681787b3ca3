//! Times as people read and write them.

use std::str::FromStr;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use prost_types::{Duration as ProtoDuration, Timestamp as ProtoTimestamp};

/// An instant in the reader's zone, with milliseconds: `2026-11-23 06:45:12.345 CET`; empty when absent.
pub(crate) fn local(instant: Option<&ProtoTimestamp>, zone: &TimeZone) -> String {
    instant
        .and_then(|instant| jiff::Timestamp::new(instant.seconds, instant.nanos).ok())
        .map(|instant| instant.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M:%S%.3f %Z").to_string())
        .unwrap_or_default()
}

/// An instant that people set, in the reader's zone: `2026-11-23 06:45 CET`, with seconds only where it has some; empty when
/// absent.
pub(crate) fn plain(instant: Option<&ProtoTimestamp>, zone: &TimeZone) -> String {
    let instant = instant.and_then(|instant| jiff::Timestamp::new(instant.seconds, instant.nanos).ok());
    let zoned = instant.map(|instant| instant.to_zoned(zone.clone()));
    zoned.map_or_else(String::new, |zoned| {
        let form = if zoned.second() == 0 && zoned.subsec_nanosecond() == 0 {
            "%Y-%m-%d %H:%M %Z"
        } else {
            "%Y-%m-%d %H:%M:%S %Z"
        };
        zoned.strftime(form).to_string()
    })
}

/// From `start` to `end` in milliseconds; `None` when one is absent.
pub(crate) fn elapsed_ms(start: Option<&ProtoTimestamp>, end: Option<&ProtoTimestamp>) -> Option<f64> {
    let (start, end) = (start?, end?);
    let seconds = end.seconds.checked_sub(start.seconds)?;
    Some(seconds as f64 * 1e3 + f64::from(end.nanos - start.nanos) / 1e6)
}

/// Milliseconds as people read them: `3.42 ms`, `1.20 s`, `12 min 5 s`.
pub(crate) fn span(ms: f64) -> String {
    if ms < 1e3 {
        format!("{ms:.2} ms")
    } else if ms < 60e3 {
        format!("{:.2} s", ms / 1e3)
    } else if ms < 3600e3 {
        format!("{:.0} min {:.0} s", (ms / 60e3).floor(), (ms % 60e3 / 1e3).floor())
    } else {
        format!("{:.0} h {:.0} min", (ms / 3600e3).floor(), (ms % 3600e3 / 60e3).floor())
    }
}

/// A duration as people read it; empty when absent.
pub(crate) fn duration(duration: Option<&ProtoDuration>) -> String {
    duration.map(|it| span(it.seconds as f64 * 1e3 + f64::from(it.nanos) / 1e6)).unwrap_or_default()
}

/// An instant as people write it: RFC 3339, or a date and time of the machine's zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Instant(pub(crate) jiff::Timestamp);

impl FromStr for Instant {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Ok(instant) = text.parse() {
            return Ok(Self(instant));
        }
        text.parse::<DateTime>()
            .ok()
            .and_then(|civil| civil.to_zoned(TimeZone::system()).ok())
            .map(|zoned| Self(zoned.timestamp()))
            .ok_or_else(|| {
                "write 2026-11-20T14:00:00+01:00, or \"2026-11-20 14:00\" in local time".to_owned()
            })
    }
}

impl From<Instant> for ProtoTimestamp {
    fn from(instant: Instant) -> Self {
        Self { seconds: instant.0.as_second(), nanos: instant.0.subsec_nanosecond() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_shown_in_the_readers_zone_with_milliseconds() {
        let instant = ProtoTimestamp { seconds: 1_795_325_246, nanos: 345_678_000 };
        let paris = TimeZone::get("Europe/Paris").unwrap();
        assert_eq!(local(Some(&instant), &paris), "2026-11-22 06:27:26.345 CET");
        assert_eq!(local(Some(&instant), &TimeZone::UTC), "2026-11-22 05:27:26.345 UTC");
        assert_eq!(local(None, &paris), "");
    }

    #[test]
    fn an_instant_that_people_set_shows_no_seconds_that_nobody_gave() {
        let at = |seconds| Some(ProtoTimestamp { seconds, nanos: 0 });
        let paris = TimeZone::get("Europe/Paris").unwrap();
        assert_eq!(plain(at(1_795_325_220).as_ref(), &paris), "2026-11-22 06:27 CET");
        assert_eq!(plain(at(1_795_325_246).as_ref(), &paris), "2026-11-22 06:27:26 CET");
        assert_eq!(plain(None, &paris), "");
    }

    #[test]
    fn elapsed_crosses_the_second() {
        let start = ProtoTimestamp { seconds: 10, nanos: 999_000_000 };
        let end = ProtoTimestamp { seconds: 11, nanos: 2_500_000 };
        assert_eq!(elapsed_ms(Some(&start), Some(&end)), Some(3.5));
        assert_eq!(elapsed_ms(Some(&start), None), None);
    }

    #[test]
    fn spans_read_naturally() {
        let read = [3.421, 999.0, 1200.0, 725_000.0, 7_500_000.0].map(span);
        assert_eq!(read, ["3.42 ms", "999.00 ms", "1.20 s", "12 min 5 s", "2 h 5 min"]);
    }

    #[test]
    fn people_may_write_both_forms() {
        let instant: Instant = "2026-11-20T14:00:00+01:00".parse().unwrap();
        assert_eq!(instant.0.to_string(), "2026-11-20T13:00:00Z");
        assert!("2026-11-20 14:00".parse::<Instant>().is_ok());
        assert!("yesterday".parse::<Instant>().is_err());
    }
}
