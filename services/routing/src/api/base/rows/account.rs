//! Groups, companies, sites.

use vigie_chassis::error::Error as Refusal;
use vigie_clock::Context;
use vigie_command::field;
use vigie_eventlog::{ExecuteError, Order};
use vigie_proto::routing::AccountRow;

use super::super::super::accounts::chain::not_found;
use super::super::super::accounts::register_account::{is_in_scope, new_account, taken as not_taken};
use super::super::file::File;
use super::super::key::Kind;
use super::super::report::Taken;
use super::{found, taken};
use crate::domain::Moment;
use crate::domain::account::{Account, Command, NewAccount, Rejection, Snapshot, decide};

pub(super) async fn take(file: &File, number: i64, row: &AccountRow) -> Result<Taken, Refusal> {
    let new = new(file, row).await?;
    let account_id = new.account_id;
    let command = Command::Register(Box::new(new));
    let order = Order { is_new: true, ..file.order(number, row, account_id, command) };
    match file.deps.accounts.execute(order).await {
        Ok(outcome) => {
            let taken = taken(&outcome);
            file.learn(account_id, outcome.state).await;
            Ok(taken)
        }
        Err(ExecuteError::Rejected { rejection: Rejection::AlreadyRegistered, .. }) => {
            found(is_registered(file, number, row).await?)
        }
        Err(error) => Err(not_taken(error)),
    }
}

async fn new(file: &File, row: &AccountRow) -> Result<NewAccount, Refusal> {
    let entry = row.account.as_ref().ok_or_else(|| field::missing("account", "the account to register"))?;
    let account_id = file.keys.own(Kind::Account, &row.key, &entry.account_id)?;
    let parent = file.keys.reference(Kind::Account, "parent", &row.parent_key, &entry.parent_account_id)?;
    let above = match parent {
        Some(parent) => {
            let above = file.chain(parent, Moment::at(file.now())).await?;
            if !above.is_seen_by(file.caller()) {
                return Err(not_found().field("parent", "no such account"));
            }
            Some(above)
        }
        None => None,
    };
    let mut new = new_account(account_id, entry, above.as_ref())?;
    file.keys.keep(Kind::Account, &row.key, &mut new.external_identifiers)?;
    is_in_scope(file.caller(), &new, above)?;
    Ok(new)
}

/// Whether the account is there as it would be registered now.
async fn is_registered(file: &File, number: i64, row: &AccountRow) -> Result<bool, Refusal> {
    let mut new = new(file, row).await?;
    let account_id = new.account_id;
    let (state, _) = file.deps.accounts.load(account_id).await.map_err(not_taken)?;
    let Some(account) = Option::as_ref(&state) else { return Ok(false) };
    new.customer_since.get_or_insert(account.customer_since());
    let is_same_keys = new.external_identifiers == account.external_identifiers();
    let order = file.order(number, row, account_id, Command::Register(Box::new(new)));
    let decided = decide(&None, &order.command, &order.context).ok();
    let would_be = decided.and_then(|decided| decided.events.into_iter().next());
    Ok(is_same_keys && would_be.is_some_and(|event| event.account == own(account, &order.context)))
}

/// The account as it is now, without what others have made of it since: its manager, its cover, what is planned.
fn own(account: &Account, context: &Context) -> Snapshot {
    Snapshot { manager: None, cover: None, gap: None, next_change_at: None, ..account.snapshot(context.now) }
}
