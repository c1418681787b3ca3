//! `vigie project show`, and how every command shows a project.

use anstyle::Style;
use jiff::tz::TimeZone;
use serde_json::Value;
use uuid::Uuid;
use vigie_proto::routing::{GetProjectRequest, Project};

use crate::client::{Client, prompt};
use crate::command::names::{Names, Whose};
use crate::error::Error;
use crate::output::fields::Fields;
use crate::output::style::{self, paint};
use crate::output::{Output, json, time, words};

pub(super) async fn run(client: &Client, output: &mut Output, project: Uuid) -> Result<(), Error> {
    let request = GetProjectRequest { project_id: project.to_string() };
    let answer = client.projects().get_project(prompt(request)).await?.into_inner();
    print(client, output, answer.project.as_ref(), || json::document(&answer)).await
}

/// Prints a project, with the names of whose it is and of its referent.
pub(super) async fn print(
    client: &Client,
    output: &mut Output,
    project: Option<&Project>,
    document: impl FnOnce() -> Value,
) -> Result<(), Error> {
    let project = project.cloned().unwrap_or_default();
    let ids =
        [(Whose::Account, project.account_id.as_str()), (Whose::Staff, project.referent_staff_id.as_str())];
    let names = Names::of(client, output, ids).await;
    output.either(document, |zone| render(&project, &names, zone))
}

/// How a project stands: `WAITS FOR ITS ANSWER`, `ANSWERED`, or how it ended.
pub(super) fn standing(project: &Project) -> (String, Style) {
    if project.closed_at.is_some() {
        return (words::project_outcome(project.outcome), style::FAINT);
    }
    match (&project.answered_at, project.answer_overdue) {
        (Some(_), true) => ("ANSWERED LATE".to_owned(), style::BAD),
        (Some(_), false) => ("ANSWERED".to_owned(), style::GOOD),
        (None, true) => ("ANSWER OVERDUE".to_owned(), style::BAD),
        (None, false) => ("TO BE ANSWERED".to_owned(), style::WAITING),
    }
}

fn render(project: &Project, names: &Names, zone: &TimeZone) -> String {
    let (stands, style) = standing(project);
    let kind = paint(style::STRONG, &words::project_kind(project.kind));
    let countries: Vec<_> = project
        .countries
        .iter()
        .zip(&project.zones)
        .map(|(country, zone)| format!("{country} ({})", words::abroad_zone(*zone)))
        .collect();
    let first = if project.first_promised_for == project.promised_for {
        None
    } else {
        project.first_promised_for.as_ref()
    };
    Fields::new(format!("{kind}  {}", paint(style, &stands)))
        .field("of", names.long(Whose::Account, &project.account_id))
        .field("in", countries.join(", "))
        .field("referent", names.long(Whose::Staff, &project.referent_staff_id))
        .field("requested", time::plain(project.requested_at.as_ref(), zone))
        .field("answer due before", time::plain(project.answer_due_at.as_ref(), zone))
        .field("answered", time::plain(project.answered_at.as_ref(), zone))
        .field("first promised for", time::plain(first, zone))
        .field("promised for", time::plain(project.promised_for.as_ref(), zone))
        .field("ended", time::plain(project.closed_at.as_ref(), zone))
        .styled("project", &project.project_id, style::FAINT)
        .styled("version", project.version.to_string(), style::FAINT)
        .render()
}

#[cfg(test)]
mod tests {
    use prost_types::Timestamp;
    use vigie_proto::routing::{AbroadZone, ProjectKind, ProjectOutcome};

    use super::*;

    #[test]
    fn a_project_shows_where_who_and_both_promises_once_they_differ() {
        let at = |seconds| Some(Timestamp { seconds, nanos: 0 });
        let mut project = Project {
            account_id: "a-1".into(),
            kind: ProjectKind::NewSite.into(),
            countries: vec!["DE".into(), "RE".into()],
            zones: vec![AbroadZone::Eea.into(), AbroadZone::Overseas.into()],
            referent_staff_id: "s-1".into(),
            first_promised_for: at(60),
            promised_for: at(60),
            ..Project::default()
        };
        let names = Names::knowing([(Whose::Account, "a-1", "Kerval"), (Whose::Staff, "s-1", "Anne Petit")]);
        let plain = |project: &Project| {
            anstream::adapter::strip_str(&render(project, &names, &TimeZone::UTC)).to_string()
        };
        let text = plain(&project);
        assert!(text.starts_with("NEW_SITE  TO BE ANSWERED\n"), "{text}");
        assert!(text.contains("DE (EEA), RE (OVERSEAS)") && text.contains("Anne Petit  s-1"), "{text}");
        assert!(!text.contains("first promised"), "{text}");
        project.promised_for = at(120);
        assert!(plain(&project).contains("first promised for  1970-01-01 00:01 UTC"));
    }

    #[test]
    fn a_project_stands_as_its_answer_does_until_it_ends() {
        let at = Some(Timestamp { seconds: 60, nanos: 0 });
        let stands = |answered_at, answer_overdue, closed_at| {
            let outcome = ProjectOutcome::Withdrawn.into();
            standing(&Project { answered_at, answer_overdue, closed_at, outcome, ..Project::default() }).0
        };
        assert_eq!(stands(None, false, None), "TO BE ANSWERED");
        assert_eq!(stands(None, true, None), "ANSWER OVERDUE");
        assert_eq!(stands(at, true, None), "ANSWERED LATE");
        assert_eq!(stands(at, false, None), "ANSWERED");
        assert_eq!(stands(at, true, at), "WITHDRAWN");
    }
}
