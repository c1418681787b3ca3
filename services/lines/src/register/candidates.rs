//! Where the driver and the reconciler look for work.

use async_trait::async_trait;
use uuid::Uuid;
use vigie_clock::Timestamp;

/// Whatever goes wrong behind the port.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// What a view knows of a line. It may be behind: it says where to look, never what is true.
#[derive(Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The line.
    pub line_id: Uuid,
    /// SIM in use, in digits.
    pub imsi: String,
    /// Number in E.164 with "+".
    pub msisdn: String,
    /// Whether the record says that no domain serves it.
    pub barred: bool,
    /// False while a command waits for the register.
    pub confirmed: bool,
    /// Whether a difference from the register is on record.
    pub in_drift: bool,
    /// SIMs that were replaced; each must stay barred.
    pub retired_imsis: Vec<String>,
}

/// A line for which a command waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Waiting {
    /// Since when.
    pub since: Timestamp,
    /// The line.
    pub line_id: Uuid,
}

/// Lines that may need the register. Pages are after `after`, at most `limit` long.
#[async_trait]
pub trait Candidates: Send + Sync + 'static {
    /// Lines for which a command waits, the oldest command first.
    ///
    /// # Errors
    /// When the view cannot be read.
    async fn unconfirmed(&self, after: Option<Waiting>, limit: usize) -> Result<Vec<Waiting>, BoxError>;

    /// All lines, ended ones too, in order of line id.
    ///
    /// # Errors
    /// When the view cannot be read.
    async fn lines(&self, after: Option<Uuid>, limit: usize) -> Result<Vec<Candidate>, BoxError>;

    /// How many lines there are.
    ///
    /// # Errors
    /// When the view cannot be read.
    async fn count(&self) -> Result<u64, BoxError>;
}
