//! Teams.

use vigie_chassis::error::{Error as Refusal, Reason};
use vigie_command::{field, refusal};
use vigie_eventlog::{ExecuteError, Order};
use vigie_proto::routing::DeskRow;

use super::super::super::desks::entry::particulars;
use super::super::super::desks::overflow_way;
use super::super::file::File;
use super::super::key::Kind;
use super::super::report::Taken;
use super::{found, taken};
use crate::domain::desk::{Command, Desk, NewDesk, Rejection};

pub(super) async fn take(file: &File, number: i64, row: &DeskRow) -> Result<Taken, Refusal> {
    let desk = row.desk.as_ref().ok_or_else(|| field::missing("desk", "the team to register"))?;
    let desk_id = file.keys.own(Kind::Desk, &row.key, &desk.desk_id)?;
    let overflow = file.keys.reference(Kind::Desk, "overflow", &row.overflow_key, &desk.overflow_desk_id)?;
    let (mut particulars, mut keys) = particulars(desk, &file.deps.calendars)?;
    particulars.overflow_desk_id = overflow;
    file.keys.keep(Kind::Desk, &row.key, &mut keys)?;
    let overflow = overflow_way(&file.deps, overflow).await?;

    let new = NewDesk { desk_id, particulars, external_identifiers: keys, overflow };
    let command = Command::Register(Box::new(new.clone()));
    let order = Order { is_new: true, ..file.order(number, row, desk_id, command) };
    match file.deps.desks.execute(order).await {
        Ok(outcome) => Ok(taken(&outcome)),
        Err(ExecuteError::Rejected { rejection: Rejection::AlreadyRegistered, .. }) => {
            let (state, _) = file.deps.desks.load(desk_id).await.map_err(refusal)?;
            let is_same = |desk: &Desk| {
                *desk.particulars() == new.particulars
                    && desk.external_identifiers() == new.external_identifiers
            };
            found(Option::as_ref(&state).is_some_and(is_same))
        }
        Err(error) => {
            let refusal = refusal(error);
            // An id that something else has is taken, not missing.
            if refusal.reason() == Reason::DeskNotFound { found(false) } else { Err(refusal) }
        }
    }
}
