//! `vigie contact-point show`, and how every command shows a contact point.

use jiff::tz::TimeZone;
use serde_json::Value;
use vigie_proto::routing::{ContactPoint, GetContactPointRequest};

use crate::cli::{MomentArgs, PointSelector};
use crate::client::{Client, prompt};
use crate::command::desk::show::hours;
use crate::command::house;
use crate::command::names::{Names, Whose};
use crate::error::Error;
use crate::output::fields::Fields;
use crate::output::style::{self, paint};
use crate::output::{Output, json, time, words};

pub(super) async fn run(
    client: &Client,
    output: &mut Output,
    contact_point: &PointSelector,
    at: MomentArgs,
) -> Result<(), Error> {
    let request = GetContactPointRequest {
        contact_point_id: house::point_id(client, contact_point).await?,
        at: Some(at.to_proto()),
    };
    let answer = client.desks().get_contact_point(prompt(request)).await?.into_inner();
    print(client, output, answer.contact_point.as_ref(), || json::document(&answer)).await
}

/// Prints a contact point, with the name of its team.
pub(super) async fn print(
    client: &Client,
    output: &mut Output,
    point: Option<&ContactPoint>,
    document: impl FnOnce() -> Value,
) -> Result<(), Error> {
    let point = point.cloned().unwrap_or_default();
    let names = Names::of(client, output, [(Whose::Desk, point.desk_id.as_str())]).await;
    output.either(document, |zone| render(&point, &names, zone))
}

fn render(point: &ContactPoint, names: &Names, zone: &TimeZone) -> String {
    let channel = paint(style::FAINT, &words::channel(point.channel));
    let users = if point.for_end_users { "mobile end users" } else { "" };
    Fields::new(format!("{}  {channel}", paint(style::STRONG, place(point))))
        .field("short code", &point.short_code)
        .field("from abroad", &point.from_abroad_number)
        .field("tariff", tariff(point))
        .field("for", words::list(&point.segments, words::segment))
        .field("", users)
        .field("announced", point.announced_hours.as_ref().map(hours).unwrap_or_default())
        .field("valid from", time::plain(point.valid_from.as_ref(), zone))
        .field("until", time::plain(point.valid_until.as_ref(), zone))
        .field("version of it", point.point_version.to_string())
        .field("team", names.long(Whose::Desk, &point.desk_id))
        .styled("contact point", &point.contact_point_id, style::FAINT)
        .styled("version", point.version.to_string(), style::FAINT)
        .render()
}

/// The number, else the address.
pub(super) fn place(point: &ContactPoint) -> &str {
    if point.number.is_empty() { &point.address } else { &point.number }
}

/// `FREE: Service & appel gratuits`; empty where there is no call.
pub(super) fn tariff(point: &ContactPoint) -> String {
    match (point.tariff_class, point.tariff_label.as_str()) {
        (0, _) => String::new(),
        (class, "") => words::tariff(class),
        (class, label) => format!("{}: {label}", words::tariff(class)),
    }
}
