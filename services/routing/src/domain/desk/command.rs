//! What can be asked of a desk.

use uuid::Uuid;

use super::particulars::Particulars;
use crate::domain::ExternalIdentifier;

/// A team to register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDesk {
    /// The desk's id, and its stream's.
    pub desk_id: Uuid,
    /// What is known of it.
    pub particulars: Particulars,
    /// Keys in other systems.
    pub external_identifiers: Vec<ExternalIdentifier>,
    /// The desks that contacts overflow to, as they are.
    pub overflow: Vec<OverflowDesk>,
}

/// A desk on the way that contacts take while desks are closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OverflowDesk {
    /// Which.
    pub desk_id: Uuid,
    /// Whether it has ended.
    pub is_closed: bool,
}

/// A command to one desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Takes a team in.
    Register(Box<NewDesk>),
    /// Replaces what is known.
    Change {
        /// What is known from now on.
        particulars: Box<Particulars>,
        /// Keys in other systems from now on.
        external_identifiers: Vec<ExternalIdentifier>,
        /// The desks that contacts overflow to from now on, in order: the first is the one that the particulars name.
        overflow: Vec<OverflowDesk>,
    },
    /// Ends the team.
    Close {
        /// Contact points that lead to it now or will.
        contact_points: usize,
        /// Desks whose contacts overflow to it.
        overflowing_desks: usize,
    },
    /// An instant has come; a desk waits for none.
    Wake,
}
