//! `vigie notice list`

use jiff::tz::TimeZone;
use vigie_proto::notices::{ListNoticesRequest, Notice};

use crate::cli::ListNotices;
use crate::client::{Client, prompt};
use crate::command::account;
use crate::command::paging::Paging;
use crate::error::Error;
use crate::output::table::{Align, Cell, Table};
use crate::output::{Output, json, style, time, words};

pub(super) async fn run(client: &Client, output: &mut Output, arguments: &ListNotices) -> Result<(), Error> {
    let account_id = match &arguments.account {
        Some(account) => account::id_of(client, account).await?,
        None => String::new(),
    };
    let mut paging = Paging::new(arguments.limit);
    let mut notices = client.notices();
    while let Some((page_size, page_token)) = paging.next_page() {
        let request = ListNoticesRequest {
            account_id: account_id.clone(),
            line_id: arguments.line.map(|id| id.to_string()).unwrap_or_default(),
            cause: arguments.cause.map(|cause| cause.wire()).unwrap_or_default(),
            state: arguments.state.map(|state| state.wire()).unwrap_or_default(),
            page_size,
            page_token,
        };
        let mut page = notices.list_notices(prompt(request)).await?.into_inner();
        paging.took(&mut page.notices, page.next_page_token);
        for notice in &page.notices {
            output.document(&json::document(notice))?;
        }
        if !page.notices.is_empty() {
            let text = render(&page.notices, output.zone());
            output.text(&text)?;
        }
    }
    match paging.remark("notices") {
        Some(remark) => output.note(&remark),
        None if paging.seen() == 0 => output.text("No notices.")?,
        None => {}
    }
    Ok(())
}

fn render(notices: &[Notice], zone: &TimeZone) -> String {
    let mut table = Table::new([
        ("decided", Align::Left),
        ("of", Align::Left),
        ("for", Align::Left),
        ("state", Align::Left),
        ("handed over", Align::Left),
        ("tried", Align::Right),
        ("why", Align::Left),
        ("notice", Align::Left),
    ]);
    for notice in notices {
        table.row([
            Cell::styled(time::local(notice.decided_at.as_ref(), zone), style::FAINT),
            Cell::styled(words::notice_cause(notice.cause), style::STRONG),
            words::notice_audience(notice.audience).into(),
            Cell::styled(words::notice_state(notice.state), words::notice_style(notice.state())),
            time::local(notice.handed_over_at.as_ref(), zone).into(),
            notice.attempt_count.to_string().into(),
            Cell::styled(&notice.why, style::BAD),
            Cell::styled(&notice.notice_id, style::FAINT),
        ]);
    }
    table.render()
}

#[cfg(test)]
mod tests {
    use vigie_proto::notices::{NoticeAudience, NoticeCause, NoticeState};

    use super::*;

    #[test]
    fn a_notice_is_one_line_of_a_list() {
        let notice = Notice {
            notice_id: "n-1".into(),
            cause: NoticeCause::LineBarred.into(),
            audience: NoticeAudience::Person.into(),
            state: NoticeState::GivenUp.into(),
            attempt_count: 3,
            why: "5.1.1".into(),
            ..Notice::default()
        };
        let text = anstream::adapter::strip_str(&render(&[notice], &TimeZone::UTC)).to_string();
        let row = text.lines().nth(1).unwrap();
        let parts: Vec<_> = row.split_whitespace().collect();
        assert_eq!(parts, ["LINE_BARRED", "PERSON", "GIVEN_UP", "3", "5.1.1", "n-1"]);
    }
}
