//! Whether a company has a manager by name (promise 2.1), from the account that each of its events shows.

use serde::Deserialize;
use uuid::Uuid;
use vigie_clock::{Timestamp, derived_id};
use vigie_eventlog::RecordedEvent;

use super::routing::matter;
use super::{Unreadable, decode};
use crate::domain::ExclusionReason;
use crate::domain::promise::{Ended, Facts, MANAGER_NAMED, Stroke};

/// Causes of a gap in which nobody is the manager any more, or yet.
const NOBODY: [&str; 2] = ["NO_MANAGER", "LEFT"];

/// How the company stands after the event; none for a group, whose companies count, or a site, which follows its company.
pub(super) fn stroke(event: &RecordedEvent) -> Result<Option<Stroke>, Unreadable> {
    let Shown { account } = decode(event)?;
    let Some(account) = account.filter(|account| account.level.as_deref() == Some("COMPANY")) else {
        return Ok(None);
    };
    let (summary, facts) = account.standing();
    Ok(Some(Stroke::State {
        case_id: derived_id(event.stream_id, MANAGER_NAMED.name),
        matter: matter(&MANAGER_NAMED, event, event.stream_id, summary),
        facts,
    }))
}

#[derive(Deserialize)]
struct Shown {
    account: Option<Account>,
}

#[derive(Deserialize)]
struct Account {
    as_of: Option<Timestamp>,
    level: Option<String>,
    parent_account_id: Option<Uuid>,
    customer_since: Option<Timestamp>,
    closed_at: Option<Timestamp>,
    manager: Option<Named>,
    cover: Option<Named>,
    gap: Option<Gap>,
}

/// An assignment or a cover.
#[derive(Deserialize)]
struct Named {
    effective_from: Timestamp,
}

#[derive(Deserialize)]
struct Gap {
    since: Timestamp,
    cause: Option<String>,
}

impl Account {
    fn standing(&self) -> (&str, Facts) {
        let open = Facts { t0: self.customer_since, ..Facts::default() };
        let named = |since| Facts { t1: since, ..open.clone() };
        let is_over =
            self.closed_at.is_some_and(|closed_at| self.as_of.is_none_or(|as_of| closed_at <= as_of));
        if is_over {
            let ended = Ended { at: None, reason: ExclusionReason::AccountEnded };
            return ("ENDED", Facts { ended: Some(ended), ..open });
        }
        let cause = self.gap.as_ref().and_then(|gap| Some((gap, gap.cause.as_deref()?)));
        if let Some((gap, cause)) = cause.filter(|(_, cause)| NOBODY.contains(cause)) {
            return (cause, Facts { failed_at: Some(gap.since), ..open });
        }
        match (&self.manager, &self.cover) {
            (Some(manager), _) => ("OWN", named(Some(manager.effective_from))),
            (None, Some(cover)) => ("STANDS_IN", named(Some(cover.effective_from))),
            // Since when, says the stream of the group.
            (None, None) if self.parent_account_id.is_some() => ("INHERITED", named(self.customer_since)),
            // Nobody looked yet: a gap is recorded beside the company, a moment later.
            (None, None) => ("NOT_SEEN_YET", open),
        }
    }
}
