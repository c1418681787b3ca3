//! What a service gives to all of its calls.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use tonic::Request as Call;
use vigie_chassis::error::Error as Refusal;
use vigie_chassis::grpc::{ReceivedAt, answer_by, traceparent};
use vigie_chassis::identity::Caller;
use vigie_clock::{Clock, Ids};

use crate::Asking;

/// An answer leaves so long before the caller's deadline, to be there in time.
const ANSWER_MARGIN: Duration = Duration::from_millis(50);

/// What a service gives to all of its calls: time, ids, and how long an answer may take. Cheap to clone.
#[derive(Clone)]
pub struct Door {
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
    answer_max: Duration,
}

impl Door {
    /// A door whose answers leave after `answer_max` when the caller sets no deadline.
    pub fn new(clock: Arc<dyn Clock>, ids: Arc<dyn Ids>, answer_max: Duration) -> Self {
        Self { clock, ids, answer_max }
    }

    /// Takes a call apart into who asks and what.
    ///
    /// # Errors
    /// UNAUTHENTICATED where the call came without token; INTERNAL where it did not come through the server.
    pub fn open<T>(&self, call: Call<T>) -> Result<(Asking, T), Refusal> {
        let asking = Asking {
            caller: Caller::of(&call)?,
            received: ReceivedAt::of(&call)?,
            answer_by: answer_by(&call, ANSWER_MARGIN, self.answer_max),
            traceparent: traceparent(),
            now: self.clock.now(),
            act_id: self.ids.next(),
        };
        Ok((asking, call.into_inner()))
    }

    /// For the next command of a call that brings many: the present instant, an act of its own, and so long until it must
    /// be taken.
    pub fn next(&self, call: &Asking, within: Duration) -> Asking {
        Asking {
            now: self.clock.now(),
            act_id: self.ids.next(),
            answer_by: Instant::now() + within,
            ..call.clone()
        }
    }

    /// Where "now" comes from.
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    /// Where new ids come from.
    pub fn ids(&self) -> &Arc<dyn Ids> {
        &self.ids
    }
}
