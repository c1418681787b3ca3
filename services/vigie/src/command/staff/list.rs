//! `vigie staff list`

use jiff::tz::TimeZone;
use vigie_proto::routing::{ListStaffRequest, Staff};

use super::show::kind;
use crate::cli::ListStaff;
use crate::client::{Client, prompt};
use crate::command::house;
use crate::command::paging::Paging;
use crate::error::Error;
use crate::output::table::{Align, Cell, Table};
use crate::output::{Output, json, style, time, words};

pub(super) async fn run(client: &Client, output: &mut Output, arguments: &ListStaff) -> Result<(), Error> {
    let mut paging = Paging::new(arguments.limit);
    let mut staff = client.staff();
    let desk_id = house::desk_id_if_given(client, arguments.desk.as_ref()).await?;
    while let Some((page_size, page_token)) = paging.next_page() {
        let request = ListStaffRequest { desk_id: desk_id.clone(), page_size, page_token };
        let mut response = staff.list_staff(prompt(request)).await?.into_inner();
        paging.took(&mut response.staff, response.next_page_token);
        for member in &response.staff {
            output.document(&json::document(member))?;
        }
        let text = render(&response.staff, output.zone());
        output.text(&text)?;
    }
    match paging.remark("staff members") {
        Some(remark) => output.note(&remark),
        None if paging.seen() == 0 => output.text("No staff members.")?,
        None => {}
    }
    Ok(())
}

fn render(staff: &[Staff], zone: &TimeZone) -> String {
    let mut table = Table::new([
        ("name", Align::Left),
        ("is", Align::Left),
        ("languages", Align::Left),
        ("skills", Align::Left),
        ("leaves", Align::Left),
        ("staff", Align::Left),
    ]);
    for member in staff {
        let skills: Vec<_> = member.skills.iter().map(|skill| skill.code.as_str()).collect();
        table.row([
            Cell::styled(&member.name, style::STRONG),
            kind(member).into(),
            words::list(&member.languages, words::language).into(),
            skills.join(", ").into(),
            Cell::styled(time::plain(member.leaves_at.as_ref(), zone), style::WAITING),
            Cell::styled(&member.staff_id, style::FAINT),
        ]);
    }
    table.render()
}
