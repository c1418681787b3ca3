//! `vigie line list`

use vigie_proto::lines::{Line, ListLinesRequest};

use crate::cli::List;
use crate::client::{Client, prompt};
use crate::command::paging::Paging;
use crate::error::Error;
use crate::output::table::{Align, Cell, Table};
use crate::output::{Output, json, style, words};

pub(super) async fn run(client: &Client, output: &mut Output, arguments: &List) -> Result<(), Error> {
    let mut paging = Paging::new(arguments.limit);
    let mut lines = client.lines();
    while let Some((page_size, page_token)) = paging.next_page() {
        let account_id = arguments.account.map(|id| id.to_string()).unwrap_or_default();
        let request = ListLinesRequest { account_id, page_size, page_token };
        let mut response = lines.list_lines(prompt(request)).await?.into_inner();
        paging.took(&mut response.lines, response.next_page_token);
        for line in &response.lines {
            output.document(&json::document(line))?;
        }
        output.text(&render(&response.lines))?;
    }
    if let Some(remark) = paging.remark("lines") {
        output.note(&remark);
    }
    Ok(())
}

fn render(lines: &[Line]) -> String {
    let mut table = Table::new([
        ("number", Align::Left),
        ("state", Align::Left),
        ("reasons", Align::Left),
        ("evidence", Align::Left),
        ("holder", Align::Left),
        ("user", Align::Left),
        ("line", Align::Left),
    ]);
    for line in lines {
        table.row([
            Cell::styled(&line.msisdn, style::STRONG),
            Cell::styled(words::line_state(line.state), words::line_style(line.state())),
            Cell::styled(words::reasons(&line.reasons), style::WAITING),
            Cell::styled(words::evidence_of(line), words::evidence_style(line.evidence())),
            (&line.account_holder).into(),
            (&line.user_id).into(),
            Cell::styled(&line.line_id, style::FAINT),
        ]);
    }
    table.render()
}
