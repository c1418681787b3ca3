//! A value through time, as it is known now.

use vigie_clock::Timestamp;

/// From each instant on, a value, until the next. Most customers never change: one value is kept in place.
///
/// What was recorded last is true: two values from the same instant on are one, the later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Timeline<T> {
    /// Nothing was ever said.
    Silent,
    /// One value.
    One(Timestamp, T),
    /// Several, by instant.
    Several(Box<[(Timestamp, T)]>),
}

impl<T: Copy> Timeline<T> {
    /// The value at an instant; `None` before the first.
    pub(super) fn at(&self, at: Timestamp) -> Option<T> {
        match self {
            Self::Silent => None,
            Self::One(from, value) => (*from <= at).then_some(*value),
            Self::Several(values) => {
                let begun = values.partition_point(|(from, _)| *from <= at);
                values.get(begun.checked_sub(1)?).map(|(_, value)| *value)
            }
        }
    }

    /// From `from` on it is `value`.
    pub(super) fn state(&mut self, from: Timestamp, value: T) {
        *self = match std::mem::replace(self, Self::Silent) {
            Self::Silent => Self::One(from, value),
            Self::One(same, _) if same == from => Self::One(from, value),
            Self::One(other_from, other) => Self::several(vec![(other_from, other)], from, value),
            Self::Several(values) => Self::several(values.into_vec(), from, value),
        }
    }

    fn several(mut values: Vec<(Timestamp, T)>, from: Timestamp, value: T) -> Self {
        match values.binary_search_by_key(&from, |(from, _)| *from) {
            Ok(same) => {
                if let Some(place) = values.get_mut(same) {
                    place.1 = value;
                }
            }
            Err(place) => values.insert(place, (from, value)),
        }
        Self::Several(values.into())
    }

    /// Everything said, by instant.
    pub(super) fn iter(&self) -> impl Iterator<Item = (Timestamp, T)> {
        let (one, several) = match self {
            Self::Silent => (None, [].as_slice()),
            Self::One(from, value) => (Some((*from, *value)), [].as_slice()),
            Self::Several(values) => (None, &**values),
        };
        one.into_iter().chain(several.iter().copied())
    }

    /// Bytes that it points to.
    pub(super) fn bytes(&self) -> usize {
        match self {
            Self::Silent | Self::One(..) => 0,
            Self::Several(values) => size_of_val(&**values),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::{Dated, Moment, Statement};

    proptest! {
        #[test]
        fn it_says_what_the_record_says_by_all_that_is_known(
            said in proptest::collection::vec((0_i64..12, 0_u8..5), 0..10),
            at in -1_i64..14,
        ) {
            let mut timeline = Timeline::Silent;
            let mut record = Dated::new();
            for (version, (from, value)) in (1..).zip(&said) {
                let from = Timestamp::from_micros(*from);
                timeline.state(from, *value);
                record.state(Statement { from, value: *value, recorded_at: Timestamp::from_micros(version), version });
            }
            let at = Timestamp::from_micros(at);
            prop_assert_eq!(timeline.at(at), record.value(Moment::at(at)).copied());
        }
    }
}
