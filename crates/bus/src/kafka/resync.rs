//! Puts the topics right after the log was restored from an older backup (rule 13).
//!
//! What was recorded after the backup is gone from the log, and readers have seen it. The events topic cannot be put
//! right, and need not be: what the log has from here on comes in a higher incarnation, which wins. But a stream that
//! nothing happens to any more would stay as it never was. So its entity's state topic shows of every such stream the newest
//! event of the backup in the log's present incarnation, or that the stream never existed; and then the relay goes on where
//! the topics and the log part.
//!
//! Everything is found out from the log and the topics: a run that was killed leaves less to do for the next one. Only how
//! far the topics go is noted before the first of them is touched, since afterwards they would not tell.

mod error;
mod examine;
mod lives;
mod mender;
mod reader;
mod shown;

use std::time::Duration;

use futures::stream::{StreamExt as _, TryStreamExt as _};
use rdkafka::Offset;
use vigie_eventlog::{Checkpoint, Database, EventLog, ReadError, kill_point};

use super::{Cursor, Options, admin};
use crate::topics::{PARTITIONS, Topics};
pub use error::Error;
use examine::{Examiner, Standing};
use lives::Lives;
use mender::Mender;
use reader::Reader;
use shown::{Key, Keys, Seen};

/// How long Kafka may take to answer, or to hand over the next record.
const ANSWER_MAX: Duration = Duration::from_secs(10);

/// Streams that are looked up in the log at once.
const LOOKUPS_MAX: usize = 8;

/// How far clocks of producers may be apart from the log's.
const CLOCKS_APART_MAX: Duration = Duration::from_hours(1);

/// How far it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Partitions done: each is read once to compare, and once to mend.
    pub partitions_done: u32,
    /// Twice the partitions of a topic; those of the same number of all topics are one.
    pub partitions_total: u32,
    /// Streams whose state was put right so far.
    pub put_right: u64,
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The topics and the log do not contradict each other, as far as is known; nothing was read or changed.
    NothingToDo {
        /// The last event on Kafka; `None` before the first relay.
        cursor: Option<Checkpoint>,
    },
    /// The topics were put right.
    Resynced(Report),
}

/// What was put right, by this run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Report {
    /// Streams that the topics show.
    pub streams: u64,
    /// Of these, streams that got the newest event that the backup had of them.
    pub mended: u64,
    /// Of these, streams that never existed.
    pub withdrawn: u64,
    /// Records that are none of this context's; they stay as they are.
    pub foreign: u64,
    /// The incarnation in which this was published: the log's.
    pub incarnation: i64,
    /// The relay goes on after this event.
    pub cursor: Checkpoint,
}

/// Puts `topics` right after `log` was restored. Nothing else may run on the log; `database` is its own (see
/// [`open_database`](super::open_database)).
///
/// It fences whoever carried the log before. It may be killed at any point and run again, and it may be run without need.
///
/// The user needs the relay's rights, and the right to read all topics.
///
/// # Errors
/// [`Error::NotRestored`] if a restore is not the reason that the relay stands still, [`Error::AnotherLife`] if the
/// topics were carried by a restored log that this one knows nothing of, and whatever Kafka and the log say.
pub async fn resync(
    options: &Options,
    topics: &Topics,
    log: &EventLog,
    database: &Database,
    mut progress: impl FnMut(Progress),
) -> Result<Outcome, Error> {
    let cursor = Cursor::new(database.clone(), topics);
    let lives = Lives::of(log).await?;
    let there = cursor.read().await?;
    match (continues(log, &lives, there).await?, lives.was_restored()) {
        (true, _) => return Ok(Outcome::NothingToDo { cursor: there }),
        (false, false) => return Err(Error::NotRestored),
        (false, true) => {}
    }
    admin::ensure(options.client()?, topics.all(), options.replication_factor, ANSWER_MAX).await?;
    let mut resync = Resync {
        mender: Mender::connect(options, topics).await?,
        reader: Reader::new(options, topics)?,
        states: topics.states().into_iter().map(|topic| topic.name).collect(),
        topics: topics.clone(),
        noted: Cursor::of_resync(database.clone(), topics, lives.present()),
        examiner: Examiner { log: log.clone(), lives },
        progress: Progress { partitions_total: PARTITIONS.unsigned_abs() * 2, ..Progress::default() },
        show: &mut progress,
    };
    let carried = resync.compare().await?;
    let report = resync.mend(carried).await?;
    kill_point("resync.before_cursor");
    cursor.set(report.cursor).await?;
    Ok(Outcome::Resynced(report))
}

/// Whether a relay may go on from `cursor` in this log.
async fn continues(log: &EventLog, lives: &Lives, cursor: Option<Checkpoint>) -> Result<bool, Error> {
    let cursor = cursor.unwrap_or(Checkpoint::START);
    if cursor.position == 0 {
        // Before its first event every life looks the same: the incarnation says that somebody has compared.
        return Ok(!lives.was_restored() || cursor.incarnation == lives.present());
    }
    match log.check(&cursor).await {
        Ok(()) => Ok(true),
        Err(ReadError::CheckpointRefused { .. }) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// How far the topics and the log go together.
#[derive(Clone, Copy, Debug)]
struct Carried {
    /// All of the log up to here is on the topics.
    up_to: Checkpoint,
    /// The latest life of the log that was carried.
    life: i64,
}

struct Resync<'a> {
    mender: Mender,
    reader: Reader,
    topics: Topics,
    /// The names of the state topics.
    states: Vec<String>,
    examiner: Examiner,
    noted: Cursor,
    progress: Progress,
    show: &'a mut dyn FnMut(Progress),
}

impl Resync<'_> {
    /// Finds out how far the topics and the log go together, and changes nothing.
    ///
    /// By the state topics alone: what one of them shows, is on the events topic in all partitions, and everything before it
    /// on all state topics: they move in one transaction.
    async fn compare(&mut self) -> Result<Carried, Error> {
        let (mut up_to, mut life, mut other_life) = (0, 0, None);
        for partition in 0..PARTITIONS {
            let keys = self.shown(partition).await?;
            for Examined { last, highest, .. } in self.examine(keys).await? {
                for standing in [last, highest].into_iter().flatten() {
                    match standing {
                        Standing::Ours { carried: Some(event), .. } => {
                            up_to = up_to.max(event.position);
                            life = life.max(event.incarnation);
                        }
                        Standing::Ours { carried: None, .. } => {}
                        Standing::Lost { common_past } => up_to = up_to.max(common_past),
                        Standing::AnotherLife { incarnation } => {
                            other_life = other_life.max(Some(incarnation))
                        }
                    }
                }
            }
            self.partition_done();
        }
        if let Some(shown) = other_life {
            return Err(Error::AnotherLife { shown, present: self.examiner.lives.present() });
        }
        let up_to = self.noted(up_to).await?;
        Ok(Carried { up_to, life })
    }

    /// Notes how far the topics go, before they are changed and do not tell any more.
    async fn noted(&self, position: i64) -> Result<Checkpoint, Error> {
        let log = &self.examiner.log;
        let before = self.noted.read().await?;
        if let Some(before) = before
            && before.position >= position
            && log.check(&before).await.is_ok()
        {
            return Ok(before);
        }
        let up_to = match position {
            0 => Checkpoint { incarnation: self.examiner.lives.present(), ..Checkpoint::START },
            position => self.examiner.event_at(position).await?.checkpoint(),
        };
        self.noted.set(up_to).await?;
        Ok(up_to)
    }

    /// Puts right whatever contradicts the log.
    async fn mend(&mut self, carried: Carried) -> Result<Report, Error> {
        let incarnation = self.examiner.lives.present();
        // The relay brings whatever comes after that, and in the order in which it happened.
        let backup_end = carried.up_to.position.max(self.examiner.lives.backup_end());
        let events_from = self.reader.events_from(self.lost_since(carried.life).await?).await?;
        let mut report =
            Report { streams: 0, mended: 0, withdrawn: 0, foreign: 0, incarnation, cursor: carried.up_to };
        for (partition, events_from) in (0..PARTITIONS).zip(events_from) {
            let mut keys = self.shown(partition).await?;
            self.reader.read_events(partition, events_from, &mut keys).await?;
            report.streams += keys.len();
            report.foreign += keys.foreign();
            for examined in self.examine(keys).await? {
                if !examined.is_wrong(carried.up_to.position, incarnation)? {
                    continue;
                }
                let Key { topic, stream_id } = examined.key;
                let Some(topic) = self.states.get(topic) else { continue };
                let newest = self.examiner.newest_up_to(stream_id, backup_end).await?;
                // A stream that is there was never one of this topic, if it is about another entity.
                let newest = newest.filter(|event| self.topics.state_of(&event.event_type) == Some(topic));
                match newest {
                    Some(event) => {
                        report.mended += 1;
                        self.mender.show(topic, partition, &event, incarnation).await?;
                    }
                    None => {
                        report.withdrawn += 1;
                        self.mender.withdraw(topic, partition, stream_id, incarnation).await?;
                    }
                }
                self.progress.put_right += 1;
            }
            self.partition_done();
        }
        self.mender.flush().await?;
        Ok(report)
    }

    /// All that the state topics show.
    async fn shown(&self, partition: i32) -> Result<Keys, Error> {
        let mut keys = Keys::default();
        for (index, topic) in self.states.iter().enumerate() {
            self.reader.read_state(index, topic, partition, &mut keys).await?;
        }
        Ok(keys)
    }

    /// Since when records may have been published that the log lost: what was lost before a life that was carried, was
    /// put right before that.
    async fn lost_since(&self, carried_life: i64) -> Result<Offset, Error> {
        match self.examiner.lives.common_past(carried_life) {
            0 => Ok(Offset::Beginning),
            position => {
                let backup_end = self.examiner.event_at(position).await?.recorded_at.as_micros() / 1_000;
                let apart = i64::try_from(CLOCKS_APART_MAX.as_millis()).unwrap_or(i64::MAX);
                Ok(Offset::Offset(backup_end.saturating_sub(apart).max(0)))
            }
        }
    }

    async fn examine(&self, keys: Keys) -> Result<Vec<Examined>, Error> {
        let examiner = &self.examiner;
        let lookups = keys.into_iter().map(|(key, seen)| Examined::of(examiner, key, seen));
        futures::stream::iter(lookups).buffer_unordered(LOOKUPS_MAX).try_collect().await
    }

    fn partition_done(&mut self) {
        self.progress.partitions_done += 1;
        (self.show)(self.progress);
    }
}

/// What the log says of what the topics show of a stream.
struct Examined {
    key: Key,
    /// What stays on its state topic.
    last: Option<Standing>,
    /// What a reader has who has read everything, if that is something else.
    highest: Option<Standing>,
}

impl Examined {
    async fn of(examiner: &Examiner, key: Key, seen: Seen) -> Result<Self, Error> {
        let last = match seen.last {
            Some(shown) => Some(examiner.standing(key.stream_id, shown).await?),
            None => None,
        };
        let highest = match seen.highest {
            Some(shown) if seen.last != Some(shown) => Some(examiner.standing(key.stream_id, shown).await?),
            _ => None,
        };
        Ok(Self { key, last, highest })
    }

    /// Whether its state topic has to show something else, where a relay goes on after `carried`.
    fn is_wrong(&self, carried: i64, present: i64) -> Result<bool, Error> {
        for standing in [self.last, self.highest].into_iter().flatten() {
            if let Standing::AnotherLife { incarnation: shown } = standing {
                return Err(Error::AnotherLife { shown, present });
            }
        }
        let last_is_wrong = self.last.is_some_and(|last| last.is_lost() || last.is_outdated(carried));
        Ok(last_is_wrong || self.highest.is_some_and(Standing::is_lost))
    }
}
