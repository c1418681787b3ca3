//! Who asks, when, and under which request id.

use std::collections::BTreeSet;

use prost::Message;
use sha2::{Digest, Sha256};
use tokio::time::Instant;
use tonic::Request as Call;
use uuid::Uuid;
use vigie_chassis::error::{Error as Refusal, Reason};
use vigie_chassis::grpc::{ReceivedAt, answer_by, traceparent};
use vigie_chassis::identity::{Caller, Kind, Role as HouseRole};
use vigie_clock::{Channel, Context};
use vigie_eventlog::{Order, Request, RequestKey};

use super::place::Place;
use super::{ANSWER_MARGIN, Deps, MANAGERS, request};
use crate::domain::{Authority, Command, Msisdn, OnBehalf, Role};

/// Metadata that a channel sets which knows the line over which it is asked: the number, in E.164. The extranet has it
/// from the network's header enrichment, the telephone system from the calling number.
const ASKED_FROM: &str = "vigie-asked-from";

/// A call, apart from what it asks.
#[derive(Clone)]
pub(super) struct Asking {
    pub(super) caller: Caller,
    pub(super) received: ReceivedAt,
    /// When the answer must leave.
    pub(super) answer_by: Instant,
    asked_from: Option<Msisdn>,
    traceparent: Option<String>,
}

impl Asking {
    /// Takes the call apart.
    pub(super) fn of<T>(deps: &Deps, call: Call<T>) -> Result<(Self, T), Refusal> {
        let asking = Self {
            caller: Caller::of(&call)?,
            received: ReceivedAt::of(&call)?,
            answer_by: answer_by(&call, ANSWER_MARGIN, deps.answer_max),
            asked_from: asked_from(&call)?,
            traceparent: traceparent(),
        };
        Ok((asking, call.into_inner()))
    }

    /// What is known of the caller, as the rules of the line see it.
    pub(super) fn authority(&self, place: &Place) -> Authority {
        let mut roles = BTreeSet::new();
        if self.caller.has_any(&MANAGERS) {
            roles.insert(Role::Manager);
        }
        if self.caller.has(HouseRole::Advisor) {
            roles.insert(Role::Advisor);
        }
        if self.caller.has(HouseRole::BillingClerk) {
            roles.insert(Role::BillingClerk);
        }
        if self.caller.has(HouseRole::Integration) {
            roles.insert(Role::Integration);
        }
        Authority {
            user_id: self.caller.subject().to_owned(),
            roles,
            is_line_user: place.is_used_by(&self.caller),
            step_up: self.caller.step_up(),
            asked_from_this_line: self.asked_from.is_some() && self.asked_from == place.msisdn,
        }
    }

    /// The context of a command.
    pub(super) fn context(&self, deps: &Deps, request_id: Uuid, on_behalf_of: Option<&str>) -> Context {
        let now = deps.clock.now();
        let channel = match (on_behalf_of, self.caller.kind()) {
            (Some(_), _) => Channel::Phone,
            (None, Kind::Service) => Channel::Api,
            (None, Kind::Person) => Channel::Extranet,
        };
        Context {
            now,
            received_at: self.received.timestamp.min(now),
            actor: self.caller.subject().to_owned(),
            on_behalf_of: on_behalf_of.map(str::to_owned),
            channel,
            request_id: Some(request_id),
            act_id: deps.ids.next(),
            traceparent: self.traceparent.clone(),
        }
    }

    /// A command on a line, on its way to it.
    pub(super) fn order(
        &self,
        deps: &Deps,
        place: &Place,
        request: Request,
        command: Command,
        on_behalf_of: Option<&request::Caller>,
    ) -> Order<Command> {
        let person = on_behalf_of.map(|caller| caller.person.as_str());
        let context = self.context(deps, request.key.request_id, person);
        Order {
            request: Some(request),
            urgent: command.is_urgent(),
            deadline: Some(self.answer_by),
            ..Order::new(place.line_id, command, context)
        }
    }

    /// The request as the log remembers it.
    pub(super) fn request(&self, method: &str, request_id: Uuid, body_hash: [u8; 32]) -> Request {
        let key =
            RequestKey { caller: self.caller.subject().to_owned(), method: method.to_owned(), request_id };
        Request { key, body_hash }
    }
}

/// Whom staff act for. Whether that person manages the account is known from the configuration only.
pub(super) fn on_behalf(deps: &Deps, place: &Place, caller: Option<&request::Caller>) -> Option<OnBehalf> {
    caller.map(|caller| OnBehalf {
        person: caller.person.clone(),
        is_manager: deps
            .managers
            .get(&place.account_id)
            .is_some_and(|managers| managers.contains(&caller.person)),
        caller_checks: caller.checks.clone(),
    })
}

/// SHA-256 of what is asked. Call it once the request id is taken out.
pub(super) fn body_hash(body: &impl Message) -> [u8; 32] {
    Sha256::digest(body.encode_to_vec()).into()
}

fn asked_from<T>(call: &Call<T>) -> Result<Option<Msisdn>, Refusal> {
    let Some(value) = call.metadata().get(ASKED_FROM) else { return Ok(None) };
    // Ignoring what cannot be read would open to the lost phone what is closed to it.
    value.to_str().ok().and_then(|number| Msisdn::parse(number).ok()).map(Some).ok_or_else(|| {
        Refusal::new(
            Reason::MalformedNumber,
            format!("metadata {ASKED_FROM} is not a number in E.164 with \"+\""),
        )
    })
}
