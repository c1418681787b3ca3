//! The EIR block list (equipment identity register) of stolen handsets, behind a port, and the reaction that carries it out.
//!
//! It is a list of IMEIs, not of declarations: one handset may be declared stolen on several lines, and is then on it once.
//!
//! Invariant: an adapter knows neither lines nor declarations. It says what it did, what it found, and when it cannot know.

mod hands;
mod metrics;
mod nowhere;
mod reaction;
mod simulated;
mod sweep;

use std::io;
use std::time::Duration;

use async_trait::async_trait;

use crate::domain::Imei;
pub(crate) use hands::Hands;
pub(crate) use nowhere::Nowhere;
pub(crate) use reaction::reactor;
pub use reaction::{Blocking, Do};
pub use simulated::{Faults, Options as SimulatedOptions, Simulated};
pub(crate) use sweep::{BoxError, Unsettled, sweep_regularly};

/// Why a call to the list did not do what was asked. What matters is what is known of its effect.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nothing was sent, or a read was not answered: nothing changed.
    #[error("the block list cannot be reached")]
    Unreachable {
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The list answered no, and will again: nothing changed.
    #[error("the block list refused: {0}")]
    Refused(String),
    /// A write was sent and no intelligible answer came: it may have landed, it may land at any time.
    #[error("a write to the block list has an unknown effect")]
    UnknownEffect {
        /// What was seen instead of an answer.
        #[source]
        source: io::Error,
    },
}

/// How long a call may take where nothing else is configured.
pub const CALL_TIMEOUT: Duration = Duration::from_secs(2);

/// A list of blocked handsets. Every call ends by itself within its adapter's timeout; each may be repeated.
#[async_trait]
pub trait BlockList: Send + Sync + 'static {
    /// For people: what it is and where.
    fn description(&self) -> String;

    /// Whether no real network reads it; every evidence of it is labelled so.
    fn is_simulated(&self) -> bool;

    /// Puts the handset on the list; one that is there stays. Ok says that the list took it; only
    /// [`contains`](Self::contains) proves it.
    ///
    /// # Errors
    /// See [`Error`].
    async fn put(&self, imei: &Imei) -> Result<(), Error>;

    /// Whether the handset is on the list.
    ///
    /// # Errors
    /// [`Error::Unreachable`], [`Error::Refused`].
    async fn contains(&self, imei: &Imei) -> Result<bool, Error>;

    /// Takes the handset off the list; one that is not there is fine.
    ///
    /// # Errors
    /// See [`Error`].
    async fn remove(&self, imei: &Imei) -> Result<(), Error>;
}
