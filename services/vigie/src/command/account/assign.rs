//! `vigie account assign`, `end-assignment` and `assignments`

use jiff::tz::TimeZone;
use prost_types::Timestamp;
use vigie_clock::{Clock as _, SystemClock};
use vigie_proto::routing::{AssignManagerRequest, Assignment, EndAssignmentRequest, ListAssignmentsRequest};

use crate::cli::{AccountSelector, AssignManager, EndAssignment, When};
use crate::client::{Client, prompt};
use crate::command::names::{Names, Whose};
use crate::command::paging::Paging;
use crate::command::{house, repeat_with, request_id};
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
    let replaced = replaced(client, arguments).await?;
    let request = AssignManagerRequest {
        request_id: request_id.to_string(),
        account: Some((&arguments.account).into()),
        staff_id: house::staff_id(client, &arguments.staff).await?,
        effective_from: arguments.from.map(Into::into),
        effective_until: arguments.until.map(Into::into),
        replaces_assignment_id: replaced.clone(),
    };
    let answer = client.accounts().assign_manager(prompt(request)).await.map_err(|status| {
        let error = Error::from(status).for_request(request_id);
        if arguments.take_over {
            repeat_with(output, &error, &format!("--replaces {replaced} instead of --take-over"));
        }
        error
    })?;
    let answer = answer.into_inner();
    let assignment = answer.assignment.clone().unwrap_or_default();
    let names = Names::of(client, output, whose(&assignment)).await;
    output.either(|| json::document(&answer), |zone| render("assigned", &assignment, &names, zone))
}

/// The assignment that is taken over from; empty for none.
async fn replaced(client: &Client, arguments: &AssignManager) -> Result<String, Error> {
    match arguments.replaces {
        Some(id) => Ok(id.to_string()),
        None if arguments.take_over => holding(client, &arguments.account, arguments.from).await,
        None => Ok(String::new()),
    }
}

/// The account's own assignment that holds at a moment, now if none is given. At a repeat another may hold.
async fn holding(client: &Client, account: &AccountSelector, at: Option<When>) -> Result<String, Error> {
    let request =
        ListAssignmentsRequest { account: Some(account.into()), ..ListAssignmentsRequest::default() };
    let answer = client.accounts().list_assignments(prompt(request)).await?.into_inner();
    let at = at.map_or_else(|| SystemClock.now().as_micros(), |when| when.0.as_microsecond());
    let holds = |assignment: &&Assignment| {
        let micros = |instant: &Timestamp| instant.seconds * 1_000_000 + i64::from(instant.nanos / 1_000);
        let from = assignment.effective_from.as_ref().map_or(i64::MIN, micros);
        let until = assignment.effective_until.as_ref().map_or(i64::MAX, micros);
        (from..until).contains(&at)
    };
    let held = answer.assignments.iter().find(holds);
    held.map(|assignment| assignment.assignment_id.clone()).ok_or_else(|| Error::Found {
        reason: "ASSIGNMENT_NOT_FOUND",
        message: "nobody is named for the account itself then; `vigie account assignments` shows who was"
            .to_owned(),
    })
}

pub(super) async fn end(
    client: &Client,
    output: &mut Output,
    arguments: &EndAssignment,
) -> Result<(), Error> {
    let request_id = request_id(&arguments.request);
    let assignment_id = match arguments.assignment {
        Some(id) => id.to_string(),
        None => holding(client, &arguments.account, arguments.until).await?,
    };
    let request = EndAssignmentRequest {
        request_id: request_id.to_string(),
        account: Some((&arguments.account).into()),
        assignment_id: assignment_id.clone(),
        effective_until: arguments.until.map(Into::into),
    };
    let answer = client.accounts().end_assignment(prompt(request)).await.map_err(|status| {
        let error = Error::from(status).for_request(request_id);
        if arguments.assignment.is_none() {
            repeat_with(output, &error, &format!("the assignment {assignment_id}"));
        }
        error
    })?;
    let answer = answer.into_inner();
    let assignment = answer.assignment.clone().unwrap_or_default();
    let names = Names::of(client, output, whose(&assignment)).await;
    output.either(|| json::document(&answer), |zone| render("ended", &assignment, &names, zone))
}

pub(super) async fn list(
    client: &Client,
    output: &mut Output,
    account: &AccountSelector,
    limit: u32,
) -> Result<(), Error> {
    let mut paging = Paging::new(limit);
    let (mut accounts, mut names) = (client.accounts(), Names::default());
    while let Some((page_size, page_token)) = paging.next_page() {
        let request = ListAssignmentsRequest { account: Some(account.into()), page_size, page_token };
        let mut response = accounts.list_assignments(prompt(request)).await?.into_inner();
        paging.took(&mut response.assignments, response.next_page_token);
        for assignment in &response.assignments {
            output.document(&json::document(assignment))?;
        }
        names.learn(client, output, response.assignments.iter().flat_map(whose)).await;
        let text = table(&response.assignments, &names, output.zone());
        output.text(&text)?;
    }
    match paging.remark("assignments") {
        Some(remark) => output.note(&remark),
        None if paging.seen() == 0 => output.text("No assignments: nobody was ever named.")?,
        None => {}
    }
    Ok(())
}

fn whose(assignment: &Assignment) -> [(Whose, &str); 2] {
    [(Whose::Staff, assignment.staff_id.as_str()), (Whose::Account, assignment.account_id.as_str())]
}

fn render(what: &str, assignment: &Assignment, names: &Names, zone: &TimeZone) -> String {
    Fields::new(paint(style::GOOD, what))
        .field("from", time::plain(assignment.effective_from.as_ref(), zone))
        .field("until", time::plain(assignment.effective_until.as_ref(), zone))
        .field("recorded", time::plain(assignment.recorded_at.as_ref(), zone))
        .field("training valid until", time::plain(assignment.training_valid_until.as_ref(), zone))
        .field("staff", names.long(Whose::Staff, &assignment.staff_id))
        .field("account", names.long(Whose::Account, &assignment.account_id))
        .styled("assignment", &assignment.assignment_id, style::FAINT)
        .render()
}

fn table(assignments: &[Assignment], names: &Names, zone: &TimeZone) -> String {
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
            names.short(Whose::Staff, &assignment.staff_id).into(),
            Cell::styled(&assignment.assignment_id, style::FAINT),
        ]);
    }
    table.render()
}
