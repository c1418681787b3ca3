//! Staff members, what they passed, when they are away, and who leaves.

use vigie_chassis::error::{Error as Refusal, Reason};
use vigie_clock::Timestamp;
use vigie_command::{field, refusal};
use vigie_eventlog::{ExecuteError, Order};
use vigie_proto::routing::{AbsenceRow, LeavingRow, StaffRow, TrainingRow};

use super::super::super::house;
use super::super::super::staff::{entry, stand_in};
use super::super::file::File;
use super::super::key::Kind;
use super::super::report::Taken;
use super::{found, taken};
use crate::domain::staff::{Command, NewMember, Rejection, StaffMember};

/// Somebody starts to face customers.
pub(super) async fn register(file: &File, number: i64, row: &StaffRow) -> Result<Taken, Refusal> {
    let staff = row.staff.as_ref().ok_or_else(|| field::missing("staff", "the staff member to register"))?;
    let staff_id = file.keys.own(Kind::Staff, &row.key, &staff.staff_id)?;
    let desk_id = file.keys.reference(Kind::Desk, "desk", &row.desk_key, &staff.desk_id)?;
    let mut staff = staff.clone();
    staff.desk_id = desk_id.map(|desk_id| desk_id.to_string()).unwrap_or_default();
    let (profile, mut keys) = entry::profile(&file.deps, staff_id, &staff).await?;
    file.keys.keep(Kind::Staff, &row.key, &mut keys)?;

    let new = NewMember { staff_id, profile, external_identifiers: keys };
    let command = Command::Register(Box::new(new.clone()));
    let order = Order { is_new: true, ..file.order(number, row, staff_id, command) };
    match file.deps.staff.execute(order).await {
        Ok(outcome) => Ok(taken(&outcome)),
        Err(ExecuteError::Rejected { rejection: Rejection::AlreadyRegistered, .. }) => {
            let (state, _) = file.deps.staff.load(staff_id).await.map_err(refusal)?;
            let is_same = |member: &StaffMember| {
                *member.profile() == new.profile && member.external_identifiers() == new.external_identifiers
            };
            found(Option::as_ref(&state).is_some_and(is_same))
        }
        Err(error) => {
            let refusal = refusal(error);
            // An id that something else has is taken, not missing.
            if refusal.reason() == Reason::StaffNotFound { found(false) } else { Err(refusal) }
        }
    }
}

/// A training was passed.
pub(super) async fn training(file: &File, number: i64, row: &TrainingRow) -> Result<Taken, Refusal> {
    let staff_id = file.keys.required(Kind::Staff, "staff", &row.staff_key, &row.staff_id)?;
    let training = row.training.as_ref().ok_or_else(|| field::missing("training", "the training"))?;
    let command = Command::RecordTraining {
        code: house::code("code", &training.code)?,
        passed_at: field::required_instant("passed_at", training.passed_at)?,
        valid_until: field::required_instant("valid_until", training.valid_until)?,
    };
    let outcome = file.deps.staff.execute(file.order(number, row, staff_id, command)).await;
    Ok(taken(&outcome.map_err(refusal)?))
}

/// A time away.
pub(super) async fn absence(file: &File, number: i64, row: &AbsenceRow) -> Result<Taken, Refusal> {
    let staff_id = file.keys.required(Kind::Staff, "staff", &row.staff_key, &row.staff_id)?;
    let absence = row.absence.as_ref().ok_or_else(|| field::missing("absence", "the time away"))?;
    let from = field::required_instant("from", absence.from)?;
    let until = field::required_instant("until", absence.until)?;
    let cover_id = file.keys.reference(Kind::Staff, "cover", &row.cover_key, &absence.cover_staff_id)?;
    let is_planned = |member: &StaffMember| {
        let mut planned = member.absences().into_iter();
        planned.any(|known| (known.from, known.until, known.cover_staff_id) == (from, until, cover_id))
    };
    let cover = stand_in(&file.deps, "cover", cover_id, from, Some(until)).await?;
    let command = Command::PlanAbsence { from, until, cover };
    match file.deps.staff.execute(file.order(number, row, staff_id, command)).await {
        Ok(outcome) => Ok(taken(&outcome)),
        Err(ExecuteError::Rejected { rejection: Rejection::AbsenceOverlaps, version }) => {
            let (state, _) = file.deps.staff.load(staff_id).await.map_err(refusal)?;
            if Option::as_ref(&state).is_some_and(is_planned) {
                return Ok(Taken::Before);
            }
            Err(refusal(ExecuteError::Rejected { rejection: Rejection::AbsenceOverlaps, version }))
        }
        Err(error) => Err(refusal(error)),
    }
}

/// Somebody leaves.
pub(super) async fn leaving(file: &File, number: i64, row: &LeavingRow) -> Result<Taken, Refusal> {
    let staff_id = file.keys.required(Kind::Staff, "staff", &row.staff_key, &row.staff_id)?;
    let leaves_at = field::required_instant("leaves_at", row.leaves_at)?;
    let deputy_id = file.keys.reference(Kind::Staff, "deputy", &row.deputy_key, &row.deputy_staff_id)?;
    // Of an instant that has passed it is asked how the deputy stands now.
    let from: Timestamp = leaves_at.max(file.now());
    let deputy = stand_in(&file.deps, "deputy", deputy_id, from, None).await?;
    let command = Command::RecordLeaving { leaves_at, deputy };
    let outcome = file.deps.staff.execute(file.order(number, row, staff_id, command)).await;
    Ok(taken(&outcome.map_err(refusal)?))
}
