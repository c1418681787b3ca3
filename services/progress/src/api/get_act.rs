//! One act, and where it stands.

use tonic::Request;
use vigie_chassis::error::{Error as Refusal, Reason};
use vigie_chassis::identity::Caller;
use vigie_chassis::validate;
use vigie_proto::progress::{GetActRequest, GetActResponse};

use super::convert::to_act;
use super::fresh::Wanted;
use super::refuse::{act_not_found, refusal};
use super::sight::sight_of;
use crate::progress::Progress;

pub(super) async fn serve(
    progress: &Progress,
    request: Request<GetActRequest>,
) -> Result<GetActResponse, Refusal> {
    let caller = Caller::of(&request)?;
    let wanted = Wanted::of(&request, request.get_ref().min_version)?;
    let request = request.into_inner();
    let act_id = validate::uuid("act_id", &request.act_id)?;
    let line_id = validate::optional_uuid("line_id", &request.line_id)?;
    let sight = sight_of(&caller);

    match line_id {
        Some(line_id) => wanted.wait(progress, line_id, &sight).await?,
        None if wanted.is_some() => return Err(line_needed()),
        None => {}
    }
    let act = progress.act(act_id, &sight).await.map_err(|error| refusal(&error))?;
    let act = act.filter(|act| line_id.is_none_or(|line_id| act.line_id == line_id));
    Ok(GetActResponse { act: Some(to_act(act.ok_or_else(act_not_found)?)) })
}

/// A version is one of a line.
pub(super) fn line_needed() -> Refusal {
    Refusal::new(Reason::InvalidArgument, "give line_id with min_version: a version is one of a line")
        .field("line_id", "required with min_version")
}
