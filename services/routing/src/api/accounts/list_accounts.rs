//! Accounts by page, in order of id. From the view: a moment behind the log.

use tonic::Request;
use vigie_chassis::error::Error as Refusal;
use vigie_chassis::page;
use vigie_command::field;
use vigie_proto::routing::{ListAccountsRequest, ListAccountsResponse};

use super::super::{Deps, PAGE_DEFAULT, PAGE_MAX, reject, wire as fields};
use super::response;
use super::sight::sight_of;
use crate::view::{AccountFilter, AccountKey};

pub(super) const METHOD: &str = "/vigie.routing.v1.AccountService/ListAccounts";

pub(super) async fn serve(
    deps: &Deps,
    call: Request<ListAccountsRequest>,
) -> Result<ListAccountsResponse, Refusal> {
    let (asking, body) = deps.door.open(call)?;
    let filter = AccountFilter {
        sight: sight_of(&asking.caller),
        parent_account_id: field::optional_id("parent_account_id", &body.parent_account_id)?,
        segment: fields::segment("segment", body.segment)?,
        manager_staff_id: field::optional_id("manager_staff_id", &body.manager_staff_id)?,
    };
    let size = page::size(body.page_size, PAGE_DEFAULT, PAGE_MAX)?;
    let query =
        (METHOD, asking.caller.subject(), filter.parent_account_id, body.segment, filter.manager_staff_id);
    let after: Option<AccountKey> = deps.pages.open(&query, &body.page_token)?;

    let page = deps.view.accounts_page(&filter, after, size).await;
    let (accounts, next) = page.map_err(|error| reject::view(&error))?;
    let next_page_token = match next {
        Some(key) => deps.pages.issue(&query, &key)?,
        None => String::new(),
    };
    let accounts =
        accounts.into_iter().map(|(row, inherited)| response::account_row(row, inherited)).collect();
    Ok(ListAccountsResponse { accounts, next_page_token })
}
