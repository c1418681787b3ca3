//! What each event makes of a line.

use std::collections::BTreeMap;

use uuid::Uuid;
use vigie_clock::Timestamp;

use super::act::{Act, ActKind, ActState};
use super::event::{Asked, Confirmed, Event, Fact, SimReplacementRequested, TheftDeclared};
use super::intent::{Drift, Evidence, Intent};
use super::line::Line;
use super::policy::Policy;
use super::port_out::PortOut;
use super::sim::{RecordedSim, Replacement};
use super::suspension::{Reason, SetBy};
use super::theft::{Declaration, HandsetState};

/// How many acts a line remembers, besides those that wait or that set a present reason.
const ACTS_REMEMBERED: usize = 32;

/// How many declarations of theft a line remembers that are over.
const DECLARATIONS_REMEMBERED: usize = 8;

/// The state after `event`, which the log recorded at `recorded_at`.
pub fn evolve(state: &mut Option<Line>, event: &Event, recorded_at: Timestamp) {
    match (state.as_mut(), &event.fact) {
        (None, Fact::LineRegistered(_)) => *state = Some(Line::registered(event)),
        (Some(line), fact) => line.apply(fact, recorded_at),
        // Only a registration begins a stream: `decide` lets no other event come first.
        (None, _) => {}
    }
}

/// When the line next wants to be woken: when the first of what it waits for becomes overdue, an act that the register is
/// to confirm or a stolen handset that is to be blocked. Each is waited for once.
pub fn next_due(state: &Option<Line>) -> Option<Timestamp> {
    let line = state.as_ref()?;
    let acts = line.pending_acts().filter(|act| !act.overdue).map(overdue_at);
    let handsets = line.declarations().iter().filter(|declaration| declaration.awaits_block());
    acts.chain(handsets.map(|declaration| declaration.due_at)).min()
}

/// When an act should have been confirmed at the latest.
pub(super) fn overdue_at(act: &Act) -> Timestamp {
    act.received_at.plus(Policy::DEFAULT.overdue_after)
}

impl Line {
    fn registered(event: &Event) -> Self {
        let line = &event.line;
        let mut registered = Self {
            line_id: event.line_id,
            account_id: event.account_id,
            external_identifiers: event.external_identifiers.clone(),
            msisdn: line.msisdn.clone(),
            account_holder: line.account_holder.clone(),
            user_id: line.user_id.clone(),
            cost_centre: line.cost_centre.clone(),
            site: line.site.clone(),
            sim: RecordedSim {
                imsi: line.imsi.clone(),
                iccid: line.iccid.clone(),
                eid: line.eid.clone(),
                since: 0,
            },
            replacement: None,
            retired_sims: Vec::new(),
            twin_of: line.twin_of,
            handset: line.handset.clone(),
            declarations: Vec::new(),
            port_out: None,
            ported_out_at: None,
            reasons: BTreeMap::new(),
            terminated: false,
            sequence: 0,
            intent: None,
            confirmed_sequence: 0,
            confirmed_evidence: Evidence::NotYetConfirmed,
            drift: None,
            acts: Vec::new(),
        };
        registered.renew_intent();
        registered
    }

    pub(super) fn apply(&mut self, fact: &Fact, recorded_at: Timestamp) {
        match fact {
            Fact::LineRegistered(_) | Fact::SecondContactNoticeDue(_) => {}
            Fact::SuspensionRequested(fact) => {
                let set_by = SetBy {
                    act_id: fact.asked.act_id,
                    sequence: fact.asked.sequence,
                    received_at: fact.asked.received_at,
                };
                self.reasons.insert(fact.reason, set_by);
                let act =
                    Act { reason: Some(fact.reason), ..pending(ActKind::Suspend, &fact.asked, recorded_at) };
                self.open(act, &fact.asked);
            }
            Fact::SuspensionReasonLifted(fact) => {
                self.reasons.remove(&fact.reason);
                let act = Act {
                    reason: Some(fact.reason),
                    undoes: fact.undoes,
                    state: ActState::Recorded,
                    evidence: self.evidence(),
                    ..pending(ActKind::Reinstate, &fact.asked, recorded_at)
                };
                self.open(act, &fact.asked);
            }
            Fact::ReinstatementRequested(fact) => {
                self.reasons.remove(&fact.reason);
                let act = Act {
                    reason: Some(fact.reason),
                    undoes: fact.undoes,
                    ..pending(ActKind::Reinstate, &fact.asked, recorded_at)
                };
                self.open(act, &fact.asked);
            }
            Fact::SimReplacementRequested(fact) => {
                self.replacement = Some(replacement(fact));
                self.open(pending(ActKind::ReplaceSim, &fact.asked, recorded_at), &fact.asked);
            }
            Fact::TerminationRequested(fact) => {
                self.terminated = true;
                self.open(pending(ActKind::Terminate, &fact.asked, recorded_at), &fact.asked);
            }
            Fact::SuspensionConfirmed(fact) | Fact::ReinstatementConfirmed(fact) => {
                self.confirmed(fact, recorded_at);
            }
            Fact::SimReplacementConfirmed(fact) => {
                if let Some(replacement) = self.replacement.take() {
                    self.retired_sims.push(std::mem::replace(&mut self.sim, replacement.sim));
                }
                self.confirmed(fact, recorded_at);
            }
            Fact::TerminationConfirmed(fact) => self.confirmed(&fact.confirmed, recorded_at),
            Fact::ConfirmationOverdue(fact) => self.with_act(fact.act_id, |act| act.overdue = true),
            Fact::RegisterDriftFound(fact) => {
                self.drift = Some(Drift {
                    found: fact.found,
                    explained_by_own_write: fact.explained_by_own_write,
                    found_at: recorded_at,
                });
            }
            Fact::RegisterDriftRepaired(fact) => {
                self.drift = None;
                self.confirmed_evidence = fact.evidence;
            }
            Fact::HandsetRecorded(fact) => self.handset = Some(fact.imei.clone()),
            Fact::TheftDeclared(fact) => {
                self.declarations.push(declaration(fact));
                self.forget_old_declarations();
            }
            Fact::HandsetBlocked(fact) => self.with_declaration(fact.declaration_id, |declaration| {
                declaration.state = HandsetState::Blocked;
                declaration.blocked_at = Some(recorded_at);
                declaration.evidence = Some(fact.evidence);
            }),
            Fact::HandsetBlockOverdue(fact) => {
                self.with_declaration(fact.declaration_id, |declaration| declaration.overdue = true);
            }
            Fact::HandsetRecovered(fact) => self.with_declaration(fact.declaration_id, |declaration| {
                declaration.state = HandsetState::ToBeUnblocked;
                declaration.recovered_at = Some(fact.recovered_at);
            }),
            Fact::HandsetUnblocked(fact) => self.with_declaration(fact.declaration_id, |declaration| {
                declaration.state = HandsetState::Unblocked;
                declaration.evidence = Some(fact.evidence);
            }),
            Fact::HandsetBlockKept(fact) => self.with_declaration(fact.declaration_id, |declaration| {
                declaration.state = HandsetState::KeptBlocked;
                declaration.evidence = Some(fact.evidence);
            }),
            Fact::PortOutNoted(fact) => self.port_out = Some(PortOut { planned_at: fact.planned_at }),
            Fact::PortOutCancelled(_) => self.port_out = None,
            Fact::PortOutCompleted(fact) => {
                self.port_out = None;
                self.ported_out_at = Some(fact.completed_at);
            }
        }
        self.renew_intent();
    }

    /// Takes in a new act; those that it supersedes are over.
    fn open(&mut self, act: Act, asked: &Asked) {
        self.sequence = asked.sequence;
        for superseded in &asked.supersedes {
            self.with_act(*superseded, |act| act.state = ActState::Superseded);
        }
        self.acts.push(act);
        self.forget_old_acts();
    }

    /// The register was read back as the intent asks: whatever waited for that is done.
    fn confirmed(&mut self, confirmed: &Confirmed, recorded_at: Timestamp) {
        self.confirmed_sequence = confirmed.sequence;
        self.confirmed_evidence = confirmed.evidence;
        self.drift = None;
        for confirmed_act in &confirmed.acts {
            self.with_act(confirmed_act.act_id, |act| {
                act.state = ActState::Confirmed;
                act.evidence = confirmed.evidence;
                act.confirmed_at = Some(recorded_at);
            });
        }
    }

    fn with_act(&mut self, act_id: Uuid, change: impl FnOnce(&mut Act)) {
        if let Some(act) = self.acts.iter_mut().rev().find(|act| act.act_id == act_id) {
            change(act);
        }
    }

    fn with_declaration(&mut self, declaration_id: Uuid, change: impl FnOnce(&mut Declaration)) {
        let named = |declaration: &&mut Declaration| declaration.declaration_id == declaration_id;
        if let Some(declaration) = self.declarations.iter_mut().find(named) {
            change(declaration);
        }
    }

    fn forget_old_declarations(&mut self) {
        let over = self.declarations.iter().filter(|declaration| declaration.state.is_over()).count();
        let mut excess = over.saturating_sub(DECLARATIONS_REMEMBERED);
        self.declarations.retain(|declaration| {
            let keep = excess == 0 || !declaration.state.is_over();
            excess -= usize::from(!keep);
            keep
        });
    }

    fn forget_old_acts(&mut self) {
        let excess = self.acts.len().saturating_sub(ACTS_REMEMBERED);
        let Self { acts, reasons, .. } = self;
        let set_a_reason = |act: &Act| reasons.values().any(|set| set.act_id == act.act_id);
        let mut forgotten = 0;
        acts.retain(|act| {
            let keep = forgotten == excess || act.is_pending() || set_a_reason(act);
            forgotten += usize::from(!keep);
            keep
        });
    }

    fn renew_intent(&mut self) {
        let sequence = self.sequence;
        self.intent = self.target().map(|target| Intent { sequence, target });
    }
}

fn pending(kind: ActKind, asked: &Asked, recorded_at: Timestamp) -> Act {
    Act {
        act_id: asked.act_id,
        kind,
        reason: None::<Reason>,
        state: ActState::Pending,
        evidence: Evidence::NotYetConfirmed,
        received_at: asked.received_at,
        recorded_at,
        confirmed_at: None,
        sequence: asked.sequence,
        actor: asked.actor.clone(),
        on_behalf_of: asked.on_behalf_of.clone(),
        undoes: None,
        overdue: false,
    }
}

fn replacement(fact: &SimReplacementRequested) -> Replacement {
    Replacement {
        act_id: fact.asked.act_id,
        sim: RecordedSim {
            imsi: fact.new_imsi.clone(),
            iccid: fact.new_iccid.clone(),
            eid: fact.new_eid.clone(),
            since: fact.asked.sequence,
        },
    }
}

fn declaration(fact: &TheftDeclared) -> Declaration {
    Declaration {
        declaration_id: fact.declaration_id,
        imei: fact.imei.clone(),
        police_report: fact.police_report.clone(),
        declared_at: fact.declared_at,
        received_at: fact.told.received_at,
        term: fact.term.clone(),
        counted_from: fact.counted_from,
        due_at: fact.due_at,
        state: HandsetState::ToBeBlocked,
        overdue: false,
        blocked_at: None,
        evidence: None,
        recovered_at: None,
    }
}
