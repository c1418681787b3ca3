//! `vigie desk list`

use vigie_proto::routing::{Desk, ListDesksRequest};

use crate::cli::ListDesks;
use crate::client::{Client, prompt};
use crate::command::paging::Paging;
use crate::error::Error;
use crate::output::table::{Align, Cell, Table};
use crate::output::{Output, json, style, words};

pub(super) async fn run(client: &Client, output: &mut Output, arguments: &ListDesks) -> Result<(), Error> {
    let mut paging = Paging::new(arguments.limit);
    let mut desks = client.desks();
    while let Some((page_size, page_token)) = paging.next_page() {
        let purpose = arguments.purpose.map(|purpose| purpose.wire()).unwrap_or_default();
        let request = ListDesksRequest { purpose, page_size, page_token };
        let mut response = desks.list_desks(prompt(request)).await?.into_inner();
        paging.took(&mut response.desks, response.next_page_token);
        for desk in &response.desks {
            output.document(&json::document(desk))?;
        }
        output.text(&render(&response.desks))?;
    }
    match paging.remark("teams") {
        Some(remark) => output.note(&remark),
        None if paging.seen() == 0 => output.text("No teams.")?,
        None => {}
    }
    Ok(())
}

fn render(desks: &[Desk]) -> String {
    let mut table = Table::new([
        ("name", Align::Left),
        ("purpose", Align::Left),
        ("serves", Align::Left),
        ("régions", Align::Left),
        ("languages", Align::Left),
        ("desk", Align::Left),
    ]);
    for desk in desks {
        table.row([
            Cell::styled(&desk.name, style::STRONG),
            words::desk_purpose(desk.purpose).into(),
            words::list(&desk.segments, words::segment).into(),
            desk.regions.join(", ").into(),
            words::list(&desk.languages, words::language).into(),
            Cell::styled(&desk.desk_id, style::FAINT),
        ]);
    }
    table.render()
}
