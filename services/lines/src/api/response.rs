//! Lines and acts on the wire.

use vigie_clock::Personal;
pub(super) use vigie_command::field::wire_instant as instant;
use vigie_proto::lines as wire;

use crate::domain::{
    Act, ActKind, ActState, BlockEvidence, Declaration, Eid, Evidence, ExternalIdentifier, HandsetState,
    Imei, Line, LineState, Reason,
};
use crate::view::LineRow;

/// A line of the log.
pub(super) fn line(line: &Line, version: i64) -> wire::Line {
    let latest = line.latest_act();
    wire::Line {
        line_id: line.line_id().to_string(),
        account_id: line.account_id().to_string(),
        msisdn: line.msisdn().known().map(|msisdn| msisdn.as_str().to_owned()).unwrap_or_default(),
        imsi: line.imsi().known().map(|imsi| imsi.as_str().to_owned()).unwrap_or_default(),
        iccid: line.iccid().known().map(|iccid| iccid.as_str().to_owned()).unwrap_or_default(),
        account_holder: line.account_holder().known().cloned().unwrap_or_default(),
        user_id: line.user_id().unwrap_or_default().to_owned(),
        cost_centre: line.cost_centre().unwrap_or_default().to_owned(),
        site: line.site().unwrap_or_default().to_owned(),
        external_identifiers: external_identifiers(line.external_identifiers()),
        state: state(line.state()).into(),
        reasons: line.reasons().map(|value| reason(value).into()).collect(),
        evidence: evidence(line.evidence()).into(),
        requested_at: latest.map(|act| instant(act.received_at)),
        confirmed_at: latest.and_then(|act| act.confirmed_at).map(instant),
        act_id: latest.map(|act| act.act_id.to_string()).unwrap_or_default(),
        version,
        imei: line.handset().map(digits).unwrap_or_default(),
        eid: line.eid().and_then(Personal::known).map(Eid::as_str).unwrap_or_default().to_owned(),
        twin_of: line.twin_of().map(|main| main.to_string()).unwrap_or_default(),
        port_out_planned_at: line.port_out().map(|port_out| instant(port_out.planned_at)),
        ported_out_at: line.ported_out_at().map(instant),
    }
}

/// A declaration of theft.
pub(super) fn declaration(declaration: &Declaration) -> wire::TheftDeclaration {
    let term = &declaration.term;
    wire::TheftDeclaration {
        declaration_id: declaration.declaration_id.to_string(),
        reference: declaration.reference(),
        imei: digits(&declaration.imei),
        police_report: declaration.police_report.known().cloned().unwrap_or_default(),
        declared_at: Some(instant(declaration.declared_at)),
        received_at: Some(instant(declaration.received_at)),
        counted_from: Some(instant(declaration.counted_from)),
        due_at: Some(instant(declaration.due_at)),
        last_day: term.time_zone.last_day_before(declaration.due_at).to_string(),
        calendar_zone: term.calendar.zone.as_str().to_owned(),
        calendar_version: i32::try_from(term.calendar.version).unwrap_or(i32::MAX),
        time_zone: term.time_zone.name().to_owned(),
        state: handset_state(declaration.state).into(),
        overdue: declaration.overdue,
        blocked_at: declaration.blocked_at.map(instant),
        evidence: declaration.evidence.map_or(wire::BlockEvidence::Unspecified, block_evidence).into(),
        recovered_at: declaration.recovered_at.map(instant),
    }
}

fn digits(imei: &Personal<Imei>) -> String {
    imei.known().map(|imei| imei.as_str().to_owned()).unwrap_or_default()
}

/// A line of the view.
pub(super) fn row(row: LineRow) -> wire::Line {
    wire::Line {
        line_id: row.line_id.to_string(),
        account_id: row.account_id.to_string(),
        msisdn: row.msisdn.unwrap_or_default(),
        imsi: row.imsi.unwrap_or_default(),
        iccid: row.iccid.unwrap_or_default(),
        account_holder: row.account_holder.unwrap_or_default(),
        user_id: row.user_id.unwrap_or_default(),
        cost_centre: row.cost_centre.unwrap_or_default(),
        site: row.site.unwrap_or_default(),
        external_identifiers: external_identifiers(&row.external_identifiers),
        state: state(row.state).into(),
        reasons: row.reasons.into_iter().map(|value| reason(value).into()).collect(),
        evidence: evidence(row.evidence).into(),
        requested_at: row.requested_at.map(instant),
        confirmed_at: row.confirmed_at.map(instant),
        act_id: row.act_id.map(|act_id| act_id.to_string()).unwrap_or_default(),
        version: row.version,
        imei: row.imei.unwrap_or_default(),
        eid: row.eid.unwrap_or_default(),
        twin_of: row.twin_of.map(|main| main.to_string()).unwrap_or_default(),
        port_out_planned_at: row.port_out_planned_at.map(instant),
        ported_out_at: row.ported_out_at.map(instant),
    }
}

pub(super) fn act(act: &Act) -> wire::Act {
    wire::Act {
        act_id: act.act_id.to_string(),
        reference: act.reference(),
        kind: kind(act.kind).into(),
        reason: act.reason.map_or(wire::SuspensionReason::Unspecified, reason).into(),
        state: act_state(act.state).into(),
        evidence: evidence(act.evidence).into(),
        received_at: Some(instant(act.received_at)),
        recorded_at: Some(instant(act.recorded_at)),
        confirmed_at: act.confirmed_at.map(instant),
    }
}

fn external_identifiers(keys: &[ExternalIdentifier]) -> Vec<wire::ExternalIdentifier> {
    let key = |key: &ExternalIdentifier| wire::ExternalIdentifier {
        owner: key.owner.clone(),
        r#type: key.kind.clone(),
        id: key.id.clone(),
    };
    keys.iter().map(key).collect()
}

const fn state(state: LineState) -> wire::LineState {
    match state {
        LineState::Active => wire::LineState::Active,
        LineState::Suspended => wire::LineState::Suspended,
        LineState::Terminated => wire::LineState::Terminated,
    }
}

const fn reason(reason: Reason) -> wire::SuspensionReason {
    match reason {
        Reason::Loss => wire::SuspensionReason::Loss,
        Reason::Theft => wire::SuspensionReason::Theft,
        Reason::Other => wire::SuspensionReason::Other,
        Reason::Unpaid => wire::SuspensionReason::Unpaid,
        Reason::CommercialFreeze => wire::SuspensionReason::CommercialFreeze,
    }
}

const fn evidence(evidence: Evidence) -> wire::Evidence {
    match evidence {
        Evidence::NotYetConfirmed => wire::Evidence::NotYetConfirmed,
        Evidence::Simulated => wire::Evidence::Simulated,
        Evidence::RegisterReadBack => wire::Evidence::RegisterReadBack,
        Evidence::DetachRequested => wire::Evidence::DetachRequested,
    }
}

const fn handset_state(state: HandsetState) -> wire::HandsetState {
    match state {
        HandsetState::ToBeBlocked => wire::HandsetState::ToBeBlocked,
        HandsetState::Blocked => wire::HandsetState::Blocked,
        HandsetState::ToBeUnblocked => wire::HandsetState::ToBeUnblocked,
        HandsetState::Unblocked => wire::HandsetState::Unblocked,
        HandsetState::KeptBlocked => wire::HandsetState::KeptBlocked,
    }
}

const fn block_evidence(evidence: BlockEvidence) -> wire::BlockEvidence {
    match evidence {
        BlockEvidence::ReadBack => wire::BlockEvidence::ReadBack,
        BlockEvidence::Simulated => wire::BlockEvidence::Simulated,
    }
}

const fn kind(kind: ActKind) -> wire::ActKind {
    match kind {
        ActKind::Suspend => wire::ActKind::Suspend,
        ActKind::Reinstate => wire::ActKind::Reinstate,
        ActKind::ReplaceSim => wire::ActKind::ReplaceSim,
        ActKind::Terminate => wire::ActKind::Terminate,
    }
}

const fn act_state(state: ActState) -> wire::ActState {
    match state {
        ActState::Pending => wire::ActState::Pending,
        ActState::Confirmed => wire::ActState::Confirmed,
        ActState::Superseded => wire::ActState::Superseded,
        ActState::Recorded => wire::ActState::Recorded,
    }
}
