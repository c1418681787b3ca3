//! The subscriber register (HLR, HSS, UDM): the network's truth about a line, behind a port.
//!
//! Whoever drives a line to its intent knows [`Register`] and [`Session`] only. The port speaks per domain, because that is
//! how networks bar: circuit-switched and packet-switched are two flags and two writes.
//!
//! Invariant: nothing here knows lines, intents or events. An adapter says what it did, what it found, and when it cannot
//! know; what follows from that is decided elsewhere.

mod candidates;
mod control;
mod digits;
mod driver;
mod osmo_hlr;
mod reconcile;
mod simulated;
mod watch;

use std::fmt;
use std::io;
use std::time::Duration;

use async_trait::async_trait;

pub use candidates::{BoxError, Candidate, Candidates, Waiting};
pub use driver::{Driver, Handle, Options as DriverOptions, Status};
pub use osmo_hlr::{Options as OsmoHlrOptions, OsmoHlr};
pub use reconcile::{Progress, ReconcileError};
pub use simulated::{Faults, Options as SimulatedOptions, Silence, Simulated};
pub use watch::MIGRATION;
pub(crate) use watch::Watches;

/// How long a call may take where nothing else is configured (LINES.md).
pub const CALL_TIMEOUT: Duration = Duration::from_millis(500);

/// Which domains of the network serve a subscriber.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Domains {
    /// Circuit-switched: calls and SMS.
    pub cs: bool,
    /// Packet-switched: data.
    pub ps: bool,
}

impl Domains {
    /// Neither calls nor data.
    pub const BARRED: Self = Self { cs: false, ps: false };
    /// Calls and data.
    pub const OPEN: Self = Self { cs: true, ps: true };

    /// No domain serves the subscriber. One that still does is a phone that works.
    pub const fn is_barred(self) -> bool {
        !self.cs && !self.ps
    }
}

/// What the register says of a subscriber.
#[derive(Clone, PartialEq, Eq)]
pub struct ReadBack {
    /// The subscriber, in digits.
    pub imsi: String,
    /// His number in E.164 with "+", if he has one.
    pub msisdn: Option<String>,
    /// What serves him.
    pub domains: Domains,
    /// A VLR or SGSN is known where he is: barring him now asks it to drop him.
    pub attached: bool,
}

impl fmt::Debug for ReadBack {
    /// Without what names a person: logs carry none.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReadBack")
            .field("has_number", &self.msisdn.is_some())
            .field("domains", &self.domains)
            .field("attached", &self.attached)
            .finish_non_exhaustive()
    }
}

/// Why a call to the register did not do what was asked. What matters is what is known of its effect.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nothing was sent.
    #[error("the register cannot be reached")]
    Unreachable {
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The register does not know the IMSI; nothing changed.
    #[error("the register does not know this subscriber")]
    NoSuchSubscriber,
    /// The register answered no, or the adapter would not send this; nothing changed.
    #[error("the register refused: {0}")]
    Refused(String),
    /// The number belongs to another subscriber; nothing changed.
    #[error("the number belongs to another subscriber of the register")]
    NumberTaken,
    /// A write was sent and no intelligible answer came: it may have landed, it may land at any time, even much later.
    #[error("a write to the register has an unknown effect")]
    UnknownEffect {
        /// What was seen instead of an answer.
        #[source]
        source: io::Error,
    },
    /// A read was not answered in time: no effect, no knowledge.
    #[error("the register did not answer within {} ms", .0.as_millis())]
    Timeout(Duration),
    /// A read was answered by something that is no answer, or the connection broke: no effect, no knowledge.
    #[error("the register's answer makes no sense")]
    Garbled {
        /// What was seen instead of an answer.
        #[source]
        source: io::Error,
    },
}

impl Error {
    /// Whether the session that gave this error must not be used again.
    pub const fn ends_session(&self) -> bool {
        matches!(
            self,
            Self::Unreachable { .. } | Self::UnknownEffect { .. } | Self::Timeout(_) | Self::Garbled { .. }
        )
    }
}

/// A register that lines live in.
#[async_trait]
pub trait Register: Send + Sync + 'static {
    /// For people: what it is and where.
    fn description(&self) -> String;

    /// Whether no real network hears it; every evidence of it is labelled so.
    fn is_simulated(&self) -> bool;

    /// One worker's own connection or connections.
    ///
    /// # Errors
    /// [`Error::Unreachable`], or [`Error::Garbled`] when something else answers there.
    async fn connect(&self) -> Result<Box<dyn Session>, Error>;
}

/// One worker's conversation with a register; one call at a time.
///
/// Every call ends within the configured timeout. After an error that [ends the session](Error::ends_session) drop it,
/// which closes its sockets; further calls on it answer [`Error::Unreachable`] and send nothing. Dropping the future of a
/// call ends the session in the same way: a write may have been sent.
#[async_trait]
pub trait Session: Send {
    /// What the register says of `imsi`; None if it does not know it.
    ///
    /// # Errors
    /// [`Error::Timeout`], [`Error::Garbled`], [`Error::Unreachable`]; [`Error::Refused`] when `imsi` is none.
    async fn read(&mut self, imsi: &str) -> Result<Option<ReadBack>, Error>;

    /// Sets both domains and asks an element where the subscriber is attached to drop him from those that end. Ok says that
    /// the register took the command; only [`read`](Self::read) proves what became of it. Whether there was such an element
    /// is what a read before says ([`ReadBack::attached`]).
    ///
    /// # Errors
    /// [`Error::NoSuchSubscriber`], [`Error::Refused`], [`Error::Unreachable`]: nothing changed;
    /// [`Error::UnknownEffect`].
    async fn set_domains(&mut self, imsi: &str, domains: Domains) -> Result<(), Error>;

    /// Gives the subscriber the number `msisdn` (E.164 with "+"), or takes his number away.
    ///
    /// # Errors
    /// [`Error::NumberTaken`], [`Error::NoSuchSubscriber`], [`Error::Refused`], [`Error::Unreachable`]: nothing changed;
    /// [`Error::UnknownEffect`].
    async fn set_number(&mut self, imsi: &str, msisdn: Option<&str>) -> Result<(), Error>;

    /// Whether the register answers at all, on each connection that writes need.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    async fn ping(&mut self) -> Result<(), Error>;
}
