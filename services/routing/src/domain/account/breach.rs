//! When it is told that a promise was broken.

use std::time::Duration;

use vigie_clock::Timestamp;

use super::state::Account;

/// What was done in time may be on its way: so long it is waited for.
const ON_ITS_WAY: Duration = Duration::from_mins(1);

impl Account {
    /// When it is told that what was due at `due` is late.
    pub(super) fn breach_told_at(due: Timestamp) -> Timestamp {
        due.plus(ON_ITS_WAY)
    }

    /// When the next broken promise is told: a gap that lasts too long, a customer who was not told of a change.
    pub(super) fn next_breach(&self) -> Option<Timestamp> {
        let gap = self.gap.as_ref().filter(|gap| !gap.is_overdue).map(|gap| gap.due);
        gap.into_iter().chain(self.telling.open().map(|(_, due)| due)).min().map(Self::breach_told_at)
    }
}
