//! What the ledger makes of events.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::watch;
use uuid::Uuid;
use vigie_clock::Clock;
use vigie_eventlog::view::{Batch, CheckpointTable, Outlook, Projection};
use vigie_eventlog::{Database, RecordedEvent, Row, Transaction, Value};

use super::row::{to_case, to_row};
use super::table::{CASES, CHECKPOINT, STREAMS};
use super::{Error, Standing};
use crate::domain::{Case, Docket, Entry, LOSS_OR_THEFT, Meaning};
use crate::events;
use crate::metrics::Metrics;

const STANDING: &str =
    "SELECT incarnation, position, hash, unknown_events, parked_streams FROM checkpoint WHERE shard = 0";

/// The ledger, and what it tells of itself.
pub(crate) struct Ledger {
    standing: watch::Sender<Standing>,
    metrics: Metrics,
    clock: Arc<dyn Clock>,
}

impl Ledger {
    /// The ledger that stands in `database`.
    pub(crate) async fn open(
        database: &Database,
        metrics: Metrics,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, Error> {
        Ok(Self { standing: watch::Sender::new(standing_now(database).await?), metrics, clock })
    }

    /// How far this process has seen the ledger come.
    pub(crate) fn standing(&self) -> Standing {
        *self.standing.borrow()
    }
}

#[async_trait]
impl Projection for Ledger {
    type Error = crate::Error;

    const NAME: &'static str = "the ledger";

    const CHECKPOINT: CheckpointTable = CheckpointTable(CHECKPOINT.name);

    async fn apply(transaction: &mut Transaction, events: &[RecordedEvent]) -> Result<(), crate::Error> {
        // The log itself has a stream too: it is no case.
        let of_lines = events.iter().filter(|event| event.event_type.starts_with(events::OF_LINES));
        let entries: Vec<Entry> = of_lines.map(events::read).collect();
        let mut dockets = load(transaction, &entries).await?;
        let parked_before = parked(&dockets);
        for entry in entries {
            let docket = dockets.entry(entry.stream_id).or_insert_with(|| Docket::new(entry.stream_id));
            docket.record(&LOSS_OR_THEFT, entry).map_err(Error::from)?;
        }
        Ok(save(transaction, &dockets, parked(&dockets) - parked_before).await?)
    }

    async fn clear(transaction: &mut Transaction) -> Result<(), crate::Error> {
        for statement in [
            "UPDATE checkpoint SET unknown_events = 0, parked_streams = 0",
            "DELETE FROM cases",
            "DELETE FROM streams",
        ] {
            transaction.execute(statement, &[]).await.map_err(Error::from)?;
        }
        Ok(())
    }

    fn outlook(error: &crate::Error) -> Outlook {
        error.outlook()
    }

    fn advice(error: &crate::Error) -> Option<&'static str> {
        error.advice()
    }

    async fn moved(&self, database: &Database, batch: Option<&Batch>) -> Result<(), crate::Error> {
        let standing = standing_now(database).await?;
        self.standing.send_replace(standing);
        if let Some(batch) = batch {
            self.metrics.taken_in(batch, &standing, self.clock.now());
        }
        Ok(())
    }
}

/// Reads how far the ledger in `database` has come.
async fn standing_now(database: &Database) -> Result<Standing, Error> {
    standing_of(&database.query(STANDING, &[]).await?)
}

/// Reads how far a ledger has come.
pub(crate) async fn standing(transaction: &mut Transaction) -> Result<Standing, Error> {
    standing_of(&transaction.query(STANDING, &[]).await?)
}

fn standing_of(rows: &[Row]) -> Result<Standing, Error> {
    let row = rows.first().ok_or(sqlx::Error::RowNotFound)?;
    Ok(Standing {
        checkpoint: CheckpointTable::of(row)?,
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

fn parked(dockets: &BTreeMap<Uuid, Docket>) -> i64 {
    dockets.values().filter(|docket| docket.parked_by().is_some()).map(|_| 1).sum()
}

async fn save(
    transaction: &mut Transaction,
    dockets: &BTreeMap<Uuid, Docket>,
    parked_more: i64,
) -> Result<(), Error> {
    let streams: Vec<Vec<Value>> = dockets
        .values()
        .map(|docket| vec![docket.stream_id().into(), docket.version().into(), docket.parked_by().into()])
        .collect();
    STREAMS.put(transaction, streams).await?;

    let cases: Vec<Vec<Value>> = dockets.values().flat_map(Docket::changed).map(to_row).collect();
    CASES.put(transaction, cases).await?;

    let unknown_events: i64 = dockets.values().map(Docket::unknown_events).sum();
    if unknown_events > 0 || parked_more != 0 {
        transaction
            .execute(
                "UPDATE checkpoint SET unknown_events = unknown_events + $1, parked_streams = parked_streams + $2 \
                 WHERE shard = 0",
                &[unknown_events.into(), parked_more.into()],
            )
            .await?;
    }
    Ok(())
}
