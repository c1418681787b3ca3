//! The head's hash, kept outside of the database: no chain sees its own tail cut off (rule 12).

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use vigie_clock::Timestamp;

use crate::event::{Checkpoint, Hash};
use crate::log::EventLog;

/// Anchors kept in the file; beyond that every second one of the older half is dropped.
const ANCHORS_MAX: usize = 200_000;

/// Where the log's head was at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// When it was written down.
    pub at: Timestamp,
    /// The head.
    pub head: Checkpoint,
}

#[derive(Serialize, Deserialize)]
struct Line {
    at: Timestamp,
    incarnation: i64,
    position: i64,
    hash: String,
}

/// A file of anchors: one JSON object a line, only ever added to while the log runs.
#[derive(Clone, Debug)]
pub struct AnchorFile(PathBuf);

impl AnchorFile {
    /// The file at `path`; made at the first anchor.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// All anchors, oldest first. A torn last line is left out.
    pub fn read(&self) -> std::io::Result<Vec<Anchor>> {
        let text = match std::fs::read_to_string(&self.0) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let anchors = text.lines().filter_map(|line| {
            let line: Line = serde_json::from_str(line).ok()?;
            let hash: Hash = line.hash.parse().ok()?;
            let head = Checkpoint { incarnation: line.incarnation, position: line.position, hash };
            Some(Anchor { at: line.at, head })
        });
        Ok(anchors.collect())
    }

    /// Adds an anchor, durably.
    pub fn write(&self, anchor: &Anchor) -> std::io::Result<()> {
        let mut file = std::fs::OpenOptions::new().create(true).append(true).open(&self.0)?;
        file.write_all(line_of(anchor)?.as_bytes())?;
        file.sync_data()
    }

    /// Keeps the file bounded: the older an anchor, the fewer neighbours it needs.
    pub fn thin(&self) -> std::io::Result<()> {
        let anchors = self.read()?;
        if anchors.len() <= ANCHORS_MAX {
            return Ok(());
        }
        let (older, newer) = anchors.split_at(anchors.len() / 2);
        let mut text = String::new();
        for anchor in older.iter().step_by(2).chain(newer) {
            text.push_str(&line_of(anchor)?);
        }
        let next = self.0.with_extension("next");
        std::fs::write(&next, text)?;
        std::fs::File::open(&next)?.sync_data()?;
        std::fs::rename(&next, &self.0)
    }

    /// Anchors the head of `log` every `interval` as long as it moves. Runs until dropped.
    pub async fn follow(self, log: EventLog, interval: Duration) {
        let this = self.clone();
        if let Ok(Err(error)) = tokio::task::spawn_blocking(move || this.thin()).await {
            tracing::warn!(%error, "the anchor file could not be thinned");
        }
        let mut anchored = Checkpoint::START;
        loop {
            let head = log.known_head();
            if head != anchored && head.position > 0 {
                let anchor = Anchor { at: log.clock().now(), head };
                let this = self.clone();
                match tokio::task::spawn_blocking(move || this.write(&anchor)).await {
                    Ok(Ok(())) => anchored = head,
                    Ok(Err(error)) => tracing::error!(%error, "the log's head could not be anchored"),
                    Err(_) => return,
                }
            }
            tokio::time::sleep(interval).await;
        }
    }
}

fn line_of(anchor: &Anchor) -> std::io::Result<String> {
    let Anchor { at, head } = *anchor;
    let Checkpoint { incarnation, position, hash } = head;
    let line = Line { at, incarnation, position, hash: hash.to_string() };
    Ok(serde_json::to_string(&line)? + "\n")
}
