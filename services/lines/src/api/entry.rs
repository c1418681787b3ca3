//! A line to register, from a single request or a row of a file.

use uuid::Uuid;
use vigie_chassis::error::{Error as Refusal, Reason};
use vigie_chassis::identity::{Caller, Role, Target};
use vigie_chassis::rules::Rule;
use vigie_clock::derived_id;
use vigie_proto::lines::{LineEntry, LineRef};

use super::place::resolve;
use super::{Deps, reject, request};
use crate::domain::{ExternalIdentifier, LineState, NewLine, Sim};

/// External identifiers of one line.
const EXTERNAL_IDENTIFIERS_MAX: usize = 8;

/// The operator's people and systems keep the inventory.
pub(super) fn rule() -> Rule {
    Rule::roles([Role::Advisor, Role::Operator, Role::Integration])
}

/// The line's id follows from caller and request id: a repeat meets the same stream, and nobody else's.
pub(super) fn line_id(caller: &Caller, request_id: Uuid) -> Uuid {
    derived_id(request_id, &format!("line {}", caller.subject()))
}

/// The line in the domain's terms, if the caller may register it there.
pub(super) async fn new_line(
    deps: &Deps,
    caller: &Caller,
    line_id: Uuid,
    entry: &LineEntry,
) -> Result<NewLine, Refusal> {
    if entry.external_identifiers.len() > EXTERNAL_IDENTIFIERS_MAX {
        let message = format!("line.external_identifiers has more than {EXTERNAL_IDENTIFIERS_MAX} entries");
        return Err(Refusal::new(Reason::TooLarge, message).field("line.external_identifiers", "too many"));
    }
    let new = NewLine {
        line_id,
        account_id: request::id("line.account_id", &entry.account_id)?,
        msisdn: request::msisdn("line.msisdn", &entry.msisdn)?,
        sim: Sim {
            imsi: request::imsi("line.imsi", &entry.imsi)?,
            iccid: request::iccid("line.iccid", &entry.iccid)?,
            eid: request::optional_eid("line.eid", &entry.eid)?,
        },
        account_holder: request::required_text("line.account_holder", &entry.account_holder)?,
        user_id: request::optional_text("line.user_id", &entry.user_id)?,
        cost_centre: request::optional_text("line.cost_centre", &entry.cost_centre)?,
        site: request::site("line.site", &entry.site)?,
        external_identifiers: entry
            .external_identifiers
            .iter()
            .map(|key| {
                Ok(ExternalIdentifier {
                    owner: request::required_text("line.external_identifiers.owner", &key.owner)?,
                    kind: request::required_text("line.external_identifiers.type", &key.r#type)?,
                    id: request::required_text("line.external_identifiers.id", &key.id)?,
                })
            })
            .collect::<Result<_, Refusal>>()?,
        imei: request::optional_imei("line.imei", &entry.imei)?,
        twin_of: None,
    };
    let target = Target {
        siret: new.site.as_deref(),
        cost_centre: new.cost_centre.as_deref(),
        line: Some(line_id),
        ..Target::account(new.account_id)
    };
    if !caller.may_see(&target) {
        let message = "this account, site or cost centre is not in the scope of your token";
        return Err(Refusal::new(Reason::PermissionDenied, message).field("line.account_id", "out of scope"));
    }
    match &entry.twin_of {
        None => Ok(new),
        Some(main) => Ok(NewLine { twin_of: Some(main_line(deps, caller, &new, main).await?), ..new }),
    }
}

/// The main line of a data twin: one of the same account that has not ended and is no twin itself.
async fn main_line(deps: &Deps, caller: &Caller, twin: &NewLine, main: &LineRef) -> Result<Uuid, Refusal> {
    let place = resolve(deps, caller, Some(main)).await?;
    let (state, _) = deps.aggregates.load(place.line_id).await.map_err(reject::refusal)?;
    let main = Option::as_ref(&state).filter(|main| main.account_id() == twin.account_id);
    let main = main.ok_or_else(reject::line_not_found)?;
    if main.twin_of().is_some() {
        let message = "line.twin_of is a data twin itself: name the main line";
        return Err(Refusal::new(Reason::InvalidArgument, message).field("line.twin_of", "a twin"));
    }
    if main.state() == LineState::Terminated {
        let message = "line.twin_of has ended: name a line that lives";
        return Err(Refusal::new(Reason::LineTerminated, message).field("line.twin_of", "ended"));
    }
    Ok(main.line_id())
}
