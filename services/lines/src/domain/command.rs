//! What can be asked of a line.

use uuid::Uuid;
use vigie_clock::Timestamp;

use super::authority::{Authority, HandsetRecovery, OnBehalf};
use super::identifiers::{ExternalIdentifier, Msisdn, Sim};
use super::imei::Imei;
use super::intent::{Confirmation, Observed};
use super::suspension::Reason;
use super::theft::{BlockEvidence, TheftReport};

/// A line of the inventory. Registering it never provisions the network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewLine {
    /// The line's id, and its stream's; opaque, never the number.
    pub line_id: Uuid,
    /// Account of the business customer.
    pub account_id: Uuid,
    /// Number.
    pub msisdn: Msisdn,
    /// SIM in use.
    pub sim: Sim,
    /// Who signed (titulaire).
    pub account_holder: String,
    /// User id of the person who holds the phone (utilisateur); none for a shared line.
    pub user_id: Option<String>,
    /// Cost centre of the customer.
    pub cost_centre: Option<String>,
    /// Site (SIRET) of the customer.
    pub site: Option<String>,
    /// Keys in other systems.
    pub external_identifiers: Vec<ExternalIdentifier>,
    /// Handset that it is used with, if that is known.
    pub imei: Option<Imei>,
    /// The main line whose data twin it is.
    pub twin_of: Option<Uuid>,
}

/// A command to one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Takes the line into the inventory.
    Register(Box<NewLine>),
    /// Adds a reason for suspension.
    Suspend {
        /// The reason.
        reason: Reason,
        /// Who asks.
        by: Authority,
        /// For whom, by phone.
        on_behalf: Option<OnBehalf>,
    },
    /// Lifts a reason for suspension.
    Reinstate {
        /// The reason.
        reason: Reason,
        /// Who asks.
        by: Authority,
        /// For whom, by phone.
        on_behalf: Option<OnBehalf>,
        /// After a theft, on the same SIM.
        handset_recovery: Option<HandsetRecovery>,
    },
    /// Takes back the suspension of a wrong line.
    Undo {
        /// The act to take back.
        act_id: Uuid,
        /// Who asks.
        by: Authority,
    },
    /// Moves the number to another SIM, which the register knows without a number.
    ReplaceSim {
        /// The other SIM.
        new_sim: Sim,
        /// Who asks.
        by: Authority,
        /// For whom, by phone.
        on_behalf: Option<OnBehalf>,
    },
    /// Ends the line.
    Terminate {
        /// Who asks.
        by: Authority,
        /// For whom, by phone.
        on_behalf: Option<OnBehalf>,
    },
    /// Puts on record which handset the line is used with.
    RecordHandset {
        /// The handset.
        imei: Imei,
        /// Who asks.
        by: Authority,
        /// For whom, by phone.
        on_behalf: Option<OnBehalf>,
    },
    /// A handset was stolen, and the police took it down.
    DeclareTheft {
        /// What the police took down.
        report: Box<TheftReport>,
        /// Who asks.
        by: Authority,
        /// For whom, by phone.
        on_behalf: Option<OnBehalf>,
    },
    /// A stolen handset came back.
    DeclareRecovered {
        /// Which declaration ends; none for the only one that stands.
        declaration_id: Option<Uuid>,
        /// When it was recovered.
        recovered_at: Timestamp,
        /// Who attests it; the manager who asks if nobody is named.
        attested_by: Option<String>,
        /// Who asks.
        by: Authority,
        /// For whom, by phone.
        on_behalf: Option<OnBehalf>,
    },
    /// The block list was read back and shows the handset (from the reaction).
    ConfirmBlocked {
        /// The declaration.
        declaration_id: Uuid,
        /// What is known of the list.
        evidence: BlockEvidence,
    },
    /// The block list was read back after a handset was recovered (from the reaction).
    ConfirmReleased {
        /// The declaration that ended.
        declaration_id: Uuid,
        /// Whether the list shows the handset, because it is declared stolen elsewhere too.
        is_kept: bool,
        /// What is known of the list.
        evidence: BlockEvidence,
    },
    /// The number is to go to another operator.
    NotePortOut {
        /// When.
        planned_at: Timestamp,
        /// Who says so.
        by: Authority,
    },
    /// It is not to go any more.
    CancelPortOut {
        /// Who says so.
        by: Authority,
    },
    /// It went.
    CompletePortOut {
        /// When.
        completed_at: Timestamp,
        /// Who says so.
        by: Authority,
    },
    /// The register was read back as the intent asks (from the register's driver).
    Confirm {
        /// The intent that was carried out.
        sequence: u64,
        /// What was read back.
        read_back: Confirmation,
    },
    /// The register shows something else than a confirmed intent asks (from the driver and the sweep).
    RecordDrift {
        /// The intent that it was compared with.
        sequence: u64,
        /// What the register shows.
        found: Observed,
        /// True if one of our own writes of unknown effect can explain it (EVENTLOG.md, rule 28).
        explained_by_own_write: bool,
    },
    /// The register shows again what the intent asks.
    RecordDriftRepaired {
        /// The intent.
        sequence: u64,
        /// What was read back.
        read_back: Confirmation,
        /// Who approved the repair, where it needed approval.
        approved_by: Option<String>,
    },
    /// An instant that the line asked to be woken at has come.
    Wake {
        /// The instant.
        due: Timestamp,
    },
}

impl Command {
    /// Whether it overtakes imports, bulk acts and reconciliation (EVENTLOG.md, rule 18).
    pub const fn is_urgent(&self) -> bool {
        match self {
            Self::Suspend { reason, .. } | Self::Reinstate { reason, .. } => reason.is_loss_or_theft(),
            Self::Undo { .. } => true,
            _ => false,
        }
    }
}
