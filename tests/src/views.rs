//! Views that follow the log, and whether they say what the log says.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};
use std::time::Duration;

use sqlx::Connection as _;
use tokio::task::JoinHandle;
use vigie_lines::domain::{Fact, Reason};
use vigie_proto::commitments::{ListCasesRequest, RebuildRequest, RebuildResponse};
use vigie_proto::progress::{RebuildProgressRequest, RebuildProgressResponse};

use crate::people::Door;
use crate::record::Record;

/// How long a rebuild may take.
const REBUILT_WITHIN: Duration = Duration::from_secs(60);

/// Where each view that follows by Kafka keeps its checkpoint on PostgreSQL.
const CHECKPOINTS: [&str; 2] = ["commitments.checkpoint", "progress.checkpoint"];

/// A view as it stands and as it is computed anew from the log: digests over all that it holds.
pub type Digests = (String, String);

/// Computes the ledger anew beside the live one.
pub async fn ledger_rebuilt(auditor: &Door) -> Digests {
    let request = auditor.request(RebuildRequest {}, REBUILT_WITHIN);
    let mut answers = auditor.commitments().rebuild(request).await.unwrap().into_inner();
    let mut last = RebuildResponse::default();
    while let Some(answer) = answers.message().await.unwrap() {
        last = answer;
    }
    assert!(last.done && !last.digest.is_empty());
    (last.live_digest, last.digest)
}

/// Computes the timelines anew beside the live ones.
pub async fn timelines_rebuilt(auditor: &Door) -> Digests {
    let request = auditor.request(RebuildProgressRequest {}, REBUILT_WITHIN);
    let mut answers = auditor.progress().rebuild_progress(request).await.unwrap().into_inner();
    let mut last = RebuildProgressResponse::default();
    while let Some(answer) = answers.message().await.unwrap() {
        last = answer;
    }
    assert!(last.done && !last.digest.is_empty());
    (last.live_digest, last.digest)
}

/// The ledger has one case of every act that suspends for or reinstates from loss or theft, and no other.
pub async fn every_act_has_its_case(auditor: &Door, record: &Record) {
    let (mut cases, mut found, mut page_token) = (BTreeSet::new(), 0, String::new());
    loop {
        let request = ListCasesRequest {
            characteristic: "9.3".to_owned(),
            page_size: 1_000,
            page_token,
            ..Default::default()
        };
        let request = auditor.request(request, REBUILT_WITHIN);
        let page = auditor.commitments().list_cases(request).await.unwrap().into_inner();
        found += page.cases.len();
        cases.extend(page.cases.into_iter().map(|case| case.case_id));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    assert_eq!(found, cases.len(), "a case is there twice");
    let events = record.lines().flat_map(|(_, line)| &line.events);
    let acts: BTreeSet<_> = events
        .filter_map(|(stored, event)| {
            let reason = match &event.fact {
                Fact::SuspensionRequested(fact) => fact.reason,
                Fact::SuspensionReasonLifted(fact) => fact.reason,
                Fact::ReinstatementRequested(fact) => fact.reason,
                _ => return None,
            };
            matches!(reason, Reason::Loss | Reason::Theft).then(|| stored.act_id.clone())
        })
        .collect();
    assert_eq!(cases, acts, "cases, and acts of the log");
}

/// Looks at the checkpoints of the views, as PostgreSQL has them, again and again.
pub struct Checkpoints {
    newest: Arc<[AtomicI64; CHECKPOINTS.len()]>,
    looks: Arc<AtomicUsize>,
    is_over: Arc<AtomicBool>,
    looking: JoinHandle<Result<(), String>>,
}

impl Checkpoints {
    /// Begins to look.
    pub async fn watch(url: &str) -> Self {
        let mut connection = sqlx::PgConnection::connect(url).await.unwrap();
        let newest: Arc<[AtomicI64; CHECKPOINTS.len()]> = Arc::default();
        let (looks, is_over) = (Arc::<AtomicUsize>::default(), Arc::<AtomicBool>::default());
        let looking = tokio::spawn({
            let (newest, looks, is_over) = (newest.clone(), looks.clone(), is_over.clone());
            async move {
                while !is_over.load(Ordering::SeqCst) {
                    for (name, newest) in CHECKPOINTS.iter().zip(newest.iter()) {
                        let sql = format!("SELECT position FROM {name} WHERE shard = 0");
                        let position: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
                            .fetch_one(&mut connection)
                            .await
                            .map_err(|error| format!("{name}: {error}"))?;
                        let before = newest.fetch_max(position, Ordering::SeqCst);
                        if position < before {
                            return Err(format!("{name} was set back from {before} to {position}"));
                        }
                    }
                    looks.fetch_add(1, Ordering::SeqCst);
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
                Ok(())
            }
        });
        Self { newest, looks, is_over, looking }
    }

    /// Up to where every view has read, at the last look.
    pub fn reached(&self) -> i64 {
        self.newest.iter().map(|position| position.load(Ordering::SeqCst)).min().unwrap_or_default()
    }

    /// Up to where some view has read, at the last look.
    pub fn newest(&self) -> i64 {
        self.newest.iter().map(|position| position.load(Ordering::SeqCst)).max().unwrap_or_default()
    }

    /// Looks no more. Panics if any checkpoint was ever set back; answers how often it was looked.
    pub async fn finish(self) -> usize {
        self.is_over.store(true, Ordering::SeqCst);
        self.looking.await.unwrap().unwrap();
        self.looks.load(Ordering::SeqCst)
    }
}
