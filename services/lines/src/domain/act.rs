//! Acts: what was asked of a line, by whom, and where it stands.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vigie_clock::{Timestamp, derived_id};

use super::intent::Evidence;
use super::suspension::Reason;

/// What an act asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ActKind {
    /// Suspend for a reason.
    Suspend,
    /// Lift a reason.
    Reinstate,
    /// Replace the SIM.
    ReplaceSim,
    /// Terminate the line.
    Terminate,
}

/// Where an act stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ActState {
    /// The register is being driven.
    Pending,
    /// The register was read back as asked.
    Confirmed,
    /// A later act asked for the opposite before the register confirmed this one.
    Superseded,
    /// Recorded, with nothing to change in the register: other reasons remain.
    Recorded,
}

/// One act on a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    /// Its id.
    pub act_id: Uuid,
    /// What it asks for.
    pub kind: ActKind,
    /// The reason that it adds or lifts.
    pub reason: Option<Reason>,
    /// Where it stands.
    pub state: ActState,
    /// How far the network is known to follow it.
    pub evidence: Evidence,
    /// T0: the request with a valid token arrived.
    pub received_at: Timestamp,
    /// The intent was committed.
    pub recorded_at: Timestamp,
    /// T1: the confirmation was recorded.
    pub confirmed_at: Option<Timestamp>,
    /// The intent that it made, or found.
    pub sequence: u64,
    /// Who asked: the user id of the token.
    pub actor: String,
    /// For whom, by phone.
    pub on_behalf_of: Option<String>,
    /// The act that it takes back.
    pub undoes: Option<Uuid>,
    /// Whether the alert for it was raised.
    pub overdue: bool,
}

impl Act {
    /// What a person quotes; see [`reference`].
    pub fn reference(&self) -> String {
        reference(self.act_id)
    }

    /// Whether the register has yet to confirm it.
    pub fn is_pending(&self) -> bool {
        self.state == ActState::Pending
    }
}

/// Short reference of an act, to be read out on the phone: `7K3MQ-92XRT`, 50 bits in Crockford's base 32, which
/// has no I, L, O or U. A name for people, not a key: look an act up by its id, or by line and reference.
pub fn reference(act_id: Uuid) -> String {
    const ALPHABET: [char; 32] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'J', 'K',
        'M', 'N', 'P', 'Q', 'R', 'S', 'T', 'V', 'W', 'X', 'Y', 'Z',
    ];
    // Act ids are time-ordered, so their own bits are alike; those of a derived id are not.
    let bits = derived_id(act_id, "reference").as_u128();
    let mut text = String::with_capacity(11);
    for place in 0..10_u32 {
        if place == 5 {
            text.push('-');
        }
        let digit = (bits >> (place * 5)) as usize % ALPHABET.len();
        text.extend(ALPHABET.get(digit));
    }
    text
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use vigie_clock::{Ids, SeededIds};

    use super::*;

    #[test]
    fn references_are_short_stable_and_differ() {
        let ids = SeededIds::new(3);
        let acts: Vec<_> = (0..1000).map(|_| ids.next()).collect();
        let references: BTreeSet<_> = acts.iter().map(|act| reference(*act)).collect();
        assert_eq!(references.len(), 1000);
        assert!(references.iter().all(|text| text.len() == 11 && !text.contains(['I', 'L', 'O', 'U'])));
        assert_eq!(reference(acts[0]), reference(acts[0]));
    }
}
