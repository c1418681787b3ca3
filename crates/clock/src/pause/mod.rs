//! Pauses as intervals: kept as they were recorded, counted once.

mod cause;
mod stop;

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::Timestamp;

pub use cause::{Cause, CauseKind};
pub(crate) use stop::Stop;

/// A stretch of time in which a case waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pause {
    /// Why, and so on whose side.
    pub cause: Cause,
    /// User id, or name of the service, that says so.
    pub author: String,
    /// Since when.
    pub start: Timestamp,
    /// Until when; none while it lasts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<Timestamp>,
}

/// The pauses of one clock as they were recorded, in that order; on the wire a list.
///
/// They may overlap and be recorded late: what counts is their union.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pauses {
    recorded: Vec<Pause>,
    /// The union of those that stop the clock, at hand because every question needs it.
    stops: Vec<Stop>,
}

impl Pauses {
    /// All of them, as recorded.
    pub fn recorded(&self) -> &[Pause] {
        &self.recorded
    }

    /// The one of that kind that lasts, if one does.
    pub fn open(&self, kind: CauseKind) -> Option<&Pause> {
        self.recorded.iter().find(|pause| pause.end.is_none() && pause.cause.kind() == kind)
    }

    /// Whether the clock stands now: a cause on the customer's side lasts.
    pub fn is_stopped(&self) -> bool {
        self.open(CauseKind::Customer).is_some()
    }

    /// What stops the clock: in order, disjoint.
    pub(crate) fn stops(&self) -> &[Stop] {
        &self.stops
    }

    /// The stretches in which a cause of `kinds` holds and the clock is not stopped anyway.
    pub(crate) fn held(&self, kinds: &[CauseKind]) -> Vec<Stop> {
        let held = self.recorded.iter().filter(|pause| kinds.contains(&pause.cause.kind()));
        stop::difference(&stop::union(held.map(stretch)), &self.stops)
    }

    pub(crate) fn push(&mut self, pause: Pause) {
        self.recorded.push(pause);
        self.reckon();
    }

    /// Ends, at `at`, those of `kind` that last, or all: one that would begin later lasts no time. Whether there were
    /// any.
    pub(crate) fn end(&mut self, kind: Option<CauseKind>, at: Timestamp) -> bool {
        let mut has_ended = false;
        for pause in &mut self.recorded {
            if pause.end.is_none() && kind.is_none_or(|kind| kind == pause.cause.kind()) {
                pause.end = Some(at.max(pause.start));
                has_ended = true;
            }
        }
        self.reckon();
        has_ended
    }

    fn reckon(&mut self) {
        let stopping = self.recorded.iter().filter(|pause| pause.cause.kind().stops_the_clock());
        self.stops = stop::union(stopping.map(stretch));
    }
}

const fn stretch(pause: &Pause) -> Stop {
    Stop { start: pause.start, end: pause.end }
}

impl Serialize for Pauses {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.recorded.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Pauses {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let recorded = <Vec<Pause>>::deserialize(deserializer)?;
        if recorded.iter().any(|pause| pause.end.is_some_and(|end| end < pause.start)) {
            return Err(serde::de::Error::custom("a pause ends before it starts"));
        }
        let mut pauses = Self { recorded, stops: Vec::new() };
        pauses.reckon();
        Ok(pauses)
    }
}

impl JsonSchema for Pauses {
    fn schema_name() -> Cow<'static, str> {
        "Pauses".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        <Vec<Pause>>::json_schema(generator)
    }
}
