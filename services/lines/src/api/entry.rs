//! A line to register, from a single request or a row of a file.

use uuid::Uuid;
use vigie_chassis::error::{Error as Refusal, Reason};
use vigie_chassis::identity::{Caller, Role, Target};
use vigie_chassis::rules::Rule;
use vigie_clock::derived_id;
use vigie_proto::lines::LineEntry;

use super::request;
use crate::domain::{ExternalIdentifier, NewLine, Sim};

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
pub(super) fn new_line(caller: &Caller, line_id: Uuid, entry: &LineEntry) -> Result<NewLine, Refusal> {
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
    Ok(new)
}
