//! The line as an event shows it: the state after the event, so that nobody has to call back.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vigie_clock::{Personal, Timestamp};

use super::act::{Act, ActKind, ActState};
use super::eid::Eid;
use super::identifiers::{Iccid, Imsi, Msisdn};
use super::imei::Imei;
use super::intent::{Evidence, TargetName};
use super::suspension::Reason;
use super::theft::StolenHandset;

/// What the record says of a line. Whether the network follows is said by the evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum LineState {
    /// No reason for suspension.
    Active,
    /// At least one reason for suspension.
    Suspended,
    /// Ended.
    Terminated,
}

impl LineState {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Active, Self::Suspended, Self::Terminated];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "ACTIVE",
            Self::Suspended => "SUSPENDED",
            Self::Terminated => "TERMINATED",
        }
    }
}

/// A line after an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Snapshot {
    /// What the record says.
    pub state: LineState,
    /// Why it is suspended; in the order LOSS, THEFT, OTHER, UNPAID, COMMERCIAL_FREEZE.
    pub reasons: Vec<Reason>,
    /// Number.
    pub msisdn: Personal<Msisdn>,
    /// SIM in use.
    pub imsi: Personal<Imsi>,
    /// SIM in use.
    pub iccid: Personal<Iccid>,
    /// The chip of the SIM in use; present for an eSIM, absent for a card.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub eid: Option<Personal<Eid>>,
    /// SIMs that were replaced, oldest first: each stays barred.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub retired_imsis: Vec<Personal<Imsi>>,
    /// Who signed (titulaire).
    pub account_holder: Personal<String>,
    /// User id of the person who holds the phone (utilisateur); absent for a shared line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// Cost centre of the customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost_centre: Option<String>,
    /// Site (SIRET) of the customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    /// The main line whose data twin this is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub twin_of: Option<Uuid>,
    /// Handset on record; absent if none is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handset: Option<Personal<Imei>>,
    /// Handsets that were declared stolen, until they are off the block list again; oldest declaration first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stolen_handsets: Vec<StolenHandset>,
    /// When the number is to go to another operator; absent if it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port_out_planned_at: Option<Timestamp>,
    /// When the number went to another operator, by which the line ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ported_out_at: Option<Timestamp>,
    /// How far the network is known to follow.
    pub evidence: Evidence,
    /// What the register should show.
    pub intent: IntentSummary,
    /// T0 of the oldest act that waits for the register; absent when none does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiting_since: Option<Timestamp>,
    /// Whether the register is known to show something that nobody asked for.
    pub drift: bool,
    /// The latest act; absent for a line that was only registered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latest_act: Option<ActSummary>,
}

/// What the register should show, without what names a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct IntentSummary {
    /// Grows with every act that asks something of the register.
    pub sequence: u64,
    /// What it should show.
    pub target: TargetName,
}

/// An act in short.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ActSummary {
    /// Its id.
    pub act_id: Uuid,
    /// What a person quotes.
    pub reference: String,
    /// What it asks for.
    pub kind: ActKind,
    /// The reason that it adds or lifts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// Where it stands.
    pub state: ActState,
    /// T0.
    pub received_at: Timestamp,
}

impl From<&Act> for ActSummary {
    fn from(act: &Act) -> Self {
        Self {
            act_id: act.act_id,
            reference: act.reference(),
            kind: act.kind,
            reason: act.reason,
            state: act.state,
            received_at: act.received_at,
        }
    }
}
