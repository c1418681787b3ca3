//! An entry of a timeline.

use uuid::Uuid;
use vigie_clock::Timestamp;

use super::kind::EntryKind;

/// Something that happened to a line. Neither number nor SIM stands in it: whoever may see the line knows them, and
/// nobody else learns them here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The event.
    pub event_id: Uuid,
    /// The line.
    pub line_id: Uuid,
    /// The line's version after it; from 1, contiguous.
    pub version: i64,
    /// The log's incarnation that recorded it.
    pub incarnation: i64,
    /// Stable public name with version.
    pub event_type: String,
    /// By the log's clock.
    pub recorded_at: Timestamp,
    /// When it happened where it happened.
    pub occurred_at: Timestamp,
    /// Who caused it.
    pub actor: String,
    /// For whom, when staff acted.
    pub on_behalf_of: Option<String>,
    /// Through which door.
    pub channel: String,
    /// The act that it belongs to; of several the latest.
    pub act_id: Option<Uuid>,
    /// Every act that it changes, in order of id.
    pub act_ids: Vec<Uuid>,
    /// What a person quotes of the act that it belongs to.
    pub reference: Option<String>,
    /// The reason that is added or lifted.
    pub reason: Option<String>,
    /// How far the network was known to follow.
    pub evidence: Option<String>,
    /// State of the line after it.
    pub line_state: Option<String>,
    /// Why the line is suspended after it.
    pub line_reasons: Vec<String>,
    /// It cannot be read, and a person let it pass by.
    pub skipped: bool,
}

impl Entry {
    /// What it tells.
    pub fn kind(&self) -> EntryKind {
        if self.skipped { EntryKind::Skipped } else { EntryKind::of(&self.event_type) }
    }
}
