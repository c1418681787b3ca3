//! `vigie desk show`, and how every command shows a team.

use jiff::tz::TimeZone;
use serde_json::Value;
use vigie_proto::routing::{Desk, GetDeskRequest, OpeningHours};

use crate::cli::Named;
use crate::client::{Client, prompt};
use crate::command::account::show::keys;
use crate::command::house;
use crate::command::names::{Names, Whose};
use crate::error::Error;
use crate::output::fields::Fields;
use crate::output::style::{self, paint};
use crate::output::{Output, json, time, words};

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

pub(super) async fn run(client: &Client, output: &mut Output, desk: &Named) -> Result<(), Error> {
    let request = GetDeskRequest { desk_id: house::desk_id(client, desk).await? };
    let answer = client.desks().get_desk(prompt(request)).await?.into_inner();
    print(client, output, answer.desk.as_ref(), || json::document(&answer)).await
}

/// Prints a team, with the name of the one that its contacts go to while it is closed.
pub(super) async fn print(
    client: &Client,
    output: &mut Output,
    desk: Option<&Desk>,
    document: impl FnOnce() -> Value,
) -> Result<(), Error> {
    let desk = desk.cloned().unwrap_or_default();
    let names = Names::of(client, output, [(Whose::Desk, desk.overflow_desk_id.as_str())]).await;
    output.either(document, |zone| render(&desk, &names, zone))
}

fn render(desk: &Desk, names: &Names, zone: &TimeZone) -> String {
    let purpose = paint(style::FAINT, &words::desk_purpose(desk.purpose));
    let only = if desk.businesses_only { "businesses only" } else { "" };
    Fields::new(format!("{}  {purpose}", paint(style::STRONG, &desk.name)))
        .field("serves", words::list(&desk.segments, words::segment))
        .field("", only)
        .field("skills", desk.skills.join(", "))
        .field("languages", words::list(&desk.languages, words::language))
        .field("régions", desk.regions.join(", "))
        .field("countries", desk.countries.join(", "))
        .field("hours", desk.hours.as_ref().map(hours).unwrap_or_default())
        .field("other keys", keys(&desk.external_identifiers))
        .styled("ended", time::plain(desk.closed_at.as_ref(), zone), style::WAITING)
        .field("rank", desk.rank.to_string())
        .field("overflow to", names.long(Whose::Desk, &desk.overflow_desk_id))
        .styled("desk", &desk.desk_id, style::FAINT)
        .styled("version", desk.version.to_string(), style::FAINT)
        .render()
}

/// A line for days that are alike and follow each other, then what is not as usual.
pub(in crate::command) fn hours(hours: &OpeningHours) -> String {
    let mut lines = Vec::new();
    let mut week = hours.week.iter().zip(DAYS).peekable();
    while let Some((day, first)) = week.next() {
        let mut last = first;
        while let Some((_, name)) = week.next_if(|(next, _)| next.windows == day.windows) {
            last = name;
        }
        let days = if first == last { first.to_owned() } else { format!("{first}-{last}") };
        lines.push(format!("{days}  {}", windows(&day.windows)));
    }
    if let Some(holidays) = &hours.holidays {
        let calendar = format!("{}, version {}", hours.holiday_zone, hours.calendar_version);
        lines.push(format!("public holidays  {}  ({calendar})", windows(&holidays.windows)));
    }
    for exception in &hours.exceptions {
        lines.push(format!("{}  {}  {}", exception.date, windows(&exception.windows), exception.reason));
    }
    lines.push(hours.time_zone.clone());
    lines.join("\n")
}

fn windows(windows: &[String]) -> String {
    if windows.is_empty() { "closed".to_owned() } else { windows.join(" ") }
}

#[cfg(test)]
mod tests {
    use vigie_proto::routing::{DayHours, HoursException};

    use super::*;

    #[test]
    fn days_that_are_alike_are_one_line() {
        let day =
            |windows: &[&str]| DayHours { windows: windows.iter().map(|it| (*it).to_owned()).collect() };
        let usual = day(&["09:00-12:30", "14:00-18:00"]);
        let text = hours(&OpeningHours {
            time_zone: "Europe/Paris".into(),
            holiday_zone: "metropole".into(),
            calendar_version: 1,
            week: vec![
                usual.clone(),
                usual.clone(),
                usual.clone(),
                usual.clone(),
                day(&["09:00-12:00"]),
                day(&[]),
                day(&[]),
            ],
            holidays: Some(day(&[])),
            exceptions: vec![HoursException {
                date: "2026-12-24".into(),
                windows: vec!["09:00-12:00".into()],
                reason: "veille de Noël".into(),
            }],
        });
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(
            lines,
            [
                "mon-thu  09:00-12:30 14:00-18:00",
                "fri  09:00-12:00",
                "sat-sun  closed",
                "public holidays  closed  (metropole, version 1)",
                "2026-12-24  09:00-12:00  veille de Noël",
                "Europe/Paris",
            ]
        );
    }
}
