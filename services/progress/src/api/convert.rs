//! Between the view's types and the contract's.

use uuid::Uuid;
use vigie_chassis::error::{Error as Refusal, Reason};
use vigie_clock::Timestamp;
use vigie_proto::progress as proto;

use crate::domain::{Act, ActKind, ActState, Entry, EntryKind, summary};

const MICROS_PER_SECOND: i64 = 1_000_000;

/// An instant of the contract.
fn to_timestamp(instant: Timestamp) -> prost_types::Timestamp {
    let micros = instant.as_micros();
    let nanos = micros.rem_euclid(MICROS_PER_SECOND) * 1_000;
    prost_types::Timestamp {
        seconds: micros.div_euclid(MICROS_PER_SECOND),
        nanos: i32::try_from(nanos).unwrap_or(0),
    }
}

fn text(id: Option<Uuid>) -> String {
    id.map(|id| id.to_string()).unwrap_or_default()
}

/// An entry of the contract.
pub(super) fn to_entry(entry: Entry) -> proto::TimelineEntry {
    let summary = summary(&entry);
    proto::TimelineEntry {
        line_id: entry.line_id.to_string(),
        version: entry.version,
        event_id: entry.event_id.to_string(),
        kind: to_entry_kind(entry.kind()).into(),
        recorded_at: Some(to_timestamp(entry.recorded_at)),
        occurred_at: Some(to_timestamp(entry.occurred_at)),
        event_type: entry.event_type,
        actor: entry.actor,
        on_behalf_of: entry.on_behalf_of.unwrap_or_default(),
        channel: entry.channel,
        act_id: text(entry.act_id),
        reference: entry.reference.unwrap_or_default(),
        act_ids: entry.act_ids.iter().map(ToString::to_string).collect(),
        reason: entry.reason.unwrap_or_default(),
        evidence: entry.evidence.unwrap_or_default(),
        line_state: entry.line_state.unwrap_or_default(),
        line_reasons: entry.line_reasons,
        summary_fr: summary.fr,
        summary_en: summary.en,
    }
}

/// An act of the contract.
pub(super) fn to_act(act: Act) -> proto::Act {
    proto::Act {
        act_id: act.act_id.to_string(),
        line_id: act.line_id.to_string(),
        account_id: act.account_id.to_string(),
        kind: to_act_kind(act.kind).into(),
        state: to_act_state(act.state()).into(),
        reference: act.reference.unwrap_or_default(),
        reason: act.reason.unwrap_or_default(),
        evidence: act.evidence,
        asked_at: Some(to_timestamp(act.asked_at)),
        recorded_at: Some(to_timestamp(act.recorded_at)),
        confirmed_at: act.confirmed_at.map(to_timestamp),
        overdue_at: act.overdue_at.map(to_timestamp),
        superseded_at: act.superseded_at.map(to_timestamp),
        lifted_at: act.lifted_at.map(to_timestamp),
        actor: act.actor,
        on_behalf_of: act.on_behalf_of.unwrap_or_default(),
        channel: act.channel,
        undoes_act_id: text(act.undoes),
        first_version: act.first_version,
        last_version: act.last_version,
    }
}

/// The state that a request narrows by.
pub(super) fn asked_state(state: i32) -> Result<Option<ActState>, Refusal> {
    let asked = proto::ActState::try_from(state).map_err(|_| {
        Refusal::new(Reason::InvalidArgument, "no such state").field("state", "not a state of an act")
    })?;
    Ok(ActState::ALL.into_iter().find(|state| to_act_state(*state) == asked))
}

fn to_act_kind(kind: ActKind) -> proto::ActKind {
    match kind {
        ActKind::Suspend => proto::ActKind::Suspend,
        ActKind::Reinstate => proto::ActKind::Reinstate,
        ActKind::ReplaceSim => proto::ActKind::ReplaceSim,
        ActKind::Terminate => proto::ActKind::Terminate,
    }
}

fn to_act_state(state: ActState) -> proto::ActState {
    match state {
        ActState::Pending => proto::ActState::Pending,
        ActState::Overdue => proto::ActState::Overdue,
        ActState::Confirmed => proto::ActState::Confirmed,
        ActState::Superseded => proto::ActState::Superseded,
        ActState::Lifted => proto::ActState::Lifted,
        ActState::Recorded => proto::ActState::Recorded,
    }
}

fn to_entry_kind(kind: EntryKind) -> proto::EntryKind {
    match kind {
        EntryKind::LineRegistered => proto::EntryKind::LineRegistered,
        EntryKind::SuspensionRequested => proto::EntryKind::SuspensionRequested,
        EntryKind::SuspensionConfirmed => proto::EntryKind::SuspensionConfirmed,
        EntryKind::SuspensionReasonLifted => proto::EntryKind::SuspensionReasonLifted,
        EntryKind::ReinstatementRequested => proto::EntryKind::ReinstatementRequested,
        EntryKind::ReinstatementConfirmed => proto::EntryKind::ReinstatementConfirmed,
        EntryKind::ConfirmationOverdue => proto::EntryKind::ConfirmationOverdue,
        EntryKind::SecondContactNoticeDue => proto::EntryKind::SecondContactNoticeDue,
        EntryKind::SimReplacementRequested => proto::EntryKind::SimReplacementRequested,
        EntryKind::SimReplacementConfirmed => proto::EntryKind::SimReplacementConfirmed,
        EntryKind::TerminationRequested => proto::EntryKind::TerminationRequested,
        EntryKind::TerminationConfirmed => proto::EntryKind::TerminationConfirmed,
        EntryKind::RegisterDriftFound => proto::EntryKind::RegisterDriftFound,
        EntryKind::RegisterDriftRepaired => proto::EntryKind::RegisterDriftRepaired,
        EntryKind::HandsetRecorded => proto::EntryKind::HandsetRecorded,
        EntryKind::TheftDeclared => proto::EntryKind::TheftDeclared,
        EntryKind::HandsetBlocked => proto::EntryKind::HandsetBlocked,
        EntryKind::HandsetBlockOverdue => proto::EntryKind::HandsetBlockOverdue,
        EntryKind::HandsetRecovered => proto::EntryKind::HandsetRecovered,
        EntryKind::HandsetUnblocked => proto::EntryKind::HandsetUnblocked,
        EntryKind::HandsetBlockKept => proto::EntryKind::HandsetBlockKept,
        EntryKind::PortOutNoted => proto::EntryKind::PortOutNoted,
        EntryKind::PortOutCancelled => proto::EntryKind::PortOutCancelled,
        EntryKind::PortOutCompleted => proto::EntryKind::PortOutCompleted,
        EntryKind::Unknown => proto::EntryKind::Unknown,
        EntryKind::Skipped => proto::EntryKind::Skipped,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_before_1970_survive_the_contract() {
        let there = to_timestamp(Timestamp::from_micros(-1));
        assert_eq!((there.seconds, there.nanos), (-1, 999_999_000));
    }

    #[test]
    fn every_state_can_be_asked_for() {
        for state in ActState::ALL {
            assert_eq!(asked_state(to_act_state(state).into()).unwrap(), Some(state));
        }
        assert_eq!(asked_state(0).unwrap(), None);
        assert_eq!(asked_state(99).unwrap_err().reason(), Reason::InvalidArgument);
    }

    #[test]
    fn the_contract_names_each_kind_as_the_event_is_named() {
        for kind in EntryKind::KNOWN {
            let name = to_entry_kind(*kind).as_str_name();
            let event = name.trim_start_matches("ENTRY_KIND_").to_lowercase();
            assert_eq!(EntryKind::of(&format!("vigie.line.{event}.v1")), *kind, "{name}");
        }
    }
}
