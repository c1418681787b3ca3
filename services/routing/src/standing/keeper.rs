//! One look at one account: reads all that its standing follows from, and writes what is not on record yet.

use std::time::Duration;

use tokio::time::Instant;
use uuid::Uuid;
use vigie_clock::{Context, Timestamp};
use vigie_eventlog::reaction::{Effect, Outcome, Reaction as _};
use vigie_eventlog::{Aggregates, AppendError, ExecuteError, Order};

use super::reaction::StandingReaction;
use crate::domain::account::{Account, Command, Level, Rejection};
use crate::domain::staff::StaffMember;
use crate::domain::standing::Scene;

/// How long one command may take.
const COMMAND_DEADLINE: Duration = Duration::from_secs(5);

/// Looks at one account, each after something was written or changed meanwhile, before it is left for later.
const LOOKS_MAX: usize = 16;

/// What led to a look.
pub(super) struct Trigger {
    request_id: Uuid,
    recorded_at: Timestamp,
}

impl Trigger {
    pub(super) const fn of(effect: &Effect) -> Self {
        Self { request_id: effect.request_id, recorded_at: effect.recorded_at }
    }
}

/// Keeps the standing of single accounts.
pub(crate) struct Keeper {
    accounts: Aggregates<Account>,
    staff: Aggregates<StaffMember>,
}

impl Keeper {
    pub(crate) const fn new(accounts: Aggregates<Account>, staff: Aggregates<StaffMember>) -> Self {
        Self { accounts, staff }
    }

    /// Writes what is not on record yet, until a look finds nothing more: after each write everything is read again, so
    /// that whatever changed beside it is seen by this look or leads to one of its own. Answers whether it is a group.
    pub(super) async fn keep(&self, account_id: Uuid, trigger: &Trigger) -> Result<bool, Outcome> {
        let mut may_cover = true;
        for _ in 0..LOOKS_MAX {
            let scene = self.scene(account_id).await?;
            let at = self.accounts.log().clock().now().max(trigger.recorded_at);
            let cover = may_cover.then(|| scene.cover(at)).flatten();
            let is_cover = cover.is_some();
            let Some(command) = cover.or_else(|| scene.record(at)) else {
                return Ok(scene.own().is_some_and(|account| account.level() == Level::Group));
            };
            match self.accounts.execute(self.order(account_id, command, trigger)).await {
                Ok(_) | Err(ExecuteError::Rejected { rejection: Rejection::ChangedMeanwhile, .. }) => {}
                Err(ExecuteError::Rejected { rejection, .. }) if is_cover => {
                    // The gap that this leaves is what people see.
                    tracing::warn!(%account_id, "nobody steps in or back: {rejection}");
                    may_cover = false;
                }
                Err(error) => return Err(outcome_of(error)),
            }
        }
        Err(Outcome::Failed("the account changes all the time".to_owned()))
    }

    /// Everything read after this was called.
    async fn scene(&self, account_id: Uuid) -> Result<Scene, Outcome> {
        let (own, version) = self.accounts.load(account_id).await.map_err(outcome_of)?;
        let mut scene = Scene::of(account_id, own, version);
        while let Some(above) = scene.wanted_account() {
            scene.add_account(above, self.accounts.load(above).await.map_err(outcome_of)?.0);
        }
        while let Some(staff_id) = scene.wanted_staff() {
            scene.add_staff(staff_id, self.staff.load(staff_id).await.map_err(outcome_of)?.0);
        }
        Ok(scene)
    }

    fn order(&self, account_id: Uuid, command: Command, trigger: &Trigger) -> Order<Command> {
        let log = self.accounts.log();
        let mut context = Context::system(StandingReaction::NAME, log.clock().now(), log.ids().next());
        context.now = context.now.max(trigger.recorded_at);
        context.request_id = Some(trigger.request_id);
        context.traceparent = vigie_chassis::grpc::traceparent();
        let deadline = Some(Instant::now() + COMMAND_DEADLINE);
        Order { deadline, ..Order::new(account_id, command, context) }
    }
}

/// What it means for the effect that something was not read or written.
fn outcome_of<R: std::fmt::Debug + std::fmt::Display>(error: ExecuteError<R>) -> Outcome {
    match error {
        ExecuteError::Rejected { rejection, .. } => Outcome::Refused(rejection.to_string()),
        ExecuteError::Append(AppendError::OutcomeUnknown) => {
            Outcome::Unknown("it may or may not be recorded".to_owned())
        }
        ExecuteError::Append(_) | ExecuteError::Read(_) | ExecuteError::Contended(_) => {
            Outcome::Failed("the log is not there now".to_owned())
        }
        ExecuteError::RequestIdReused | ExecuteError::Decode { .. } | ExecuteError::Encode(_) => {
            Outcome::Refused("a stream cannot be read or written by this build".to_owned())
        }
    }
}
