//! A line as it is now.

use std::collections::BTreeMap;

use uuid::Uuid;
use vigie_clock::{Personal, Timestamp};

use super::act::{Act, ActKind};
use super::eid::Eid;
use super::identifiers::{ExternalIdentifier, Iccid, Imsi, Msisdn, subject_of};
use super::imei::Imei;
use super::intent::{Drift, Evidence, Intent, Observed, Target, TargetName};
use super::port_out::PortOut;
use super::sim::{RecordedSim, Replacement};
use super::snapshot::{ActSummary, IntentSummary, LineState, Snapshot};
use super::suspension::{Reason, SetBy};
use super::theft::{Declaration, StolenHandset};

/// A registered line: the fold of its events. A line that is not registered is `None`.
///
/// Invariant: the intent follows from reasons, replacement and termination; it is never set by itself. So no
/// sequence of commands leaves the register open while a reason is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub(super) line_id: Uuid,
    pub(super) account_id: Uuid,
    pub(super) external_identifiers: Vec<ExternalIdentifier>,
    pub(super) msisdn: Personal<Msisdn>,
    pub(super) account_holder: Personal<String>,
    pub(super) user_id: Option<String>,
    pub(super) cost_centre: Option<String>,
    pub(super) site: Option<String>,
    pub(super) sim: RecordedSim,
    pub(super) replacement: Option<Replacement>,
    pub(super) retired_sims: Vec<RecordedSim>,
    pub(super) twin_of: Option<Uuid>,
    pub(super) handset: Option<Personal<Imei>>,
    pub(super) declarations: Vec<Declaration>,
    pub(super) port_out: Option<PortOut>,
    pub(super) ported_out_at: Option<Timestamp>,
    pub(super) reasons: BTreeMap<Reason, SetBy>,
    pub(super) terminated: bool,
    pub(super) sequence: u64,
    pub(super) intent: Option<Intent>,
    pub(super) confirmed_sequence: u64,
    pub(super) confirmed_evidence: Evidence,
    pub(super) drift: Option<Drift>,
    pub(super) acts: Vec<Act>,
}

impl Line {
    /// Opaque id, never the number.
    pub const fn line_id(&self) -> Uuid {
        self.line_id
    }

    /// Account of the business customer.
    pub const fn account_id(&self) -> Uuid {
        self.account_id
    }

    /// Keys in other systems.
    pub fn external_identifiers(&self) -> &[ExternalIdentifier] {
        &self.external_identifiers
    }

    /// Number.
    pub const fn msisdn(&self) -> &Personal<Msisdn> {
        &self.msisdn
    }

    /// IMSI of the SIM in use: during a replacement still the old one.
    pub const fn imsi(&self) -> &Personal<Imsi> {
        &self.sim.imsi
    }

    /// ICCID of the SIM in use.
    pub const fn iccid(&self) -> &Personal<Iccid> {
        &self.sim.iccid
    }

    /// Chip of the SIM in use, if that is an eSIM.
    pub const fn eid(&self) -> Option<&Personal<Eid>> {
        self.sim.eid.as_ref()
    }

    /// The main line whose data twin this is.
    pub const fn twin_of(&self) -> Option<Uuid> {
        self.twin_of
    }

    /// Handset on record.
    pub const fn handset(&self) -> Option<&Personal<Imei>> {
        self.handset.as_ref()
    }

    /// Declarations of theft, oldest first: all that stand, and the latest of those that are over.
    pub fn declarations(&self) -> &[Declaration] {
        &self.declarations
    }

    /// A declaration of theft by its id, while it is remembered.
    pub fn declaration(&self, declaration_id: Uuid) -> Option<&Declaration> {
        self.declarations.iter().find(|declaration| declaration.declaration_id == declaration_id)
    }

    /// Whether some handset of the line is declared stolen.
    pub fn has_stolen_handset(&self) -> bool {
        self.declarations.iter().any(|declaration| declaration.state.is_stolen())
    }

    /// The port to another operator that is noted.
    pub const fn port_out(&self) -> Option<PortOut> {
        self.port_out
    }

    /// When the number went to another operator.
    pub const fn ported_out_at(&self) -> Option<Timestamp> {
        self.ported_out_at
    }

    /// The intent that brought the SIM in use; 0 for the one that the line was registered with.
    pub const fn sim_in_use_since(&self) -> u64 {
        self.sim.since
    }

    /// SIMs that were replaced: each must stay barred.
    pub fn retired_imsis(&self) -> impl Iterator<Item = &Imsi> {
        self.retired_sims.iter().filter_map(|sim| sim.imsi.known())
    }

    /// Who signed (titulaire).
    pub const fn account_holder(&self) -> &Personal<String> {
        &self.account_holder
    }

    /// User id of the person who holds the phone (utilisateur); none for a shared line.
    pub fn user_id(&self) -> Option<&str> {
        self.user_id.as_deref()
    }

    /// Cost centre of the customer.
    pub fn cost_centre(&self) -> Option<&str> {
        self.cost_centre.as_deref()
    }

    /// Site (SIRET) of the customer.
    pub fn site(&self) -> Option<&str> {
        self.site.as_deref()
    }

    /// What the record says; terminated from the request on.
    pub fn state(&self) -> LineState {
        match (self.terminated, self.reasons.is_empty()) {
            (true, _) => LineState::Terminated,
            (false, false) => LineState::Suspended,
            (false, true) => LineState::Active,
        }
    }

    /// Why it is suspended, in the order of [`Reason`].
    pub fn reasons(&self) -> impl Iterator<Item = Reason> {
        self.reasons.keys().copied()
    }

    /// Whether it is suspended for `reason`.
    pub fn has(&self, reason: Reason) -> bool {
        self.reasons.contains_key(&reason)
    }

    /// The act that set `reason`, while it is set.
    pub fn set_by(&self, reason: Reason) -> Option<SetBy> {
        self.reasons.get(&reason).copied()
    }

    /// What the register should show now; `None` only when the identifiers were erased.
    pub const fn intent(&self) -> Option<&Intent> {
        self.intent.as_ref()
    }

    /// The intent, while a command waits for the register to show it. A line that was only registered has none:
    /// its register is compared, but nobody waits.
    pub fn unconfirmed(&self) -> Option<&Intent> {
        self.intent.as_ref().filter(|_| self.is_unconfirmed())
    }

    /// Whether a command waits for the register.
    pub const fn is_unconfirmed(&self) -> bool {
        self.sequence > self.confirmed_sequence
    }

    /// Whether what waits for the register is a loss or a theft.
    pub fn is_urgent(&self) -> bool {
        self.pending_acts().any(|act| act.reason.is_some_and(Reason::is_loss_or_theft))
    }

    /// T0 of the oldest act that waits for the register.
    pub fn waiting_since(&self) -> Option<Timestamp> {
        if !self.is_unconfirmed() {
            return None;
        }
        let oldest = self.pending_acts().map(|act| act.received_at).min();
        oldest.or_else(|| self.latest_act().map(|act| act.received_at))
    }

    /// How far the network is known to follow the record.
    pub const fn evidence(&self) -> Evidence {
        if self.is_unconfirmed() || self.drift.is_some() {
            Evidence::NotYetConfirmed
        } else {
            self.confirmed_evidence
        }
    }

    /// What the register is known to show though nobody asked for it.
    pub const fn drift(&self) -> Option<&Drift> {
        self.drift.as_ref()
    }

    /// An act by its id. A line remembers its latest acts, and every one that waits or that set a present reason;
    /// older ones are in its events only.
    pub fn act(&self, act_id: Uuid) -> Option<&Act> {
        self.acts.iter().rev().find(|act| act.act_id == act_id)
    }

    /// The latest act; none for a line that was only registered.
    pub fn latest_act(&self) -> Option<&Act> {
        self.acts.last()
    }

    /// Acts that wait for the register, oldest first.
    pub fn pending_acts(&self) -> impl Iterator<Item = &Act> {
        self.acts.iter().filter(|act| act.is_pending())
    }

    /// Whether the SIM in use must be served by no domain.
    pub fn must_be_barred(&self) -> bool {
        self.terminated || !self.reasons.is_empty()
    }

    /// What the register should show, without what names a person.
    pub fn target_name(&self) -> TargetName {
        if self.replacement.is_some() {
            // Also of a line whose number was ported out meanwhile: either SIM may be alive.
            TargetName::SimReplaced
        } else if self.terminated {
            TargetName::Terminated
        } else if self.reasons.is_empty() {
            TargetName::Open
        } else {
            TargetName::Barred
        }
    }

    /// The line as its events show it.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot {
            state: self.state(),
            reasons: self.reasons().collect(),
            msisdn: self.msisdn.clone(),
            imsi: self.sim.imsi.clone(),
            iccid: self.sim.iccid.clone(),
            eid: self.sim.eid.clone(),
            retired_imsis: self.retired_sims.iter().map(|sim| sim.imsi.clone()).collect(),
            account_holder: self.account_holder.clone(),
            user_id: self.user_id.clone(),
            cost_centre: self.cost_centre.clone(),
            site: self.site.clone(),
            twin_of: self.twin_of,
            handset: self.handset.clone(),
            stolen_handsets: self.stolen_handsets(),
            port_out_planned_at: self.port_out.map(|port_out| port_out.planned_at),
            ported_out_at: self.ported_out_at,
            evidence: self.evidence(),
            intent: IntentSummary { sequence: self.sequence, target: self.target_name() },
            waiting_since: self.waiting_since(),
            drift: self.drift.is_some(),
            latest_act: self.latest_act().map(ActSummary::from),
        }
    }

    fn stolen_handsets(&self) -> Vec<StolenHandset> {
        let unsettled = self.declarations.iter().filter(|declaration| !declaration.state.is_over());
        unsettled.map(StolenHandset::from).collect()
    }

    /// The person whom the line's number and SIM point to: its user, or nobody but the line itself.
    pub(super) fn subject(&self) -> Uuid {
        line_subject(self.line_id, self.account_id, self.user_id())
    }

    /// What the register should show in its domains.
    pub(super) fn expected(&self) -> Observed {
        Observed::of(self.must_be_barred())
    }

    /// Acts in whose cases a difference belongs: those that set the present reasons, else the latest.
    pub(super) fn acts_at_stake(&self) -> Vec<Uuid> {
        let setters: Vec<_> = self.reasons.values().map(|set| set.act_id).collect();
        if setters.is_empty() || self.terminated {
            self.latest_act().map(|act| act.act_id).into_iter().collect()
        } else {
            setters
        }
    }

    /// Suspensions for `reason` that lifting it now would leave unconfirmed.
    pub(super) fn unconfirmed_suspensions(&self, reason: Reason) -> Vec<Uuid> {
        let opposed = |act: &&Act| act.kind == ActKind::Suspend && act.reason == Some(reason);
        self.pending_acts().filter(opposed).map(|act| act.act_id).collect()
    }

    /// Reinstatements that barring the line now would leave unconfirmed.
    pub(super) fn unconfirmed_reinstatements(&self) -> Vec<Uuid> {
        self.pending_acts().filter(|act| act.kind == ActKind::Reinstate).map(|act| act.act_id).collect()
    }

    /// The target in full; `None` when an identifier that it needs was erased.
    pub(super) fn target(&self) -> Option<Target> {
        let imsi = self.sim.imsi.known()?.clone();
        let msisdn = self.msisdn.known()?.clone();
        Some(match (self.target_name(), &self.replacement) {
            (TargetName::Terminated, _) => Target::Terminated { imsi, msisdn },
            (TargetName::Open, _) => Target::Open { imsi, msisdn },
            (TargetName::SimReplaced, Some(replacement)) => Target::SimReplaced {
                old_imsi: imsi,
                new_imsi: replacement.sim.imsi.known()?.clone(),
                msisdn,
                barred_after: self.must_be_barred(),
            },
            (TargetName::Barred | TargetName::SimReplaced, _) => Target::Barred { imsi, msisdn },
        })
    }
}

/// See [`Line::subject`].
pub(super) fn line_subject(line_id: Uuid, account_id: Uuid, user_id: Option<&str>) -> Uuid {
    user_id.map_or(line_id, |user_id| subject_of(account_id, user_id))
}
