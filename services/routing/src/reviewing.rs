//! `routing.reviews`: every company has a plan of yearly reviews from the moment at which it is registered, and until its
//! account ends (promise 3.2). Two aggregates, so a reaction.

use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;
use uuid::Uuid;
use vigie_clock::{Context, Term, Timestamp};
use vigie_eventlog::reaction::{self, Effect, Outcome, Reaction, Unreadable};
use vigie_eventlog::view::Retry;
use vigie_eventlog::{
    Aggregate as _, Aggregates, AppendError, Checkpoint, DatabaseOptions, ExecuteError, Order, RecordedEvent,
};

use crate::domain::account::{Account, Fact, Level, name};
use crate::domain::review_plan::{Command, New, Rejection, ReviewPlan, plan_id};

/// How long recording may take.
const RECORD_DEADLINE: Duration = Duration::from_secs(5);

/// At least one review a year [D]: before the end of the 365th day.
const YEAR_DAYS: u16 = 365;

/// What is to be done about a company's reviews.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub(crate) enum Do {
    /// Begin the plan.
    Open {
        /// Of which account.
        account_id: Uuid,
        /// Since when it is a customer.
        customer_since: Timestamp,
    },
    /// End it.
    End {
        /// Of which account.
        account_id: Uuid,
        /// When.
        ended_at: Timestamp,
    },
}

/// Opens and ends plans.
pub(crate) struct Reviewing(Aggregates<ReviewPlan>);

/// How the reaction is set up: from the log's beginning, for no company may be passed over, and a plan that is late is never
/// too late. Recording is a matter of milliseconds, and an import brings companies by the ten thousand.
pub(crate) fn options(database: DatabaseOptions, owner_url: Option<String>) -> reaction::Options {
    let usual = reaction::Options::new(database.location.clone(), Checkpoint::START);
    reaction::Options {
        database,
        owner_url,
        age_max: Duration::from_hours(24 * 365 * 100),
        attempts_max: 20_000,
        retry: Retry { min: Duration::from_millis(500), max: Duration::from_mins(5) },
        concurrency: 32,
        ..usual
    }
}

impl Reviewing {
    pub(crate) const fn new(plans: Aggregates<ReviewPlan>) -> Self {
        Self(plans)
    }
}

#[async_trait]
impl Reaction for Reviewing {
    const NAME: &'static str = "routing.reviews";

    type Command = Do;

    fn decide(event: &RecordedEvent) -> Result<Vec<Do>, Unreadable> {
        if ![name::ACCOUNT_REGISTERED, name::ACCOUNT_CLOSED].contains(&event.event_type.as_str()) {
            return Ok(Vec::new());
        }
        // Without the decoder's words: they may quote the payload.
        let decoded = Account::decode(&event.event_type, &event.payload);
        let event = decoded.map_err(|_| Unreadable(format!("{} cannot be read", event.event_type)))?;
        if event.account.level != Level::Company {
            return Ok(Vec::new());
        }
        let account_id = event.account_id;
        Ok(match event.fact {
            Fact::AccountRegistered(_) => {
                vec![Do::Open { account_id, customer_since: event.account.customer_since }]
            }
            Fact::AccountClosed(fact) => vec![Do::End { account_id, ended_at: fact.closed_at }],
            _ => Vec::new(),
        })
    }

    /// A plan that is open already, or has that end, takes nothing in: no request id needs to be kept.
    async fn carry_out(&self, what: &Do, effect: &Effect) -> Outcome {
        let log = self.0.log();
        let (account_id, command) = match what {
            Do::Open { account_id, customer_since } => {
                let year = Term::calendar_days(YEAR_DAYS);
                let new = New { account_id: *account_id, customer_since: *customer_since, year };
                (*account_id, Command::Open(Box::new(new)))
            }
            Do::End { account_id, ended_at } => (*account_id, Command::End { ended_at: *ended_at }),
        };
        let mut context = Context::system(Self::NAME, log.clock().now(), log.ids().next());
        context.request_id = Some(effect.request_id);
        context.traceparent = vigie_chassis::grpc::traceparent();
        let order = Order {
            deadline: Some(Instant::now() + RECORD_DEADLINE),
            is_new: matches!(what, Do::Open { .. }) && effect.attempts == 1,
            ..Order::new(plan_id(account_id), command, context)
        };
        self.0.execute(order).await.map_or_else(outcome_of, |_| Outcome::Done)
    }
}

/// What a command that was not recorded means for the effect.
fn outcome_of(error: ExecuteError<Rejection>) -> Outcome {
    match error {
        ExecuteError::Rejected { rejection, .. } => Outcome::Refused(rejection.to_string()),
        ExecuteError::Append(AppendError::OutcomeUnknown) => {
            Outcome::Unknown("it may or may not be recorded".to_owned())
        }
        ExecuteError::Append(_) | ExecuteError::Read(_) | ExecuteError::Contended(_) => {
            Outcome::Failed("the log is not there now".to_owned())
        }
        ExecuteError::RequestIdReused | ExecuteError::Decode { .. } | ExecuteError::Encode(_) => {
            Outcome::Refused("the plan of reviews cannot be read or written by this build".to_owned())
        }
    }
}
