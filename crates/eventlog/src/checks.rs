//! Each item of a batch against what the database holds, under the exclusive lock.

use std::collections::HashSet;

use uuid::Uuid;

use crate::aggregate::DirectoryOp;
use crate::append::{AppendError, LeaseOp, RequestKey};
use crate::batch::Item;
use crate::engine::Standing;

/// What has to be read to check the items.
pub(crate) struct Asked {
    pub streams: Vec<Uuid>,
    pub requests: Vec<RequestKey>,
    pub keys: Vec<(String, String)>,
}

impl Asked {
    pub(crate) fn of(items: &[Item]) -> Self {
        let streams: HashSet<Uuid> = items.iter().map(|item| item.append.stream_id).collect();
        let requests = items.iter().filter_map(|item| item.append.request.as_ref());
        let keys = items.iter().flat_map(|item| &item.append.directory).filter_map(|op| match op {
            DirectoryOp::Reserve { kind, key } => Some(((*kind).to_owned(), key.clone())),
            _ => None,
        });
        Self {
            streams: streams.into_iter().collect(),
            requests: requests.map(|request| request.key.clone()).collect(),
            keys: keys.collect(),
        }
    }
}

/// The database's answer.
pub(crate) struct Checks(pub Standing);

impl Checks {
    /// Refuses the items that do not hold and keeps the others. Versions within the batch follow one another; a
    /// second user of a request id is kept too: it waits for the batch after the first one's, and joins.
    pub(crate) fn filter(mut self, items: Vec<Item>) -> Vec<Item> {
        let mut kept = Vec::with_capacity(items.len());
        let mut requests = HashSet::new();
        for item in items {
            let request = item.append.request.as_ref().map(|request| request.key.clone());
            if request.as_ref().is_some_and(|key| requests.contains(key)) {
                kept.push(item);
                continue;
            }
            match self.refusal(&item) {
                Some(error) => item.refuse(error),
                None => {
                    let append = &item.append;
                    let version =
                        append.expected_version + i64::try_from(append.events.len()).unwrap_or(i64::MAX);
                    self.0.versions.insert(append.stream_id, version);
                    requests.extend(request);
                    kept.push(item);
                }
            }
        }
        kept
    }

    fn refusal(&self, item: &Item) -> Option<AppendError> {
        let append = &item.append;
        if let Some(record) = append.request.as_ref().and_then(|request| self.0.requests.get(&request.key)) {
            return Some(AppendError::Repeated(Box::new(record.clone())));
        }
        if self.0.versions.get(&append.stream_id).copied().unwrap_or(0) != append.expected_version {
            let (stream_id, expected) = (append.stream_id, append.expected_version);
            return Some(AppendError::VersionConflict { stream_id, expected });
        }
        if let LeaseOp::Settle { holder, fence } = append.lease {
            let lease = self.0.leases.get(&append.stream_id);
            if lease != Some(&(Some(holder), fence)) {
                return Some(AppendError::LeaseLost(append.stream_id));
            }
        }
        append.directory.iter().find_map(|op| match op {
            DirectoryOp::Reserve { kind, key } => {
                let holder = self.0.keys.get(&((*kind).to_owned(), key.clone()))?;
                (*holder != append.stream_id).then(|| AppendError::KeyTaken { kind: (*kind).to_owned() })
            }
            _ => None,
        })
    }
}
