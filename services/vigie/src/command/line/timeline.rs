//! `vigie line timeline`

use std::time::Duration;

use jiff::tz::TimeZone;
use tonic::{Request, Status};
use vigie_chassis::error::Reason;
use vigie_proto::lines::{GetLineRequest, Line};
use vigie_proto::progress::{ListTimelineRequest, ListTimelineResponse, TimelineEntry};

use crate::cli::{LineSelector, Timeline};
use crate::client::{Client, prompt};
use crate::command::paging::Paging;
use crate::error::Error;
use crate::output::table::{Align, Cell, Table};
use crate::output::{Output, json, style, time};

/// How long the timeline may take to show what the line has.
const CATCHES_UP_WITHIN: Duration = Duration::from_secs(3);

pub(super) async fn run(client: &Client, output: &mut Output, arguments: &Timeline) -> Result<(), Error> {
    let line = find(client, &arguments.line).await?;
    let mut paging = Paging::new(arguments.limit);
    let mut min_version = line.version;
    while let Some((page_size, page_token)) = paging.next_page() {
        let request = ListTimelineRequest {
            line_id: line.line_id.clone(),
            act_id: arguments.act.map(|id| id.to_string()).unwrap_or_default(),
            page_size,
            page_token,
            min_version: std::mem::take(&mut min_version),
        };
        let mut page = list(client, output, request).await?;
        paging.took(&mut page.entries, page.next_page_token);
        for entry in &page.entries {
            output.document(&json::document(entry))?;
        }
        let text = render(&page.entries, output.zone());
        output.text(&text)?;
    }
    if let Some(remark) = paging.remark("entries") {
        output.note(&remark);
    }
    Ok(())
}

/// The line, as it is now: its id and its version.
pub(super) async fn find(client: &Client, line: &LineSelector) -> Result<Line, Error> {
    let request = GetLineRequest { line: Some(line.into()) };
    let response = client.lines().get_line(prompt(request)).await?.into_inner();
    Ok(response.line.unwrap_or_default())
}

/// A page that has the line's version; where it cannot be had, what there is, and a remark.
async fn list(
    client: &Client,
    output: &mut Output,
    mut request: ListTimelineRequest,
) -> Result<ListTimelineResponse, Error> {
    let mut call = Request::new(request.clone());
    call.set_timeout(CATCHES_UP_WITHIN);
    match client.progress().list_timeline(call).await {
        Ok(page) => return Ok(page.into_inner()),
        Err(status) if request.min_version > 0 && is_behind(&status) => {}
        Err(status) => return Err(status.into()),
    }
    let version = std::mem::take(&mut request.min_version);
    let page = client.progress().list_timeline(prompt(request)).await?.into_inner();
    output.note(&format!("The line has version {version}, the timeline goes to {} so far.", page.version));
    if page.parked_version > 0 {
        output.note(&format!("It waits behind version {}, which cannot be read.", page.parked_version));
    }
    Ok(page)
}

fn is_behind(status: &Status) -> bool {
    matches!(Reason::of(status), Some(Reason::ViewBehind | Reason::EventParked))
}

fn render(entries: &[TimelineEntry], zone: &TimeZone) -> String {
    let mut table = Table::new([
        ("version", Align::Right),
        ("when", Align::Left),
        ("what", Align::Left),
        ("line", Align::Left),
        ("evidence", Align::Left),
        ("by", Align::Left),
        ("reference", Align::Left),
    ]);
    for entry in entries {
        table.row([
            Cell::styled(entry.version.to_string(), style::FAINT),
            time::local(entry.recorded_at.as_ref(), zone).into(),
            Cell::styled(&entry.summary_en, style::STRONG),
            (&entry.line_state).into(),
            (&entry.evidence).into(),
            who(entry).into(),
            Cell::styled(&entry.reference, style::FAINT),
        ]);
    }
    table.render()
}

/// `amelie for marc by PHONE`
pub(super) fn who(entry: &TimelineEntry) -> String {
    let mut text = entry.actor.clone();
    if !entry.on_behalf_of.is_empty() {
        text.push_str(&format!(" for {}", entry.on_behalf_of));
    }
    if !entry.channel.is_empty() {
        text.push_str(&format!(" by {}", entry.channel));
    }
    text
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(crate) fn asked() -> TimelineEntry {
        TimelineEntry {
            version: 2,
            summary_en: "Suspension asked for (theft)".into(),
            actor: "amelie".into(),
            on_behalf_of: "marc".into(),
            channel: "PHONE".into(),
            reference: "7K3MQ-92XRT".into(),
            line_state: "SUSPENDED".into(),
            evidence: "NOT_YET_CONFIRMED".into(),
            ..Default::default()
        }
    }

    #[test]
    fn an_entry_says_what_who_and_under_which_reference() {
        let text = anstream::adapter::strip_str(&render(&[asked()], &TimeZone::UTC)).to_string();
        let row = text.lines().nth(1).unwrap();
        for part in ["2", "Suspension asked for (theft)", "NOT_YET_CONFIRMED", "amelie for marc by PHONE"] {
            assert!(row.contains(part), "{part} is missing in:\n{text}");
        }
        assert!(row.ends_with("7K3MQ-92XRT"), "{text}");
    }
}
