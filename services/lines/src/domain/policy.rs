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
    /// Within how many *jours ouvrés* a stolen handset is on the block list (article L34-3 of the CPCE).
    pub block_working_days: u16,
    /// How old a declaration of theft may be when it reaches us.
    pub declaration_age_max: Duration,
    /// Handsets of one line that are declared stolen at the same time; more is a mistake or an abuse.
    pub declarations_max: usize,
    /// How far from now a port to another operator may be planned.
    pub port_out_ahead_max: Duration,
    /// How long ago the planned or the real moment of a port may be when it reaches us.
    pub port_out_age_max: Duration,
}

impl Policy {
    /// The values of promise 9.3.
    pub const DEFAULT: Self = Self {
        undo_window: Duration::from_mins(15),
        overdue_after: Duration::from_mins(1),
        number_quarantine: Duration::from_hours(90 * 24),
        block_working_days: 4,
        declaration_age_max: Duration::from_hours(365 * 24),
        declarations_max: 8,
        port_out_ahead_max: Duration::from_hours(365 * 24),
        port_out_age_max: Duration::from_hours(31 * 24),
    };

    /// What to do when an act is overdue.
    pub const OVERDUE_RUNBOOK: &'static str = "deploy/runbooks/register-unconfirmed.md";

    /// What to do when a stolen handset is not on the block list in time.
    pub const NOT_BLOCKED_RUNBOOK: &'static str = "deploy/runbooks/handset-not-blocked.md";
}
