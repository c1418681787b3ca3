//! What a person sees of a reaction and does about it, the same for every reaction, whatever it causes.

use std::sync::Arc;

use async_trait::async_trait;
use uuid::Uuid;

use super::{Effect, Error, Kept, Reaction, Reactor, Ruled, Ruling};
use crate::view::{Parking, State};

/// Effects that are not finished.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unfinished {
    /// Those that are carried out by themselves.
    pub to_do: i64,
    /// Those that wait for a person.
    pub waiting: i64,
}

/// A reaction, for whoever looks after it. Object-safe: a server holds many, of different kinds.
#[async_trait]
pub trait Oversight: Send + Sync + 'static {
    /// Its name.
    fn name(&self) -> &'static str;

    /// The name of the log that it reads, which positions are of.
    fn log(&self) -> &str;

    /// Whether its cursor moves on. Nothing is carried out while it does not.
    fn state(&self) -> State;

    /// The position up to which this process has seen everything decided.
    fn position(&self) -> i64;

    /// The command that gives an effect up together with what it is about, where there is one: nobody gives up the effect
    /// alone.
    fn gives_up_with(&self, effect: &Effect) -> Option<&'static str>;

    /// What is not finished.
    async fn unfinished(&self) -> Result<Unfinished, Error>;

    /// At most `limit` effects that wait, in order of position and ordinal, after those; `(0, 0)` for the first.
    async fn waiting(&self, after: (i64, i64), limit: usize) -> Result<Vec<Kept>, Error>;

    /// The effect of that request id, also one that is finished, for as long as it is remembered.
    async fn find(&self, request_id: Uuid) -> Result<Option<Kept>, Error>;

    /// As [`Reactor::approve`].
    async fn approve(&self, request_id: Uuid, attempts: i64, ruling: &Ruling) -> Result<Ruled, Error>;

    /// As [`Reactor::drop_effect`].
    async fn give_up(&self, request_id: Uuid, attempts: i64, ruling: &Ruling) -> Result<Ruled, Error>;

    /// Streams that wait behind an event which cannot be read.
    fn parking(&self) -> Arc<dyn Parking>;
}

#[async_trait]
impl<R: Reaction> Oversight for Reactor<R> {
    fn name(&self) -> &'static str {
        R::NAME
    }

    fn log(&self) -> &str {
        Self::log(self)
    }

    fn state(&self) -> State {
        self.states().borrow().clone()
    }

    fn position(&self) -> i64 {
        Self::position(self)
    }

    fn gives_up_with(&self, effect: &Effect) -> Option<&'static str> {
        R::gives_up_with(effect)
    }

    async fn unfinished(&self) -> Result<Unfinished, Error> {
        Self::unfinished(self).await
    }

    async fn waiting(&self, after: (i64, i64), limit: usize) -> Result<Vec<Kept>, Error> {
        Self::kept_waiting(self, after, limit).await
    }

    async fn find(&self, request_id: Uuid) -> Result<Option<Kept>, Error> {
        Self::find(self, request_id).await
    }

    async fn approve(&self, request_id: Uuid, attempts: i64, ruling: &Ruling) -> Result<Ruled, Error> {
        Self::approve(self, request_id, attempts, ruling).await
    }

    async fn give_up(&self, request_id: Uuid, attempts: i64, ruling: &Ruling) -> Result<Ruled, Error> {
        self.drop_effect(request_id, attempts, ruling).await
    }

    fn parking(&self) -> Arc<dyn Parking> {
        Self::parking(self)
    }
}
