//! A staff member as an answer shows them.

use uuid::Uuid;
use vigie_clock::Personal;
use vigie_command::field::wire_instant;
use vigie_proto::routing as wire;

use super::super::house::{shown_instant, shown_languages};
use super::super::wire::wire_external_identifiers;
use crate::domain::staff::{Snapshot, StaffMember};
use crate::domain::{E164, ExternalIdentifier, MailAddress};
use crate::view::StaffRow;

pub(super) fn staff(member: &StaffMember, version: i64) -> wire::Staff {
    shown(member.staff_id(), member.external_identifiers(), &member.snapshot(), version)
}

pub(super) fn row(row: &StaffRow) -> wire::Staff {
    shown(row.staff_id, &row.external_identifiers, &row.shown, row.version)
}

/// What is erased is empty.
fn shown(staff_id: Uuid, keys: &[ExternalIdentifier], member: &Snapshot, version: i64) -> wire::Staff {
    let profile = &member.profile;
    let skills = profile.skills.iter().map(|skill| wire::Skill {
        code: skill.code.as_str().to_owned(),
        valid_until: shown_instant(skill.valid_until),
    });
    let trainings = member.trainings.iter().map(|training| wire::Training {
        training_id: training.training_id.to_string(),
        code: training.code.as_str().to_owned(),
        passed_at: Some(wire_instant(training.passed_at)),
        valid_until: Some(wire_instant(training.valid_until)),
    });
    let absences = member.absences.iter().map(|absence| wire::Absence {
        absence_id: absence.absence_id.to_string(),
        from: Some(wire_instant(absence.from)),
        until: Some(wire_instant(absence.until)),
        cover_staff_id: absence.cover_staff_id.map(|id| id.to_string()).unwrap_or_default(),
    });
    let email = profile.email.as_ref().and_then(Personal::known).map(MailAddress::as_str);
    let number = profile.number.as_ref().and_then(Personal::known).map(E164::as_str);
    wire::Staff {
        staff_id: staff_id.to_string(),
        user_id: profile.user_id.clone().unwrap_or_default(),
        name: profile.name.known().cloned().unwrap_or_default(),
        is_account_manager: profile.is_account_manager,
        skills: skills.collect(),
        languages: shown_languages(&profile.languages),
        regions: profile.regions.clone(),
        email: email.unwrap_or_default().to_owned(),
        number: number.unwrap_or_default().to_owned(),
        desk_id: profile.desk_id.map(|id| id.to_string()).unwrap_or_default(),
        trainings: trainings.collect(),
        absences: absences.collect(),
        leaves_at: shown_instant(member.leaves_at),
        external_identifiers: wire_external_identifiers(keys),
        version,
    }
}
