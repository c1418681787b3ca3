//! A project as answers show it.

use uuid::Uuid;
use vigie_command::field::wire_instant;
use vigie_proto::routing as wire;

use super::super::house::shown_instant;
use crate::domain::project::{AbroadZone, Kind, Outcome, Snapshot};

pub(super) fn project(project_id: Uuid, account_id: Uuid, project: &Snapshot, version: i64) -> wire::Project {
    let kind = match project.kind {
        Kind::NewSite => wire::ProjectKind::NewSite,
        Kind::NewFleet => wire::ProjectKind::NewFleet,
        Kind::Request => wire::ProjectKind::Request,
    };
    wire::Project {
        project_id: project_id.to_string(),
        account_id: account_id.to_string(),
        kind: kind.into(),
        countries: project.countries.iter().map(|country| country.as_str().to_owned()).collect(),
        zones: project.zones.iter().map(|of| zone(*of).into()).collect(),
        referent_staff_id: project.referent_staff_id.to_string(),
        requested_at: Some(wire_instant(project.requested_at)),
        answer_due_at: Some(wire_instant(project.answer_due_at)),
        answered_at: shown_instant(project.answered_at),
        first_promised_for: shown_instant(project.first_promised_for),
        promised_for: shown_instant(project.promised_for),
        closed_at: shown_instant(project.closed_at),
        outcome: project.outcome.map_or(wire::ProjectOutcome::Unspecified, outcome).into(),
        answer_overdue: project.answer_overdue,
        version,
    }
}

const fn zone(zone: AbroadZone) -> wire::AbroadZone {
    match zone {
        AbroadZone::Eea => wire::AbroadZone::Eea,
        AbroadZone::NonEea => wire::AbroadZone::NonEea,
        AbroadZone::Overseas => wire::AbroadZone::Overseas,
    }
}

const fn outcome(outcome: Outcome) -> wire::ProjectOutcome {
    match outcome {
        Outcome::Delivered => wire::ProjectOutcome::Delivered,
        Outcome::Withdrawn => wire::ProjectOutcome::Withdrawn,
        Outcome::Declined => wire::ProjectOutcome::Declined,
    }
}
