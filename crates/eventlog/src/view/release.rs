//! Lets a parked stream go on (rule 23): from the log, in order, from the event that it waits behind.
//!
//! As far as it goes, it goes: where a later event cannot be taken in either, the stream waits behind that one. Else two bad
//! events in one stream could never be passed by, since letting the first pass would always fail at the second.

use std::sync::Arc;

use uuid::Uuid;

use super::parked::{self, ParkedStream, Released, Skip};
use super::{Error, Feed, Outlook, Projection};
use crate::database::{Database, Transaction, Value};
use crate::event::RecordedEvent;

/// Events of a stream that are taken in at once.
const PAGE: usize = 256;

/// Tries of one release, at most. Each meets an earlier poison event than the one before; nearly always the first or the
/// second is the last.
const TRIES_MAX: usize = 16;

/// A later event of the stream that cannot be taken in.
struct Stop {
    event: RecordedEvent,
    why: String,
}

/// How a try ended.
enum Tried {
    Done(Released),
    /// Nothing was changed; the next try goes as far as here.
    Met(Box<Stop>),
}

/// Takes a stream in again from the event that it waits behind; past that event, if `skip` says so.
pub(super) async fn release<P: Projection>(
    database: &Database,
    log: &Arc<dyn Feed>,
    stream_id: Uuid,
    skip: Option<&Skip>,
) -> Result<Released, P::Error> {
    let mut stop = None;
    for _ in 0..TRIES_MAX {
        match try_release::<P>(database, log, stream_id, skip, stop.as_deref()).await? {
            Tried::Done(released) => return Ok(released),
            Tried::Met(earlier) => stop = Some(earlier),
        }
    }
    Ok(Released::StillParked)
}

async fn try_release<P: Projection>(
    database: &Database,
    log: &Arc<dyn Feed>,
    stream_id: Uuid,
    skip: Option<&Skip>,
    stop: Option<&Stop>,
) -> Result<Tried, P::Error> {
    let mut transaction = database.begin().await.map_err(Error::from)?;
    // First, as everybody who moves the view: nobody waits in a circle, and none of them meets a half released stream.
    P::CHECKPOINT.hold(&mut transaction).await.map_err(Error::from)?;
    let Some(parked) = parked::find(&mut transaction, stream_id).await.map_err(Error::from)? else {
        return Ok(Tried::Done(Released::NotParked));
    };
    if skip.is_some_and(|skip| skip.event_id != parked.event_id) {
        return Ok(Tried::Done(Released::OtherEvent));
    }
    if stop.is_some_and(|stop| stop.event.stream_version <= parked.stream_version) {
        // Somebody else brought it there between two tries.
        return Ok(Tried::Done(Released::StillParked));
    }
    match (take_in::<P>(&mut transaction, log, &parked, skip, stop).await?, stop) {
        (Some(met), _) if met.event.stream_version > parked.stream_version => Ok(Tried::Met(Box::new(met))),
        (Some(_), _) => Ok(Tried::Done(Released::StillParked)),
        (None, None) => {
            parked::let_go(&mut transaction, stream_id).await.map_err(Error::from)?;
            transaction.commit().await.map_err(Error::from)?;
            Ok(Tried::Done(Released::Goes))
        }
        (None, Some(Stop { event, why })) => {
            parked::park_again(&mut transaction, &parked, event, why).await.map_err(Error::from)?;
            transaction.commit().await.map_err(Error::from)?;
            Ok(Tried::Done(Released::ParkedAgain))
        }
    }
}

/// Takes the stream in up to its end, or up to before `stop`. Answers the event that cannot be taken in: the transaction is
/// then good for nothing.
async fn take_in<P: Projection>(
    transaction: &mut Transaction,
    log: &Arc<dyn Feed>,
    parked: &ParkedStream,
    skip: Option<&Skip>,
    stop: Option<&Stop>,
) -> Result<Option<Stop>, P::Error> {
    let end = stop.map_or(i64::MAX, |stop| stop.event.stream_version);
    let mut after = parked.stream_version - 1;
    loop {
        let mut events = log.read_stream(parked.stream_id, after, PAGE).await.map_err(Error::from)?;
        let Some(last) = events.last() else { return Ok(None) };
        after = last.stream_version;
        let is_last_page = events.len() < PAGE || after >= end;
        events.retain(|event| event.stream_version < end);
        if let Err(error) = apply::<P>(transaction, &events, parked, skip).await {
            let Outlook::Poison { event_id } = P::outlook(&error) else { return Err(error) };
            let why = error.to_string();
            let met = events.into_iter().find(|event| event.event_id == event_id);
            // An event that is not among them: nothing tells how far the stream may go.
            return met.map(|event| Some(Stop { event, why })).ok_or(error);
        }
        if is_last_page {
            return Ok(None);
        }
    }
}

async fn apply<P: Projection>(
    transaction: &mut Transaction,
    events: &[RecordedEvent],
    parked: &ParkedStream,
    skip: Option<&Skip>,
) -> Result<(), P::Error> {
    match (skip, events.split_first()) {
        (Some(skip), Some((first, rest))) if first.event_id == skip.event_id => {
            P::skip(transaction, first).await?;
            record(transaction, parked, skip).await.map_err(Error::from)?;
            P::apply(transaction, rest).await
        }
        _ => P::apply(transaction, events).await,
    }
}

/// A view that began anew meets the same event anew, and a person lets it pass once more: the latest stands.
async fn record(
    transaction: &mut Transaction,
    parked: &ParkedStream,
    skip: &Skip,
) -> Result<(), sqlx::Error> {
    let sql = "INSERT INTO skipped_events (event_id, stream_id, stream_version, event_type, position, why, skipped_by, \
               reason, skipped_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
               ON CONFLICT (event_id) DO UPDATE SET why = excluded.why, skipped_by = excluded.skipped_by, \
               reason = excluded.reason, skipped_at = excluded.skipped_at";
    let values: [Value; 9] = [
        parked.event_id.into(),
        parked.stream_id.into(),
        parked.stream_version.into(),
        parked.event_type.as_str().into(),
        parked.position.into(),
        parked.why.as_str().into(),
        skip.by.as_str().into(),
        skip.reason.as_str().into(),
        skip.at.as_micros().into(),
    ];
    transaction.execute(sql, &values).await.map(drop)
}
