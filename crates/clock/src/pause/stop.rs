//! Intervals as arithmetic needs them: in order, disjoint.

use crate::Timestamp;

/// A stretch of time in which a clock stands, or something else holds; the end excluded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stop {
    pub(crate) start: Timestamp,
    /// None while it lasts.
    pub(crate) end: Option<Timestamp>,
}

impl Stop {
    /// Its end, or `at` when that comes first.
    pub(crate) fn end_by(&self, at: Timestamp) -> Timestamp {
        self.end.map_or(at, |end| end.min(at))
    }
}

/// The union, in order; what touches becomes one, what lasts no time is nothing.
pub(super) fn union(stops: impl IntoIterator<Item = Stop>) -> Vec<Stop> {
    let mut in_order: Vec<_> = stops.into_iter().filter(|stop| stop.end != Some(stop.start)).collect();
    in_order.sort_unstable_by_key(|stop| stop.start);
    let mut union: Vec<Stop> = Vec::with_capacity(in_order.len());
    for stop in in_order {
        match union.last_mut() {
            Some(last) if last.end.is_none_or(|end| stop.start <= end) => {
                last.end = last.end.zip(stop.end).map(|(one, other)| one.max(other));
            }
            _ => union.push(stop),
        }
    }
    union
}

/// What is in `one` and not in `other`, both unions.
pub(super) fn difference(one: &[Stop], other: &[Stop]) -> Vec<Stop> {
    let mut left = Vec::new();
    for stop in one {
        let mut start = Some(stop.start);
        for taken in other {
            let Some(from) = start else { break };
            let is_before = taken.end.is_some_and(|end| end <= from);
            let is_behind = stop.end.is_some_and(|end| end <= taken.start);
            if is_before || is_behind {
                continue;
            }
            if from < taken.start {
                left.push(Stop { start: from, end: Some(taken.start) });
            }
            start = taken.end.filter(|taken_until| stop.end.is_none_or(|end| *taken_until < end));
        }
        if let Some(start) = start {
            left.push(Stop { start, end: stop.end });
        }
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stop(start: i64, end: i64) -> Stop {
        let end = (end >= 0).then(|| Timestamp::from_micros(end));
        Stop { start: Timestamp::from_micros(start), end }
    }

    #[test]
    fn union_counts_nothing_twice() {
        let stops = [stop(8, 9), stop(1, 4), stop(3, 5), stop(5, 6), stop(7, 7), stop(2, 3)];
        assert_eq!(union(stops), [stop(1, 6), stop(8, 9)]);
        assert_eq!(union([stop(4, -1), stop(1, 5), stop(9, 12)]), [stop(1, -1)]);
    }

    #[test]
    fn difference_keeps_what_the_other_does_not_cover() {
        let all = [stop(0, 10), stop(20, -1)];
        assert_eq!(difference(&all, &[stop(3, 5), stop(8, 25)]), [stop(0, 3), stop(5, 8), stop(25, -1)]);
        assert_eq!(difference(&all, &[stop(0, -1)]), []);
        assert_eq!(difference(&all, &[stop(0, 10), stop(12, 15)]), [stop(20, -1)]);
        assert_eq!(difference(&all, &[]), all);
    }
}
