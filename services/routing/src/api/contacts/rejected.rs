//! Facts that came by the topic and could not be taken: listed until a person says what came of each.

use tonic::Request;
use uuid::Uuid;
use vigie_chassis::error::{Error as Refusal, Reason};
use vigie_chassis::page;
use vigie_command::{field, refusal};
use vigie_proto::routing::{
    self as wire, ListRejectedFactsRequest, ListRejectedFactsResponse, SettleRejectedFactRequest,
    SettleRejectedFactResponse,
};

use super::super::house::shown_instant;
use super::super::{Deps, PAGE_DEFAULT, PAGE_MAX, reject};
use crate::domain::rejected_fact::{Command, Snapshot};
use crate::view::RejectedFactKey;

pub(super) const LIST: &str = "/vigie.routing.v1.ContactService/ListRejectedFacts";
pub(super) const SETTLE: &str = "/vigie.routing.v1.ContactService/SettleRejectedFact";

/// Bytes of a note.
const NOTE_BYTES_MAX: usize = 500;

pub(super) async fn list(
    deps: &Deps,
    call: Request<ListRejectedFactsRequest>,
) -> Result<ListRejectedFactsResponse, Refusal> {
    let (asking, body) = deps.door.open(call)?;
    let size = page::size(body.page_size, PAGE_DEFAULT, PAGE_MAX)?;
    let query = (LIST, asking.caller.subject());
    let after: Option<RejectedFactKey> = deps.pages.open(&query, &body.page_token)?;

    let page = deps.view.rejected_fact_page(after, size).await;
    let (facts, next) = page.map_err(|error| reject::view(&error))?;
    let next_page_token = match next {
        Some(key) => deps.pages.issue(&query, &key)?,
        None => String::new(),
    };
    let facts = facts.iter().map(|row| shown(row.rejected_fact_id, &row.shown)).collect();
    Ok(ListRejectedFactsResponse { facts, next_page_token })
}

pub(super) async fn settle(
    deps: &Deps,
    call: Request<SettleRejectedFactRequest>,
) -> Result<SettleRejectedFactResponse, Refusal> {
    let (asking, mut body) = deps.door.open(call)?;
    let request_id = field::take_request_id(&mut body.request_id)?;
    let id = field::id("rejected_fact_id", &body.rejected_fact_id)?;
    let command = Command::Settle { note: field::required_text("note", &body.note, NOTE_BYTES_MAX)? };
    let order = asking.order(SETTLE, request_id, &body, id, command);
    let outcome = deps.rejected_facts.execute(order).await.map_err(refusal)?;
    let fact = Option::as_ref(&outcome.state)
        .ok_or_else(|| Refusal::new(Reason::NotFound, "there is no such rejected fact"))?;
    Ok(SettleRejectedFactResponse { fact: Some(shown(id, &fact.shown)) })
}

fn shown(rejected_fact_id: Uuid, fact: &Snapshot) -> wire::RejectedFact {
    wire::RejectedFact {
        rejected_fact_id: rejected_fact_id.to_string(),
        topic: fact.topic.clone(),
        partition: fact.partition,
        offset: fact.offset,
        origin: fact.origin.clone().unwrap_or_default(),
        fact_id: fact.fact_id.clone().unwrap_or_default(),
        reason: fact.reason.clone(),
        message: fact.message.clone(),
        rejected_at: shown_instant(Some(fact.rejected_at)),
        settled_at: shown_instant(fact.settled_at),
        note: fact.note.clone().unwrap_or_default(),
    }
}
