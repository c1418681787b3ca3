//! Taking somebody in.

use vigie_clock::Context;

use super::Decided;
use crate::domain::staff::command::NewMember;
use crate::domain::staff::event::{Event, Fact, StaffRegistered};
use crate::domain::staff::snapshot::Snapshot;

/// Untrained, and there from now on.
pub(super) fn register(new: &NewMember, context: &Context) -> Decided {
    let event = Event {
        staff_id: new.staff_id,
        external_identifiers: new.external_identifiers.clone(),
        fact: Fact::StaffRegistered(StaffRegistered { actor: context.actor.clone() }),
        staff_member: Snapshot {
            profile: new.profile.clone(),
            trainings: Vec::new(),
            training_valid_until: None,
            absences: Vec::new(),
            leaves_at: None,
            deputy_staff_id: None,
            has_left: false,
        },
    };
    Decided { events: vec![event], act_id: context.act_id }
}
