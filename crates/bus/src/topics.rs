//! The topics of a context: their names, and the settings that readers are promised.

use std::time::Duration;

/// Partitions of every topic. Fixed: with another number the same key would go to another partition, and a stream's
/// order would be lost at the change.
pub const PARTITIONS: i32 = 12;

/// How long an event stays on the events topic. Who was away for longer reads the `Feed` (rule 24).
pub const EVENTS_RETENTION: Duration = Duration::from_hours(30 * 24);

/// How long the state topic shows that a stream's state was withdrawn: as long as a reader may have been away.
pub const WITHDRAWN_RETENTION: Duration = EVENTS_RETENTION;

/// A topic as it is created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topic {
    /// Its name.
    pub name: String,
    /// Its partitions.
    pub partitions: i32,
    /// Its settings, in Kafka's own names.
    pub settings: Vec<(&'static str, String)>,
}

/// The two topics of a context.
///
/// Both carry the same records, the state topic only a stream's newest. An event holds the state after it, so a stream's newest event *is* its state: the
/// state topic is compacted and keeps that one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topics {
    context: String,
    entity: String,
}

/// Why a name cannot be part of a topic's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} cannot be part of a topic's name: use 1 to 100 of a–z, 0–9, _ and -")]
pub struct NameError(String);

impl Topics {
    /// Of `context` (`lines`), whose events are of `entity` (`line`).
    ///
    /// # Errors
    /// When a name has other characters than a–z, 0–9, `_` and `-`.
    pub fn new(context: &str, entity: &str) -> Result<Self, NameError> {
        Ok(Self { context: part(context)?, entity: part(entity)? })
    }

    /// The bounded context, as `ce_source` names it.
    pub fn context(&self) -> &str {
        &self.context
    }

    /// `vigie.<context>.events.v1`: every event, for 30 days.
    pub fn events(&self) -> Topic {
        Topic {
            name: format!("vigie.{}.events.v1", self.context),
            partitions: PARTITIONS,
            settings: vec![
                ("cleanup.policy", "delete".to_owned()),
                ("retention.ms", EVENTS_RETENTION.as_millis().to_string()),
            ],
        }
    }

    /// `vigie.<entity>.state.v1`: the newest event of every stream, for ever.
    pub fn state(&self) -> Topic {
        Topic {
            name: format!("vigie.{}.state.v1", self.entity),
            partitions: PARTITIONS,
            settings: vec![
                ("cleanup.policy", "compact".to_owned()),
                ("delete.retention.ms", WITHDRAWN_RETENTION.as_millis().to_string()),
            ],
        }
    }

    /// Whether an event of this type is the state of an entity. The log's own are not, such as the one that says that
    /// it was restored.
    pub fn is_state(&self, event_type: &str) -> bool {
        let rest = event_type.strip_prefix("vigie.").and_then(|rest| rest.strip_prefix(&self.entity));
        rest.is_some_and(|rest| rest.starts_with('.'))
    }
}

fn part(name: &str) -> Result<String, NameError> {
    let allowed = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-');
    if (1..=100).contains(&name.len()) && name.bytes().all(allowed) {
        Ok(name.to_owned())
    } else {
        Err(NameError(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines() -> Topics {
        Topics::new("lines", "line").unwrap()
    }

    #[test]
    fn names_and_settings_are_those_of_the_contract() {
        let (events, state) = (lines().events(), lines().state());
        assert_eq!((events.name.as_str(), events.partitions), ("vigie.lines.events.v1", 12));
        assert_eq!((state.name.as_str(), state.partitions), ("vigie.line.state.v1", 12));
        assert!(events.settings.contains(&("retention.ms", "2592000000".to_owned())));
        assert!(events.settings.contains(&("cleanup.policy", "delete".to_owned())));
        assert!(state.settings.contains(&("cleanup.policy", "compact".to_owned())));
    }

    #[test]
    fn only_events_of_the_entity_are_its_state() {
        assert!(lines().is_state("vigie.line.suspension_requested.v1"));
        for other in [
            vigie_eventlog::backup::RESTORED_EVENT,
            "vigie.lines.thing.v1",
            "vigie.linecard.thing.v1",
            "vigie.line",
            "line.thing.v1",
        ] {
            assert!(!lines().is_state(other), "{other}");
        }
    }

    #[test]
    fn a_name_that_kafka_would_not_take_is_refused() {
        for name in ["", "a/b", "a b", "É", "Lines", "a.b"] {
            assert!(Topics::new(name, "line").is_err(), "{name}");
            assert!(Topics::new("lines", name).is_err(), "{name}");
        }
    }
}
