//! What has to be done before a gap opens, the most urgent first. From the view: a moment behind the log.

use tonic::Request;
use uuid::Uuid;
use vigie_chassis::error::Error as Refusal;
use vigie_chassis::page;
use vigie_command::field;
use vigie_proto::routing::{self as wire, ListWorkRequest, ListWorkResponse};

use super::super::{Deps, PAGE_DEFAULT, PAGE_MAX, reject};
use crate::view::{WorkKey, WorkKind, WorkRow};

pub(super) const METHOD: &str = "/vigie.routing.v1.StaffService/ListWork";

pub(super) async fn serve(deps: &Deps, call: Request<ListWorkRequest>) -> Result<ListWorkResponse, Refusal> {
    let (asking, body) = deps.door.open(call)?;
    let size = page::size(body.page_size, PAGE_DEFAULT, PAGE_MAX)?;
    let query = ("ListWork", asking.caller.subject());
    let after: Option<WorkKey> = deps.pages.open(&query, &body.page_token)?;

    let page = deps.view.work_page(asking.now, after, size).await;
    let (work, next) = page.map_err(|error| reject::view(&error))?;
    let next_page_token = match next {
        Some(key) => deps.pages.issue(&query, &key)?,
        None => String::new(),
    };
    Ok(ListWorkResponse { work: work.iter().map(shown).collect(), next_page_token })
}

/// For people, without anybody's name.
fn shown(row: &WorkRow) -> wire::Work {
    use wire::WorkKind as Wire;
    let (kind, text) = match row.kind {
        WorkKind::TrainingExpiring => (
            Wire::TrainingExpiring,
            "The manager's training ends: renew it before, or hand the accounts over.",
        ),
        WorkKind::TrainingExpired => {
            (Wire::TrainingExpired, "The manager's training has ended: renew it, or hand the accounts over.")
        }
        WorkKind::ManagerLeaving => {
            (Wire::ManagerLeaving, "The manager leaves, or has left: hand the accounts over to a successor.")
        }
        WorkKind::AbsenceWithoutCover => (
            Wire::AbsenceWithoutCover,
            "Nobody who is trained and there covers for the manager: plan the absence again with a cover.",
        ),
        WorkKind::ReviewDue => (
            Wire::ReviewDue,
            "The year ends soon, or has ended, without a review: plan one with the customer.",
        ),
        WorkKind::ProjectAnswerDue => (
            Wire::ProjectAnswerDue,
            "The customer waits for an answer about a project abroad, and a first date.",
        ),
        WorkKind::AccountWithoutManager => (
            Wire::AccountWithoutManager,
            "The account has no manager from then on, nor has one above it: assign one.",
        ),
    };
    let id = |id: Option<Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
    wire::Work {
        kind: kind.into(),
        staff_id: id(row.staff_id),
        account_id: id(row.account_id),
        due_at: Some(field::wire_instant(row.due_at)),
        accounts: row.accounts,
        text: text.to_owned(),
    }
}
