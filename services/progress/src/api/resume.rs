//! Resume tokens: where a watch stands, signed, so that any replica takes it up.

use uuid::Uuid;
use vigie_chassis::error::{Error as Refusal, Reason};
use vigie_chassis::page::Signer;

use crate::view::Mark;

/// The token after `mark`; empty before a line's first entry.
pub(super) fn token(pages: &Signer, line_id: Uuid, mark: Mark) -> Result<String, Refusal> {
    if mark == Mark::START { Ok(String::new()) } else { pages.issue(&purpose(line_id), &mark) }
}

/// Where a watch goes on: at the line's beginning for an empty token. BAD_RESUME_TOKEN for one that we did not issue for
/// this line.
pub(super) fn mark(pages: &Signer, line_id: Uuid, token: &str) -> Result<Mark, Refusal> {
    let opened = pages.open(&purpose(line_id), token).map_err(|refused| match refused.reason() {
        Reason::BadPageToken => {
            let message = "resume_token is not one that a watch of this line gave; watch from the beginning without one";
            Refusal::new(Reason::BadResumeToken, message).field("resume_token", "not of this line")
        }
        _ => refused,
    })?;
    Ok(opened.unwrap_or(Mark::START))
}

/// Not bound to the caller: a token is no right, and a CRM may take up what another of its accounts began.
fn purpose(line_id: Uuid) -> (&'static str, Uuid) {
    ("WatchLine", line_id)
}
