//! The service's own role needs no right to change tables.

use vigie_progress::{ActFilter, Sight};
use vigie_viewkit::{ACCOUNT, cases};

use crate::history::history;
use crate::support::ProgressView;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_view_follows_and_rebuilds_with_the_rights_of_the_app_role() {
    let view: ProgressView = cases::works_with_the_rights_of_the_app_role(&history(61, 300)).await;
    let filter =
        ActFilter { sight: Sight::Everything, line_id: None, account_id: Some(ACCOUNT), state: None };
    assert!(!view.progress.acts(&filter, None, 10).await.unwrap().0.is_empty());
}
