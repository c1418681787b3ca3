//! Where a notice belongs: what decides whether a caller sees it.

use std::sync::Arc;

use uuid::Uuid;
use vigie_chassis::error::Error as Refusal;
use vigie_chassis::identity::{Caller, Scope, Target};

use super::{Deps, reject};
use crate::domain::{Audience, Notice};
use crate::view::{Sight, Window};

/// The notice of that id as it is now, confirmed with the log, if the caller may see it. One that is not there and one that
/// is somebody else's look the same.
pub(super) async fn notice(
    deps: &Deps,
    caller: &Caller,
    notice_id: Uuid,
) -> Result<(Arc<Option<Notice>>, i64), Refusal> {
    let loaded = deps.teller.notices.load(notice_id).await.map_err(reject::notice)?;
    let is_seen = loaded.0.as_ref().as_ref().is_some_and(|notice| is_seen_by(notice, caller));
    if is_seen { Ok(loaded) } else { Err(reject::no_notice()) }
}

fn is_seen_by(notice: &Notice, caller: &Caller) -> bool {
    let cause = notice.cause();
    let line = cause.line.as_ref();
    let target = Target {
        siret: line.and_then(|line| line.site.as_deref()),
        cost_centre: line.and_then(|line| line.cost_centre.as_deref()),
        line: line.map(|line| line.line_id),
        ..Target::account(cause.account_id)
    };
    // What the operator's systems are told is the operator's.
    caller.sees_every_account() || (notice.audience() != Audience::Operator && caller.may_see(&target))
}

/// Whether the account as a whole is the caller's to see.
pub(super) fn sees_account(caller: &Caller, account_id: Uuid) -> bool {
    caller.may_see(&Target::account(account_id))
}

/// Which notices the caller may see. What is not theirs is not listed, as if it did not exist.
pub(super) fn sight_of(caller: &Caller) -> Sight {
    if caller.sees_every_account() {
        return Sight::Everything;
    }
    Sight::Within(caller.scopes().iter().filter_map(window).collect())
}

/// A notice does not know a line's group of companies, and what is not known no narrower scope covers.
fn window(scope: &Scope) -> Option<Window> {
    let Scope { account, group: None, siren, siret, cost_centre, line } = scope.clone() else { return None };
    Some(Window { account_id: account, siren, site: siret, cost_centre, line_id: line })
}
