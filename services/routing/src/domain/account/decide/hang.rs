//! Hanging an account below another.

use uuid::Uuid;
use vigie_clock::Timestamp;

use super::draft::Draft;
use super::takes_from;
use crate::domain::Moment;
use crate::domain::account::event::{AccountMoved, Fact};
use crate::domain::account::hierarchy::{Above, may_hang};
use crate::domain::account::rejection::Rejection;

pub(super) fn hang(
    draft: &mut Draft<'_>,
    above: Option<&Above>,
    effective_from: Option<Timestamp>,
) -> Result<Uuid, Rejection> {
    let (account, from) = (draft.account(), effective_from.unwrap_or(draft.now()));
    takes_from(account, from)?;
    may_hang(account.level(), account.siret(), above, from)?;
    let parent_account_id = above.map(|above| above.account_id);
    if account.parent(Moment::at(from)) == parent_account_id {
        return Ok(draft.act_id());
    }
    if account.parent.is_full() {
        return Err(Rejection::TooMany("the account above"));
    }
    let fact = AccountMoved { why: draft.why(), effective_from: from, parent_account_id };
    draft.record(Fact::AccountMoved(fact));
    Ok(draft.act_id())
}
