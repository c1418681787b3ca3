//! The ledger on the real event log.

use std::sync::Arc;

use vigie_commitments::domain::Verdict;
use vigie_viewkit::{Engine, LiveLog, Script, cases, seconds, uuid};

use crate::support::{Ledger, LedgerView};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_case_appears_while_the_log_is_written_and_the_rebuild_agrees() {
    let live = LiveLog::open(Engine::Sqlite).await;
    let ledger = Ledger::open(Engine::Sqlite, Arc::new(live.log.clone())).await;
    let script = Script::new()
        .suspend(uuid(1), uuid(10), "THEFT", &[])
        .wait(seconds(0.5))
        .barred(uuid(1), &[uuid(10)])
        .suspend(uuid(2), uuid(20), "LOSS", &[]);
    let (event_ids, ()) = tokio::join!(live.append(&script), ledger.catch_up(3));
    let case = ledger.case(uuid(10)).await;
    assert_eq!(case.verdict(), Verdict::Kept);
    assert_eq!(case.evidence, event_ids[..2]);
    assert_eq!(case.t1().unwrap().since(case.t0().unwrap()), seconds(0.502));
    assert_eq!(ledger.case(uuid(20)).await.verdict(), Verdict::Open);
    assert!(ledger.commitments.rebuild(|_| ()).await.unwrap().agrees());
    live.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ledger_that_stopped_goes_on_where_it_stood() {
    cases::a_view_that_stopped_goes_on_where_it_stood::<LedgerView>(Engine::Sqlite).await;
}
