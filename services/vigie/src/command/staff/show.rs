//! `vigie staff show`, and how every command shows a staff member.

use jiff::tz::TimeZone;
use serde_json::Value;
use vigie_proto::routing::{Absence, GetStaffRequest, Skill, Staff, Training};

use crate::cli::Named;
use crate::client::{Client, prompt};
use crate::command::account::show::keys;
use crate::command::house;
use crate::command::names::{Names, Whose};
use crate::error::Error;
use crate::output::fields::Fields;
use crate::output::style::{self, paint};
use crate::output::{Output, json, time, words};

pub(super) async fn run(client: &Client, output: &mut Output, staff: &Named) -> Result<(), Error> {
    let request = GetStaffRequest { staff_id: house::staff_id(client, staff).await? };
    let answer = client.staff().get_staff(prompt(request)).await?.into_inner();
    print(client, output, answer.staff.as_ref(), || json::document(&answer)).await
}

/// Prints a staff member, with the names of the team and of those who cover.
pub(super) async fn print(
    client: &Client,
    output: &mut Output,
    staff: Option<&Staff>,
    document: impl FnOnce() -> Value,
) -> Result<(), Error> {
    let staff = staff.cloned().unwrap_or_default();
    let covers = staff.absences.iter().map(|absence| (Whose::Staff, absence.cover_staff_id.as_str()));
    let names = Names::of(client, output, covers.chain([(Whose::Desk, staff.desk_id.as_str())])).await;
    output.either(document, |zone| render(&staff, &names, zone))
}

fn render(staff: &Staff, names: &Names, zone: &TimeZone) -> String {
    Fields::new(format!("{}  {}", paint(style::STRONG, &staff.name), paint(style::FAINT, kind(staff))))
        .field("languages", words::list(&staff.languages, words::language))
        .field("skills", lines(&staff.skills, |it| skill(it, zone)))
        .field("régions", staff.regions.join(", "))
        .field("trainings", lines(&staff.trainings, |it| training(it, zone)))
        .field("away", lines(&staff.absences, |it| absence(it, names, zone)))
        .styled("leaves", time::plain(staff.leaves_at.as_ref(), zone), style::WAITING)
        .field("number", &staff.number)
        .field("mail", &staff.email)
        .field("user", &staff.user_id)
        .field("other keys", keys(&staff.external_identifiers))
        .field("team", names.long(Whose::Desk, &staff.desk_id))
        .styled("staff", &staff.staff_id, style::FAINT)
        .styled("version", staff.version.to_string(), style::FAINT)
        .render()
}

/// What somebody is to customers.
pub(super) const fn kind(staff: &Staff) -> &'static str {
    if staff.is_account_manager { "account manager" } else { "advisor" }
}

fn lines<T>(items: &[T], line: impl Fn(&T) -> String) -> String {
    items.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn skill(skill: &Skill, zone: &TimeZone) -> String {
    match &skill.valid_until {
        Some(until) => format!("{} until {}", skill.code, time::plain(Some(until), zone)),
        None => skill.code.clone(),
    }
}

fn training(training: &Training, zone: &TimeZone) -> String {
    let (passed, until) = (training.passed_at.as_ref(), training.valid_until.as_ref());
    format!("{}: {} to {}", training.code, time::plain(passed, zone), time::plain(until, zone))
}

fn absence(absence: &Absence, names: &Names, zone: &TimeZone) -> String {
    let (from, until) = (time::plain(absence.from.as_ref(), zone), time::plain(absence.until.as_ref(), zone));
    let cover = match absence.cover_staff_id.as_str() {
        "" => paint(style::WAITING, "nobody covers"),
        cover => format!("covered by {}", names.short(Whose::Staff, cover)),
    };
    format!("{from} to {until}, {cover}  {}", paint(style::FAINT, &absence.absence_id))
}

#[cfg(test)]
mod tests {
    use prost_types::Timestamp;
    use vigie_proto::routing::Language;

    use super::*;

    #[test]
    fn a_staff_member_shows_trainings_and_absences_that_nobody_covers() {
        let at = |seconds| Some(Timestamp { seconds, nanos: 0 });
        let staff = Staff {
            name: "Anne Petit".into(),
            is_account_manager: true,
            languages: vec![Language::French.into()],
            skills: vec![Skill { code: "technical".into(), valid_until: at(1_795_325_220) }],
            trainings: vec![Training {
                code: "account-manager".into(),
                passed_at: at(1_700_000_040),
                valid_until: at(1_795_325_220),
                ..Default::default()
            }],
            absences: vec![Absence { from: at(0), until: at(60), ..Default::default() }],
            ..Default::default()
        };
        let text =
            anstream::adapter::strip_str(&render(&staff, &Names::default(), &TimeZone::UTC)).to_string();
        assert!(text.starts_with("Anne Petit  account manager\n"), "{text}");
        assert!(text.contains("technical until 2026-11-22 05:27 UTC"), "{text}");
        assert!(text.contains("account-manager: 2023-11-14 22:14 UTC to 2026-11-22 05:27 UTC"), "{text}");
        assert!(text.contains("1970-01-01 00:00 UTC to 1970-01-01 00:01 UTC, nobody covers"), "{text}");
    }
}
