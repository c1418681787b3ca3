//! Who asks, when, and under which request id.

use prost::Message;
use sha2::{Digest, Sha256};
use tokio::time::Instant;
use uuid::Uuid;
use vigie_chassis::grpc::ReceivedAt;
use vigie_chassis::identity::{Caller, Kind};
use vigie_clock::{Channel, Context, Timestamp, derived_id};
use vigie_eventlog::{Order, Request, RequestKey};

/// A call, apart from what it asks.
#[derive(Clone)]
pub struct Asking {
    /// Who asks.
    pub caller: Caller,
    /// When the call arrived.
    pub received: ReceivedAt,
    /// When the answer must leave.
    pub answer_by: Instant,
    /// The present instant, the same for all that this call leads to.
    pub now: Timestamp,
    pub(crate) traceparent: Option<String>,
    pub(crate) act_id: Uuid,
}

impl Asking {
    /// The context of a command.
    pub fn context(&self, request_id: Uuid) -> Context {
        let channel = match self.caller.kind() {
            Kind::Service => Channel::Api,
            Kind::Person => Channel::Extranet,
        };
        Context {
            now: self.now,
            received_at: self.received.timestamp.min(self.now),
            actor: self.caller.subject().to_owned(),
            on_behalf_of: None,
            channel,
            request_id: Some(request_id),
            act_id: self.act_id,
            traceparent: self.traceparent.clone(),
        }
    }

    /// A command to the stream `stream_id`, on its way. `body` is the request without its request id: another one under
    /// the same id is refused.
    pub fn order<C>(
        &self,
        method: &str,
        request_id: Uuid,
        body: &impl Message,
        stream_id: Uuid,
        command: C,
    ) -> Order<C> {
        let key =
            RequestKey { caller: self.caller.subject().to_owned(), method: method.to_owned(), request_id };
        let body_hash = Sha256::digest(body.encode_to_vec()).into();
        Order {
            request: Some(Request { key, body_hash }),
            deadline: Some(self.answer_by),
            ..Order::new(stream_id, command, self.context(request_id))
        }
    }

    /// The id of a new thing that was given none: it follows from caller and request id, so that a repeat meets the same
    /// stream, and nobody else's. `kind` keeps things of one request apart.
    pub fn new_id(&self, kind: &str, request_id: Uuid) -> Uuid {
        derived_id(request_id, &format!("{kind} {}", self.caller.subject()))
    }
}
