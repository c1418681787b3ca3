//! Takes events in: effects and checkpoint in one transaction (rule 22).

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;
use vigie_eventlog::{Checkpoint, Database, Hash, RecordedEvent, Transaction, Value};

use super::row::{to_case, to_row};
use super::table::{CASES, STREAMS};
use super::{Error, Standing};
use crate::domain::{Case, Definition, Docket, Entry, LOSS_OR_THEFT, Meaning};
use crate::events;

/// Events, and where to go on once they are taken in.
#[derive(Clone, Debug)]
pub struct Batch {
    /// In order within each stream; may repeat what came before.
    pub events: Vec<RecordedEvent>,
    /// Everything up to here came in this batch or before it. Read from one log: the last event's checkpoint;
    /// from interleaved partitions: the low-water mark.
    pub resume: Checkpoint,
}

/// The one writer of a ledger.
#[derive(Debug)]
pub(crate) struct Projection {
    database: Database,
    definition: &'static Definition,
    checkpoint: Checkpoint,
}

impl Projection {
    /// Goes on from the stored checkpoint.
    pub(crate) async fn resume(database: Database) -> Result<Self, Error> {
        let mut snapshot = database.begin_snapshot().await?;
        let checkpoint = standing(&mut snapshot).await?.checkpoint;
        snapshot.rollback().await?;
        Ok(Self { database, definition: &LOSS_OR_THEFT, checkpoint })
    }

    /// Everything up to here is taken in.
    pub(crate) fn checkpoint(&self) -> Checkpoint {
        self.checkpoint
    }

    /// Takes a batch in, all or nothing.
    ///
    /// After an error nothing is known of the stored checkpoint: resume anew.
    pub(crate) async fn take_in(&mut self, batch: &Batch) -> Result<(), Error> {
        let entries: Vec<Entry> = batch.events.iter().map(events::read).collect();
        let mut transaction = self.database.begin().await?;
        if let Transaction::Postgres(_) = transaction {
            // A plan made for the empty tables of the first batch would scan for ever.
            transaction.execute("SET LOCAL plan_cache_mode = force_custom_plan", &[]).await?;
        }
        // First, since it is also the lock: what is read below is read after any other writer has committed.
        self.move_checkpoint(&mut transaction, batch.resume).await?;

        let mut dockets = load(&mut transaction, &entries).await?;
        for entry in entries {
            let docket = dockets.entry(entry.stream_id).or_insert_with(|| Docket::new(entry.stream_id));
            docket.record(self.definition, entry)?;
        }
        save(&mut transaction, &dockets).await?;
        transaction.commit().await?;
        self.checkpoint = batch.resume;
        Ok(())
    }

    async fn move_checkpoint(&self, transaction: &mut Transaction, to: Checkpoint) -> Result<(), Error> {
        let from = self.checkpoint;
        let moved = transaction
            .execute(
                "UPDATE checkpoint SET incarnation = $1, position = $2, hash = $3 \
                 WHERE shard = 0 AND incarnation = $4 AND position = $5 AND hash = $6",
                &[
                    to.incarnation.into(),
                    to.position.into(),
                    to.hash.0.as_slice().into(),
                    from.incarnation.into(),
                    from.position.into(),
                    from.hash.0.as_slice().into(),
                ],
            )
            .await?;
        if moved == 1 { Ok(()) } else { Err(Error::CheckpointMoved) }
    }
}

/// Empties a ledger. A projection under way finds its checkpoint moved and resumes from the beginning.
pub(crate) async fn start_over(database: &Database) -> Result<(), Error> {
    let start = Checkpoint::START;
    let mut transaction = database.begin().await?;
    transaction
        .execute(
            "UPDATE checkpoint SET incarnation = $1, position = $2, hash = $3, unknown_events = 0 \
             WHERE shard = 0",
            &[start.incarnation.into(), start.position.into(), start.hash.0.as_slice().into()],
        )
        .await?;
    transaction.execute("DELETE FROM cases", &[]).await?;
    transaction.execute("DELETE FROM streams", &[]).await?;
    Ok(transaction.commit().await?)
}

/// Reads how far a ledger has come.
pub(crate) async fn standing(transaction: &mut Transaction) -> Result<Standing, Error> {
    let rows = transaction
        .query(
            "SELECT incarnation, position, hash, unknown_events, \
                    (SELECT COUNT(*) FROM streams WHERE parked_by IS NOT NULL) \
             FROM checkpoint WHERE shard = 0",
            &[],
        )
        .await?;
    let row = rows.first().ok_or(sqlx::Error::RowNotFound)?;
    let hash = row.bytes(2)?.try_into().map_err(|_| sqlx::Error::Decode("hash is not 32 bytes".into()))?;
    Ok(Standing {
        checkpoint: Checkpoint { incarnation: row.i64(0)?, position: row.i64(1)?, hash: Hash(hash) },
        unknown_events: row.i64(3)?,
        parked_streams: row.i64(4)?,
    })
}

/// The dockets of the streams in a batch, with every case that one of its events can touch.
async fn load(transaction: &mut Transaction, entries: &[Entry]) -> Result<BTreeMap<Uuid, Docket>, Error> {
    let streams: Vec<Uuid> = distinct(entries.iter().map(|entry| entry.stream_id));
    let mut dockets = BTreeMap::new();
    for row in STREAMS.matching(transaction, "stream_id", &streams, "").await? {
        let stream_id = row.uuid(0)?;
        dockets.insert(stream_id, Docket::resume(stream_id, row.i64(1)?, row.opt_uuid(2)?));
    }

    let lines_of_acts = lines_of_acts(entries)?;
    let named: Vec<Uuid> = lines_of_acts.keys().copied().collect();
    for row in CASES.matching(transaction, "case_id", &named, "").await? {
        let case = to_case(&row)?;
        if lines_of_acts.get(&case.case_id) != Some(&case.subject_id) {
            return Err(Error::ActOfTwoLines { act_id: case.case_id, subject_id: case.subject_id });
        }
        put_back(&mut dockets, case);
    }

    // An unreadable event stops all that its line has under way.
    let parking = entries
        .iter()
        .filter(|entry| matches!(entry.meaning, Meaning::Unreadable { .. }))
        .map(|entry| entry.stream_id);
    for row in CASES.matching(transaction, "subject_id", &distinct(parking), "AND NOT closed").await? {
        put_back(&mut dockets, to_case(&row)?);
    }
    Ok(dockets)
}

/// Which line each act named in a batch is of.
fn lines_of_acts(entries: &[Entry]) -> Result<BTreeMap<Uuid, Uuid>, Error> {
    let mut lines = BTreeMap::new();
    for entry in entries {
        for act_id in named_acts(&entry.meaning) {
            let subject_id = *lines.entry(act_id).or_insert(entry.stream_id);
            if subject_id != entry.stream_id {
                return Err(Error::ActOfTwoLines { act_id, subject_id });
            }
        }
    }
    Ok(lines)
}

fn put_back(dockets: &mut BTreeMap<Uuid, Docket>, case: Case) {
    dockets.entry(case.subject_id).or_insert_with(|| Docket::new(case.subject_id)).put_back(case);
}

fn named_acts(meaning: &Meaning) -> Vec<Uuid> {
    match meaning {
        Meaning::Asked(request) => request.supersedes.iter().copied().chain([request.act_id]).collect(),
        Meaning::Confirmed { acts, .. } | Meaning::DriftFound { acts } | Meaning::DriftRepaired { acts } => {
            acts.clone()
        }
        Meaning::Overdue { act_id } => vec![*act_id],
        Meaning::Unreadable { may_open: Some(opening) } => vec![opening.act_id],
        Meaning::Unreadable { may_open: None } | Meaning::Aside | Meaning::Unknown => Vec::new(),
    }
}

fn distinct(ids: impl Iterator<Item = Uuid>) -> Vec<Uuid> {
    ids.collect::<BTreeSet<_>>().into_iter().collect()
}

async fn save(transaction: &mut Transaction, dockets: &BTreeMap<Uuid, Docket>) -> Result<(), Error> {
    let streams: Vec<Vec<Value>> = dockets
        .values()
        .map(|docket| vec![docket.stream_id().into(), docket.version().into(), docket.parked_by().into()])
        .collect();
    STREAMS.put(transaction, &streams).await?;

    let cases: Vec<Vec<Value>> = dockets.values().flat_map(Docket::changed).map(to_row).collect();
    CASES.put(transaction, &cases).await?;

    let unknown_events: i64 = dockets.values().map(Docket::unknown_events).sum();
    if unknown_events > 0 {
        transaction
            .execute(
                "UPDATE checkpoint SET unknown_events = unknown_events + $1 WHERE shard = 0",
                &[unknown_events.into()],
            )
            .await?;
    }
    Ok(())
}
