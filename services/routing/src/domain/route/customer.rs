//! The account that a contact is about, with what it has from the accounts above it.

use uuid::Uuid;
use vigie_clock::Timestamp;

use super::contact::Sight;
use super::known::{AccountKey, Known, ManagerThen};
use super::set::Set;
use super::words::Region;
use crate::domain::{Language, Segment};

/// Levels of the hierarchy (group, company, site), and one for good measure: what climbs ends.
const LEVELS_MAX: usize = 4;

/// An account at an instant, with what it has from above.
#[derive(Clone, Copy, Debug)]
pub(super) struct Customer {
    pub(super) id: Uuid,
    pub(super) segments: Set<Segment>,
    /// Whether the segments are those of an account above.
    pub(super) inherits_segments: bool,
    pub(super) language: Option<Language>,
    pub(super) region: Option<Region>,
    pub(super) manager: Option<Manager>,
    pub(super) has_ended: bool,
}

/// Whose manager it is, and who.
#[derive(Clone, Copy, Debug)]
pub(super) struct Manager {
    pub(super) then: ManagerThen,
    /// Whether the assignment is that of an account above.
    pub(super) is_inherited: bool,
}

impl Customer {
    /// The account and those above it; `None` if it is not known, or not to be known.
    pub(super) fn of<K: Known>(known: &K, key: AccountKey, at: Timestamp, sight: Sight<'_>) -> Option<Self> {
        let own = known.account_then(key, at)?;
        let mut customer = Self {
            id: own.id,
            segments: Set::EMPTY,
            inherits_segments: false,
            language: None,
            region: None,
            manager: None,
            has_ended: own.has_ended,
        };
        let mut is_in_sight = matches!(sight, Sight::Everything);
        let mut next = Some(own);
        for level in 0..LEVELS_MAX {
            let Some(account) = next else { break };
            if customer.segments.is_empty() && !account.segments.is_empty() {
                customer.segments = account.segments;
                customer.inherits_segments = level > 0;
            }
            customer.language = customer.language.or(account.language);
            customer.region = customer.region.or(account.region);
            let own_manager = account.manager.map(|then| Manager { then, is_inherited: level > 0 });
            customer.manager = customer.manager.or(own_manager);
            if let Sight::Within(may_see) = sight {
                is_in_sight = is_in_sight || may_see(account.id);
            }
            next = account.above.and_then(|above| known.account_then(above, at));
        }
        is_in_sight.then_some(customer)
    }

    /// Large accounts have a unit of their own, and are never served as anything else (promise 5.1.1).
    pub(super) fn is_large(&self) -> bool {
        self.segments.has(Segment::LargeAccount)
    }
}
