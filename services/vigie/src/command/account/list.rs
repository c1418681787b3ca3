//! `vigie account list`

use vigie_proto::routing::{Account, ListAccountsRequest};

use super::id_if_given;
use crate::cli::ListAccounts;
use crate::client::{Client, prompt};
use crate::command::house;
use crate::command::paging::Paging;
use crate::error::Error;
use crate::output::table::{Align, Cell, Table};
use crate::output::{Output, json, style, words};

pub(super) async fn run(client: &Client, output: &mut Output, arguments: &ListAccounts) -> Result<(), Error> {
    let mut paging = Paging::new(arguments.limit);
    let mut accounts = client.accounts();
    let parent_account_id = id_if_given(client, arguments.parent.as_ref()).await?;
    let manager_staff_id = house::staff_id_if_given(client, arguments.manager.as_ref()).await?;
    while let Some((page_size, page_token)) = paging.next_page() {
        let request = ListAccountsRequest {
            parent_account_id: parent_account_id.clone(),
            segment: arguments.segment.map(|segment| segment.wire()).unwrap_or_default(),
            manager_staff_id: manager_staff_id.clone(),
            page_size,
            page_token,
        };
        let mut response = accounts.list_accounts(prompt(request)).await?.into_inner();
        paging.took(&mut response.accounts, response.next_page_token);
        for account in &response.accounts {
            output.document(&json::document(account))?;
        }
        output.text(&render(&response.accounts))?;
    }
    match paging.remark("accounts") {
        Some(remark) => output.note(&remark),
        None if paging.seen() == 0 => output.text("No accounts.")?,
        None => {}
    }
    Ok(())
}

fn render(accounts: &[Account]) -> String {
    let mut table = Table::new([
        ("name", Align::Left),
        ("level", Align::Left),
        ("SIREN, SIRET", Align::Left),
        ("segments", Align::Left),
        ("town", Align::Left),
        ("account", Align::Left),
    ]);
    for account in accounts {
        let number = if account.siret.is_empty() { &account.siren } else { &account.siret };
        table.row([
            Cell::styled(&account.name, style::STRONG),
            words::account_level(account.level).into(),
            number.into(),
            words::list(&account.segments, words::segment).into(),
            account.address.as_ref().map(|address| address.town.clone()).unwrap_or_default().into(),
            Cell::styled(&account.account_id, style::FAINT),
        ]);
    }
    table.render()
}
