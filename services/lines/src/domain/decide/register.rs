//! Taking a line into the inventory.

use vigie_clock::{Context, Personal, derived_id};

use super::Decided;
use crate::domain::command::NewLine;
use crate::domain::event::{Event, Fact, LineRegistered};
use crate::domain::intent::{Evidence, TargetName};
use crate::domain::line::line_subject;
use crate::domain::snapshot::{IntentSummary, LineState, Snapshot};

/// The line is open on record and unknown in the register: registering it never provisions.
pub(super) fn register(new: &NewLine, context: &Context) -> Decided {
    let subject = line_subject(new.line_id, new.account_id, new.user_id.as_deref());
    // Who signed is seldom who holds the phone, and keeps other rights: a subject of its own in the account.
    let account_holder_subject = derived_id(new.account_id, "account_holder");
    let event = Event {
        account_id: new.account_id,
        line_id: new.line_id,
        external_identifiers: new.external_identifiers.clone(),
        fact: Fact::LineRegistered(LineRegistered { actor: context.actor.clone(), channel: context.channel }),
        line: Snapshot {
            state: LineState::Active,
            reasons: Vec::new(),
            msisdn: Personal::new(subject, new.msisdn.clone()),
            imsi: Personal::new(subject, new.sim.imsi.clone()),
            iccid: Personal::new(subject, new.sim.iccid.clone()),
            eid: new.sim.eid.clone().map(|eid| Personal::new(subject, eid)),
            retired_imsis: Vec::new(),
            account_holder: Personal::new(account_holder_subject, new.account_holder.clone()),
            user_id: new.user_id.clone(),
            cost_centre: new.cost_centre.clone(),
            site: new.site.clone(),
            twin_of: new.twin_of,
            handset: new.imei.clone().map(|imei| Personal::new(subject, imei)),
            stolen_handsets: Vec::new(),
            port_out_planned_at: None,
            ported_out_at: None,
            evidence: Evidence::NotYetConfirmed,
            intent: IntentSummary { sequence: 0, target: TargetName::Open },
            waiting_since: None,
            drift: false,
            latest_act: None,
        },
    };
    Decided { events: vec![event], act_id: context.act_id }
}
