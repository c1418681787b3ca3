//! What the ledger makes of events.

use std::collections::{BTreeMap, BTreeSet};
use std::marker::PhantomData;
use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::watch;
use uuid::Uuid;
use vigie_clock::Clock;
use vigie_eventlog::view::{Batch, CheckpointTable, Outlook, Projection};
use vigie_eventlog::{Database, RecordedEvent, Row, Transaction, Value};

use super::follows::Follows;
use super::query::tallies;
use super::row::{to_case, to_row};
use super::table::{CASES, PROMISES};
use super::{Error, Standing, promise_row};
use crate::domain::promise::{Book, Mark, Stroke};
use crate::domain::{Case, Docket, Entry, LOSS_OR_THEFT, Meaning, Seen};
use crate::metrics::Metrics;

/// What the ledger makes of one log, and what it tells of itself.
pub(crate) struct Ledger<L> {
    standing: watch::Sender<Standing>,
    metrics: Metrics,
    clock: Arc<dyn Clock>,
    log: PhantomData<fn() -> L>,
}

impl<L: Follows> Ledger<L> {
    /// The ledger that stands in `database`.
    pub(crate) async fn open(
        database: &Database,
        metrics: Metrics,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, Error> {
        let standing = watch::Sender::new(standing_now::<L>(database).await?);
        Ok(Self { standing, metrics, clock, log: PhantomData })
    }

    /// How far this process has seen the ledger come.
    pub(crate) fn standing(&self) -> Standing {
        *self.standing.borrow()
    }
}

#[async_trait]
impl<L: Follows> Projection for Ledger<L> {
    type Error = crate::Error;

    const NAME: &'static str = L::NAME;

    const CHECKPOINT: CheckpointTable = L::CHECKPOINT;

    async fn apply(transaction: &mut Transaction, events: &[RecordedEvent]) -> Result<(), crate::Error> {
        let entries: Vec<Entry> = events.iter().filter_map(L::read).collect();
        let mut dockets = load_dockets::<L>(transaction, &entries).await?;
        let mut book = load_book(transaction, &entries).await?;
        let parked_before = parked(&dockets);
        for entry in entries {
            let docket = dockets.entry(entry.stream_id).or_insert_with(|| Docket::new(entry.stream_id));
            record(docket, &mut book, entry)?;
        }
        save_dockets::<L>(transaction, &dockets, parked(&dockets) - parked_before).await?;
        let cases = book.changed().map(|case| promise_row::to_row(L::LOG, case)).collect();
        Ok(PROMISES.put(transaction, cases).await.map_err(Error::from)?)
    }

    async fn clear(transaction: &mut Transaction) -> Result<(), crate::Error> {
        for statement in L::CLEAR {
            transaction.execute(*statement, &[]).await.map_err(Error::from)?;
        }
        let of_log = [L::LOG.as_str().into()];
        let deleted = transaction.execute("DELETE FROM promise_cases WHERE log = $1", &of_log).await;
        deleted.map(drop).map_err(|error| Error::from(error).into())
    }

    fn outlook(error: &crate::Error) -> Outlook {
        error.outlook()
    }

    fn advice(error: &crate::Error) -> Option<&'static str> {
        error.wants_a_new_start().then_some(L::START_OVER)
    }

    async fn moved(&self, database: &Database, batch: Option<&Batch>) -> Result<(), crate::Error> {
        let standing = standing_now::<L>(database).await?;
        self.standing.send_replace(standing);
        if let Some(batch) = batch {
            let now = self.clock.now();
            self.metrics.taken_in(batch, &standing, now);
            if self.metrics.counts(now) {
                let mut snapshot = database.begin_snapshot().await.map_err(Error::from)?;
                self.metrics.counted(&tallies(&mut snapshot).await?);
                snapshot.rollback().await.map_err(Error::from)?;
            }
        }
        Ok(())
    }
}

/// Takes one event in: acts by the docket, which also says whether it is new and in its turn; every other case by the book.
fn record(docket: &mut Docket, book: &mut Book, mut entry: Entry) -> Result<(), Error> {
    let Entry { event_id, stream_id, recorded_at, .. } = entry;
    let mark = Mark { event_id, stream_id, recorded_at };
    let strokes = std::mem::take(&mut entry.strokes);
    let is_unreadable = matches!(entry.meaning, Meaning::Unreadable { .. });
    if docket.record(&LOSS_OR_THEFT, entry)? == Seen::Repeated {
        return Ok(());
    }
    book.take_in(mark, strokes, docket.parked_by());
    if is_unreadable {
        book.stop(mark);
    }
    Ok(())
}

/// Reads how far the ledger in `database` has come.
async fn standing_now<L: Follows>(database: &Database) -> Result<Standing, Error> {
    standing_of(&database.query(L::STANDING, &[]).await?)
}

/// Reads how far a ledger has come.
pub(crate) async fn standing<L: Follows>(transaction: &mut Transaction) -> Result<Standing, Error> {
    standing_of(&transaction.query(L::STANDING, &[]).await?)
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
async fn load_dockets<L: Follows>(
    transaction: &mut Transaction,
    entries: &[Entry],
) -> Result<BTreeMap<Uuid, Docket>, Error> {
    let streams: Vec<Uuid> = distinct(entries.iter().map(|entry| entry.stream_id));
    let mut dockets = BTreeMap::new();
    for row in L::STREAMS.matching(transaction, "stream_id", &streams, "").await? {
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
    for row in CASES.matching(transaction, "subject_id", &parking(entries), "AND NOT closed").await? {
        put_back(&mut dockets, to_case(&row)?);
    }
    Ok(dockets)
}

/// Every case beside the acts that one of the events can touch.
async fn load_book(transaction: &mut Transaction, entries: &[Entry]) -> Result<Book, Error> {
    let mut book = Book::default();
    let named = entries.iter().flat_map(|entry| entry.strokes.iter().map(Stroke::case_id));
    let named = PROMISES.of_keys(transaction, &distinct(named)).await?;
    let undecided = PROMISES.matching(transaction, "stream_id", &parking(entries), "AND NOT closed").await?;
    for row in named.iter().chain(&undecided) {
        book.put_back(promise_row::to_case(row)?);
    }
    Ok(book)
}

/// The streams that park in a batch.
fn parking(entries: &[Entry]) -> Vec<Uuid> {
    let unreadable = entries.iter().filter(|entry| matches!(entry.meaning, Meaning::Unreadable { .. }));
    distinct(unreadable.map(|entry| entry.stream_id))
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

async fn save_dockets<L: Follows>(
    transaction: &mut Transaction,
    dockets: &BTreeMap<Uuid, Docket>,
    parked_more: i64,
) -> Result<(), Error> {
    let streams: Vec<Vec<Value>> = dockets
        .values()
        .map(|docket| vec![docket.stream_id().into(), docket.version().into(), docket.parked_by().into()])
        .collect();
    L::STREAMS.put(transaction, streams).await?;

    let cases: Vec<Vec<Value>> = dockets.values().flat_map(Docket::changed).map(to_row).collect();
    CASES.put(transaction, cases).await?;

    let unknown_events: i64 = dockets.values().map(Docket::unknown_events).sum();
    if unknown_events > 0 || parked_more != 0 {
        transaction.execute(L::MET, &[unknown_events.into(), parked_more.into()]).await?;
    }
    Ok(())
}
