//! From queued appends to the rows of one transaction.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::oneshot;
use tokio::time::Instant;
use uuid::Uuid;
use vigie_clock::Timestamp;

use crate::aggregate::DirectoryOp;
use crate::append::{Append, AppendError, Appended, Due, Lease, LeaseOp};
use crate::engine::{Batch, Committed, DirectoryChange, Head, StreamChange};
use crate::event::{Hash, RecordedEvent};

/// A queued append and whoever waits for it.
pub(crate) struct Item {
    pub append: Append,
    pub reply: oneshot::Sender<Result<Appended, AppendError>>,
    /// Who sets it first decides: the writer, that the append is in a batch and is not cancelled any more (rule 11);
    /// or the caller, that it waited too long and nothing happens.
    pub claimed: Arc<AtomicBool>,
}

impl Item {
    /// Marks the item as taken, unless nobody waits any more or its deadline has passed.
    pub(crate) fn take(self, now: Instant) -> Option<Self> {
        if self.reply.is_closed() {
            return None;
        }
        if self.append.deadline.is_some_and(|deadline| deadline <= now) {
            self.refuse(AppendError::Expired);
            return None;
        }
        let is_given_up = self.claimed.swap(true, Ordering::SeqCst);
        (!is_given_up).then_some(self)
    }

    pub(crate) fn refuse(self, error: AppendError) {
        // Whoever waited may be gone; the outcome stands either way.
        let _ = self.reply.send(Err(error));
    }

    fn needs_exclusive(&self) -> bool {
        let frees = |op: &DirectoryOp| matches!(op, DirectoryOp::Release { .. } | DirectoryOp::Unlink { .. });
        // A stream that does not exist has no lease; only the checks under the lock say so.
        let settles_nothing =
            self.append.expected_version == 0 && matches!(self.append.lease, LeaseOp::Settle { .. });
        settles_nothing || self.append.directory.iter().any(frees)
    }
}

/// Rows, and the items that they answer.
pub(crate) struct Prepared {
    pub batch: Batch,
    pub items: Vec<Item>,
    /// Items that cannot stand beside another one of the batch: they are next.
    pub deferred: Vec<Item>,
    /// Whether the statement needs the exclusive lock.
    pub exclusive: bool,
    /// The head once the batch is committed.
    pub head_after: Head,
}

/// Lays out `items` after `head`.
///
/// Two appends to one stream stand in one batch if the second was decided on the first; two users of one request id
/// or one directory key do not, so that the second one sees what the first one did.
pub(crate) fn prepare(items: Vec<Item>, head: &Head, now: Timestamp) -> Prepared {
    let mut streams: Vec<StreamChange> = Vec::with_capacity(items.len());
    let mut stream_index: HashMap<Uuid, usize> = HashMap::with_capacity(items.len());
    let mut requests = HashSet::new();
    let mut keys = HashSet::new();
    let mut waiting_streams = HashSet::new();
    let mut batch = Batch::default();
    let mut kept = Vec::with_capacity(items.len());
    let mut deferred = Vec::new();
    let mut exclusive = false;
    let mut after = *head;

    for item in items {
        let append = &item.append;
        let repeats = append.request.as_ref().is_some_and(|request| requests.contains(&request.key));
        let contends = append.directory.iter().any(|op| keys.contains(&directory_key(append.stream_id, op)));
        if repeats || contends || waiting_streams.contains(&append.stream_id) {
            waiting_streams.insert(append.stream_id);
            deferred.push(item);
            continue;
        }
        let to = append.expected_version + i64::try_from(append.events.len()).unwrap_or(i64::MAX);
        match stream_index.get(&append.stream_id).and_then(|index| streams.get_mut(*index)) {
            Some(change) if change.to == append.expected_version && one_lease(change.lease, append.lease) => {
                change.to = to;
                if append.due != Due::Keep {
                    change.due = append.due;
                }
                if append.lease != LeaseOp::None {
                    change.lease = append.lease;
                }
            }
            Some(_) => {
                waiting_streams.insert(append.stream_id);
                deferred.push(item);
                continue;
            }
            None => {
                stream_index.insert(append.stream_id, streams.len());
                streams.push(StreamChange {
                    stream_id: append.stream_id,
                    kind: append.kind,
                    from: append.expected_version,
                    to,
                    due: append.due,
                    lease: append.lease,
                });
            }
        }
        if let Some(request) = &append.request {
            requests.insert(request.key.clone());
            batch.requests.push(request.clone());
        }
        for op in &append.directory {
            keys.insert(directory_key(append.stream_id, op));
            batch.directory.push(DirectoryChange { stream_id: append.stream_id, op: op.clone() });
        }
        exclusive |= item.needs_exclusive();
        append_rows(append, &mut after, now, &mut batch.events);
        kept.push(item);
    }
    batch.recorded_at = after.recorded_at.max(now);
    batch.streams = streams;
    Prepared { batch, items: kept, deferred, exclusive, head_after: after }
}

fn one_lease(there: LeaseOp, wanted: LeaseOp) -> bool {
    there == LeaseOp::None || wanted == LeaseOp::None
}

/// What two appends of one batch must not both touch: a claimed key; of a shared one only the stream's own place.
fn directory_key(stream_id: Uuid, op: &DirectoryOp) -> (&'static str, String, Option<Uuid>) {
    match op {
        DirectoryOp::Reserve { kind, key } | DirectoryOp::Release { kind, key, .. } => {
            (kind, key.clone(), None)
        }
        DirectoryOp::Link { kind, key } | DirectoryOp::Unlink { kind, key } => {
            (kind, key.clone(), Some(stream_id))
        }
    }
}

fn append_rows(append: &Append, head: &mut Head, now: Timestamp, rows: &mut Vec<Arc<RecordedEvent>>) {
    for (version, event) in (append.expected_version + 1..).zip(&append.events) {
        let recorded_at = now.max(head.recorded_at).max(append.not_before);
        let mut row = RecordedEvent {
            position: head.position + 1,
            event_id: event.event_id,
            shard: head.shard,
            incarnation: head.incarnation,
            stream_id: append.stream_id,
            stream_version: version,
            event_type: event.event_type.clone(),
            account_id: event.account_id,
            recorded_at,
            occurred_at: event.occurred_at.unwrap_or(recorded_at),
            actor: event.actor.clone(),
            on_behalf_of: event.on_behalf_of.clone(),
            channel: event.channel.clone(),
            request_id: event.request_id,
            act_id: event.act_id,
            traceparent: event.traceparent.clone(),
            payload: event.payload.clone(),
            hash: Hash::default(),
        };
        row.hash = row.chained(&head.hash);
        head.position = row.position;
        head.hash = row.hash;
        head.recorded_at = recorded_at;
        head.last_incarnation = head.incarnation;
        rows.push(Arc::new(row));
    }
}

/// Tells everybody in the batch that it is committed.
pub(crate) fn answer(batch: Batch, items: Vec<Item>, committed: &Committed) {
    let mut rows = batch.events.into_iter();
    for item in items {
        let append = item.append;
        let events: Vec<_> = rows.by_ref().take(append.events.len()).collect();
        let version = append.expected_version + i64::try_from(append.events.len()).unwrap_or(i64::MAX);
        let lease = match append.lease {
            LeaseOp::Take { .. } => {
                committed.leases.iter().find(|lease| lease.stream_id == append.stream_id).map(|lease| Lease {
                    granted: lease.granted,
                    holder: lease.holder,
                    fence: lease.fence,
                    until: lease.until,
                    taken_over: lease.taken_over,
                })
            }
            LeaseOp::Settle { .. } | LeaseOp::None => None,
        };
        let _ = item.reply.send(Ok(Appended { events, version, lease }));
    }
}
