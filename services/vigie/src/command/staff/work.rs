//! `vigie staff work`

use jiff::tz::TimeZone;
use vigie_proto::routing::{ListWorkRequest, Work};

use crate::client::{Client, prompt};
use crate::command::names::{Names, Whose};
use crate::command::paging::Paging;
use crate::error::Error;
use crate::output::table::{Align, Cell, Table};
use crate::output::{Output, json, style, time, words};

pub(super) async fn run(client: &Client, output: &mut Output, limit: u32) -> Result<(), Error> {
    let mut paging = Paging::new(limit);
    let (mut staff, mut names) = (client.staff(), Names::default());
    while let Some((page_size, page_token)) = paging.next_page() {
        let request = ListWorkRequest { page_size, page_token };
        let mut response = staff.list_work(prompt(request)).await?.into_inner();
        paging.took(&mut response.work, response.next_page_token);
        for work in &response.work {
            output.document(&json::document(work))?;
        }
        names.learn(client, output, response.work.iter().flat_map(whose)).await;
        let text = render(&response.work, &names, output.zone());
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

fn whose(work: &Work) -> [(Whose, &str); 2] {
    [(Whose::Staff, work.staff_id.as_str()), (Whose::Account, work.account_id.as_str())]
}

fn render(work: &[Work], names: &Names, zone: &TimeZone) -> String {
    let mut table = Table::new([
        ("due", Align::Left),
        ("what", Align::Left),
        ("accounts", Align::Right),
        ("whose", Align::Left),
        ("staff or account", Align::Left),
        ("", Align::Left),
    ]);
    for work in work {
        let (whose, id) = match work.staff_id.as_str() {
            "" => (Whose::Account, work.account_id.as_str()),
            staff_id => (Whose::Staff, staff_id),
        };
        table.row([
            Cell::styled(time::plain(work.due_at.as_ref(), zone), style::STRONG),
            Cell::styled(words::work_kind(work.kind), style::WAITING),
            work.accounts.to_string().into(),
            names.name(whose, id).unwrap_or_default().into(),
            Cell::styled(id, style::FAINT),
            (&work.text).into(),
        ]);
    }
    table.render()
}
