//! `vigie line watch`

use jiff::tz::TimeZone;
use tonic::Request;
use vigie_chassis::server::signal;
use vigie_proto::progress::{TimelineEntry, WatchLineRequest, WatchLineResponse};

use super::timeline::{find, who};
use crate::cli::Watch;
use crate::client::Client;
use crate::error::Error;
use crate::output::style::{self, paint};
use crate::output::{Output, json, time};

pub(super) async fn run(client: &Client, output: &mut Output, arguments: &Watch) -> Result<(), Error> {
    let line_id = find(client, &arguments.line).await?.line_id;
    let mut token = arguments.resume.clone().unwrap_or_default();
    let ended = tokio::select! {
        ended = follow(client, output, &line_id, &mut token) => ended,
        () = signal() => Ok(()),
    };
    if !token.is_empty() {
        output.note(&format!("Go on with: vigie line watch {line_id} --resume {token}"));
    }
    ended
}

/// Prints entries until something ends it; `token` always stands after the last one printed.
async fn follow(
    client: &Client,
    output: &mut Output,
    line_id: &str,
    token: &mut String,
) -> Result<(), Error> {
    let mut parked_version = 0;
    loop {
        let request =
            WatchLineRequest { line_id: line_id.to_owned(), resume_token: token.clone(), min_version: 0 };
        let mut messages = client.progress().watch_line(Request::new(request)).await?.into_inner();
        while let Some(message) = messages.message().await? {
            print(output, &message)?;
            if message.parked_version != std::mem::replace(&mut parked_version, message.parked_version)
                && parked_version > 0
            {
                output
                    .note(&format!("The line waits behind version {parked_version}, which cannot be read."));
            }
            if !message.resume_token.is_empty() {
                *token = message.resume_token;
            }
        }
        // A watch ends by itself after a while; it goes on where it stood.
    }
}

fn print(output: &mut Output, message: &WatchLineResponse) -> Result<(), Error> {
    let Some(entry) = &message.entry else { return Ok(()) };
    output.either(|| json::document(message), |zone| render(entry, zone))
}

fn render(entry: &TimelineEntry, zone: &TimeZone) -> String {
    let after = [entry.line_state.as_str(), entry.evidence.as_str(), entry.reference.as_str()];
    let after: Vec<_> = after.into_iter().filter(|text| !text.is_empty()).collect();
    format!(
        "{version:>6}  {at}  {what}  {after}  {who}",
        version = entry.version,
        at = paint(style::FAINT, &time::local(entry.recorded_at.as_ref(), zone)),
        what = paint(style::STRONG, &entry.summary_en),
        after = after.join("  "),
        who = paint(style::FAINT, &who(entry)),
    )
}

#[cfg(test)]
mod tests {
    use super::super::timeline::tests::asked;
    use super::*;

    #[test]
    fn an_entry_is_a_line() {
        let text = anstream::adapter::strip_str(&render(&asked(), &TimeZone::UTC)).to_string();
        assert!(text.starts_with("     2  "), "{text}");
        assert!(
            text.contains("Suspension asked for (theft)  SUSPENDED  NOT_YET_CONFIRMED  7K3MQ-92XRT"),
            "{text}"
        );
        assert!(text.ends_with("amelie for marc by PHONE"), "{text}");
    }
}
