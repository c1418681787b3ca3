//! Rows under way, and which of them wait for one another.
//!
//! Rows are carried out side by side. A row that is about the same thing as an earlier one, or names it, waits until that
//! one is done: so a file means the same however many of its rows are under way. Rows wait for earlier ones only, so no two
//! wait for each other. Of two rows under way that claim the same SIREN or user id for different things either may win.

use hashbrown::HashMap;
use tokio_util::sync::{CancellationToken, DropGuard};
use uuid::Uuid;

/// What a row is about, and what it names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Touches {
    /// What it is about; `None` where that cannot be read.
    pub(super) own: Option<Uuid>,
    /// What it names.
    pub(super) other: Option<Uuid>,
}

/// Rows under way by what they are about.
#[derive(Debug, Default)]
pub(super) struct Underway {
    rows: HashMap<Uuid, (i64, CancellationToken)>,
}

/// What a row waits for before it begins, and what others wait for until it is dropped.
#[derive(Debug)]
pub(super) struct Turn {
    waits_for: [Option<CancellationToken>; 2],
    _done: DropGuard,
}

impl Turn {
    /// Waits until no earlier row is in the way.
    pub(super) async fn comes(&self) {
        for earlier in self.waits_for.iter().flatten() {
            earlier.cancelled().await;
        }
    }
}

impl Underway {
    /// The row `row` is under way from now on.
    pub(super) fn begin(&mut self, row: i64, touches: Touches) -> Turn {
        let earlier = |id: Option<Uuid>| id.and_then(|id| self.rows.get(&id)).map(|(_, done)| done.clone());
        let waits_for = [earlier(touches.own), earlier(touches.other)];
        let done = CancellationToken::new();
        if let Some(own) = touches.own {
            self.rows.insert(own, (row, done.clone()));
        }
        Turn { waits_for, _done: done.drop_guard() }
    }

    /// The row is done.
    pub(super) fn end(&mut self, row: i64, touches: Touches) {
        // A later one about the same thing stays.
        if let Some(own) = touches.own
            && self.rows.get(&own).is_some_and(|(last, _)| *last == row)
        {
            self.rows.remove(&own);
        }
    }

    /// How many things there are rows about.
    #[cfg(test)]
    fn len(&self) -> usize {
        self.rows.len()
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    fn about(own: u128, other: Option<u128>) -> Touches {
        Touches { own: Some(Uuid::from_u128(own)), other: other.map(Uuid::from_u128) }
    }

    fn has_come(turn: &Turn) -> bool {
        turn.comes().now_or_never().is_some()
    }

    #[test]
    fn a_row_waits_for_those_it_names_and_for_those_about_the_same_thing() {
        let mut underway = Underway::default();
        let parent = underway.begin(1, about(1, None));
        let child = underway.begin(2, about(2, Some(1)));
        let again = underway.begin(3, about(1, None));
        let stranger = underway.begin(4, about(4, Some(99)));
        assert!(has_come(&parent) && has_come(&stranger));
        assert!(!has_come(&child) && !has_come(&again));
        drop(parent);
        assert!(has_come(&child) && has_come(&again));
    }

    #[test]
    fn what_is_done_is_forgotten_unless_a_later_row_is_about_it() {
        let mut underway = Underway::default();
        let first = underway.begin(1, about(1, None));
        let second = underway.begin(2, about(1, None));
        drop(first);
        underway.end(1, about(1, None));
        assert_eq!(underway.len(), 1);
        assert!(!has_come(&underway.begin(3, about(3, Some(1)))));
        drop(second);
        underway.end(2, about(1, None));
        underway.end(3, about(3, Some(1)));
        assert_eq!(underway.len(), 0);
    }

    #[test]
    fn a_row_that_names_itself_does_not_wait_for_ever() {
        let mut underway = Underway::default();
        assert!(has_come(&underway.begin(1, about(1, Some(1)))));
    }
}
