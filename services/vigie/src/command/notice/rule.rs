//! `vigie notice retry`, `vigie notice drop`

use vigie_proto::notices::{DropNoticeRequest, RetryNoticeRequest};

use super::show;
use crate::cli::RuleOnNotice;
use crate::client::{Client, prompt};
use crate::command::request_id;
use crate::error::Error;
use crate::output::{Output, json};

pub(super) async fn retry(
    client: &Client,
    output: &mut Output,
    arguments: &RuleOnNotice,
) -> Result<(), Error> {
    let request_id = request_id(&arguments.request);
    let request = RetryNoticeRequest {
        request_id: request_id.to_string(),
        notice_id: arguments.notice.to_string(),
        reason: arguments.reason.clone(),
    };
    let answer = client.notices().retry_notice(prompt(request)).await;
    let answer = answer.map_err(|status| Error::from(status).for_request(request_id))?.into_inner();
    let notice = answer.notice.clone().unwrap_or_default();
    output.either(|| json::document(&answer), |zone| show::render(&notice, zone))
}

pub(super) async fn drop(
    client: &Client,
    output: &mut Output,
    arguments: &RuleOnNotice,
) -> Result<(), Error> {
    let request_id = request_id(&arguments.request);
    let request = DropNoticeRequest {
        request_id: request_id.to_string(),
        notice_id: arguments.notice.to_string(),
        reason: arguments.reason.clone(),
    };
    let answer = client.notices().drop_notice(prompt(request)).await;
    let answer = answer.map_err(|status| Error::from(status).for_request(request_id))?.into_inner();
    let notice = answer.notice.clone().unwrap_or_default();
    output.either(|| json::document(&answer), |zone| show::render(&notice, zone))
}
