//! A contact point with all its versions, and what was known of them when.

use uuid::Uuid;
use vigie_clock::Timestamp;

use super::snapshot::{Content, Period, Snapshot, Version};
use crate::domain::ALL_KNOWN;

/// A contact point of which a version was published: the fold of its events. One without any is `None`.
///
/// Invariant: versions are in the order of time, and no two are valid at one instant. Between two of them there is a hole
/// only where a retirement made one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactPoint {
    pub(super) contact_point_id: Uuid,
    pub(super) versions: Vec<Published>,
}

/// A version on record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Published {
    pub(super) point_version: u32,
    pub(super) content: Content,
    pub(super) valid_from: Timestamp,
    pub(super) published_at: Timestamp,
    /// Ends that were recorded for it; of several the last counts.
    pub(super) retirements: Vec<Retirement>,
    /// Whether it was said that it became valid.
    pub(super) took_effect: bool,
    /// Whether it was said that it ended without a version that follows at once.
    pub(super) ended: bool,
}

/// An end that was recorded for a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Retirement {
    pub(super) until: Timestamp,
    pub(super) recorded_at: Timestamp,
}

impl ContactPoint {
    /// Its id, the same over all versions.
    pub const fn contact_point_id(&self) -> Uuid {
        self.contact_point_id
    }

    /// The version valid at `at`, as known at `known_at`, with the end that was known then.
    pub fn version(&self, at: Timestamp, known_at: Timestamp) -> Option<Version> {
        let known = |published: &&Published| published.published_at <= known_at && published.valid_from <= at;
        let published = self.versions.iter().rev().find(known)?;
        let version = self.shown(published, known_at);
        version.valid_until.is_none_or(|until| at < until).then_some(version)
    }

    /// The version of that number, as known now.
    pub fn numbered(&self, point_version: u32) -> Option<Version> {
        let published = self.versions.iter().find(|published| published.point_version == point_version)?;
        Some(self.shown(published, ALL_KNOWN))
    }

    /// The version that was published last.
    pub fn last_version(&self) -> Option<Version> {
        self.versions.last().map(|published| self.shown(published, ALL_KNOWN))
    }

    /// Whether it leads to `desk_id` at `at` or later.
    pub fn leads_to(&self, desk_id: Uuid, at: Timestamp) -> bool {
        let of_desk = self.versions.iter().filter(|published| published.content.desk_id == desk_id);
        of_desk.map(|published| self.end(published, ALL_KNOWN)).any(|end| end.is_none_or(|end| at < end))
    }

    /// It as its events show it.
    pub fn snapshot(&self) -> Snapshot {
        let versions = self.versions.iter().filter(|published| !self.is_over(published));
        let period = |published: &Published| Period {
            point_version: published.point_version,
            valid_from: published.valid_from,
            valid_until: self.end(published, ALL_KNOWN),
        };
        Snapshot { versions: versions.map(period).collect() }
    }

    /// Until when a version is valid, as known at `known_at`: until it retires or the next one begins.
    pub(super) fn end(&self, published: &Published, known_at: Timestamp) -> Option<Timestamp> {
        let is_next =
            |next: &&Published| next.point_version > published.point_version && next.published_at <= known_at;
        let next = self.versions.iter().find(is_next).map(|next| next.valid_from);
        let retired =
            published.retirements.iter().rev().find(|retirement| retirement.recorded_at <= known_at);
        [next, retired.map(|retirement| retirement.until)].into_iter().flatten().min()
    }

    /// A version as of its publication, or as of now.
    pub(super) fn shown(&self, published: &Published, known_at: Timestamp) -> Version {
        Version {
            point_version: published.point_version,
            content: published.content.clone(),
            valid_from: published.valid_from,
            valid_until: self.end(published, known_at),
        }
    }

    /// Whether it is on record that the version is valid no more.
    fn is_over(&self, published: &Published) -> bool {
        let later = |next: &Published| next.point_version > published.point_version && next.took_effect;
        published.ended || self.versions.iter().any(later)
    }
}
