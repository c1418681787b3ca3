//! What holds for the windows of any one day.

use super::SHIFTS_MAX;
use super::error::Error;
use super::window::Window;

/// Refuses too many windows, and windows that overlap; those that touch are one after the other.
pub(super) fn check_shifts(day: &str, windows: &[Window]) -> Result<(), Error> {
    if windows.len() > SHIFTS_MAX {
        return Err(Error::TooManyShifts { day: day.to_owned() });
    }
    let mut in_order = windows.to_vec();
    in_order.sort_unstable_by_key(|window| window.opens());
    for (first, second) in in_order.iter().copied().zip(in_order.iter().copied().skip(1)) {
        if first.closes() > second.opens() {
            return Err(Error::Overlap { day: day.to_owned(), first, second });
        }
    }
    Ok(())
}
