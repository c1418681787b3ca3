//! `vigie dead-letter …`

use jiff::tz::TimeZone;
use serde_json::Value;
use tonic::Request;
use vigie_proto::views::{
    DeadLetter, GetDeadLetterRequest, GetDeadLetterResponse, ListDeadLettersRequest, RetryDeadLetterRequest,
    SkipDeadLetterRequest,
};

use crate::cli::{DeadLetterArgs, DeadLetterCommand, ListDeadLetters, SkipDeadLetter};
use crate::client::{Client, prompt};
use crate::command::paging::Paging;
use crate::error::Error;
use crate::output::fields::Fields;
use crate::output::style::{self, paint};
use crate::output::table::{Align, Cell, Table};
use crate::output::{Output, json, time};

pub(super) async fn run(
    client: Client,
    output: &mut Output,
    command: DeadLetterCommand,
) -> Result<(), Error> {
    match command {
        DeadLetterCommand::List(arguments) => list(&client, output, arguments).await,
        DeadLetterCommand::Show(letter) => show(&client, output, &letter).await,
        DeadLetterCommand::Retry(letter) => retry(&client, output, &letter).await,
        DeadLetterCommand::Skip(arguments) => skip(&client, output, arguments).await,
    }
}

async fn list(client: &Client, output: &mut Output, arguments: ListDeadLetters) -> Result<(), Error> {
    let view = arguments.view.unwrap_or_default();
    let mut paging = Paging::new(arguments.limit);
    while let Some((page_size, page_token)) = paging.next_page() {
        let request = ListDeadLettersRequest { view: view.clone(), page_size, page_token };
        let mut page = client.dead_letters().list_dead_letters(prompt(request)).await?.into_inner();
        paging.took(&mut page.dead_letters, page.next_page_token);
        for letter in &page.dead_letters {
            output.document(&json::document(letter))?;
        }
        if !page.dead_letters.is_empty() {
            let text = render_list(&page.dead_letters, output.zone());
            output.text(&text)?;
        }
    }
    match paging.remark("streams") {
        Some(remark) => output.note(&remark),
        None if paging.seen() == 0 => output.text("Nothing waits.")?,
        None => {}
    }
    Ok(())
}

fn render_list(letters: &[DeadLetter], zone: &TimeZone) -> String {
    let mut table = Table::new([
        ("view", Align::Left),
        ("stream", Align::Left),
        ("position", Align::Right),
        ("recorded", Align::Left),
        ("event", Align::Left),
        ("behind it", Align::Right),
        ("why", Align::Left),
    ]);
    for letter in letters {
        table.row([
            Cell::styled(&letter.view, style::STRONG),
            letter.stream_id.as_str().into(),
            letter.position.to_string().into(),
            Cell::styled(time::local(letter.recorded_at.as_ref(), zone), style::FAINT),
            format!("{} v{}", short(&letter.event_type), letter.stream_version).into(),
            Cell::styled(letter.waiting.to_string(), style::WAITING),
            Cell::styled(one_line(&letter.why), style::BAD),
        ]);
    }
    table.render()
}

async fn show(client: &Client, output: &mut Output, letter: &DeadLetterArgs) -> Result<(), Error> {
    let response = get(client, letter).await?;
    output.either(|| json::document(&response), |zone| render(&response, zone))
}

async fn get(client: &Client, letter: &DeadLetterArgs) -> Result<GetDeadLetterResponse, Error> {
    let request = GetDeadLetterRequest { view: letter.view.clone(), stream_id: letter.stream_id.to_string() };
    Ok(client.dead_letters().get_dead_letter(prompt(request)).await?.into_inner())
}

fn render(response: &GetDeadLetterResponse, zone: &TimeZone) -> String {
    let letter = response.dead_letter.clone().unwrap_or_default();
    let title = format!(
        "{}  {}",
        paint(style::STRONG, &letter.stream_id),
        paint(style::BAD, &format!("waits in {}", letter.view))
    );
    Fields::new(title)
        .paragraph("why", &letter.why)
        .field("behind it", format!("{} events so far", letter.waiting))
        .field("event", format!("{}, version {} of its stream", letter.event_type, letter.stream_version))
        .field("position", letter.position.to_string())
        .field("recorded", time::local(letter.recorded_at.as_ref(), zone))
        .styled("event id", &letter.event_id, style::FAINT)
        .field("what it says", &response.read_with)
        .render()
}

async fn retry(client: &Client, output: &mut Output, letter: &DeadLetterArgs) -> Result<(), Error> {
    let request =
        RetryDeadLetterRequest { view: letter.view.clone(), stream_id: letter.stream_id.to_string() };
    // No deadline: a long stream takes as long as it takes.
    let response = client.dead_letters().retry_dead_letter(Request::new(request)).await?.into_inner();
    released(output, || json::document(&response), response.waits_behind.as_ref(), "taken in again")
}

async fn skip(client: &Client, output: &mut Output, arguments: SkipDeadLetter) -> Result<(), Error> {
    let SkipDeadLetter { letter, reason, event } = arguments;
    let event_id = match event {
        Some(event) => event.to_string(),
        // Only what waits now is passed by, not what somebody else may bring there before this command arrives.
        None => get(client, &letter).await?.dead_letter.unwrap_or_default().event_id,
    };
    let done = format!("event {event_id} was passed by");
    let request = SkipDeadLetterRequest {
        view: letter.view,
        stream_id: letter.stream_id.to_string(),
        reason,
        event_id,
    };
    let response = client.dead_letters().skip_dead_letter(Request::new(request)).await?.into_inner();
    released(output, || json::document(&response), response.waits_behind.as_ref(), &done)
}

/// Says how a release ended; a stream that waits again needs a person again.
fn released(
    output: &mut Output,
    document: impl FnOnce() -> Value,
    waits_behind: Option<&DeadLetter>,
    done: &str,
) -> Result<(), Error> {
    let Some(letter) = waits_behind else {
        return output
            .either(document, |_| format!("{}: {done}; the stream goes on.", paint(style::GOOD, "done")));
    };
    output.either(document, |zone| {
        format!("{done}; as far as it goes:\n{}", render_list(std::slice::from_ref(letter), zone))
    })?;
    Err(Error::Found {
        reason: "PARKED_AGAIN",
        message:
            "the stream waits behind a later event now, which cannot be taken in either: look at that one"
                .into(),
    })
}

/// `line.suspension_confirmed.v1`
fn short(event_type: &str) -> &str {
    event_type.trim_start_matches("vigie.")
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter() -> DeadLetter {
        DeadLetter {
            view: "progress".into(),
            stream_id: "0197b1f0-0000-7000-8000-000000000001".into(),
            event_id: "e-1".into(),
            stream_version: 3,
            event_type: "vigie.line.suspension_confirmed.v1".into(),
            position: 42,
            why: "it does not\ndecode".into(),
            waiting: 2,
            ..Default::default()
        }
    }

    fn plain(text: &str) -> String {
        anstream::adapter::strip_str(text).to_string()
    }

    #[test]
    fn a_dead_letter_is_one_line_of_a_list() {
        let text = plain(&render_list(&[letter()], &TimeZone::UTC));
        let rows: Vec<_> = text.lines().collect();
        assert_eq!(rows.len(), 2, "{text}");
        let parts: Vec<_> = rows[1].split("  ").map(str::trim).filter(|part| !part.is_empty()).collect();
        assert_eq!(
            parts,
            [
                "progress",
                "0197b1f0-0000-7000-8000-000000000001",
                "42",
                "line.suspension_confirmed.v1 v3",
                "2",
                "it does not decode"
            ]
        );
    }

    #[test]
    fn one_dead_letter_says_how_to_read_its_event() {
        let response = GetDeadLetterResponse {
            dead_letter: Some(letter()),
            read_with: "vigie --json log tail --after 41 | head -n 1".into(),
        };
        let text = plain(&render(&response, &TimeZone::UTC));
        assert!(text.starts_with("0197b1f0-0000-7000-8000-000000000001  waits in progress\n"), "{text}");
        assert!(text.contains("what it says  vigie --json log tail --after 41 | head -n 1\n"), "{text}");
        assert!(text.contains("2 events so far") && text.contains("version 3 of its stream"), "{text}");
    }
}
