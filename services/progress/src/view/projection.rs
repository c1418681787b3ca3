//! What the view makes of events.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::watch;
use uuid::Uuid;
use vigie_clock::Clock;
use vigie_eventlog::view::{Batch, CheckpointTable, Outlook, Projection, select_among};
use vigie_eventlog::{Database, RecordedEvent, Row, Transaction, Value};

use super::bells::Bells;
use super::row::{act_row, entry_row, line_row, to_act, to_line};
use super::table::{ACTS, CHECKPOINT, LINES, TIMELINE};
use super::{Error, Standing};
use crate::domain::{Act, Line, Record, Timeline, is_next};
use crate::events;
use crate::metrics::Metrics;

const STANDING: &str = "SELECT incarnation, position, hash, unknown_events, \
                        (SELECT COUNT(*) FROM parked_streams) FROM checkpoint WHERE shard = 0";

/// The view, and those whom it tells that it moved.
pub(crate) struct View {
    standing: watch::Sender<Standing>,
    bells: Bells,
    metrics: Metrics,
    clock: Arc<dyn Clock>,
}

impl View {
    /// The view that stands in `database`.
    pub(crate) async fn open(
        database: &Database,
        bells: Bells,
        metrics: Metrics,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, Error> {
        Ok(Self { standing: watch::Sender::new(standing_now(database).await?), bells, metrics, clock })
    }

    /// How far this process has seen the view come.
    pub(crate) fn standing(&self) -> Standing {
        *self.standing.borrow()
    }

    /// Who waits for which line.
    pub(crate) fn bells(&self) -> &Bells {
        &self.bells
    }

    pub(crate) fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// Another process moved the view, or it was emptied: whose lines stand elsewhere is found out in one query for all
    /// who wait.
    async fn compare(&self, database: &Database) -> Result<(), Error> {
        let lines = self.bells.lines();
        if lines.is_empty() {
            return Ok(());
        }
        let mut snapshot = database.begin_snapshot().await?;
        let rows =
            select_among(&mut snapshot, "SELECT line_id, version FROM lines", "line_id", &lines, "").await?;
        snapshot.rollback().await?;
        let versions = rows.iter().map(|row| Ok((row.uuid(0)?, row.i64(1)?)));
        self.bells.compare(&versions.collect::<Result<_, sqlx::Error>>()?);
        Ok(())
    }
}

#[async_trait]
impl Projection for View {
    type Error = crate::Error;

    const NAME: &'static str = "the progress view";

    const CHECKPOINT: CheckpointTable = CheckpointTable(CHECKPOINT.name);

    async fn apply(transaction: &mut Transaction, events: &[RecordedEvent]) -> Result<(), crate::Error> {
        // The log itself has a stream too: it is no line.
        let of_lines: Vec<_> = events.iter().filter(|event| is_of_a_line(event)).collect();
        let lines = load_lines(transaction, &of_lines).await?;
        let mut passed_by = BTreeSet::new();
        loop {
            let error = match write(transaction, &lines, &of_lines, &passed_by).await {
                Ok(timelines) => return Ok(save(transaction, &timelines).await?),
                Err(error) => error,
            };
            // What a person let pass by once needs nobody a second time: not when the view starts over, and a view that is
            // rebuilt must say what the live one does.
            match error.poison() {
                Some(event_id) if was_skipped(transaction, event_id).await? && passed_by.insert(event_id) => {
                }
                _ => return Err(error.into()),
            }
        }
    }

    const PARKS: bool = true;

    async fn skip(transaction: &mut Transaction, event: &RecordedEvent) -> Result<(), crate::Error> {
        let lines = load_lines(transaction, &[event]).await?;
        let timelines = write(transaction, &lines, &[event], &BTreeSet::from([event.event_id])).await?;
        Ok(save(transaction, &timelines).await?)
    }

    async fn released(&self, database: &Database) -> Result<(), crate::Error> {
        Ok(self.compare(database).await?)
    }

    async fn clear(transaction: &mut Transaction) -> Result<(), crate::Error> {
        for statement in [
            "UPDATE checkpoint SET unknown_events = 0",
            "DELETE FROM lines",
            "DELETE FROM timeline",
            "DELETE FROM acts",
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
        match batch {
            Some(batch) => {
                let of_lines = batch.events.iter().filter(|event| is_of_a_line(event));
                self.bells.ring(of_lines.map(|event| (event.stream_id, event.stream_version)));
                self.metrics.taken_in(batch, &standing, self.clock.now());
            }
            None => self.compare(database).await?,
        }
        Ok(())
    }
}

fn is_of_a_line(event: &RecordedEvent) -> bool {
    event.event_type.starts_with(events::OF_LINES)
}

/// Reads how far the view in `database` has come.
async fn standing_now(database: &Database) -> Result<Standing, Error> {
    standing_of(&database.query(STANDING, &[]).await?)
}

/// Reads how far a view has come.
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

/// The lines of a batch as they are stored, or new.
async fn load_lines(
    transaction: &mut Transaction,
    events: &[&RecordedEvent],
) -> Result<BTreeMap<Uuid, Line>, Error> {
    let new = |event: &&RecordedEvent| (event.stream_id, Line::new(event.stream_id, event.account_id));
    let mut lines: BTreeMap<Uuid, Line> = events.iter().map(new).collect();
    let line_ids: Vec<Uuid> = lines.keys().copied().collect();
    for row in LINES.of_keys(transaction, &line_ids).await? {
        let line = to_line(&row)?;
        lines.insert(line.line_id, line);
    }
    Ok(lines)
}

async fn was_skipped(transaction: &mut Transaction, event_id: Uuid) -> Result<bool, Error> {
    let sql = "SELECT 1 FROM skipped_events WHERE event_id = $1";
    Ok(!transaction.query(sql, &[event_id.into()]).await?.is_empty())
}

/// Reads what was not taken in before; what was, an event among it that a person let pass by, is not looked at again.
fn read_new(
    lines: &BTreeMap<Uuid, Line>,
    events: &[&RecordedEvent],
    passed_by: &BTreeSet<Uuid>,
) -> Result<Vec<Record>, Error> {
    let mut versions: BTreeMap<Uuid, i64> =
        lines.iter().map(|(line_id, line)| (*line_id, line.version)).collect();
    let mut records = Vec::with_capacity(events.len());
    for event in events {
        let Some(version) = versions.get_mut(&event.stream_id) else { continue };
        if is_next(event.stream_id, *version, event.stream_version)? {
            let is_passed_by = passed_by.contains(&event.event_id);
            records.push(if is_passed_by { events::skipped(event) } else { events::read(event)? });
            *version = event.stream_version;
        }
    }
    Ok(records)
}

/// Writes the timelines on, in memory.
async fn write(
    transaction: &mut Transaction,
    lines: &BTreeMap<Uuid, Line>,
    events: &[&RecordedEvent],
    passed_by: &BTreeSet<Uuid>,
) -> Result<BTreeMap<Uuid, Timeline>, Error> {
    let records = read_new(lines, events, passed_by)?;
    let mut timelines = resume(transaction, lines, &records).await?;
    for record in records {
        if let Some(timeline) = timelines.get_mut(&record.entry.line_id) {
            timeline.record(record)?;
        }
    }
    Ok(timelines)
}

/// The timelines of a batch, with every act that one of its events can touch.
async fn resume(
    transaction: &mut Transaction,
    lines: &BTreeMap<Uuid, Line>,
    records: &[Record],
) -> Result<BTreeMap<Uuid, Timeline>, Error> {
    let act_ids: Vec<Uuid> = touched_acts(records, lines).into_iter().collect();
    let rows = ACTS.of_keys(transaction, &act_ids).await?;
    let acts = rows.iter().map(to_act).collect::<Result<Vec<Act>, _>>()?;
    each_act_is_of_one_line(&acts, records)?;
    let mut timelines: BTreeMap<Uuid, Timeline> =
        lines.iter().map(|(line_id, line)| (*line_id, Timeline::resume(line.clone()))).collect();
    for act in acts {
        if let Some(timeline) = timelines.get_mut(&act.line_id) {
            timeline.put_back(act);
        }
    }
    Ok(timelines)
}

/// The acts that a batch names, and those that set a reason which it may lift.
fn touched_acts(records: &[Record], lines: &BTreeMap<Uuid, Line>) -> BTreeSet<Uuid> {
    let lifting = records.iter().filter(|record| record.lifts_a_reason());
    let set_by = lifting.filter_map(|record| lines.get(&record.entry.line_id));
    let lifted = set_by.flat_map(|line| line.set_by.values().copied());
    records.iter().flat_map(Record::named_acts).chain(lifted).collect()
}

/// An act belongs to the line that had it first; an event of another line that names it is wrong.
fn each_act_is_of_one_line(acts: &[Act], records: &[Record]) -> Result<(), Error> {
    let mut owners: BTreeMap<Uuid, Uuid> = acts.iter().map(|act| (act.act_id, act.line_id)).collect();
    for record in records {
        for act_id in record.named_acts() {
            let line_id = *owners.entry(act_id).or_insert(record.entry.line_id);
            if line_id != record.entry.line_id {
                return Err(Error::ActOfTwoLines { event_id: record.entry.event_id, act_id, line_id });
            }
        }
    }
    Ok(())
}

async fn save(transaction: &mut Transaction, timelines: &BTreeMap<Uuid, Timeline>) -> Result<(), Error> {
    let moved = || timelines.values().filter(|timeline| !timeline.entries().is_empty());
    let lines: Vec<Vec<Value>> = moved().map(|timeline| line_row(timeline.line())).collect();
    LINES.put(transaction, lines).await?;
    let entries: Vec<Vec<Value>> = moved().flat_map(Timeline::entries).map(entry_row).collect();
    TIMELINE.put(transaction, entries).await?;
    let acts: Vec<Vec<Value>> = moved().flat_map(Timeline::changed).map(act_row).collect();
    ACTS.put(transaction, acts).await?;

    let unknown_events: i64 = moved().map(Timeline::unknown_events).sum();
    if unknown_events > 0 {
        let sql = "UPDATE checkpoint SET unknown_events = unknown_events + $1 WHERE shard = 0";
        transaction.execute(sql, &[unknown_events.into()]).await?;
    }
    Ok(())
}
