//! A fact on its way to the log, whichever way it came.

use std::time::Duration;

use tokio::time::{Instant, sleep};
use uuid::Uuid;
use vigie_chassis::error::{Error as Refusal, Reason};
use vigie_clock::Context;
use vigie_command::refusal;
use vigie_eventlog::Order;

use super::super::Deps;
use super::pinned;
use crate::domain::attendance::{self, Presence, attendance_id};
use crate::domain::contact::{Command, Report};

/// How long a fact waits for the log to take it.
const FACT_DEADLINE: Duration = Duration::from_secs(5);

/// Tries of one fact while the log is full or away, and the first wait between two of them, which doubles.
const TRIES_MAX: u32 = 7;
const RETRY_MIN: Duration = Duration::from_millis(100);

/// What a contact centre tells.
pub(crate) enum Told {
    /// Of a contact.
    Contact {
        /// Which.
        contact_id: Uuid,
        /// What; without what the base says.
        report: Box<Report>,
    },
    /// Of a team.
    Presence(Presence),
}

/// What became of a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Taken {
    /// The contact, where it is about one.
    pub(crate) contact_id: Option<Uuid>,
    /// Whether it was on record already.
    pub(crate) is_repeat: bool,
}

/// Records a fact, trying again while the log is full or away.
pub(crate) async fn take(deps: &Deps, told: &Told, context: &Context) -> Result<Taken, Refusal> {
    let mut wait = RETRY_MIN;
    for _ in 1..TRIES_MAX {
        match take_once(deps, told, context).await {
            Err(refusal) if may_pass(refusal.reason()) => {
                sleep(wait).await;
                wait *= 2;
            }
            taken => return taken,
        }
    }
    take_once(deps, told, context).await
}

/// Whether the same fact may go through a moment later.
pub(crate) const fn may_pass(reason: Reason) -> bool {
    matches!(
        reason,
        Reason::QueueFull
            | Reason::Unavailable
            | Reason::OutcomeUnknown
            | Reason::Conflict
            | Reason::ViewBehind
    )
}

/// No request id is kept: a fact's own key tells a repeat, for ever.
async fn take_once(deps: &Deps, told: &Told, context: &Context) -> Result<Taken, Refusal> {
    let deadline = Some(Instant::now() + FACT_DEADLINE);
    // A retry comes later than the fact did.
    let context = Context { now: deps.door.clock().now(), ..context.clone() };
    match told {
        Told::Contact { contact_id, report } => {
            let (state, _) = deps.contacts.load(*contact_id).await.map_err(refusal)?;
            let pinned = pinned::of(deps, Option::as_ref(&state), report).await?;
            let command = Command::Record(Box::new(Report { pinned, ..Report::clone(report) }));
            let order = Order { deadline, ..Order::new(*contact_id, command, context) };
            let outcome = deps.contacts.execute(order).await.map_err(refusal)?;
            Ok(Taken { contact_id: Some(*contact_id), is_repeat: outcome.events.is_empty() })
        }
        Told::Presence(presence) => {
            let stream_id = attendance_id(presence.desk_id, presence.fact.from);
            let command = attendance::Command::Record(Box::new(presence.clone()));
            let order = Order { deadline, ..Order::new(stream_id, command, context) };
            let outcome = deps.attendance.execute(order).await.map_err(refusal)?;
            Ok(Taken { contact_id: None, is_repeat: outcome.events.is_empty() })
        }
    }
}
