//! `vigie staff work`

use jiff::tz::TimeZone;
use vigie_proto::routing::{ListWorkRequest, Work};

use crate::client::{Client, prompt};
use crate::command::paging::Paging;
use crate::error::Error;
use crate::output::table::{Align, Cell, Table};
use crate::output::{Output, json, style, time, words};

pub(super) async fn run(client: &Client, output: &mut Output, limit: u32) -> Result<(), Error> {
    let mut paging = Paging::new(limit);
    let mut staff = client.staff();
    while let Some((page_size, page_token)) = paging.next_page() {
        let request = ListWorkRequest { page_size, page_token };
        let mut response = staff.list_work(prompt(request)).await?.into_inner();
        paging.took(&mut response.work, response.next_page_token);
        for work in &response.work {
            output.document(&json::document(work))?;
        }
        let text = render(&response.work, output.zone());
        output.text(&text)?;
    }
    if paging.seen() == 0 {
        output.note("nothing to do: no gap opens that anybody knows of");
    }
    if let Some(remark) = paging.remark("things to do") {
        output.note(&remark);
    }
    Ok(())
}

fn render(work: &[Work], zone: &TimeZone) -> String {
    let mut table = Table::new([
        ("due", Align::Left),
        ("what", Align::Left),
        ("accounts", Align::Right),
        ("", Align::Left),
        ("staff or account", Align::Left),
    ]);
    for work in work {
        let whose = if work.staff_id.is_empty() { &work.account_id } else { &work.staff_id };
        table.row([
            Cell::styled(time::plain(work.due_at.as_ref(), zone), style::STRONG),
            Cell::styled(words::work_kind(work.kind), style::WAITING),
            work.accounts.to_string().into(),
            (&work.text).into(),
            Cell::styled(whose, style::FAINT),
        ]);
    }
    table.render()
}
