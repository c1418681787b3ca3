//! Events in the making: each shows the notice after it.

use uuid::Uuid;
use vigie_clock::Timestamp;

use super::event::{Event, Fact};
use super::evolve::evolve;
use super::snapshot::Snapshot;
use super::state::Notice;

/// What a decision has come to so far.
pub(super) struct Draft {
    pub(super) notice: Option<Notice>,
    pub(super) events: Vec<Event>,
    now: Timestamp,
}

impl Draft {
    pub(super) fn of(state: &Option<Notice>, now: Timestamp) -> Self {
        Self { notice: state.clone(), events: Vec::new(), now }
    }

    /// The first event of a notice, after which it is as `snapshot` says.
    pub(super) fn begin(&mut self, notice_id: Uuid, fact: Fact, snapshot: Snapshot) {
        let event = Event { account_id: snapshot.cause.account_id, notice_id, fact, notice: snapshot };
        evolve(&mut self.notice, &event, self.now);
        self.add(event);
    }

    /// One more event of a notice that is there.
    pub(super) fn push(&mut self, fact: Fact) {
        let Some(before) = &self.notice else { return };
        let (account_id, notice_id, notice) = (before.cause.account_id, before.notice_id, before.snapshot());
        let event = Event { account_id, notice_id, fact, notice };
        evolve(&mut self.notice, &event, self.now);
        self.add(event);
    }

    fn add(&mut self, mut event: Event) {
        if let Some(after) = &self.notice {
            event.notice = after.snapshot();
        }
        self.events.push(event);
    }
}
