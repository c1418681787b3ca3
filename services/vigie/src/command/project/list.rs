//! `vigie project list`

use jiff::tz::TimeZone;
use vigie_proto::routing::{ListProjectsRequest, Project};

use super::show::standing;
use crate::cli::ListProjects;
use crate::client::{Client, prompt};
use crate::command::names::{Names, Whose};
use crate::command::paging::Paging;
use crate::error::Error;
use crate::output::table::{Align, Cell, Table};
use crate::output::{Output, json, style, time, words};

pub(super) async fn run(client: &Client, output: &mut Output, arguments: &ListProjects) -> Result<(), Error> {
    let mut paging = Paging::new(arguments.limit);
    let (mut projects, mut names) = (client.projects(), Names::default());
    while let Some((page_size, page_token)) = paging.next_page() {
        let account = Some((&arguments.account).into());
        let request = ListProjectsRequest { account, page_size, page_token };
        let mut page = projects.list_projects(prompt(request)).await?.into_inner();
        paging.took(&mut page.projects, page.next_page_token);
        for project in &page.projects {
            output.document(&json::document(project))?;
        }
        if !page.projects.is_empty() {
            let staff =
                page.projects.iter().map(|project| (Whose::Staff, project.referent_staff_id.as_str()));
            names.learn(client, output, staff).await;
            let text = render(&page.projects, &names, output.zone());
            output.text(&text)?;
        }
    }
    match paging.remark("projects") {
        Some(remark) => output.note(&remark),
        None if paging.seen() == 0 => output.text("No projects.")?,
        None => {}
    }
    Ok(())
}

fn render(projects: &[Project], names: &Names, zone: &TimeZone) -> String {
    let mut table = Table::new([
        ("requested", Align::Left),
        ("kind", Align::Left),
        ("countries", Align::Left),
        ("referent", Align::Left),
        ("stands", Align::Left),
        ("answer due", Align::Left),
        ("promised for", Align::Left),
        ("project", Align::Left),
    ]);
    for project in projects {
        let (stands, style) = standing(project);
        table.row([
            Cell::styled(time::plain(project.requested_at.as_ref(), zone), style::STRONG),
            words::project_kind(project.kind).into(),
            project.countries.join(" ").into(),
            names.short(Whose::Staff, &project.referent_staff_id).into(),
            Cell::styled(stands, style),
            time::plain(project.answer_due_at.as_ref(), zone).into(),
            time::plain(project.promised_for.as_ref(), zone).into(),
            Cell::styled(&project.project_id, style::FAINT),
        ]);
    }
    table.render()
}
