//! Who is an account's named contact, as of an instant and as known at one, with the events that prove it (promise 2.1).

use tonic::Request;
use uuid::Uuid;
use vigie_chassis::error::Error as Refusal;
use vigie_command::field::wire_instant;
use vigie_command::unreadable;
use vigie_proto::routing::{self as wire, GetManagerRequest, GetManagerResponse};

use super::super::{Deps, wire as fields};
use super::{chain, response, staff};
use crate::domain::Moment;
use crate::domain::account::{Account, Announcement, Basis, Holding, NamedContact, holding, named_contact};

pub(super) const METHOD: &str = "/vigie.routing.v1.AccountService/GetManager";

/// Events that one answer names.
const EVIDENCE_MAX: usize = 16;

pub(super) async fn serve(
    deps: &Deps,
    call: Request<GetManagerRequest>,
) -> Result<GetManagerResponse, Refusal> {
    let (asking, body) = deps.door.open(call)?;
    let moment = fields::moment(body.at, asking.now)?;
    // Rights are those of today, whatever day is asked for.
    let today = chain::resolve(deps, &asking.caller, body.account.as_ref(), Moment::at(asking.now)).await?;
    let chain = chain::load(deps, today.own()?.account_id(), moment).await?;
    if chain.own()?.shown(moment).is_none() {
        return Err(chain::not_found());
    }
    let accounts: Vec<&Account> = chain.iter().collect();
    let Some(holding) = holding(&accounts, moment) else {
        return Ok(GetManagerResponse { basis: wire::ManagerBasis::Nobody.into(), ..Default::default() });
    };
    let contact = contact(deps, &holding, moment).await?;
    Ok(GetManagerResponse {
        staff_id: contact.staff.as_ref().map(|staff| staff.staff_id.to_string()).unwrap_or_default(),
        name: contact.staff.as_ref().and_then(|staff| staff.name.clone()).unwrap_or_default(),
        basis: basis(contact.basis).into(),
        assignment: Some(response::assignment(
            holding.account_id,
            &holding.assignment,
            holding.recorded_at,
            &Announcement::default(),
        )),
        is_trained: contact.staff.is_some_and(|staff| staff.is_trained),
        away_until: contact.away_until.map(wire_instant),
        evidence: event_ids(deps, &holding.evidence).await?,
    })
}

async fn contact(deps: &Deps, holding: &Holding, moment: Moment) -> Result<NamedContact, Refusal> {
    let manager = staff::presence(deps, holding.assignment.staff_id, moment).await?;
    let mut stand_ins = Vec::new();
    for staff_id in holding.stand_ins(&manager) {
        stand_ins.push(staff::presence(deps, staff_id, moment).await?);
    }
    Ok(named_contact(holding, manager, stand_ins))
}

/// The ids of the events at these places: streams and versions.
async fn event_ids(deps: &Deps, evidence: &[(Uuid, i64)]) -> Result<Vec<String>, Refusal> {
    let mut ids = Vec::with_capacity(evidence.len().min(EVIDENCE_MAX));
    for (stream_id, version) in evidence.iter().take(EVIDENCE_MAX) {
        let event = deps.log.read_stream(*stream_id, version - 1, 1).await;
        let event = event.map_err(|error| unreadable(&error))?;
        ids.extend(event.iter().map(|event| event.event_id.to_string()));
    }
    Ok(ids)
}

fn basis(basis: Basis) -> wire::ManagerBasis {
    match basis {
        Basis::Assigned => wire::ManagerBasis::Assigned,
        Basis::Inherited => wire::ManagerBasis::Inherited,
        Basis::Cover => wire::ManagerBasis::Cover,
        Basis::AwayWithoutCover => wire::ManagerBasis::AwayWithoutCover,
        Basis::LeftWithoutSuccessor => wire::ManagerBasis::LeftWithoutSuccessor,
    }
}
