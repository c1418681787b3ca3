//! A line's entries by page, newest first.

use tonic::Request;
use uuid::Uuid;
use vigie_chassis::error::Error as Refusal;
use vigie_chassis::identity::Caller;
use vigie_chassis::page::{self, Signer};
use vigie_chassis::validate;
use vigie_proto::progress::{ListTimelineRequest, ListTimelineResponse};

use super::convert::to_entry;
use super::fresh::Wanted;
use super::refuse::{act_not_found, line_not_found, refusal};
use super::resume;
use super::sight::sight_of;
use crate::domain::Act;
use crate::progress::Progress;
use crate::view::Sight;

pub(super) const PAGE_DEFAULT: u32 = 100;
pub(super) const PAGE_MAX: u32 = 1_000;

pub(super) async fn serve(
    progress: &Progress,
    pages: &Signer,
    request: Request<ListTimelineRequest>,
) -> Result<ListTimelineResponse, Refusal> {
    let caller = Caller::of(&request)?;
    let wanted = Wanted::of(&request, request.get_ref().min_version)?;
    let request = request.into_inner();
    let line_id = validate::uuid("line_id", &request.line_id)?;
    let act_id = validate::optional_uuid("act_id", &request.act_id)?;
    let size = page::size(request.page_size, PAGE_DEFAULT, PAGE_MAX)?;
    let query = ("ListTimeline", caller.subject(), line_id, act_id);
    let before: Option<i64> = pages.open(&query, &request.page_token)?;
    let sight = sight_of(&caller);

    wanted.wait(progress, line_id, &sight).await?;
    let act = match act_id {
        Some(act_id) => Some(act_of_line(progress, act_id, line_id, &sight).await?),
        None => None,
    };
    let page = progress.timeline(line_id, &sight, act.as_ref(), before, size).await;
    let page = page.map_err(|error| refusal(&error))?;
    let (head, entries, next) = page.ok_or_else(line_not_found)?;
    let next_page_token = match next {
        Some(version) => pages.issue(&query, &version)?,
        None => String::new(),
    };
    Ok(ListTimelineResponse {
        entries: entries.into_iter().map(to_entry).collect(),
        next_page_token,
        version: head.mark.version,
        resume_token: resume::token(pages, line_id, head.mark)?,
        parked_version: head.parked_version.unwrap_or_default(),
    })
}

async fn act_of_line(
    progress: &Progress,
    act_id: Uuid,
    line_id: Uuid,
    sight: &Sight,
) -> Result<Act, Refusal> {
    let act = progress.act(act_id, sight).await.map_err(|error| refusal(&error))?;
    act.filter(|act| act.line_id == line_id).ok_or_else(act_not_found)
}
