//! A desk as it is now, and what each event makes of it.

use uuid::Uuid;
use vigie_clock::Timestamp;

use super::event::{Event, Fact};
use super::particulars::Particulars;
use super::snapshot::Snapshot;
use crate::domain::ExternalIdentifier;

/// A registered desk: the fold of its events. A desk that is not registered is `None`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Desk {
    pub(super) desk_id: Uuid,
    pub(super) external_identifiers: Vec<ExternalIdentifier>,
    pub(super) particulars: Particulars,
    pub(super) closed_at: Option<Timestamp>,
}

/// The state after `event`. A desk's times are in its facts: when they were recorded changes nothing.
pub fn evolve(state: &mut Option<Desk>, event: &Event) {
    match (state.as_mut(), &event.fact) {
        (Some(desk), _) => *desk = Desk::shown_by(event),
        (None, Fact::DeskRegistered(_)) => *state = Some(Desk::shown_by(event)),
        // Only a registration begins a stream: `decide` lets no other event come first.
        (None, _) => {}
    }
}

impl Desk {
    fn shown_by(event: &Event) -> Self {
        Self {
            desk_id: event.desk_id,
            external_identifiers: event.external_identifiers.clone(),
            particulars: event.desk.particulars.clone(),
            closed_at: event.desk.closed_at,
        }
    }

    /// Its id.
    pub const fn desk_id(&self) -> Uuid {
        self.desk_id
    }

    /// Keys in other systems.
    pub fn external_identifiers(&self) -> &[ExternalIdentifier] {
        &self.external_identifiers
    }

    /// What is known of it.
    pub const fn particulars(&self) -> &Particulars {
        &self.particulars
    }

    /// When it ended; `None` while it has not.
    pub const fn closed_at(&self) -> Option<Timestamp> {
        self.closed_at
    }

    /// It as its events show it.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot { particulars: self.particulars.clone(), closed_at: self.closed_at }
    }
}
