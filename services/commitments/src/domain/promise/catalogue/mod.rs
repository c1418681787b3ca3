//! Every promise's characteristics, with the reading that people see.

mod access;
mod end_users;
mod handling;
mod line;
mod manager;
mod presence;

pub use access::{CONTACT_POINT_PUBLISHED, CONTACT_POINT_TOLD};
pub use end_users::{IN_CHARGE, IN_CHARGE_DAYS, ON_DATE, PERSONAL, REACHABLE, WAIT_MAX_MS};
pub use handling::{END_USERS, LARGE_ACCOUNTS, SPECIALISED_TEAMS};
pub(super) use line::ACTS;
pub use line::BLOCK_LIST;
pub use manager::{MANAGER_GAP, MANAGER_NAMED, MANAGER_TOLD, MANAGER_TRAINED};
pub use presence::{PROJECT_ANSWERED, REVIEW_HELD};
