//! Who is whose account manager.

use vigie_chassis::error::Error as Refusal;
use vigie_clock::Timestamp;
use vigie_command::{field, refusal};
use vigie_eventlog::ExecuteError;
use vigie_proto::routing::AssignmentRow;

use super::super::super::accounts::chain::not_found;
use super::super::super::accounts::staff::candidate_of;
use super::super::super::staff::not_found as nobody;
use super::super::file::File;
use super::super::key::Kind;
use super::super::report::Taken;
use super::taken;
use crate::domain::account::{Account, Command, Rejection};
use crate::domain::{ALL_KNOWN, Moment};

pub(super) async fn take(file: &File, number: i64, row: &AssignmentRow) -> Result<Taken, Refusal> {
    let account_id = file.keys.required(Kind::Account, "account", &row.account_key, &row.account_id)?;
    let staff_id = file.keys.required(Kind::Staff, "manager", &row.manager_key, &row.manager_staff_id)?;
    let from = field::required_instant("effective_from", row.effective_from)?;
    let effective_until = field::optional_instant("effective_until", row.effective_until)?;
    // Whoever sees every account learns of the account itself that it is not there.
    if !file.caller().sees_every_account() {
        let account = file.chain(account_id, Moment::at(file.now())).await?;
        if !account.is_seen_by(file.caller()) {
            return Err(not_found().field("account", "no such account"));
        }
    }
    let member = file.member(staff_id).await?;
    let member = Option::as_ref(&member).ok_or_else(|| nobody().field("manager", "nobody"))?;
    let command = Command::AssignManager {
        candidate: Box::new(candidate_of(member, from)),
        effective_from: Some(from),
        effective_until,
        replaces: None,
    };
    match file.deps.accounts.execute(file.order(number, row, account_id, command)).await {
        Ok(outcome) => Ok(taken(&outcome)),
        Err(ExecuteError::Rejected { rejection: Rejection::Overlaps(other), version }) => {
            let (state, _) = file.deps.accounts.load(account_id).await.map_err(refusal)?;
            let is_same = |account: &Account| {
                account.assignments(ALL_KNOWN).any(|(known, _)| {
                    let time: (Timestamp, _) = (known.effective_from, known.effective_until);
                    known.staff_id == staff_id && time == (from, effective_until)
                })
            };
            if Option::as_ref(&state).is_some_and(is_same) {
                return Ok(Taken::Before);
            }
            Err(refusal(ExecuteError::Rejected { rejection: Rejection::Overlaps(other), version }))
        }
        Err(error) => Err(refusal(error)),
    }
}
