//! Values of promise 2.1 that an operator may one day set.

use std::time::Duration;

/// Spans of time and bounds that the rules use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// How long before it ends a training is said to end: time enough to book another [D].
    pub training_notice: Duration,
    /// Trainings on record of one person.
    pub trainings_max: usize,
    /// Absences of one person that are not over.
    pub absences_max: usize,
    /// Absences of one person that are over and remembered; older ones are in the events only.
    pub past_absences_max: usize,
    /// Times that the leaving of one person may be recorded, the first included.
    pub leavings_max: usize,
}

impl Policy {
    /// The values in use.
    pub const DEFAULT: Self = Self {
        training_notice: Duration::from_hours(30 * 24),
        trainings_max: 64,
        absences_max: 64,
        past_absences_max: 512,
        leavings_max: 32,
    };
}
