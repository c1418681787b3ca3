//! What happened to a line, as published. Names and fields are a contract: a change only adds, or is a new version.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vigie_clock::{Channel, Personal, Timestamp};

use super::act::ActKind;
use super::eid::Eid;
use super::identifiers::{ExternalIdentifier, Iccid, Imsi};
use super::intent::{Evidence, Observed, TargetName};
use super::snapshot::Snapshot;
use super::suspension::Reason;

mod handset;
mod port_out;

pub use handset::{
    HandsetBlockOverdue, HandsetBlocked, HandsetRecorded, HandsetRecovered, HandsetReleased, TheftDeclared,
};
pub use port_out::{PortOutCompleted, PortOutPlan};

/// Something that happened to a line, with all that a consumer needs to understand it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Account of the business customer.
    pub account_id: Uuid,
    /// The line.
    pub line_id: Uuid,
    /// Keys in other systems.
    pub external_identifiers: Vec<ExternalIdentifier>,
    /// What happened.
    pub fact: Fact,
    /// The line after it.
    pub line: Snapshot,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Fact {
    /// The line came into the inventory.
    LineRegistered(LineRegistered),
    /// A reason was added: the register is to show the line barred.
    SuspensionRequested(SuspensionRequested),
    /// The register shows the line barred.
    SuspensionConfirmed(Confirmed),
    /// A reason was lifted and others remain: the line stays barred.
    SuspensionReasonLifted(SuspensionReasonLifted),
    /// The last reason was lifted: the register is to show the line open.
    ReinstatementRequested(ReinstatementRequested),
    /// The register shows the line open.
    ReinstatementConfirmed(Confirmed),
    /// The register has not confirmed an act in the promised time.
    ConfirmationOverdue(ConfirmationOverdue),
    /// A second contact is to be told that LOSS or THEFT was lifted.
    SecondContactNoticeDue(SecondContactNoticeDue),
    /// The number is to move to another SIM.
    SimReplacementRequested(SimReplacementRequested),
    /// The register shows the number on the new SIM, and the old one barred.
    SimReplacementConfirmed(Confirmed),
    /// The line ends.
    TerminationRequested(TerminationRequested),
    /// The register shows the ended line barred; its number is in quarantine, or another operator's.
    TerminationConfirmed(TerminationConfirmed),
    /// The register shows something that nobody asked for.
    RegisterDriftFound(RegisterDriftFound),
    /// The register shows again what was asked.
    RegisterDriftRepaired(RegisterDriftRepaired),
    /// The handset that the line is used with is known.
    HandsetRecorded(HandsetRecorded),
    /// A handset was declared stolen: it is to go on the block list in time.
    TheftDeclared(TheftDeclared),
    /// The block list shows the handset.
    HandsetBlocked(HandsetBlocked),
    /// The block list did not show the handset in time.
    HandsetBlockOverdue(HandsetBlockOverdue),
    /// A stolen handset came back: it is to go off the block list.
    HandsetRecovered(HandsetRecovered),
    /// The block list does not show the handset any more.
    HandsetUnblocked(HandsetReleased),
    /// The handset stays on the block list: it is declared stolen elsewhere too.
    HandsetBlockKept(HandsetReleased),
    /// The number is to go to another operator.
    PortOutNoted(PortOutPlan),
    /// It is not to go any more.
    PortOutCancelled(PortOutPlan),
    /// It went: the line ends.
    PortOutCompleted(PortOutCompleted),
}

/// Who told us, when, for whom and through which door, where nothing is asked of the register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Told {
    /// The request with a valid token arrived.
    pub received_at: Timestamp,
    /// User id of who told it.
    pub actor: String,
    /// User id of the person for whom staff told it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<String>,
    /// Through which door.
    pub channel: Channel,
    /// How staff recognised the caller.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caller_checks: Option<Personal<Vec<String>>>,
}

/// See [`Fact::LineRegistered`]; the line itself is in the state after it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LineRegistered {
    /// Who registered it.
    pub actor: String,
    /// Through which door.
    pub channel: Channel,
}

/// Who asked for an act, when, for whom and through which door.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Asked {
    /// The act.
    pub act_id: Uuid,
    /// What a person quotes.
    pub reference: String,
    /// T0: the request with a valid token arrived.
    pub received_at: Timestamp,
    /// User id of who asked.
    pub actor: String,
    /// User id of the person for whom staff asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<String>,
    /// Through which door.
    pub channel: Channel,
    /// How staff recognised the caller.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caller_checks: Option<Personal<Vec<String>>>,
    /// The intent that this act made, or found.
    pub sequence: u64,
    /// Acts that asked for the opposite and were not confirmed.
    #[serde(default)]
    pub supersedes: Vec<Uuid>,
}

/// See [`Fact::SuspensionRequested`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SuspensionRequested {
    /// The act.
    #[serde(flatten)]
    pub asked: Asked,
    /// The reason that was added.
    pub reason: Reason,
}

/// That a stolen handset came back, as a manager attests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RecoveryAttested {
    /// Who attests it.
    pub attested_by: Personal<String>,
    /// When it was recovered.
    pub recovered_at: Timestamp,
}

/// See [`Fact::SuspensionReasonLifted`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SuspensionReasonLifted {
    /// The act.
    #[serde(flatten)]
    pub asked: Asked,
    /// The reason that was lifted.
    pub reason: Reason,
    /// The reasons that remain.
    pub remaining: Vec<Reason>,
    /// The act that is taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undoes: Option<Uuid>,
    /// The attested recovery, after a theft.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handset_recovery: Option<RecoveryAttested>,
}

/// See [`Fact::ReinstatementRequested`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReinstatementRequested {
    /// The act.
    #[serde(flatten)]
    pub asked: Asked,
    /// The reason that was lifted.
    pub reason: Reason,
    /// The act that is taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undoes: Option<Uuid>,
    /// The attested recovery, after a theft.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handset_recovery: Option<RecoveryAttested>,
}

/// An act that a read-back confirmed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ConfirmedAct {
    /// The act.
    pub act_id: Uuid,
    /// The reason that it added or lifted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// T0 of the act; T1 is the event's recorded_at.
    pub received_at: Timestamp,
}

/// The register was read back as asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Confirmed {
    /// The acts that this confirms; empty when each was superseded meanwhile.
    pub acts: Vec<ConfirmedAct>,
    /// The intent that was carried out.
    pub sequence: u64,
    /// What the read-back proves.
    pub evidence: Evidence,
    /// Whether the circuit-switched domain serves the SIM in use.
    pub cs: bool,
    /// Whether the packet-switched domain serves the SIM in use.
    pub ps: bool,
    /// Whether a network element was known for it just before the write.
    pub attached: bool,
}

/// See [`Fact::TerminationConfirmed`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TerminationConfirmed {
    /// The read-back.
    #[serde(flatten)]
    pub confirmed: Confirmed,
    /// Until when nobody may take the number; of one that was ported out, the moment itself.
    pub number_quarantined_until: Timestamp,
}

/// See [`Fact::ConfirmationOverdue`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ConfirmationOverdue {
    /// The act.
    pub act_id: Uuid,
    /// What a person quotes.
    pub reference: String,
    /// What it asks for.
    pub kind: ActKind,
    /// The reason that it adds or lifts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// T0.
    pub received_at: Timestamp,
    /// When it should have been confirmed at the latest.
    pub overdue_at: Timestamp,
    /// The intent that waits.
    pub sequence: u64,
    /// What the register should show.
    pub target: TargetName,
    /// What to do.
    pub runbook: String,
}

/// See [`Fact::SecondContactNoticeDue`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SecondContactNoticeDue {
    /// The act that lifted the reason.
    pub act_id: Uuid,
    /// LOSS or THEFT.
    pub reason: Reason,
    /// T0 of the act.
    pub received_at: Timestamp,
    /// Who lifted it.
    pub actor: String,
    /// For whom staff lifted it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<String>,
    /// Through which door.
    pub channel: Channel,
}

/// See [`Fact::SimReplacementRequested`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SimReplacementRequested {
    /// The act.
    #[serde(flatten)]
    pub asked: Asked,
    /// SIM that goes.
    pub old_imsi: Personal<Imsi>,
    /// SIM that goes.
    pub old_iccid: Personal<Iccid>,
    /// SIM that comes.
    pub new_imsi: Personal<Imsi>,
    /// SIM that comes.
    pub new_iccid: Personal<Iccid>,
    /// The chip of the SIM that comes, if that is an eSIM.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new_eid: Option<Personal<Eid>>,
    /// Whether the new SIM comes up barred, by the reasons at this moment.
    pub barred_after: bool,
}

/// See [`Fact::TerminationRequested`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TerminationRequested {
    /// The act.
    #[serde(flatten)]
    pub asked: Asked,
}

/// See [`Fact::RegisterDriftFound`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RegisterDriftFound {
    /// The acts in whose cases it belongs: those that set the present reasons, else the latest act.
    pub act_ids: Vec<Uuid>,
    /// The intent that it was compared with.
    pub sequence: u64,
    /// What the register should show.
    pub expected: Observed,
    /// What it shows.
    pub found: Observed,
    /// Whether one of our own writes of unknown effect can explain it.
    pub explained_by_own_write: bool,
}

/// See [`Fact::RegisterDriftRepaired`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RegisterDriftRepaired {
    /// The acts in whose cases it belongs.
    pub act_ids: Vec<Uuid>,
    /// The intent that the register shows again.
    pub sequence: u64,
    /// What was found.
    pub found: Observed,
    /// When that was recorded.
    pub found_at: Timestamp,
    /// What the read-back proves.
    pub evidence: Evidence,
    /// Whether the circuit-switched domain serves the SIM in use.
    pub cs: bool,
    /// Whether the packet-switched domain serves the SIM in use.
    pub ps: bool,
    /// Whether a network element was known for it just before the write.
    pub attached: bool,
    /// Who approved the repair, where it needed approval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved_by: Option<String>,
}

impl Event {
    /// Stable public name with version.
    pub const fn name(&self) -> &'static str {
        self.fact.name()
    }

    /// The act, or the declaration of theft, that the event belongs to; of several the latest.
    pub fn act_id(&self) -> Option<Uuid> {
        let last_of = |acts: &[ConfirmedAct]| acts.last().map(|act| act.act_id);
        match &self.fact {
            Fact::LineRegistered(_)
            | Fact::HandsetRecorded(_)
            | Fact::PortOutNoted(_)
            | Fact::PortOutCancelled(_) => None,
            Fact::SuspensionRequested(fact) => Some(fact.asked.act_id),
            Fact::SuspensionReasonLifted(fact) => Some(fact.asked.act_id),
            Fact::ReinstatementRequested(fact) => Some(fact.asked.act_id),
            Fact::SimReplacementRequested(fact) => Some(fact.asked.act_id),
            Fact::TerminationRequested(fact) => Some(fact.asked.act_id),
            Fact::SuspensionConfirmed(fact)
            | Fact::ReinstatementConfirmed(fact)
            | Fact::SimReplacementConfirmed(fact) => last_of(&fact.acts),
            Fact::TerminationConfirmed(fact) => last_of(&fact.confirmed.acts),
            Fact::ConfirmationOverdue(fact) => Some(fact.act_id),
            Fact::SecondContactNoticeDue(fact) => Some(fact.act_id),
            Fact::RegisterDriftFound(fact) => fact.act_ids.last().copied(),
            Fact::RegisterDriftRepaired(fact) => fact.act_ids.last().copied(),
            Fact::TheftDeclared(fact) => Some(fact.declaration_id),
            Fact::HandsetBlocked(fact) => Some(fact.declaration_id),
            Fact::HandsetBlockOverdue(fact) => Some(fact.declaration_id),
            Fact::HandsetRecovered(fact) => Some(fact.declaration_id),
            Fact::HandsetUnblocked(fact) | Fact::HandsetBlockKept(fact) => Some(fact.declaration_id),
            Fact::PortOutCompleted(fact) => Some(fact.act_id),
        }
    }
}

impl Fact {
    /// Stable public name with version.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::LineRegistered(_) => name::LINE_REGISTERED,
            Self::SuspensionRequested(_) => name::SUSPENSION_REQUESTED,
            Self::SuspensionConfirmed(_) => name::SUSPENSION_CONFIRMED,
            Self::SuspensionReasonLifted(_) => name::SUSPENSION_REASON_LIFTED,
            Self::ReinstatementRequested(_) => name::REINSTATEMENT_REQUESTED,
            Self::ReinstatementConfirmed(_) => name::REINSTATEMENT_CONFIRMED,
            Self::ConfirmationOverdue(_) => name::CONFIRMATION_OVERDUE,
            Self::SecondContactNoticeDue(_) => name::SECOND_CONTACT_NOTICE_DUE,
            Self::SimReplacementRequested(_) => name::SIM_REPLACEMENT_REQUESTED,
            Self::SimReplacementConfirmed(_) => name::SIM_REPLACEMENT_CONFIRMED,
            Self::TerminationRequested(_) => name::TERMINATION_REQUESTED,
            Self::TerminationConfirmed(_) => name::TERMINATION_CONFIRMED,
            Self::RegisterDriftFound(_) => name::REGISTER_DRIFT_FOUND,
            Self::RegisterDriftRepaired(_) => name::REGISTER_DRIFT_REPAIRED,
            Self::HandsetRecorded(_) => name::HANDSET_RECORDED,
            Self::TheftDeclared(_) => name::THEFT_DECLARED,
            Self::HandsetBlocked(_) => name::HANDSET_BLOCKED,
            Self::HandsetBlockOverdue(_) => name::HANDSET_BLOCK_OVERDUE,
            Self::HandsetRecovered(_) => name::HANDSET_RECOVERED,
            Self::HandsetUnblocked(_) => name::HANDSET_UNBLOCKED,
            Self::HandsetBlockKept(_) => name::HANDSET_BLOCK_KEPT,
            Self::PortOutNoted(_) => name::PORT_OUT_NOTED,
            Self::PortOutCancelled(_) => name::PORT_OUT_CANCELLED,
            Self::PortOutCompleted(_) => name::PORT_OUT_COMPLETED,
        }
    }
}

/// Stable public names with version. None says `suspended`: a request is not yet a dead phone (rule 29).
pub mod name {
    /// See [`super::Fact::LineRegistered`].
    pub const LINE_REGISTERED: &str = "vigie.line.line_registered.v1";
    /// See [`super::Fact::SuspensionRequested`].
    pub const SUSPENSION_REQUESTED: &str = "vigie.line.suspension_requested.v1";
    /// See [`super::Fact::SuspensionConfirmed`].
    pub const SUSPENSION_CONFIRMED: &str = "vigie.line.suspension_confirmed.v1";
    /// See [`super::Fact::SuspensionReasonLifted`].
    pub const SUSPENSION_REASON_LIFTED: &str = "vigie.line.suspension_reason_lifted.v1";
    /// See [`super::Fact::ReinstatementRequested`].
    pub const REINSTATEMENT_REQUESTED: &str = "vigie.line.reinstatement_requested.v1";
    /// See [`super::Fact::ReinstatementConfirmed`].
    pub const REINSTATEMENT_CONFIRMED: &str = "vigie.line.reinstatement_confirmed.v1";
    /// See [`super::Fact::ConfirmationOverdue`].
    pub const CONFIRMATION_OVERDUE: &str = "vigie.line.confirmation_overdue.v1";
    /// See [`super::Fact::SecondContactNoticeDue`].
    pub const SECOND_CONTACT_NOTICE_DUE: &str = "vigie.line.second_contact_notice_due.v1";
    /// See [`super::Fact::SimReplacementRequested`].
    pub const SIM_REPLACEMENT_REQUESTED: &str = "vigie.line.sim_replacement_requested.v1";
    /// See [`super::Fact::SimReplacementConfirmed`].
    pub const SIM_REPLACEMENT_CONFIRMED: &str = "vigie.line.sim_replacement_confirmed.v1";
    /// See [`super::Fact::TerminationRequested`].
    pub const TERMINATION_REQUESTED: &str = "vigie.line.termination_requested.v1";
    /// See [`super::Fact::TerminationConfirmed`].
    pub const TERMINATION_CONFIRMED: &str = "vigie.line.termination_confirmed.v1";
    /// See [`super::Fact::RegisterDriftFound`].
    pub const REGISTER_DRIFT_FOUND: &str = "vigie.line.register_drift_found.v1";
    /// See [`super::Fact::RegisterDriftRepaired`].
    pub const REGISTER_DRIFT_REPAIRED: &str = "vigie.line.register_drift_repaired.v1";
    /// See [`super::Fact::HandsetRecorded`].
    pub const HANDSET_RECORDED: &str = "vigie.line.handset_recorded.v1";
    /// See [`super::Fact::TheftDeclared`].
    pub const THEFT_DECLARED: &str = "vigie.line.theft_declared.v1";
    /// See [`super::Fact::HandsetBlocked`].
    pub const HANDSET_BLOCKED: &str = "vigie.line.handset_blocked.v1";
    /// See [`super::Fact::HandsetBlockOverdue`].
    pub const HANDSET_BLOCK_OVERDUE: &str = "vigie.line.handset_block_overdue.v1";
    /// See [`super::Fact::HandsetRecovered`].
    pub const HANDSET_RECOVERED: &str = "vigie.line.handset_recovered.v1";
    /// See [`super::Fact::HandsetUnblocked`].
    pub const HANDSET_UNBLOCKED: &str = "vigie.line.handset_unblocked.v1";
    /// See [`super::Fact::HandsetBlockKept`].
    pub const HANDSET_BLOCK_KEPT: &str = "vigie.line.handset_block_kept.v1";
    /// See [`super::Fact::PortOutNoted`].
    pub const PORT_OUT_NOTED: &str = "vigie.line.port_out_noted.v1";
    /// See [`super::Fact::PortOutCancelled`].
    pub const PORT_OUT_CANCELLED: &str = "vigie.line.port_out_cancelled.v1";
    /// See [`super::Fact::PortOutCompleted`].
    pub const PORT_OUT_COMPLETED: &str = "vigie.line.port_out_completed.v1";
}
