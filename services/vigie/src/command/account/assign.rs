//! `vigie account assign`, `end-assignment` and `assignments`

use jiff::tz::TimeZone;
use vigie_proto::routing::{AssignManagerRequest, Assignment, EndAssignmentRequest, ListAssignmentsRequest};

use crate::cli::{AccountSelector, AssignManager, EndAssignment};
use crate::client::{Client, prompt};
use crate::command::paging::Paging;
use crate::command::request_id;
use crate::error::Error;
use crate::output::fields::Fields;
use crate::output::style::{self, paint};
use crate::output::table::{Align, Cell, Table};
use crate::output::{Output, json, time};

pub(super) async fn run(
    client: &Client,
    output: &mut Output,
    arguments: &AssignManager,
) -> Result<(), Error> {
    let request_id = request_id(&arguments.request);
    let request = AssignManagerRequest {
        request_id: request_id.to_string(),
        account: Some((&arguments.account).into()),
        staff_id: arguments.staff.to_string(),
        effective_from: arguments.from.map(Into::into),
        effective_until: arguments.until.map(Into::into),
        replaces_assignment_id: arguments.replaces.map(|id| id.to_string()).unwrap_or_default(),
    };
    let answer = client.accounts().assign_manager(prompt(request)).await;
    let answer = answer.map_err(|status| Error::from(status).for_request(request_id))?.into_inner();
    output.either(
        || json::document(&answer),
        |zone| render("assigned", &answer.assignment.clone().unwrap_or_default(), zone),
    )
}

pub(super) async fn end(
    client: &Client,
    output: &mut Output,
    arguments: &EndAssignment,
) -> Result<(), Error> {
    let request_id = request_id(&arguments.request);
    let request = EndAssignmentRequest {
        request_id: request_id.to_string(),
        account: Some((&arguments.account).into()),
        assignment_id: arguments.assignment.to_string(),
        effective_until: arguments.until.map(Into::into),
    };
    let answer = client.accounts().end_assignment(prompt(request)).await;
    let answer = answer.map_err(|status| Error::from(status).for_request(request_id))?.into_inner();
    output.either(
        || json::document(&answer),
        |zone| render("ended", &answer.assignment.clone().unwrap_or_default(), zone),
    )
}

pub(super) async fn list(
    client: &Client,
    output: &mut Output,
    account: &AccountSelector,
    limit: u32,
) -> Result<(), Error> {
    let mut paging = Paging::new(limit);
    let mut accounts = client.accounts();
    while let Some((page_size, page_token)) = paging.next_page() {
        let request = ListAssignmentsRequest { account: Some(account.into()), page_size, page_token };
        let mut response = accounts.list_assignments(prompt(request)).await?.into_inner();
        paging.took(&mut response.assignments, response.next_page_token);
        for assignment in &response.assignments {
            output.document(&json::document(assignment))?;
        }
        let text = table(&response.assignments, output.zone());
        output.text(&text)?;
    }
    if let Some(remark) = paging.remark("assignments") {
        output.note(&remark);
    }
    Ok(())
}

fn render(what: &str, assignment: &Assignment, zone: &TimeZone) -> String {
    Fields::new(paint(style::GOOD, what))
        .field("from", time::plain(assignment.effective_from.as_ref(), zone))
        .field("until", time::plain(assignment.effective_until.as_ref(), zone))
        .field("recorded", time::plain(assignment.recorded_at.as_ref(), zone))
        .field("training valid until", time::plain(assignment.training_valid_until.as_ref(), zone))
        .styled("staff", &assignment.staff_id, style::FAINT)
        .styled("account", &assignment.account_id, style::FAINT)
        .styled("assignment", &assignment.assignment_id, style::FAINT)
        .render()
}

fn table(assignments: &[Assignment], zone: &TimeZone) -> String {
    let mut table = Table::new([
        ("from", Align::Left),
        ("until", Align::Left),
        ("recorded", Align::Left),
        ("staff", Align::Left),
        ("assignment", Align::Left),
    ]);
    for assignment in assignments {
        table.row([
            Cell::styled(time::plain(assignment.effective_from.as_ref(), zone), style::STRONG),
            time::plain(assignment.effective_until.as_ref(), zone).into(),
            Cell::styled(time::plain(assignment.recorded_at.as_ref(), zone), style::FAINT),
            (&assignment.staff_id).into(),
            Cell::styled(&assignment.assignment_id, style::FAINT),
        ]);
    }
    table.render()
}
