//! The acts of a line or of an account by page, newest first.

use tonic::Request;
use vigie_chassis::error::{Error as Refusal, Reason};
use vigie_chassis::identity::Caller;
use vigie_chassis::page::{self, Signer};
use vigie_chassis::validate;
use vigie_proto::progress::{ListActsRequest, ListActsResponse};

use super::convert::{asked_state, to_act};
use super::fresh::Wanted;
use super::get_act::line_needed;
use super::list_timeline::{PAGE_DEFAULT, PAGE_MAX};
use super::refuse::{line_not_found, refusal};
use super::sight::sight_of;
use crate::progress::Progress;
use crate::view::{ActFilter, ActKey};

pub(super) async fn serve(
    progress: &Progress,
    pages: &Signer,
    request: Request<ListActsRequest>,
) -> Result<ListActsResponse, Refusal> {
    let caller = Caller::of(&request)?;
    let wanted = Wanted::of(&request, request.get_ref().min_version)?;
    let request = request.into_inner();
    let filter = ActFilter {
        sight: sight_of(&caller),
        line_id: validate::optional_uuid("line_id", &request.line_id)?,
        account_id: validate::optional_uuid("account_id", &request.account_id)?,
        state: asked_state(request.state)?,
    };
    let size = page::size(request.page_size, PAGE_DEFAULT, PAGE_MAX)?;
    let query = (
        "ListActs",
        caller.subject(),
        filter.line_id,
        filter.account_id,
        filter.state.map(|state| state.as_str()),
    );
    let after: Option<ActKey> = pages.open(&query, &request.page_token)?;

    match (filter.line_id, filter.account_id) {
        (Some(line_id), _) => {
            wanted.wait(progress, line_id, &filter.sight).await?;
            let head = progress.head(line_id, &filter.sight).await.map_err(|error| refusal(&error))?;
            head.ok_or_else(line_not_found)?;
        }
        (None, _) if wanted.is_some() => return Err(line_needed()),
        (None, Some(_)) => {}
        (None, None) => {
            return Err(Refusal::new(Reason::InvalidArgument, "say whose acts: give line_id or account_id")
                .field("line_id", "required without account_id"));
        }
    }
    let (acts, next) = progress.acts(&filter, after, size).await.map_err(|error| refusal(&error))?;
    let next_page_token = match next {
        Some(key) => pages.issue(&query, &key)?,
        None => String::new(),
    };
    Ok(ListActsResponse { acts: acts.into_iter().map(to_act).collect(), next_page_token })
}
