//! Values of promise 9.3 that a contract may one day set; until then they are the same for every account.

use std::time::Duration;

/// Spans of time that the rules use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// How long after its T0 a suspension of a wrong line can be undone by the person who asked for it.
    pub undo_window: Duration,
    /// How long after its T0 an unconfirmed act raises an alert: the promise's maximum.
    pub overdue_after: Duration,
    /// How long nobody may take the number of a terminated line.
    pub number_quarantine: Duration,
}

impl Policy {
    /// The values of promise 9.3.
    pub const DEFAULT: Self = Self {
        undo_window: Duration::from_mins(15),
        overdue_after: Duration::from_mins(1),
        number_quarantine: Duration::from_hours(90 * 24),
    };

    /// What to do when an act is overdue.
    pub const OVERDUE_RUNBOOK: &'static str = "deploy/runbooks/register-unconfirmed.md";
}
