//! 3.1: what is published, and who was told before it changes.

use vigie_clock::Timestamp;

use super::{KEPT, LATE, Reckoned};
use crate::year::diary::Diary;

/// Everybody publishes what it costs here: nothing else is taken.
pub(super) fn published(diary: &Diary) -> Vec<Reckoned> {
    let versions = diary.versions.iter().map(|version| Reckoned {
        subject: version.point,
        t0: Some(version.valid_from),
        summary: format!("VERSION {}", version.number),
        t1: Some(version.published_at),
        verdict: KEPT.to_owned(),
    });
    versions.collect()
}

/// Of each change, every customer whom it is certain that mail reached.
pub(super) fn told(diary: &Diary, end: Timestamp) -> Vec<Reckoned> {
    let told = diary.versions.iter().flat_map(|version| {
        let reached = version.told.iter().filter_map(|letter| letter.told(end));
        reached.map(|told| Reckoned {
            subject: version.point,
            t0: Some(version.valid_from),
            summary: format!("VERSION {}", version.number),
            t1: Some(told.at),
            verdict: if told.at < version.valid_from { KEPT } else { LATE }.to_owned(),
        })
    });
    told.collect()
}
