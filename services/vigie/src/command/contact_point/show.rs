//! `vigie contact-point show`, and how every command shows a contact point.

use jiff::tz::TimeZone;
use uuid::Uuid;
use vigie_proto::routing::{ContactPoint, GetContactPointRequest};

use crate::cli::MomentArgs;
use crate::client::{Client, prompt};
use crate::command::desk::show::hours;
use crate::error::Error;
use crate::output::fields::Fields;
use crate::output::style::{self, paint};
use crate::output::{Output, json, time, words};

pub(super) async fn run(
    client: &Client,
    output: &mut Output,
    contact_point: Uuid,
    at: MomentArgs,
) -> Result<(), Error> {
    let request =
        GetContactPointRequest { contact_point_id: contact_point.to_string(), at: Some(at.to_proto()) };
    let answer = client.desks().get_contact_point(prompt(request)).await?.into_inner();
    output.either(
        || json::document(&answer),
        |zone| render(&answer.contact_point.clone().unwrap_or_default(), zone),
    )
}

pub(super) fn render(point: &ContactPoint, zone: &TimeZone) -> String {
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
        .styled("desk", &point.desk_id, style::FAINT)
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
