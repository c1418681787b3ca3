//! A little account with everything that an aggregate can want: a balance to refuse against, a number that only one
//! account may hold, a group that many share, and a timer.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;
use vigie_clock::{Context, Timestamp};
use vigie_eventlog::{
    Aggregate, Aggregates, Decision, DecodeError, DirectoryOp, EncodedEvent, EventLog, ExecuteError, Order,
    Outcome, Request, RequestKey,
};

pub(crate) type Accounts = Aggregates<Account>;

pub(crate) struct Account;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct State {
    pub balance: i64,
    pub is_suspended: bool,
    pub rings: u32,
    pub alarm: Option<(Timestamp, Ring)>,
}

/// What the account does when its timer wakes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Ring {
    /// An event, and no further timer.
    Once,
    /// An event, and another timer so many seconds later.
    AgainAfter(u64),
    /// No event: the alarm stays as it is.
    Silently,
    /// A refusal.
    Refused,
}

#[derive(Clone, Debug)]
pub(crate) enum Command {
    Credit(i64),
    Debit(i64),
    Suspend,
    Reinstate,
    RingAt(Timestamp, Ring),
    Wake(Timestamp),
    Claim(String),
    Free(String, Timestamp),
    Join(String),
    Leave(String),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Event {
    Credited(i64),
    Debited(i64),
    Suspended,
    Reinstated,
    AlarmSet(Timestamp, Ring),
    Rang(Option<(Timestamp, Ring)>),
    Claimed(String),
    Freed(String, Timestamp),
    Joined(String),
    Left(String),
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Rejection {
    Insufficient,
    Suspended,
    Unwanted,
}

const NAMES: [&str; 10] = [
    "test.account.credited.v1",
    "test.account.debited.v1",
    "test.account.suspended.v1",
    "test.account.reinstated.v1",
    "test.account.alarm_set.v1",
    "test.account.rang.v1",
    "test.account.number_claimed.v1",
    "test.account.number_freed.v1",
    "test.account.group_joined.v1",
    "test.account.group_left.v1",
];

impl Event {
    fn name(&self) -> &'static str {
        NAMES[match self {
            Self::Credited(_) => 0,
            Self::Debited(_) => 1,
            Self::Suspended => 2,
            Self::Reinstated => 3,
            Self::AlarmSet(..) => 4,
            Self::Rang(_) => 5,
            Self::Claimed(_) => 6,
            Self::Freed(..) => 7,
            Self::Joined(_) => 8,
            Self::Left(_) => 9,
        }]
    }
}

impl Aggregate for Account {
    const KIND: &'static str = "account";
    type State = State;
    type Command = Command;
    type Event = Event;
    type Rejection = Rejection;

    fn decide(state: &State, command: &Command, context: &Context) -> Result<Decision<Event>, Rejection> {
        let events = match command.clone() {
            Command::Credit(_) | Command::Debit(_) if state.is_suspended => return Err(Rejection::Suspended),
            Command::Credit(amount) => vec![Event::Credited(amount)],
            Command::Debit(amount) if amount > state.balance => return Err(Rejection::Insufficient),
            Command::Debit(amount) => vec![Event::Debited(amount)],
            Command::Suspend if state.is_suspended => Vec::new(),
            Command::Suspend => vec![Event::Suspended],
            Command::Reinstate if state.is_suspended => vec![Event::Reinstated],
            Command::Reinstate => Vec::new(),
            Command::RingAt(at, ring) => vec![Event::AlarmSet(at, ring)],
            Command::Wake(due) => match state.alarm {
                Some((at, Ring::Once)) if at <= due => vec![Event::Rang(None)],
                Some((at, ring @ Ring::AgainAfter(seconds))) if at <= due => {
                    vec![Event::Rang(Some((at.plus(Duration::from_secs(seconds)), ring)))]
                }
                Some((_, Ring::Refused)) => return Err(Rejection::Unwanted),
                _ => Vec::new(),
            },
            Command::Claim(number) => vec![Event::Claimed(number)],
            Command::Free(number, until) => vec![Event::Freed(number, until)],
            Command::Join(group) => vec![Event::Joined(group)],
            Command::Leave(group) => vec![Event::Left(group)],
        };
        Ok(Decision { events, act_id: context.act_id })
    }

    fn evolve(state: &mut State, event: &Event, _recorded_at: Timestamp) {
        match event {
            Event::Credited(amount) => state.balance += amount,
            Event::Debited(amount) => state.balance -= amount,
            Event::Suspended => state.is_suspended = true,
            Event::Reinstated => state.is_suspended = false,
            Event::AlarmSet(at, ring) => state.alarm = Some((*at, *ring)),
            Event::Rang(next) => {
                state.rings += 1;
                state.alarm = *next;
            }
            Event::Claimed(_) | Event::Freed(..) | Event::Joined(_) | Event::Left(_) => {}
        }
    }

    fn next_due(state: &State) -> Option<Timestamp> {
        state.alarm.map(|(at, _)| at)
    }

    fn wake(due: Timestamp) -> Command {
        Command::Wake(due)
    }

    fn encode(event: &Event) -> Result<EncodedEvent, serde_json::Error> {
        let payload = serde_json::to_vec(event)?;
        Ok(EncodedEvent { event_type: event.name(), payload, account_id: Uuid::from_u128(7), act_id: None })
    }

    fn decode(event_type: &str, payload: &[u8]) -> Result<Event, DecodeError> {
        let malformed = |source| DecodeError::Malformed { event_type: event_type.to_owned(), source };
        match NAMES.contains(&event_type) {
            true => serde_json::from_slice(payload).map_err(malformed),
            false => Err(DecodeError::UnknownType(event_type.to_owned())),
        }
    }

    fn directory(event: &Event) -> Vec<DirectoryOp> {
        match event.clone() {
            Event::Claimed(key) => vec![DirectoryOp::Reserve { kind: "number", key }],
            Event::Freed(key, until) => vec![DirectoryOp::Release { kind: "number", key, until }],
            Event::Joined(key) => vec![DirectoryOp::Link { kind: "group", key }],
            Event::Left(key) => vec![DirectoryOp::Unlink { kind: "group", key }],
            _ => Vec::new(),
        }
    }
}

/// A command without a request id.
pub(crate) fn order(log: &EventLog, stream_id: Uuid, command: Command) -> Order<Command> {
    Order::new(stream_id, command, Context::system("tester", log.clock().now(), log.ids().next()))
}

/// The same under a request id; the body is what `body` says.
pub(crate) fn asked(mut order: Order<Command>, caller: &str, request_id: Uuid, body: &str) -> Order<Command> {
    let method = "vigie.test/Command".to_owned();
    order.request = Some(Request {
        key: RequestKey { caller: caller.to_owned(), method, request_id },
        body_hash: Sha256::digest(body).into(),
    });
    order
}

pub(crate) async fn run(
    accounts: &Accounts,
    stream_id: Uuid,
    command: Command,
) -> Result<Outcome<State>, ExecuteError<Rejection>> {
    accounts.execute(order(accounts.log(), stream_id, command)).await
}
