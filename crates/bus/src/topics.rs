//! The topics of a context: their names, and the settings that readers are promised.

use std::time::Duration;

/// Partitions of every topic. Fixed: with another number the same key would go to another partition, and a stream's
/// order would be lost at the change.
pub const PARTITIONS: i32 = 12;

/// How long an event stays on the events topic. Who was away for longer reads the `Feed` (rule 24).
pub const EVENTS_RETENTION: Duration = Duration::from_hours(30 * 24);

/// How long the state topic shows that a stream's state was withdrawn: as long as a reader may have been away.
pub const WITHDRAWN_RETENTION: Duration = EVENTS_RETENTION;

/// How long a fact that somebody told stays on the topic that we read it from: longer than we are ever away.
pub const FACTS_RETENTION: Duration = Duration::from_hours(7 * 24);

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

impl Topic {
    /// A topic on which others tell us facts, under the key of what each is about.
    pub fn of_facts(name: &str) -> Self {
        Self { name: name.to_owned(), partitions: PARTITIONS, settings: kept_for(FACTS_RETENTION) }
    }
}

/// The topics of a context: one for all of its events, and one for the state of each kind of entity.
///
/// All carry the same records, a state topic only a stream's newest. An event holds the state after it, so a stream's
/// newest event *is* its state: a state topic is compacted and keeps that one.
///
/// What an event is about, its type says: `vigie.<entity>.<what>.v<n>`. All events of a stream are about one entity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topics {
    context: String,
    entities: Vec<Entity>,
}

/// A kind of thing that events are about.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Entity {
    name: String,
    /// The name of its state topic.
    topic: String,
}

/// Why topics cannot be named so.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Kafka, or a reader who takes a topic's name apart, would not take it.
    #[error("{0:?} cannot be part of a topic's name: use 1 to 100 of a–z, 0–9, _ and -")]
    Characters(String),
    /// Two state topics would be one.
    #[error("entity {0:?} is named twice")]
    Twice(String),
}

impl Topics {
    /// Of `context` (`lines`), whose events are about `entities` (`line`).
    ///
    /// # Errors
    /// When a name has other characters than a–z, 0–9, `_` and `-`, or an entity is named twice.
    pub fn new(context: &str, entities: &[&str]) -> Result<Self, NameError> {
        let context = part(context)?;
        let mut named: Vec<Entity> = Vec::with_capacity(entities.len());
        for entity in entities {
            let name = part(entity)?;
            if named.iter().any(|there| there.name == name) {
                return Err(NameError::Twice(name));
            }
            let topic = format!("vigie.{name}.state.v1");
            named.push(Entity { name, topic });
        }
        Ok(Self { context, entities: named })
    }

    /// The bounded context, as `ce_source` names it.
    pub fn context(&self) -> &str {
        &self.context
    }

    /// `vigie.<context>.events.v1`: every event, for 30 days.
    pub fn events(&self) -> Topic {
        Topic {
            name: events_topic(&self.context),
            partitions: PARTITIONS,
            settings: kept_for(EVENTS_RETENTION),
        }
    }

    /// `vigie.<entity>.state.v1` of each entity: the newest event of every stream, for ever.
    pub fn states(&self) -> Vec<Topic> {
        let state = |entity: &Entity| Topic {
            name: entity.topic.clone(),
            partitions: PARTITIONS,
            settings: vec![
                ("cleanup.policy", "compact".to_owned()),
                ("delete.retention.ms", WITHDRAWN_RETENTION.as_millis().to_string()),
            ],
        };
        self.entities.iter().map(state).collect()
    }

    /// All of them.
    pub fn all(&self) -> Vec<Topic> {
        std::iter::once(self.events()).chain(self.states()).collect()
    }

    /// The name of the topic that shows the state of what an event of this type is about. The log's own events are nobody's
    /// state, such as the one that says that it was restored.
    pub fn state_of(&self, event_type: &str) -> Option<&str> {
        let about = event_type.strip_prefix("vigie.")?.split_once('.')?.0;
        self.entities.iter().find(|entity| entity.name == about).map(|entity| entity.topic.as_str())
    }

    /// Whether an event of this type is the state of an entity.
    pub fn is_state(&self, event_type: &str) -> bool {
        self.state_of(event_type).is_some()
    }
}

/// Records are kept for that time and then deleted, whatever their keys.
fn kept_for(time: Duration) -> Vec<(&'static str, String)> {
    vec![("cleanup.policy", "delete".to_owned()), ("retention.ms", time.as_millis().to_string())]
}

/// The name of the topic of all events of a context.
pub(crate) fn events_topic(context: &str) -> String {
    format!("vigie.{context}.events.v1")
}

fn part(name: &str) -> Result<String, NameError> {
    let allowed = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-');
    if (1..=100).contains(&name.len()) && name.bytes().all(allowed) {
        Ok(name.to_owned())
    } else {
        Err(NameError::Characters(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines() -> Topics {
        Topics::new("lines", &["line"]).unwrap()
    }

    fn routing() -> Topics {
        Topics::new("routing", &["account", "person", "contact_point"]).unwrap()
    }

    #[test]
    fn names_and_settings_are_those_of_the_contract() {
        let all = lines().all();
        let [events, state] = all.as_slice() else { panic!("{all:?}") };
        assert_eq!((events.name.as_str(), events.partitions), ("vigie.lines.events.v1", 12));
        assert_eq!((state.name.as_str(), state.partitions), ("vigie.line.state.v1", 12));
        assert!(events.settings.contains(&("retention.ms", "2592000000".to_owned())));
        assert!(events.settings.contains(&("cleanup.policy", "delete".to_owned())));
        assert!(state.settings.contains(&("cleanup.policy", "compact".to_owned())));
    }

    #[test]
    fn facts_that_others_tell_are_kept_for_a_week_and_none_is_compacted_away() {
        let Topic { partitions, settings, .. } = Topic::of_facts("vigie.routing.facts.v1");
        assert_eq!(partitions, 12);
        assert_eq!(
            settings,
            [("cleanup.policy", "delete".to_owned()), ("retention.ms", "604800000".to_owned())]
        );
    }

    #[test]
    fn each_entity_has_a_state_topic_of_its_own() {
        let names: Vec<_> = routing().all().into_iter().map(|topic| topic.name).collect();
        assert_eq!(
            names,
            [
                "vigie.routing.events.v1",
                "vigie.account.state.v1",
                "vigie.person.state.v1",
                "vigie.contact_point.state.v1"
            ]
        );
        for (event_type, topic) in [
            ("vigie.account.account_opened.v1", Some("vigie.account.state.v1")),
            ("vigie.contact_point.version_published.v2", Some("vigie.contact_point.state.v1")),
            ("vigie.contact.offered.v1", None),
            ("vigie.line.line_registered.v1", None),
        ] {
            assert_eq!(routing().state_of(event_type), topic, "{event_type}");
        }
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
            assert!(Topics::new(name, &["line"]).is_err(), "{name}");
            assert!(Topics::new("lines", &["line", name]).is_err(), "{name}");
        }
        assert_eq!(Topics::new("routing", &["a", "b", "a"]), Err(NameError::Twice("a".into())));
    }
}
