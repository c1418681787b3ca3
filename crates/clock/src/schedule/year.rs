//! The open intervals of one year.

/// An open interval, in microseconds UTC, the end excluded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Interval {
    pub(super) start: i64,
    pub(super) end: i64,
}

/// An interval that knows how long it was open before it in its year.
#[derive(Clone, Copy, Debug)]
struct Shift {
    start: i64,
    end: i64,
    open_before: i64,
}

/// The open intervals of one year, in order and disjoint; they may touch.
#[derive(Debug)]
pub(super) struct Year {
    shifts: Box<[Shift]>,
    open: i64,
}

impl Year {
    /// `intervals` must be in order and disjoint.
    pub(super) fn new(intervals: impl IntoIterator<Item = Interval>) -> Self {
        let mut open = 0;
        let shifts = intervals
            .into_iter()
            .map(|Interval { start, end }| {
                let shift = Shift { start, end, open_before: open };
                open += end - start;
                shift
            })
            .collect();
        Self { shifts, open }
    }

    /// Microseconds open in the whole year.
    pub(super) const fn open(&self) -> i64 {
        self.open
    }

    /// Microseconds open in this year before `at`.
    pub(super) fn open_before(&self, at: i64) -> i64 {
        self.last_begun(at).map_or(0, |shift| shift.open_before + at.min(shift.end) - shift.start)
    }

    /// The earliest instant by which it was open for `budget` microseconds of this year, which are between 1 and all.
    pub(super) fn reached(&self, budget: i64) -> Option<i64> {
        let count = self.shifts.partition_point(|shift| shift.open_before < budget);
        let shift = self.shifts.get(count.checked_sub(1)?)?;
        Some(shift.start + budget - shift.open_before)
    }

    /// The interval that `at` is in.
    pub(super) fn around(&self, at: i64) -> Option<Interval> {
        let shift = self.last_begun(at).filter(|shift| at < shift.end)?;
        Some(Interval { start: shift.start, end: shift.end })
    }

    /// The first interval that begins at `at` or later.
    pub(super) fn next(&self, at: i64) -> Option<Interval> {
        let shift = self.shifts.get(self.shifts.partition_point(|shift| shift.start < at))?;
        Some(Interval { start: shift.start, end: shift.end })
    }

    /// How many intervals there are.
    pub(super) const fn count(&self) -> usize {
        self.shifts.len()
    }

    /// How many intervals begin at `at` or before.
    pub(super) fn count_begun(&self, at: i64) -> usize {
        self.shifts.partition_point(|shift| shift.start <= at)
    }

    /// The end of the interval of that index.
    pub(super) fn end_of(&self, index: usize) -> Option<i64> {
        self.shifts.get(index).map(|shift| shift.end)
    }

    fn last_begun(&self, at: i64) -> Option<&Shift> {
        self.shifts.get(self.count_begun(at).checked_sub(1)?)
    }
}

/// The union of `intervals`, in order; what touches becomes one.
pub(super) fn merged(mut intervals: Vec<Interval>) -> Vec<Interval> {
    intervals.sort_unstable();
    let mut union: Vec<Interval> = Vec::with_capacity(intervals.len());
    for interval in intervals {
        match union.last_mut() {
            Some(last) if interval.start <= last.end => last.end = last.end.max(interval.end),
            _ => union.push(interval),
        }
    }
    union
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn union_joins_what_touches_or_overlaps() {
        let interval = |start, end| Interval { start, end };
        let union =
            merged(vec![interval(5, 9), interval(1, 3), interval(3, 4), interval(6, 7), interval(12, 13)]);
        assert_eq!(union, [interval(1, 4), interval(5, 9), interval(12, 13)]);
    }

    #[test]
    fn reaches_a_budget_at_the_end_of_the_interval_that_completes_it() {
        let year = Year::new([Interval { start: 10, end: 20 }, Interval { start: 30, end: 40 }]);
        assert_eq!((year.reached(10), year.reached(11), year.reached(20)), (Some(20), Some(31), Some(40)));
        assert_eq!((year.open_before(5), year.open_before(25), year.open_before(35)), (0, 10, 15));
    }
}
