//! Contacts by page, the newest first. From the view: a moment behind the log.

use tonic::Request;
use vigie_chassis::error::{Error as Refusal, Reason};
use vigie_chassis::page;
use vigie_command::field;
use vigie_proto::routing::{ListContactsRequest, ListContactsResponse};

use super::super::accounts::chain;
use super::super::{Deps, PAGE_DEFAULT, PAGE_MAX, reject};
use super::shown;
use crate::domain::Moment;
use crate::view::{ContactFilter, ContactKey};

pub(super) const METHOD: &str = "/vigie.routing.v1.ContactService/ListContacts";

pub(super) async fn serve(
    deps: &Deps,
    call: Request<ListContactsRequest>,
) -> Result<ListContactsResponse, Refusal> {
    let (asking, body) = deps.door.open(call)?;
    let filter = ContactFilter {
        account_id: field::optional_id("account_id", &body.account_id)?,
        desk_id: field::optional_id("desk_id", &body.desk_id)?,
        from: field::optional_instant("from", body.from)?,
        until: field::optional_instant("until", body.until)?,
    };
    match filter.account_id {
        Some(account_id) => {
            drop(chain::seen(deps, &asking.caller, account_id, Moment::at(asking.now)).await?)
        }
        None if asking.caller.sees_every_account() => {}
        None => {
            let message = "your token is narrowed to some accounts: name the account_id";
            return Err(Refusal::new(Reason::ScopeTooNarrow, message).field("account_id", "required"));
        }
    }
    let size = page::size(body.page_size, PAGE_DEFAULT, PAGE_MAX)?;
    let query =
        (METHOD, asking.caller.subject(), filter.account_id, filter.desk_id, filter.from, filter.until);
    let after: Option<ContactKey> = deps.pages.open(&query, &body.page_token)?;

    let page = deps.view.contact_page(&filter, after, size).await;
    let (contacts, next) = page.map_err(|error| reject::view(&error))?;
    let next_page_token = match next {
        Some(key) => deps.pages.issue(&query, &key)?,
        None => String::new(),
    };
    let contacts = contacts.iter().map(|row| shown::contact(row.contact_id, &row.shown, row.version));
    Ok(ListContactsResponse { contacts: contacts.collect(), next_page_token })
}
