//! A fact that could not be taken, until somebody says what came of it.

use uuid::Uuid;
use vigie_clock::{Context, derived_id};

use super::event::{Event, Fact, FactRejected, RejectionSettled, Snapshot};
use super::rejection::Rejection;

/// The stream of the record at that place of a topic: one that is read twice is one.
pub fn rejected_fact_id(topic: &str, partition: i32, offset: i64) -> Uuid {
    derived_id(Uuid::nil(), &format!("rejected fact {topic}/{partition}/{offset}"))
}

/// A fact that could not be taken: the last of its events shows all of it. One that was taken is `None`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RejectedFact {
    /// Which.
    pub rejected_fact_id: Uuid,
    /// What is known of it.
    pub shown: Snapshot,
}

/// A record that could not be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct New {
    /// The topic.
    pub topic: String,
    /// Its partition there.
    pub partition: i32,
    /// Its place in that.
    pub offset: i64,
    /// System that told it, if that could be read.
    pub origin: Option<String>,
    /// The fact's key there, if that could be read.
    pub fact_id: Option<String>,
    /// Stable reason.
    pub reason: String,
    /// For people; names nobody.
    pub message: String,
}

/// A command to one rejected fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// It could not be taken.
    Reject(Box<New>),
    /// A person says what came of it.
    Settle {
        /// What.
        note: String,
    },
    /// Nothing of it is due with time; timers need a word for it.
    Wake,
}

/// What a command leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// What is to be recorded; nothing when everything already is as asked.
    pub events: Vec<Event>,
    /// The act of the command.
    pub act_id: Uuid,
}

/// Decides `command`.
///
/// # Errors
/// When a rule stands against it.
pub fn decide(
    state: &Option<RejectedFact>,
    command: &Command,
    context: &Context,
) -> Result<Decided, Rejection> {
    let events = match (state, command) {
        (None, Command::Reject(new)) => vec![rejected(new, context)],
        (None, Command::Settle { .. }) => return Err(Rejection::NotFound),
        // The same record read again, after a rebalance.
        (Some(_), Command::Reject(_)) | (_, Command::Wake) => Vec::new(),
        (Some(fact), Command::Settle { note }) => settled(fact, note, context)?,
    };
    Ok(Decided { events, act_id: context.act_id })
}

/// The state after `event`: the event shows it.
pub fn evolve(state: &mut Option<RejectedFact>, event: &Event) {
    let (rejected_fact_id, shown) = (event.rejected_fact_id, event.rejected_fact.clone());
    *state = Some(RejectedFact { rejected_fact_id, shown });
}

fn rejected(new: &New, context: &Context) -> Event {
    let New { topic, partition, offset, origin, fact_id, reason, message } = new.clone();
    let rejected_at = context.now;
    Event {
        rejected_fact_id: rejected_fact_id(&topic, partition, offset),
        fact: Fact::FactRejected(FactRejected { rejected_at }),
        rejected_fact: Snapshot {
            topic,
            partition,
            offset,
            origin,
            fact_id,
            reason,
            message,
            rejected_at,
            settled_at: None,
            note: None,
        },
    }
}

fn settled(fact: &RejectedFact, note: &str, context: &Context) -> Result<Vec<Event>, Rejection> {
    if fact.shown.settled_at.is_some() {
        return Err(Rejection::AlreadySettled);
    }
    let shown = Snapshot { settled_at: Some(context.now), note: Some(note.to_owned()), ..fact.shown.clone() };
    let settled = RejectionSettled { actor: context.actor.clone(), note: note.to_owned() };
    Ok(vec![Event {
        rejected_fact_id: fact.rejected_fact_id,
        fact: Fact::RejectionSettled(settled),
        rejected_fact: shown,
    }])
}
