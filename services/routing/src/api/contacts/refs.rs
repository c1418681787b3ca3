//! Teams and staff by whichever key a contact centre has at hand. Nobody can be told apart later who is not known now, so
//! what is not registered is refused.

use uuid::Uuid;
use vigie_chassis::error::{Error as Refusal, Reason};
use vigie_command::{field, refusal, unreadable};
use vigie_proto::routing::{DeskRef, StaffRef, desk_ref, staff_ref};

use super::super::{Deps, wire};
use crate::domain::route::Known as _;
use crate::stream::key;

/// A team that must be named.
pub(super) async fn desk(deps: &Deps, name: &str, desk: Option<&DeskRef>) -> Result<Uuid, Refusal> {
    let by = desk.and_then(|desk| desk.desk.as_ref());
    let by = by.ok_or_else(|| field::missing(name, "name the team by desk_id or external identifier"))?;
    let desk_id = match by {
        desk_ref::Desk::DeskId(id) => field::id(name, id)?,
        desk_ref::Desk::External(external) => {
            let key = wire::external_identifier(name, external)?.directory_key();
            holder(deps, key::EXTERNAL, &key).await?.ok_or_else(|| no_desk(name))?
        }
    };
    // The base first: it costs nothing, and a team that it knows is one.
    let is_known = deps.base.read(|base| base.desk(desk_id).is_some()).unwrap_or(false);
    if !is_known {
        let (state, _) = deps.desks.load(desk_id).await.map_err(refusal)?;
        Option::as_ref(&state).ok_or_else(|| no_desk(name))?;
    }
    Ok(desk_id)
}

/// A team, or nothing where none is named.
pub(super) async fn optional_desk(
    deps: &Deps,
    name: &str,
    named: Option<&DeskRef>,
) -> Result<Option<Uuid>, Refusal> {
    if named.is_none() { Ok(None) } else { desk(deps, name, named).await.map(Some) }
}

/// A staff member who must be named.
pub(super) async fn staff(deps: &Deps, name: &str, staff: Option<&StaffRef>) -> Result<Uuid, Refusal> {
    let by = staff.and_then(|staff| staff.staff.as_ref());
    let by =
        by.ok_or_else(|| field::missing(name, "name who by staff_id, user_id or external identifier"))?;
    let staff_id = match by {
        staff_ref::Staff::StaffId(id) => field::id(name, id)?,
        staff_ref::Staff::External(external) => {
            let key = wire::external_identifier(name, external)?.directory_key();
            holder(deps, key::EXTERNAL, &key).await?.ok_or_else(|| no_staff(name))?
        }
        staff_ref::Staff::UserId(user_id) => {
            let user_id = field::required_text(name, user_id, field::TEXT_MAX_BYTES)?;
            holder(deps, key::STAFF_USER, &user_id).await?.ok_or_else(|| no_staff(name))?
        }
    };
    staff_member(deps, name, staff_id).await?;
    Ok(staff_id)
}

/// A staff member, or nothing where none is named.
pub(super) async fn optional_staff(
    deps: &Deps,
    name: &str,
    named: Option<&StaffRef>,
) -> Result<Option<Uuid>, Refusal> {
    if named.is_none() { Ok(None) } else { staff(deps, name, named).await.map(Some) }
}

/// Makes sure that there is such a staff member, gone or not.
pub(in crate::api) async fn staff_member(deps: &Deps, name: &str, staff_id: Uuid) -> Result<(), Refusal> {
    if deps.base.read(|base| base.staff(staff_id).is_some()).unwrap_or(false) {
        return Ok(());
    }
    let (state, _) = deps.staff.load(staff_id).await.map_err(refusal)?;
    Option::as_ref(&state).map(|_| ()).ok_or_else(|| no_staff(name))
}

async fn holder(deps: &Deps, kind: &'static str, key: &str) -> Result<Option<Uuid>, Refusal> {
    deps.log.key_holder(kind, key).await.map_err(|error| unreadable(&error))
}

fn no_desk(name: &str) -> Refusal {
    Refusal::new(Reason::DeskNotFound, "there is no such desk: register it, and tell the fact again")
        .field(name, "none")
}

fn no_staff(name: &str) -> Refusal {
    Refusal::new(
        Reason::StaffNotFound,
        "there is no such staff member: register them, and tell the fact again",
    )
    .field(name, "nobody")
}
