//! Which events lead to a look, and the looks themselves.

use std::num::NonZeroUsize;
use std::time::Duration;

use async_trait::async_trait;
use futures::StreamExt as _;
use futures::stream::iter;
use lru::LruCache;
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use tokio::time::timeout;
use uuid::Uuid;
use vigie_eventlog::reaction::{self, Effect, Outcome, Reaction, Unreadable};
use vigie_eventlog::view::Retry;
use vigie_eventlog::{Checkpoint, RecordedEvent, kill_point};

use super::keeper::{Keeper, Trigger};
use crate::domain::account::name as account;
use crate::domain::staff::name as staff;
use crate::options::Options;
use crate::view::{Concerned, View};

/// Accounts of one page of a look at many.
const PAGE: u32 = 500;

/// Accounts that are looked at at a time.
const AT_ONCE: usize = 16;

/// How long a look waits for the list of accounts to know the event.
const VIEW_WAIT: Duration = Duration::from_secs(5);

/// Looks whose progress is remembered. One that was forgotten begins anew, which writes nothing twice.
const REMEMBERED: NonZeroUsize = NonZeroUsize::new(1_024).unwrap();

/// Where to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "look_at", rename_all = "snake_case")]
pub enum Look {
    /// An account, and of a group its companies.
    Account {
        /// Which.
        account_id: Uuid,
    },
    /// All accounts of which somebody is the manager, covers for the manager or is the manager's deputy, and the companies
    /// below those.
    Staff {
        /// Who.
        staff_id: Uuid,
    },
}

/// Keeps accounts' standing.
pub struct StandingReaction {
    keeper: Keeper,
    view: View,
    /// The last account of a look that was begun and not ended.
    progress: Mutex<LruCache<Uuid, Uuid>>,
}

/// How the reaction is set up. It begins with the log's first event: a gap that nobody looked for must be found.
pub(crate) fn options(service: &Options) -> reaction::Options {
    let database = service.standing.clone();
    let usual = reaction::Options::new(database.location.clone(), Checkpoint::START);
    reaction::Options {
        database,
        owner_url: service.owner_url.clone(),
        // A look is never too late: it finds what is so, and when it came about.
        age_max: Duration::from_hours(24 * 365 * 100),
        attempts_max: 10_000,
        retry: Retry { min: Duration::from_millis(200), max: Duration::from_mins(1) },
        timeout: service.standing_attempt_max,
        ..usual
    }
}

impl StandingReaction {
    pub(crate) fn new(keeper: Keeper, view: View) -> Self {
        Self { keeper, view, progress: Mutex::new(LruCache::new(REMEMBERED)) }
    }

    async fn look(&self, look: Look, effect: &Effect) -> Result<(), Outcome> {
        let trigger = Trigger::of(effect);
        match look {
            Look::Account { account_id } => {
                let is_group = self.keeper.keep(account_id, &trigger).await?;
                if is_group {
                    self.all(&Concerned::Below(account_id), &trigger, effect).await
                } else {
                    Ok(())
                }
            }
            Look::Staff { staff_id } => self.all(&Concerned::By(staff_id), &trigger, effect).await,
        }
    }

    /// Looks at all accounts concerned, by page. One that cannot be looked at keeps no other one from it.
    async fn all(&self, concerned: &Concerned, trigger: &Trigger, effect: &Effect) -> Result<(), Outcome> {
        let reached = timeout(VIEW_WAIT, self.view.reached(effect.position)).await;
        reached.map_err(|_| Outcome::Failed("the list of accounts is behind".to_owned()))?;
        let mut after = self.progress.lock().get(&effect.request_id).copied();
        let mut failed = None;
        loop {
            let page = self.view.concerned_page(concerned, after, PAGE).await;
            let page =
                page.map_err(|_| Outcome::Failed("the list of accounts does not answer".to_owned()))?;
            let Some(last) = page.last().copied() else { break };
            let keep = |account_id: Uuid| async move {
                let kept = self.keeper.keep(account_id, trigger).await;
                kill_point("standing.after_account");
                kept
            };
            let mut under_way = iter(page).map(keep).buffer_unordered(AT_ONCE);
            while let Some(kept) = under_way.next().await {
                if let Err(outcome) = kept {
                    failed = Some(worse(failed.take(), outcome));
                }
            }
            after = Some(last);
            if failed.is_none() {
                self.progress.lock().put(effect.request_id, last);
            }
        }
        self.progress.lock().pop(&effect.request_id);
        failed.map_or(Ok(()), Err)
    }
}

/// What may pass by itself is tried again, whatever else waits for a person.
fn worse(known: Option<Outcome>, outcome: Outcome) -> Outcome {
    match known {
        Some(known @ (Outcome::Failed(_) | Outcome::Unknown(_))) => known,
        _ => outcome,
    }
}

#[async_trait]
impl Reaction for StandingReaction {
    const NAME: &'static str = "routing.standing";

    type Command = Look;

    /// The name of an event says enough: what it tells is read where it is so now.
    fn decide(event: &RecordedEvent) -> Result<Vec<Look>, Unreadable> {
        let look = match event.event_type.as_str() {
            account::ACCOUNT_REGISTERED
            | account::ACCOUNT_MOVED
            | account::ACCOUNT_CLOSED
            | account::PLANNED_CHANGE_TOOK_EFFECT
            | account::MANAGER_ASSIGNED
            | account::MANAGER_ASSIGNMENT_ENDED
            | account::MANAGER_COVER_BEGAN
            | account::MANAGER_COVER_ENDED => Look::Account { account_id: event.stream_id },
            staff::STAFF_CHANGED
            | staff::TRAINING_RECORDED
            | staff::TRAINING_EXPIRED
            | staff::ABSENCE_BEGAN
            | staff::ABSENCE_ENDED
            | staff::ABSENCE_CANCELLED
            | staff::LEAVING_RECORDED
            | staff::STAFF_LEFT => Look::Staff { staff_id: event.stream_id },
            _ => return Ok(Vec::new()),
        };
        Ok(vec![look])
    }

    async fn carry_out(&self, look: &Look, effect: &Effect) -> Outcome {
        self.look(*look, effect).await.err().unwrap_or(Outcome::Done)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_pass_by_itself_is_tried_again_first() {
        let (failed, refused) = (Outcome::Failed("a".to_owned()), Outcome::Refused("b".to_owned()));
        assert_eq!(worse(None, refused.clone()), refused);
        assert_eq!(worse(Some(refused.clone()), failed.clone()), failed);
        assert_eq!(worse(Some(failed.clone()), refused), failed);
    }
}
