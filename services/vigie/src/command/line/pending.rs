//! `vigie line pending`

use jiff::tz::TimeZone;
use vigie_proto::lines::{ListPendingLinesRequest, PendingLine};

use crate::client::{Client, prompt};
use crate::command::paging::Paging;
use crate::error::Error;
use crate::output::table::{Align, Cell, Table};
use crate::output::{Output, json, style, time, words};

pub(super) async fn run(client: &Client, output: &mut Output, limit: u32) -> Result<(), Error> {
    let mut paging = Paging::new(limit);
    let mut lines = client.lines();
    while let Some((page_size, page_token)) = paging.next_page() {
        let request = ListPendingLinesRequest { page_size, page_token };
        let mut response = lines.list_pending_lines(prompt(request)).await?.into_inner();
        paging.took(&mut response.lines, response.next_page_token);
        for line in &response.lines {
            output.document(&json::document(line))?;
        }
        let text = render(&response.lines, output.zone());
        output.text(&text)?;
    }
    match paging.remark("lines") {
        Some(remark) => output.note(&remark),
        None if paging.seen() == 0 => output.text("No line waits for the register.")?,
        None => {}
    }
    Ok(())
}

fn render(lines: &[PendingLine], zone: &TimeZone) -> String {
    let mut table = Table::new([
        ("number", Align::Left),
        ("waiting", Align::Right),
        ("", Align::Left),
        ("asked", Align::Left),
        ("state", Align::Left),
        ("reasons", Align::Left),
        ("line", Align::Left),
    ]);
    for pending in lines {
        let line = pending.line.clone().unwrap_or_default();
        let (mark, colour) = if pending.overdue { ("OVERDUE", style::BAD) } else { ("", style::WAITING) };
        table.row([
            Cell::styled(&line.msisdn, style::STRONG),
            Cell::styled(time::duration(pending.waiting.as_ref()), colour),
            Cell::styled(mark, style::BAD),
            time::local(line.requested_at.as_ref(), zone).into(),
            words::line_state(line.state).into(),
            words::reasons(&line.reasons).into(),
            Cell::styled(&line.line_id, style::FAINT),
        ]);
    }
    table.render()
}

#[cfg(test)]
mod tests {
    use prost_types::Duration;

    use super::*;
    use crate::command::line::act::tests::stolen_line;

    #[test]
    fn a_line_that_waits_too_long_stands_out() {
        let waits = |seconds, overdue| PendingLine {
            line: Some(stolen_line()),
            waiting: Some(Duration { seconds, nanos: 0 }),
            overdue,
        };
        let text = render(&[waits(61, true), waits(2, false)], &TimeZone::UTC);
        let text = anstream::adapter::strip_str(&text).to_string();
        let rows: Vec<_> = text.lines().collect();
        assert!(rows[1].contains("1 min 1 s  OVERDUE"), "{text}");
        assert!(rows[2].contains("   2.00 s  ") && !rows[2].contains("OVERDUE"), "{text}");
    }
}
