//! `vigie log tail`

use jiff::tz::TimeZone;
use tonic::Request;
use vigie_proto::log::{Checkpoint, Event, FeedRequest};

use crate::cli::Tail;
use crate::client::Client;
use crate::error::Error;
use crate::output::style::{self, paint};
use crate::output::{Output, json, time};

pub(super) async fn run(client: Client, output: &mut Output, arguments: Tail) -> Result<(), Error> {
    let mut at: Option<Checkpoint> = arguments.after.map(Into::into);
    let last = at.is_none().then_some(i64::from(arguments.last));
    let log = arguments.which.to_request();
    let request = FeedRequest { after: at.clone(), follow: arguments.follow, limit: 0, last, log };
    let mut events = client.log().feed(Request::new(request)).await?.into_inner();
    loop {
        match events.message().await {
            Ok(Some(response)) => {
                if let Some(event) = response.event {
                    print(output, &event, arguments.payload)?;
                    at = Some(checkpoint(&event));
                }
            }
            Ok(None) => return Ok(()),
            Err(status) => {
                if let Some(at) = &at {
                    let place = format!("{}/{}/{}", at.incarnation, at.position, hex::encode(&at.hash));
                    let log = arguments.which.name.map(|name| format!(" --log {name}")).unwrap_or_default();
                    output.note(&format!(
                        "Interrupted. Go on with: vigie log tail{log} --follow --after {place}"
                    ));
                }
                return Err(status.into());
            }
        }
    }
}

fn checkpoint(event: &Event) -> Checkpoint {
    Checkpoint { incarnation: event.incarnation, position: event.position, hash: event.hash.clone() }
}

fn print(output: &mut Output, event: &Event, payload: bool) -> Result<(), Error> {
    output.either(|| json::event(event), |zone| render(event, payload, zone))
}

fn render(event: &Event, payload: bool, zone: &TimeZone) -> String {
    let name = event.r#type.trim_start_matches("vigie.");
    let channel = if event.channel.is_empty() { String::new() } else { format!(" by {}", event.channel) };
    let on_behalf = match event.on_behalf_of.as_str() {
        "" => String::new(),
        person => format!(" for {person}"),
    };
    let mut text = format!(
        "{position:>8}  {at}  {name}  {stream}  {actor}{on_behalf}{channel}",
        position = event.position,
        at = paint(style::FAINT, &time::local(event.recorded_at.as_ref(), zone)),
        name = paint(style::STRONG, &format!("{name:<36}")),
        stream = paint(style::FAINT, &format!("{} v{:<3}", event.stream_id, event.stream_version)),
        actor = event.actor,
    );
    if payload {
        text.push_str(&format!("\n          {}", String::from_utf8_lossy(&event.payload)));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_a_line_and_shows_what_it_says_only_when_asked() {
        let event = Event {
            position: 12,
            r#type: "vigie.line.suspension_requested.v1".into(),
            stream_id: "s".into(),
            stream_version: 2,
            actor: "amelie".into(),
            channel: "PHONE".into(),
            on_behalf_of: "marc".into(),
            payload: br#"{"msisdn":"+33639980001"}"#.to_vec(),
            ..Default::default()
        };
        let plain =
            |payload| anstream::adapter::strip_str(&render(&event, payload, &TimeZone::UTC)).to_string();
        assert!(plain(false).contains("line.suspension_requested.v1"), "{}", plain(false));
        assert!(plain(false).ends_with("amelie for marc by PHONE"), "{}", plain(false));
        assert!(!plain(false).contains("+336"), "personal data is shown only when asked for");
        assert!(plain(true).ends_with(r#"{"msisdn":"+33639980001"}"#));
    }
}
