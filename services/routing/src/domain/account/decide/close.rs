//! Ending an account.

use uuid::Uuid;
use vigie_clock::Timestamp;

use super::draft::Draft;
use crate::domain::account::event::{AccountClosed, Fact};
use crate::domain::account::rejection::Rejection;

/// An end that is planned may be moved; one that has come is final.
pub(super) fn close(
    draft: &mut Draft<'_>,
    effective_from: Option<Timestamp>,
    is_needed_below: bool,
) -> Result<Uuid, Rejection> {
    let (account, closed_at) = (draft.account(), effective_from.unwrap_or(draft.now()));
    if closed_at < account.customer_since() {
        return Err(Rejection::Period("the account was no customer before customer_since"));
    }
    match account.closes_at() {
        Some(known) if known == closed_at => return Ok(draft.act_id()),
        Some(known) if known <= draft.now() => return Err(Rejection::Ended("the account has ended already")),
        _ => {}
    }
    if is_needed_below {
        return Err(Rejection::StillInUse);
    }
    if account.closings.is_full() {
        return Err(Rejection::TooMany("the end"));
    }
    let fact = AccountClosed { why: draft.why(), closed_at };
    draft.record(Fact::AccountClosed(fact));
    Ok(draft.act_id())
}
