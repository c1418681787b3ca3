//! What can be asked of a staff member.

use uuid::Uuid;
use vigie_clock::Timestamp;

use super::profile::Profile;
use super::stand_in::StandIn;
use crate::domain::{Code, ExternalIdentifier};

/// Somebody who starts to face customers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMember {
    /// The staff member's id, and the stream's.
    pub staff_id: Uuid,
    /// What is known of them.
    pub profile: Profile,
    /// Keys in other systems.
    pub external_identifiers: Vec<ExternalIdentifier>,
}

/// A command to one staff member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Takes somebody in.
    Register(Box<NewMember>),
    /// Replaces what is known, except for trainings, absences and leaving.
    Change {
        /// What is known from now on.
        profile: Box<Profile>,
        /// Keys in other systems from now on.
        external_identifiers: Vec<ExternalIdentifier>,
    },
    /// Records a training that was passed.
    RecordTraining {
        /// Which.
        code: Code,
        /// When it was passed.
        passed_at: Timestamp,
        /// Until when it is valid, exclusive.
        valid_until: Timestamp,
    },
    /// Plans a time away, or records one that has begun.
    PlanAbsence {
        /// From when.
        from: Timestamp,
        /// Until when, exclusive.
        until: Timestamp,
        /// Who covers, as they stand for that time.
        cover: Option<StandIn>,
    },
    /// Takes an absence back, or ends it now.
    CancelAbsence {
        /// Which.
        absence_id: Uuid,
    },
    /// They leave.
    RecordLeaving {
        /// When.
        leaves_at: Timestamp,
        /// Who steps in from then on, as they stand at that instant.
        deputy: Option<StandIn>,
    },
    /// An instant that the staff member asked to be woken at has come.
    Wake {
        /// The instant.
        due: Timestamp,
    },
}
