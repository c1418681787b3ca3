//! Instants at which somebody's being there may change, or what is known of it.

use uuid::Uuid;
use vigie_clock::Timestamp;

use super::member::StaffMember;

impl StaffMember {
    /// Every instant at which an absence, a training or their stay begins or ends, and those at which that was recorded.
    /// In no order; some come twice.
    pub fn instants(&self) -> impl Iterator<Item = Timestamp> {
        let absences = self.absences.iter().flat_map(|absence| {
            let planned = [absence.planned.from, absence.planned.until, absence.planned_at];
            planned.into_iter().chain(absence.over.iter().flat_map(|over| [over.until, over.recorded_at]))
        });
        let trainings = self.trainings.iter().flat_map(|recorded| {
            [recorded.training.passed_at, recorded.training.valid_until, recorded.recorded_at]
        });
        let leavings = self.leavings.iter().flat_map(|leaving| [leaving.leaves_at, leaving.recorded_at]);
        absences.chain(trainings).chain(leavings)
    }

    /// Whoever covered, covers or will cover for them, or was to after they left.
    pub fn colleagues(&self) -> impl Iterator<Item = Uuid> {
        let covers = self.absences.iter().filter_map(|absence| absence.planned.cover_staff_id);
        covers.chain(self.leavings.iter().filter_map(|leaving| leaving.deputy_staff_id))
    }

    /// When an absence that is over ended; `None` while it is not, and long after.
    pub fn absence_ended(&self, absence_id: Uuid) -> Option<Timestamp> {
        let absence = self.absences.iter().rev().find(|absence| absence.planned.absence_id == absence_id)?;
        absence.over.map(|over| over.until)
    }
}
