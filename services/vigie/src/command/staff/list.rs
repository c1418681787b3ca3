//! `vigie staff list`

use jiff::tz::TimeZone;
use vigie_proto::routing::{ListStaffRequest, Staff};

use super::show::kind;
use crate::cli::ListStaff;
use crate::client::{Client, prompt};
use crate::command::paging::Paging;
use crate::error::Error;
use crate::output::table::{Align, Cell, Table};
use crate::output::{Output, json, style, time, words};

pub(super) async fn run(client: &Client, output: &mut Output, arguments: &ListStaff) -> Result<(), Error> {
    let mut paging = Paging::new(arguments.limit);
    let mut staff = client.staff();
    while let Some((page_size, page_token)) = paging.next_page() {
        let desk_id = arguments.desk.map(|id| id.to_string()).unwrap_or_default();
        let request = ListStaffRequest { desk_id, page_size, page_token };
        let mut response = staff.list_staff(prompt(request)).await?.into_inner();
        paging.took(&mut response.staff, response.next_page_token);
        for member in &response.staff {
            output.document(&json::document(member))?;
        }
        let text = render(&response.staff, output.zone());
        output.text(&text)?;
    }
    if let Some(remark) = paging.remark("staff members") {
        output.note(&remark);
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
