//! Kinds of key in the directory.

use uuid::Uuid;
use vigie_clock::Timestamp;
use vigie_eventlog::DirectoryOp;

use crate::domain::ExternalIdentifier;

/// SIREN of a company; one account has it, also after it ended.
pub const SIREN: &str = "siren";
/// SIRET of a site; one account has it, also after it ended.
pub const SIRET: &str = "siret";
/// Key of another system, see [`ExternalIdentifier::directory_key`]; one stream of any kind has it.
pub const EXTERNAL: &str = "external";
/// User id of an account's person, see [`user`]; one person has it.
pub const USER: &str = "user";
/// Number that people call from; several may.
pub const NUMBER: &str = "number";
/// Account above; has the accounts that hang, hung or will hang below it and have not ended.
pub const PARENT: &str = "parent";

/// User id of a staff member; one staff member has it, until they leave.
pub const STAFF_USER: &str = "staff_user";
/// Desk (UUID) that contacts overflow to; has the desks that they overflow from.
pub const OVERFLOW: &str = "overflow";
/// Desk (UUID) of contact points; has those that lead, led or will lead to it.
pub const DESK: &str = "desk";

/// Key of a user id in the directory: user ids are only unique within an account.
pub fn user(account_id: Uuid, user_id: &str) -> String {
    format!("{account_id}/{user_id}")
}

/// Claims the key of another system.
pub(crate) fn reserve_external(identifier: &ExternalIdentifier) -> DirectoryOp {
    DirectoryOp::Reserve { kind: EXTERNAL, key: identifier.directory_key() }
}

/// Gives the key of another system back; another may take it at once.
pub(crate) fn release_external(identifier: &ExternalIdentifier) -> DirectoryOp {
    DirectoryOp::Release { kind: EXTERNAL, key: identifier.directory_key(), until: Timestamp::default() }
}
