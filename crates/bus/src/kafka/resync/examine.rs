//! Whether the log has what a topic shows.

use uuid::Uuid;
use vigie_eventlog::{EventLog, ReadError, RecordedEvent};

use super::lives::{Lives, last_of};
use super::shown::Shown;

/// What the log says of what a topic shows of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// It has it.
    Ours {
        /// The event, if the relay carried it: then it had carried all before it.
        carried: Option<Place>,
        /// The position of what the stream has after it.
        next: Option<i64>,
    },
    /// It lost it, or never had it. All of the log up to `common_past` had been carried by then.
    Lost { common_past: i64 },
    /// It never had it, and readers would take it for newer than what the log has.
    AnotherLife { incarnation: i64 },
}

/// An event's place in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) incarnation: i64,
    pub(super) position: i64,
}

impl Place {
    const fn of(event: &RecordedEvent) -> Self {
        Self { incarnation: event.incarnation, position: event.position }
    }
}

impl Standing {
    pub(super) const fn is_lost(self) -> bool {
        matches!(self, Self::Lost { .. })
    }

    /// Whether a relay that goes on after `carried` does not bring what comes after it.
    pub(super) const fn is_outdated(self, carried: i64) -> bool {
        matches!(self, Self::Ours { next: Some(next), .. } if next <= carried)
    }
}

/// Compares with the log.
#[derive(Clone)]
pub(super) struct Examiner {
    pub(super) log: EventLog,
    pub(super) lives: Lives,
}

impl Examiner {
    pub(super) async fn standing(&self, stream_id: Uuid, shown: Shown) -> Result<Standing, ReadError> {
        let present = self.lives.present();
        let (incarnation, version, position, hash) = match shown {
            Shown::Garbled => return Ok(Standing::Lost { common_past: 0 }),
            Shown::Event { incarnation, .. } | Shown::Withdrawn { incarnation } if incarnation > present => {
                return Ok(Standing::AnotherLife { incarnation });
            }
            Shown::Withdrawn { .. } => {
                let next = self.log.read_stream(stream_id, 0, 1).await?.first().map(|event| event.position);
                return Ok(Standing::Ours { carried: None, next });
            }
            Shown::Event { incarnation, version, position, hash } => (incarnation, version, position, hash),
        };
        let common_past = self.lives.common_past(incarnation);
        if position > common_past {
            return Ok(Standing::Lost { common_past });
        }
        let events = self.log.read_stream(stream_id, version - 1, 2).await?;
        match events.split_first() {
            Some((event, later)) if event.hash == hash => {
                // In a higher incarnation than its own it was shown again, and that tells nothing of what came before it.
                let carried = (event.incarnation == incarnation).then(|| Place::of(event));
                Ok(Standing::Ours { carried, next: later.first().map(|event| event.position) })
            }
            _ if incarnation == present => Ok(Standing::AnotherLife { incarnation }),
            _ => Ok(Standing::Lost { common_past: 0 }),
        }
    }

    /// The newest event that the stream had when the log ended at `position`.
    pub(super) async fn newest_up_to(
        &self,
        stream_id: Uuid,
        position: i64,
    ) -> Result<Option<RecordedEvent>, ReadError> {
        let at = async |version| Ok(self.log.read_stream(stream_id, version - 1, 1).await?.pop());
        let (newest, _) = self.log.confirm(stream_id, None).await?;
        let is_there = async |version| {
            let event: Option<RecordedEvent> = at(version).await?;
            Ok(event.is_some_and(|event| event.position <= position))
        };
        match last_of(0, newest, is_there).await? {
            0 => Ok(None),
            version => at(version).await,
        }
    }

    pub(super) async fn event_at(&self, position: i64) -> Result<RecordedEvent, ReadError> {
        event_at(&self.log, position).await
    }
}

/// An event that must be there, since later ones are.
pub(super) async fn event_at(log: &EventLog, position: i64) -> Result<RecordedEvent, ReadError> {
    let event = log.event_at(position).await?;
    event.ok_or(ReadError::Gap { expected: position, found: position.saturating_add(1) })
}
