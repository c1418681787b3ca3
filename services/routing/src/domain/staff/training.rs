//! Trainings that were passed, and for how long they hold.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vigie_clock::Timestamp;

use crate::domain::Code;

/// A training that was passed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Training {
    /// Its id.
    pub training_id: Uuid,
    /// Which training.
    pub code: Code,
    /// When it was passed.
    pub passed_at: Timestamp,
    /// Until when it is valid, exclusive.
    pub valid_until: Timestamp,
}

/// A training on record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Recorded {
    pub(super) training: Training,
    pub(super) recorded_at: Timestamp,
}

/// Until when somebody is trained without a gap from `at` on, as known at `known_at`; `None` if they are not at `at`.
pub(super) fn trained_until(
    trainings: &[Recorded],
    code: &str,
    at: Timestamp,
    known_at: Timestamp,
) -> Option<Timestamp> {
    let known =
        |recorded: &&Recorded| recorded.training.code.as_str() == code && recorded.recorded_at <= known_at;
    let known: Vec<_> = trainings.iter().filter(known).map(|recorded| &recorded.training).collect();
    let mut reach = at;
    // Each round reaches further: there are no more of them than trainings.
    loop {
        let holds = |training: &&&Training| training.passed_at <= reach && reach < training.valid_until;
        match known.iter().filter(holds).map(|training| training.valid_until).max() {
            Some(further) => reach = further,
            None if reach == at => return None,
            None => return Some(reach),
        }
    }
}

/// Until when the latest of the trainings is valid, whether or not that has passed.
pub(super) fn last_valid_until(trainings: &[Recorded], code: &str) -> Option<Timestamp> {
    let of_code = |recorded: &&Recorded| recorded.training.code.as_str() == code;
    trainings.iter().filter(of_code).map(|recorded| recorded.training.valid_until).max()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ALL_KNOWN;

    fn at(micros: i64) -> Timestamp {
        Timestamp::from_micros(micros)
    }

    fn recorded(code: &str, passed_at: i64, valid_until: i64, recorded_at: i64) -> Recorded {
        let training = Training {
            training_id: Uuid::nil(),
            code: Code::parse(code).unwrap(),
            passed_at: at(passed_at),
            valid_until: at(valid_until),
        };
        Recorded { training, recorded_at: at(recorded_at) }
    }

    #[test]
    fn renewals_in_time_reach_on_and_a_gap_ends_it() {
        let trainings = [
            recorded("x", 30, 40, 30),
            recorded("x", 0, 10, 1),
            recorded("x", 10, 20, 9),
            recorded("y", 20, 30, 1),
        ];
        let until = |instant| trained_until(&trainings, "x", at(instant), ALL_KNOWN);
        assert_eq!(
            (until(0), until(15), until(20), until(35)),
            (Some(at(20)), Some(at(20)), None, Some(at(40)))
        );
        assert_eq!((until(40), until(-1)), (None, None));
        assert_eq!(last_valid_until(&trainings, "x"), Some(at(40)));
        assert_eq!(last_valid_until(&trainings, "z"), None);
    }

    #[test]
    fn what_was_recorded_later_was_not_known() {
        let trainings = [recorded("x", 0, 10, 50)];
        assert_eq!(trained_until(&trainings, "x", at(5), at(49)), None);
        assert_eq!(trained_until(&trainings, "x", at(5), at(50)), Some(at(10)));
    }
}
