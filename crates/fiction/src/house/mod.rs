//! The operator's own side: who faces customers, when they are away, and where they are reached.

mod absence;
mod assignment;
mod contact_point;
mod crew;
mod desk;
mod leaving;
mod staff;
mod training;

pub use absence::Absence;
pub use assignment::Assignment;
pub use contact_point::ContactPoint;
pub use desk::{Desk, Hours};
pub use leaving::Leaving;
pub use staff::{Skill, Staff};
pub use training::Training;

pub(crate) use contact_point::contact_points;
pub(crate) use crew::Crew;
pub(crate) use desk::desks;
