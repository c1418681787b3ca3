//! One line comes into the inventory. The network is not touched.

use tonic::Request;
use vigie_chassis::error::Error as Refusal;
use vigie_chassis::rules::Rule;
use vigie_eventlog::Order;
use vigie_proto::lines::{RegisterLineRequest, RegisterLineResponse};

use super::asking::{Asking, body_hash};
use super::{Deps, entry, reject, request, response};
use crate::domain::Command;

pub(super) const METHOD: &str = "/vigie.lines.v1.LineService/RegisterLine";

pub(super) fn rule() -> Rule {
    entry::rule()
}

pub(super) async fn serve(
    deps: &Deps,
    call: Request<RegisterLineRequest>,
) -> Result<RegisterLineResponse, Refusal> {
    let (asking, mut body) = Asking::of(deps, call)?;
    let request_id = request::take_request_id(&mut body.request_id)?;
    let body_hash = body_hash(&body);
    let entry = body.line.ok_or_else(|| request::missing("line", "the line to register"))?;
    let line_id = entry::line_id(&asking.caller, request_id);
    let new = entry::new_line(deps, &asking.caller, line_id, &entry).await?;

    let context = asking.context(deps, request_id, None);
    let order = Order {
        request: Some(asking.request(METHOD, request_id, body_hash)),
        deadline: Some(asking.answer_by),
        is_new: true,
        ..Order::new(line_id, Command::Register(Box::new(new)), context)
    };
    let outcome = deps.aggregates.execute(order).await.map_err(reject::refusal)?;
    let line = Option::as_ref(&outcome.state).ok_or_else(reject::line_not_found)?;
    Ok(RegisterLineResponse { line: Some(response::line(line, outcome.version)) })
}
