//! Whose a line is, and how far its stream was taken in.

use std::collections::BTreeMap;

use uuid::Uuid;

/// Where in the customer's organisation a line is: decides who may see its timeline.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Site (SIRET).
    pub site: Option<String>,
    /// Cost centre.
    pub cost_centre: Option<String>,
    /// User id of the person who holds the phone.
    pub user_id: Option<String>,
}

/// An event is missing before the one that came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line_id}: version {expected} is missing before {found}")]
pub struct Gap {
    /// The line.
    pub line_id: Uuid,
    /// The version that should have come.
    pub expected: i64,
    /// The version that came.
    pub found: i64,
}

/// Whose a line is, and how far its stream was taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The line.
    pub line_id: Uuid,
    /// The business customer's account.
    pub account_id: Uuid,
    /// Where in the customer's organisation.
    pub place: Place,
    /// The last version taken in; 0 before the first.
    pub version: i64,
    /// The incarnation that recorded that version; 0 before the first.
    pub incarnation: i64,
    /// Which act set which of the present reasons.
    pub set_by: BTreeMap<String, Uuid>,
}

impl Line {
    /// A line of which nothing was read.
    pub fn new(line_id: Uuid, account_id: Uuid) -> Self {
        Self {
            line_id,
            account_id,
            place: Place::default(),
            version: 0,
            incarnation: 0,
            set_by: BTreeMap::new(),
        }
    }
}

/// Whether it is the turn of version `found` of a line of which `version` was taken in last. One that was taken in before
/// is passed over; one ahead of its turn is refused.
pub fn is_next(line_id: Uuid, version: i64, found: i64) -> Result<bool, Gap> {
    let expected = version + 1;
    if found > expected {
        return Err(Gap { line_id, expected, found });
    }
    Ok(found == expected)
}
