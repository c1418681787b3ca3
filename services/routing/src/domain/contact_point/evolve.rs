//! What each event makes of a contact point.

use uuid::Uuid;
use vigie_clock::Timestamp;

use super::event::{Event, Fact};
use super::point::{ContactPoint, Published, Retirement};
use super::snapshot::Version;

/// The state after `event`, which the log recorded at `recorded_at`.
pub fn evolve(state: &mut Option<ContactPoint>, event: &Event, recorded_at: Timestamp) {
    // Only a publication begins a stream: `decide` lets no other event come first.
    if state.is_none() && matches!(event.fact, Fact::VersionPublished(_)) {
        *state = Some(ContactPoint::without_versions(event.contact_point_id));
    }
    if let Some(point) = state {
        point.take_in(&event.fact, recorded_at);
    }
}

impl ContactPoint {
    pub(super) const fn without_versions(contact_point_id: Uuid) -> Self {
        Self { contact_point_id, versions: Vec::new() }
    }

    pub(super) fn take_in(&mut self, fact: &Fact, recorded_at: Timestamp) {
        match fact {
            Fact::VersionPublished(fact) => self.versions.push(published(&fact.version, recorded_at)),
            Fact::ChangeNoticeDue(_) => {}
            Fact::VersionTookEffect(fact) => {
                self.with(fact.version.point_version, |version| version.took_effect = true);
            }
            Fact::RetirementRecorded(fact) => {
                let Some(until) = fact.version.valid_until else { return };
                self.with(fact.version.point_version, |version| {
                    version.retirements.push(Retirement { until, recorded_at });
                });
            }
            Fact::ContactPointEnded(fact) => {
                self.with(fact.version.point_version, |version| version.ended = true);
            }
        }
    }

    fn with(&mut self, point_version: u32, change: impl FnOnce(&mut Published)) {
        if let Some(version) =
            self.versions.iter_mut().rev().find(|version| version.point_version == point_version)
        {
            change(version);
        }
    }
}

fn published(version: &Version, published_at: Timestamp) -> Published {
    Published {
        point_version: version.point_version,
        content: version.content.clone(),
        valid_from: version.valid_from,
        published_at,
        retirements: Vec::new(),
        took_effect: false,
        ended: false,
    }
}
