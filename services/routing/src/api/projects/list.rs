//! Projects of an account by page, the newest first. From the view: a moment behind the log.

use tonic::Request;
use vigie_chassis::error::Error as Refusal;
use vigie_chassis::page;
use vigie_proto::routing::{ListProjectsRequest, ListProjectsResponse};

use super::super::accounts::chain;
use super::super::{Deps, PAGE_DEFAULT, PAGE_MAX, reject};
use super::shown;
use crate::domain::Moment;
use crate::view::ProjectKey;

pub(super) const METHOD: &str = "/vigie.routing.v1.ProjectService/ListProjects";

pub(super) async fn serve(
    deps: &Deps,
    call: Request<ListProjectsRequest>,
) -> Result<ListProjectsResponse, Refusal> {
    let (asking, body) = deps.door.open(call)?;
    let chain = chain::resolve(deps, &asking.caller, body.account.as_ref(), Moment::at(asking.now)).await?;
    let account_id = chain.own()?.account_id();
    let size = page::size(body.page_size, PAGE_DEFAULT, PAGE_MAX)?;
    let query = (METHOD, asking.caller.subject(), account_id);
    let after: Option<ProjectKey> = deps.pages.open(&query, &body.page_token)?;

    let page = deps.view.project_page(account_id, after, size).await;
    let (projects, next) = page.map_err(|error| reject::view(&error))?;
    let next_page_token = match next {
        Some(key) => deps.pages.issue(&query, &key)?,
        None => String::new(),
    };
    let projects =
        projects.iter().map(|row| shown::project(row.project_id, row.account_id, &row.shown, row.version));
    Ok(ListProjectsResponse { projects: projects.collect(), next_page_token })
}
