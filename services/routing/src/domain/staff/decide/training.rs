//! A training was passed.

use vigie_clock::Timestamp;

use super::draft::Draft;
use crate::domain::Code;
use crate::domain::staff::event::{Fact, TrainingRecorded};
use crate::domain::staff::policy::Policy;
use crate::domain::staff::rejection::Rejection;
use crate::domain::staff::training::Training;

/// One that was passed before, also one that has ended: the record says who was trained when. The same one twice is one.
pub(super) fn record(
    draft: &mut Draft<'_>,
    code: &Code,
    passed_at: Timestamp,
    valid_until: Timestamp,
) -> Result<(), Rejection> {
    if valid_until <= passed_at {
        return Err(Rejection::BadPeriod("the training ends before it was passed"));
    }
    if passed_at > draft.context().now {
        return Err(Rejection::BadPeriod("passed_at lies ahead: record a training once it was passed"));
    }
    let is_same = |training: &Training| {
        training.code == *code && training.passed_at == passed_at && training.valid_until == valid_until
    };
    if draft.member().trainings().any(is_same) {
        return Ok(());
    }
    if draft.member().trainings().count() >= Policy::DEFAULT.trainings_max {
        return Err(Rejection::TooMany("the staff member has as many trainings on record as there may be"));
    }
    let training =
        Training { training_id: draft.context().act_id, code: code.clone(), passed_at, valid_until };
    let actor = draft.actor();
    draft.record(Fact::TrainingRecorded(TrainingRecorded { actor, training }));
    Ok(())
}
