//! Who was told which version of a contact point (promise 3.1), in order of account. From the view: a moment behind the log.

use tonic::Request;
use vigie_chassis::error::Error as Refusal;
use vigie_chassis::identity::Role;
use vigie_chassis::page;
use vigie_chassis::rules::Rule;
use vigie_command::field;
use vigie_proto::routing::{ListRecipientsRequest, ListRecipientsResponse, Recipient};

use super::super::{Deps, PAGE_DEFAULT, PAGE_MAX, reject};
use crate::view::{RecipientKey, RecipientRow};

pub(super) const METHOD: &str = "/vigie.routing.v1.DeskService/ListRecipients";

/// The operator's people and systems: it names all customers.
pub(super) fn readers() -> Rule {
    Rule::roles([Role::Advisor, Role::Auditor, Role::Operator, Role::Integration])
}

pub(super) async fn serve(
    deps: &Deps,
    call: Request<ListRecipientsRequest>,
) -> Result<ListRecipientsResponse, Refusal> {
    let (asking, body) = deps.door.open(call)?;
    let contact_point_id = field::id("contact_point_id", &body.contact_point_id)?;
    let size = page::size(body.page_size, PAGE_DEFAULT, PAGE_MAX)?;
    let query = ("ListRecipients", asking.caller.subject(), contact_point_id, body.point_version);
    let after: Option<RecipientKey> = deps.pages.open(&query, &body.page_token)?;

    let page = deps.view.recipient_page(contact_point_id, body.point_version, after, size).await;
    let (recipients, next) = page.map_err(|error| reject::view(&error))?;
    let next_page_token = match next {
        Some(key) => deps.pages.issue(&query, &key)?,
        None => String::new(),
    };
    Ok(ListRecipientsResponse { recipients: recipients.iter().map(shown).collect(), next_page_token })
}

fn shown(row: &RecipientRow) -> Recipient {
    Recipient {
        account_id: row.account_id.to_string(),
        told_at: Some(field::wire_instant(row.told_at)),
        notice_id: row.notice_id.to_string(),
    }
}
