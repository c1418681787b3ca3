//! Why a calendar is not to be had.

use super::CalendarRef;

/// Why a calendar is not to be had.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Nobody defined it here.
    #[error("there is no calendar {0}")]
    Unknown(CalendarRef),
    /// Verdicts stand on it: what it says is fixed.
    #[error("the calendar {0} has other rules already: give the new ones a new version")]
    Redefined(CalendarRef),
    /// A version says what changed since an earlier one.
    #[error("the calendar {0} is not based on an earlier version")]
    NotBasedOnEarlier(CalendarRef),
    /// It takes away what is not there.
    #[error("the calendar {0} removes a day that its base does not have")]
    NothingToRemove(CalendarRef),
    /// It adds a rule without a name, or one whose last year is before its first.
    #[error("the calendar {0} adds a rule that has no name or no year")]
    VoidRule(CalendarRef),
    /// More rules than a year has use for.
    #[error("the calendar {0} has more than {max} rules", max = super::RULES_MAX)]
    TooManyRules(CalendarRef),
    /// More versions than anybody keeps.
    #[error("there are more than {max} calendars", max = super::registry::CALENDARS_MAX)]
    TooManyCalendars,
}
