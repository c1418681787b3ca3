//! The service's own role needs no right to change tables.

use vigie_viewkit::cases;

use crate::history::history;
use crate::support::LedgerView;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_ledger_follows_and_rebuilds_with_the_rights_of_the_app_role() {
    let ledger: LedgerView = cases::works_with_the_rights_of_the_app_role(&history(61, 300)).await;
    assert!(ledger.indicator().await.tally.population() > 0);
}
