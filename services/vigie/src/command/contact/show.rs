//! `vigie contact show`, and how every command shows a contact.

use anstyle::Style;
use jiff::tz::TimeZone;
use vigie_proto::routing::{
    Callback, ContactPart, ContactRecord, ExpectedHandling, GetContactRequest, Segment,
};

use crate::cli::ContactSelector;
use crate::client::{Client, prompt};
use crate::command::names::{Names, Whose};
use crate::error::Error;
use crate::output::fields::Fields;
use crate::output::style::{self, paint};
use crate::output::{Output, json, time, words};

pub(super) async fn run(
    client: &Client,
    output: &mut Output,
    contact: &ContactSelector,
) -> Result<(), Error> {
    let answer = client.contacts().get_contact(prompt(named(contact))).await?.into_inner();
    let contact = answer.contact.clone().unwrap_or_default();
    let names = names(client, output, &contact).await;
    output.either(|| json::document(&answer), |zone| render(&contact, &names, zone))
}

/// A contact as the command line names it.
pub(super) fn named(contact: &ContactSelector) -> GetContactRequest {
    match contact {
        ContactSelector::Id(id) => {
            GetContactRequest { contact_id: id.to_string(), ..GetContactRequest::default() }
        }
        ContactSelector::Key(key) => GetContactRequest {
            origin: key.origin.clone(),
            contact: key.contact.clone(),
            ..GetContactRequest::default()
        },
    }
}

/// The names of all who are in a contact.
pub(super) async fn names(client: &Client, output: &Output, contact: &ContactRecord) -> Names {
    let mut ids = vec![
        (Whose::Account, contact.account_id.as_str()),
        (Whose::Desk, contact.desk_id.as_str()),
        (Whose::Staff, contact.agent_staff_id.as_str()),
        (Whose::Staff, contact.taken_in_charge_by_staff_id.as_str()),
    ];
    for expected in &contact.expected {
        ids.extend(expected.desk_ids.iter().map(|id| (Whose::Desk, id.as_str())));
        ids.extend(expected.staff_ids.iter().map(|id| (Whose::Staff, id.as_str())));
    }
    Names::of(client, output, ids).await
}

/// `acd/4711`, as the command line takes it.
pub(super) fn key(contact: &ContactRecord) -> String {
    format!("{}/{}", contact.origin, contact.contact)
}

/// How a contact stands.
pub(super) fn standing(contact: &ContactRecord) -> (&'static str, Style) {
    if contact.answered_at.is_some() || contact.taken_in_charge_at.is_some() {
        return ("ANSWERED", style::GOOD);
    }
    if contact.abandoned_at.is_some() {
        return ("ABANDONED", style::BAD);
    }
    if contact.ended_at.is_some() {
        return ("ENDED", style::FAINT);
    }
    if contact.offered_at.is_some() { ("WAITS", style::WAITING) } else { ("NOT OFFERED", style::FAINT) }
}

/// How long it waited, as people read it; empty where nobody can tell.
pub(super) fn wait(contact: &ContactRecord) -> String {
    contact.wait_ms.map(|ms| time::span(ms as f64)).unwrap_or_default()
}

pub(super) fn render(contact: &ContactRecord, names: &Names, zone: &TimeZone) -> String {
    let (stands, style) = standing(contact);
    let segment = match contact.segment() {
        Segment::Unspecified => String::new(),
        _ => words::segment(contact.segment),
    };
    let end_user = if contact.end_user { "a mobile end user" } else { "" };
    let callbacks: Vec<_> = contact.callbacks.iter().map(|one| callback(one, zone)).collect();
    let expected: Vec<_> = contact.expected.iter().map(|one| handling(one, names)).collect();
    let parts: Vec<_> = contact.parts.iter().map(|part| self::part(contact, part)).collect();
    let parent = contact.parent.as_ref().map(|parent| self::part(contact, parent)).unwrap_or_default();
    let transfers = if contact.transfers == 0 { String::new() } else { contact.transfers.to_string() };
    Fields::new(format!("{}  {}", paint(style::STRONG, &key(contact)), paint(style, stands)))
        .field("began", time::local(contact.began_at.as_ref(), zone))
        .field("channel", words::if_set(contact.channel, words::channel))
        .field("subject", words::if_set(contact.subject, words::subject))
        .field("families", words::list(&contact.families, words::service_family))
        .field("customer", names.long(Whose::Account, &contact.account_id))
        .styled("person", &contact.person_id, style::FAINT)
        .field("segment", segment)
        .field("calls", end_user)
        .field("was to go to", expected.join("\n"))
        .field("offered", time::local(contact.offered_at.as_ref(), zone))
        .field("answered", time::local(contact.answered_at.as_ref(), zone))
        .styled("abandoned", time::local(contact.abandoned_at.as_ref(), zone), style::BAD)
        .field("waited", wait(contact))
        .field("by", names.long(Whose::Staff, &contact.agent_staff_id))
        .field("team", names.long(Whose::Desk, &contact.desk_id))
        .field("transfers", transfers)
        .field("in charge", time::local(contact.taken_in_charge_at.as_ref(), zone))
        .field("of", names.long(Whose::Staff, &contact.taken_in_charge_by_staff_id))
        .field("callbacks", callbacks.join("\n"))
        .field("ended", time::local(contact.ended_at.as_ref(), zone))
        .field("part of", parent)
        .field("parts", parts.join("\n"))
        .field("facts", contact.facts.to_string())
        .styled("contact", &contact.contact_id, style::FAINT)
        .styled("version", contact.version.to_string(), style::FAINT)
        .render()
}

fn callback(callback: &Callback, zone: &TimeZone) -> String {
    let due = time::plain(callback.due_by.as_ref(), zone);
    let mut text = format!("{}: due {due}", callback.callback);
    if callback.first_due_by != callback.due_by {
        text.push_str(&format!(" (first {})", time::plain(callback.first_due_by.as_ref(), zone)));
    }
    match (&callback.kept_at, &callback.missed_at) {
        (Some(at), _) => {
            text.push_str(&format!(", {} {}", paint(style::GOOD, "KEPT"), time::plain(Some(at), zone)))
        }
        (None, Some(at)) => {
            text.push_str(&format!(", {} {}", paint(style::BAD, "MISSED"), time::plain(Some(at), zone)))
        }
        (None, None) => {}
    }
    if callback.overdue {
        text.push_str(&format!(", {}", paint(style::BAD, "OVERDUE")));
    }
    text
}

/// Who keeps the promise if they take it: `MOBILE: the team PME; Anne Petit (skill sme-fleet)`.
fn handling(expected: &ExpectedHandling, names: &Names) -> String {
    let family = words::if_set(expected.family, words::service_family);
    let staff = expected.staff_ids.iter().map(|id| names.short(Whose::Staff, id));
    let desks = expected.desk_ids.iter().map(|id| format!("the team {}", names.short(Whose::Desk, id)));
    let mut who: Vec<_> = staff.chain(desks).collect();
    if who.is_empty() {
        who.push("nobody was there".to_owned());
    }
    let family = if family.is_empty() { family } else { format!("{family}: ") };
    let skills = match expected.skills.as_slice() {
        [] => String::new(),
        skills => format!(" (skill {})", skills.join(" or ")),
    };
    format!("{family}{}{skills}", who.join(" or "))
}

/// The other contact, by its key where it has one.
fn part(contact: &ContactRecord, part: &ContactPart) -> String {
    let family = words::if_set(part.family, words::service_family);
    let other = match part.contact.as_str() {
        "" => paint(style::FAINT, &part.contact_id),
        key => format!("{}/{key}", contact.origin),
    };
    format!("{family}  {other}").trim_start().to_owned()
}

#[cfg(test)]
mod tests {
    use prost_types::Timestamp;
    use vigie_proto::routing::{ServiceFamily, Subject};

    use super::*;

    fn at(seconds: i64) -> Option<Timestamp> {
        Some(Timestamp { seconds, nanos: 0 })
    }

    fn plain(contact: &ContactRecord, names: &Names) -> String {
        anstream::adapter::strip_str(&render(contact, names, &TimeZone::UTC)).to_string()
    }

    #[test]
    fn a_contact_says_who_was_to_take_it_and_who_took_it_after_how_long() {
        let expected = ExpectedHandling {
            skills: vec!["sme-fleet".into()],
            desk_ids: vec!["d-1".into()],
            staff_ids: vec!["s-1".into()],
            ..ExpectedHandling::default()
        };
        let contact = ContactRecord {
            origin: "acd".into(),
            contact: "4711".into(),
            subject: Subject::Technical.into(),
            expected: vec![expected],
            answered_at: at(60),
            wait_ms: Some(1_500),
            agent_staff_id: "s-1".into(),
            desk_id: "d-2".into(),
            ..ContactRecord::default()
        };
        let names = Names::knowing([(Whose::Staff, "s-1", "Anne Petit"), (Whose::Desk, "d-1", "PME")]);
        let text = plain(&contact, &names);
        assert!(text.starts_with("acd/4711  ANSWERED\n"), "{text}");
        assert!(text.contains("Anne Petit or the team PME (skill sme-fleet)\n"), "{text}");
        assert!(text.contains("1.50 s\n") && text.contains("Anne Petit  s-1\n"), "{text}");
        assert!(text.contains("d-2") && !text.contains("callbacks"), "{text}");
    }

    #[test]
    fn callbacks_show_both_promises_and_what_came_of_them() {
        let kept = Callback {
            callback: "c-1".into(),
            first_due_by: at(60),
            due_by: at(120),
            kept_at: at(180),
            overdue: true,
            ..Callback::default()
        };
        let missed = Callback { callback: "c-2".into(), missed_at: at(60), ..Callback::default() };
        let contact = ContactRecord { callbacks: vec![kept, missed], ..ContactRecord::default() };
        let text = plain(&contact, &Names::default());
        let first =
            "c-1: due 1970-01-01 00:02 UTC (first 1970-01-01 00:01 UTC), KEPT 1970-01-01 00:03 UTC, OVERDUE";
        assert!(text.contains(first) && text.contains("MISSED 1970-01-01 00:01 UTC"), "{text}");
    }

    #[test]
    fn a_contact_that_was_split_names_its_parts_as_they_can_be_asked_for() {
        let part = ContactPart {
            family: ServiceFamily::Mobile.into(),
            contact: "4711#mobile".into(),
            ..ContactPart::default()
        };
        let contact = ContactRecord { origin: "acd".into(), parts: vec![part], ..ContactRecord::default() };
        assert!(plain(&contact, &Names::default()).contains("MOBILE  acd/4711#mobile\n"));
    }
}
