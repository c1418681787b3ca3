//! Walks the whole log and says where it is not as it was written.

use std::collections::{BTreeMap, HashMap};

use uuid::Uuid;

use crate::anchor::Anchor;
use crate::event::{Checkpoint, Hash, RecordedEvent};
use crate::log::{EventLog, ReadError, event_of, limit_value, select_events};

/// Events per read.
const PAGE: usize = 1024;

/// Findings kept; a log that is wrong in more places is wrong enough.
const FINDINGS_MAX: usize = 10_000;

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FindingCode {
    /// The row is not what its hash was made of.
    HashMismatch,
    /// There is no row at this position.
    PositionMissing,
    /// The stream lacks events that it had, or has a version twice.
    StreamIncomplete,
    /// The anchor outside of the database has another hash for this position.
    AnchorMismatch,
    /// The anchor outside of the database knows positions beyond the head.
    TailCut,
}

impl FindingCode {
    /// Stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::HashMismatch => "HASH_MISMATCH",
            Self::PositionMissing => "POSITION_MISSING",
            Self::StreamIncomplete => "STREAM_INCOMPLETE",
            Self::AnchorMismatch => "ANCHOR_MISMATCH",
            Self::TailCut => "TAIL_CUT",
        }
    }
}

/// Something that is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What.
    pub code: FindingCode,
    /// Where.
    pub position: i64,
    /// In which stream, where it can be known.
    pub stream_id: Option<Uuid>,
    /// For people.
    pub message: String,
}

/// How far a verification is.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// Events checked.
    pub events_done: i64,
    /// Events there were at the start.
    pub events_total: i64,
}

/// What a verification found.
#[derive(Clone, Debug)]
pub struct Report {
    /// Nothing: the log is as it was written.
    pub findings: Vec<Finding>,
    /// The head that was reached.
    pub head: Checkpoint,
    /// Anchors that were compared.
    pub anchors_compared: usize,
    /// Anchors of positions that a restore gave up.
    pub anchors_superseded: usize,
}

impl EventLog {
    /// Checks hashes, positions, stream versions and `anchors`. Memory: one entry per stream.
    pub async fn verify(
        &self,
        anchors: &[Anchor],
        mut progress: impl FnMut(Progress),
    ) -> Result<Report, ReadError> {
        let head = self.head().await?;
        let mut walk = Walk::new(anchors, head.position);
        loop {
            let rows = self
                .0
                .database
                .query(
                    select_events!("WHERE position > $1 AND position <= $2 ORDER BY position LIMIT $3"),
                    &[walk.position.into(), head.position.into(), limit_value(PAGE)],
                )
                .await?;
            for row in &rows {
                walk.step(&event_of(row)?);
            }
            progress(Progress { events_done: walk.position, events_total: head.position });
            if rows.len() < PAGE {
                break;
            }
        }
        self.compare_streams(&mut walk, head.position).await?;
        Ok(walk.finish())
    }

    /// Every stream's row, and every stream that a request or a key remembers, against the events seen.
    async fn compare_streams(&self, walk: &mut Walk, head: i64) -> Result<(), ReadError> {
        let mut after = Uuid::nil();
        loop {
            let rows = self
                .0
                .database
                .query(
                    "SELECT i.stream_id, s.version FROM (SELECT stream_id FROM streams UNION SELECT stream_id FROM \
                     requests UNION SELECT stream_id FROM keys UNION SELECT stream_id FROM links) AS i LEFT JOIN streams AS s \
                     ON s.stream_id = i.stream_id WHERE i.stream_id > $1 ORDER BY i.stream_id LIMIT $2",
                    &[after.into(), limit_value(PAGE)],
                )
                .await?;
            for row in &rows {
                after = row.uuid(0)?;
                let stated = row.opt_i64(1)?;
                let seen = walk.versions.get(&after).copied().unwrap_or(0);
                // Appended while we walked: not older than the head that we walked to.
                if stated.is_some_and(|stated| stated > seen) && self.grew_after(after, head).await? {
                    continue;
                }
                walk.compare_stream(after, stated, seen);
            }
            if rows.len() < PAGE {
                return Ok(());
            }
        }
    }

    async fn grew_after(&self, stream_id: Uuid, head: i64) -> Result<bool, ReadError> {
        let rows = self
            .0
            .database
            .query(
                "SELECT 1 FROM events WHERE stream_id = $1 AND position > $2 LIMIT 1",
                &[stream_id.into(), head.into()],
            )
            .await?;
        Ok(!rows.is_empty())
    }
}

struct Walk {
    position: i64,
    hash: Hash,
    incarnation: i64,
    versions: HashMap<Uuid, i64>,
    /// Positions without a row.
    missing: Vec<i64>,
    /// Versions without an event: stream, version, position of the next event of the stream if there is one.
    holes: Vec<(Uuid, i64, Option<i64>)>,
    anchors: BTreeMap<i64, Vec<Anchor>>,
    head: i64,
    report: Report,
    /// First position of each incarnation after the first.
    restarts: Vec<(i64, i64)>,
}

impl Walk {
    fn new(anchors: &[Anchor], head: i64) -> Self {
        let mut by_position: BTreeMap<i64, Vec<Anchor>> = BTreeMap::new();
        for anchor in anchors {
            by_position.entry(anchor.head.position).or_default().push(*anchor);
        }
        let report = Report {
            findings: Vec::new(),
            head: Checkpoint::START,
            anchors_compared: 0,
            anchors_superseded: 0,
        };
        Self {
            position: 0,
            hash: Hash::default(),
            incarnation: 0,
            versions: HashMap::new(),
            missing: Vec::new(),
            holes: Vec::new(),
            anchors: by_position,
            head,
            report,
            restarts: Vec::new(),
        }
    }

    fn step(&mut self, event: &RecordedEvent) {
        let gap = event.position > self.position + 1;
        if gap {
            let room = FINDINGS_MAX.saturating_sub(self.missing.len());
            self.missing.extend((self.position + 1..event.position).take(room));
        }
        // After a gap the chain's value is not known: the row after it can only vouch for the ones behind it.
        if !gap && event.chained(&self.hash) != event.hash {
            self.find(
                FindingCode::HashMismatch,
                event.position,
                Some(event.stream_id),
                "the row is not what its hash, or the one before it, was made of".to_owned(),
            );
        }
        if event.incarnation != self.incarnation {
            self.restarts.push((event.incarnation, event.position));
            self.incarnation = event.incarnation;
        }
        let last = self.versions.entry(event.stream_id).or_insert(0);
        let expected = *last + 1;
        *last = event.stream_version.max(*last);
        if event.stream_version > expected {
            let holes = (expected..event.stream_version)
                .map(|version| (event.stream_id, version, Some(event.position)));
            let room = FINDINGS_MAX.saturating_sub(self.holes.len());
            self.holes.extend(holes.take(room));
        } else if event.stream_version < expected {
            let message = format!("version {} comes where {expected} should", event.stream_version);
            self.find(FindingCode::StreamIncomplete, event.position, Some(event.stream_id), message);
        }
        self.position = event.position;
        self.hash = event.hash;
        for anchor in self.anchors.remove(&event.position).unwrap_or_default() {
            if self.is_superseded(&anchor) {
                self.report.anchors_superseded += 1;
                continue;
            }
            self.report.anchors_compared += 1;
            if anchor.head.hash != event.hash {
                let message = format!("the anchor of {} has hash {}", anchor.at, anchor.head.hash);
                self.find(FindingCode::AnchorMismatch, event.position, Some(event.stream_id), message);
            }
        }
    }

    /// A restore gave this position up, and its own event says so.
    fn is_superseded(&self, anchor: &Anchor) -> bool {
        self.restarts.iter().any(|(incarnation, first)| {
            *incarnation > anchor.head.incarnation && anchor.head.position >= *first
        })
    }

    fn compare_stream(&mut self, stream_id: Uuid, stated: Option<i64>, seen: i64) {
        match stated {
            Some(stated) if stated > seen => {
                let room = FINDINGS_MAX.saturating_sub(self.holes.len());
                let holes = (seen + 1..=stated).map(|version| (stream_id, version, None));
                self.holes.extend(holes.take(room));
            }
            Some(stated) if stated < seen => {
                let message = format!("the stream's row says version {stated}, the log {seen}");
                self.find(FindingCode::StreamIncomplete, self.head, Some(stream_id), message);
            }
            Some(_) => {}
            None if seen == 0 => self.holes.push((stream_id, 1, None)),
            None => {
                let message = "the stream's row is missing".to_owned();
                self.find(FindingCode::StreamIncomplete, self.head, Some(stream_id), message);
            }
        }
    }

    fn find(&mut self, code: FindingCode, position: i64, stream_id: Option<Uuid>, message: String) {
        if self.report.findings.len() < FINDINGS_MAX {
            self.report.findings.push(Finding { code, position, stream_id, message });
        }
    }

    fn finish(mut self) -> Report {
        for position in std::mem::take(&mut self.missing) {
            // The one hole that this position can have torn: versions grow with positions.
            let mut before = self.holes.iter().filter(|(_, _, next)| next.is_none_or(|next| next > position));
            let stream_id = match (before.next(), before.next()) {
                (Some((stream_id, ..)), None) => Some(*stream_id),
                (Some((first, ..)), Some(_)) if self.holes.iter().all(|(id, ..)| id == first) => Some(*first),
                _ => None,
            };
            let message = "no row at this position: an event was deleted".to_owned();
            self.find(FindingCode::PositionMissing, position, stream_id, message);
        }
        for (stream_id, version, next) in std::mem::take(&mut self.holes) {
            let message = format!("version {version} of the stream is missing");
            self.find(FindingCode::StreamIncomplete, next.unwrap_or(self.position), Some(stream_id), message);
        }
        for anchor in std::mem::take(&mut self.anchors).into_values().flatten() {
            if self.is_superseded(&anchor) {
                self.report.anchors_superseded += 1;
                continue;
            }
            self.report.anchors_compared += 1;
            let (position, at) = (anchor.head.position, anchor.at);
            let (code, message) = if position > self.position {
                (FindingCode::TailCut, format!("at {at} the log reached position {position}"))
            } else {
                (FindingCode::AnchorMismatch, format!("anchored at {at}, and there is no such event"))
            };
            self.find(code, position, None, message);
        }
        self.report.findings.sort_by_key(|finding| (finding.position, finding.code));
        self.report.head =
            Checkpoint { incarnation: self.incarnation, position: self.position, hash: self.hash };
        self.report
    }
}
