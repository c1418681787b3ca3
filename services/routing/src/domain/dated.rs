//! What is true from when, as known when.
//!
//! Nothing is ever overwritten: a correction is one more statement, and whoever asks as known on an earlier day does not
//! see it. So "who was my contact on date D?" has two instants in it.

use vigie_clock::Timestamp;

/// Statements that one attribute may gather; a caller who needs more corrects by mistake.
pub const STATEMENTS_MAX: usize = 256;

/// Two questions of time: true when, and as known when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// True in the world at this instant.
    pub as_of: Timestamp,
    /// As it was recorded until this instant, inclusive.
    pub known_at: Timestamp,
}

impl Moment {
    /// True at `as_of`, by all that is known.
    pub const fn at(as_of: Timestamp) -> Self {
        Self { as_of, known_at: Timestamp::from_micros(i64::MAX) }
    }
}

/// From `from` on the value is `value`, until a statement with a later `from` begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement<T> {
    /// Since when it is true.
    pub from: Timestamp,
    /// What is true.
    pub value: T,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// Version of the stream whose event recorded it: with the stream's id it finds the event again.
    pub version: i64,
}

/// A value through time. Statements are kept as they were recorded, and none is changed or lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dated<T> {
    statements: Vec<Statement<T>>,
}

impl<T> Default for Dated<T> {
    fn default() -> Self {
        Self { statements: Vec::new() }
    }
}

impl<T> Dated<T> {
    /// Says nothing yet.
    pub const fn new() -> Self {
        Self { statements: Vec::new() }
    }

    /// Adds a statement, in the order of recording.
    pub fn state(&mut self, statement: Statement<T>) {
        self.statements.push(statement);
    }

    /// Adds a statement that holds without beginning: what is recorded last is true.
    pub fn correct(&mut self, value: T, recorded_at: Timestamp, version: i64) {
        self.state(Statement { from: Timestamp::from_micros(i64::MIN), value, recorded_at, version });
    }

    /// The statement that holds at `moment`: of those known then which had begun, the one that began last, of equal ones
    /// the one recorded last.
    pub fn statement(&self, moment: Moment) -> Option<&Statement<T>> {
        self.statements
            .iter()
            .filter(|statement| statement.recorded_at <= moment.known_at && statement.from <= moment.as_of)
            // `max_by_key` takes the last of equal ones, which was recorded last.
            .max_by_key(|statement| statement.from)
    }

    /// The value at `moment`.
    pub fn value(&self, moment: Moment) -> Option<&T> {
        self.statement(moment).map(|statement| &statement.value)
    }

    /// The first instant after `after` from which a statement speaks.
    pub fn next_after(&self, after: Timestamp) -> Option<Timestamp> {
        self.statements.iter().map(|statement| statement.from).filter(|from| *from > after).min()
    }

    /// Whether it takes no more statements.
    pub fn is_full(&self) -> bool {
        self.statements.len() >= STATEMENTS_MAX
    }

    /// All statements, in the order of recording.
    pub fn statements(&self) -> &[Statement<T>] {
        &self.statements
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(micros: i64) -> Timestamp {
        Timestamp::from_micros(micros)
    }

    fn dated(statements: &[(i64, u8, i64)]) -> Dated<u8> {
        let mut dated = Dated::new();
        for (version, (from, value, recorded_at)) in (1..).zip(statements) {
            dated.state(Statement { from: at(*from), value: *value, recorded_at: at(*recorded_at), version });
        }
        dated
    }

    fn value(dated: &Dated<u8>, as_of: i64, known_at: i64) -> Option<u8> {
        dated.value(Moment { as_of: at(as_of), known_at: at(known_at) }).copied()
    }

    #[test]
    fn a_correction_is_seen_by_whoever_asks_after_it_was_recorded() {
        let dated = dated(&[(10, 1, 10), (10, 2, 30)]);
        assert_eq!(value(&dated, 20, 29), Some(1));
        assert_eq!(value(&dated, 20, 30), Some(2));
        assert_eq!(value(&dated, 9, 30), None);
    }

    #[test]
    fn a_planned_change_waits_for_its_day() {
        let dated = dated(&[(10, 1, 10), (50, 2, 20)]);
        assert_eq!((value(&dated, 49, 99), value(&dated, 50, 99)), (Some(1), Some(2)));
        assert_eq!(dated.next_after(at(10)), Some(at(50)));
        assert_eq!(dated.next_after(at(50)), None);
    }

    #[test]
    fn an_earlier_beginning_recorded_later_takes_nothing_back_that_begins_after_it() {
        let dated = dated(&[(50, 2, 10), (20, 1, 30)]);
        assert_eq!((value(&dated, 49, 99), value(&dated, 50, 99)), (Some(1), Some(2)));
    }

    proptest! {
        #[test]
        fn a_later_statement_never_changes_an_answer_known_earlier(
            earlier in proptest::collection::vec((0..20_i64, any::<u8>(), 0..20_i64), 0..12),
            later in proptest::collection::vec((0..20_i64, any::<u8>()), 1..6),
            as_of in 0..25_i64,
            known_at in 0..20_i64,
        ) {
            let mut earlier = earlier;
            earlier.sort_by_key(|(_, _, recorded_at)| *recorded_at);
            let before = value(&dated(&earlier), as_of, known_at);
            let mut all = earlier;
            all.extend(later.into_iter().map(|(from, value)| (from, value, 20)));
            prop_assert_eq!(value(&dated(&all), as_of, known_at), before);
        }

        #[test]
        fn it_agrees_with_walking_through_time(
            statements in proptest::collection::vec((0..20_i64, any::<u8>()), 0..12),
            as_of in 0..25_i64,
        ) {
            // Independent: each statement in turn paints everything from its beginning up to the next known beginning.
            let mut painted = [None; 25];
            let mut begun: Vec<i64> = Vec::new();
            for (from, value) in &statements {
                let end = begun.iter().copied().filter(|other| other > from).min().unwrap_or(25);
                for instant in *from..end {
                    painted[usize::try_from(instant).unwrap()] = Some(*value);
                }
                begun.push(*from);
            }
            let recorded: Vec<_> = (0..).zip(&statements).map(|(at, (from, value))| (*from, *value, at)).collect();
            prop_assert_eq!(value(&dated(&recorded), as_of, 99), painted.get(usize::try_from(as_of).unwrap()).copied().flatten());
        }
    }
}
