//! `vigie person list`

use vigie_proto::routing::{ListPeopleRequest, Person};

use super::show::name;
use crate::cli::ListPeople;
use crate::client::{Client, prompt};
use crate::command::paging::Paging;
use crate::error::Error;
use crate::output::table::{Align, Cell, Table};
use crate::output::{Output, json, style, words};

pub(super) async fn run(client: &Client, output: &mut Output, arguments: &ListPeople) -> Result<(), Error> {
    let mut paging = Paging::new(arguments.limit);
    let mut accounts = client.accounts();
    while let Some((page_size, page_token)) = paging.next_page() {
        let request = ListPeopleRequest {
            account: Some((&arguments.account).into()),
            role: arguments.role.map(|role| role.wire()).unwrap_or_default(),
            page_size,
            page_token,
        };
        let mut response = accounts.list_people(prompt(request)).await?.into_inner();
        paging.took(&mut response.people, response.next_page_token);
        for person in &response.people {
            output.document(&json::document(person))?;
        }
        output.text(&render(&response.people))?;
    }
    match paging.remark("people") {
        Some(remark) => output.note(&remark),
        None if paging.seen() == 0 => output.text("No people.")?,
        None => {}
    }
    Ok(())
}

fn render(people: &[Person]) -> String {
    let mut table = Table::new([
        ("name", Align::Left),
        ("roles", Align::Left),
        ("user", Align::Left),
        ("numbers", Align::Left),
        ("person", Align::Left),
    ]);
    for person in people {
        table.row([
            Cell::styled(name(person), style::STRONG),
            words::list(&person.roles, words::person_role).into(),
            (&person.user_id).into(),
            person.numbers.join(" ").into(),
            Cell::styled(&person.person_id, style::FAINT),
        ]);
    }
    table.render()
}
