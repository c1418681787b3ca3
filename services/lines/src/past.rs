//! What follows when the log was restored from an older backup: views start over, the register stays as it is.
//!
//! The register may then show what the log does not know any more, a theft among it. Nothing may be opened on the strength
//! of the restored log alone: the comparison with the register bars by itself and opens when a person approves, and
//! watches of writes from before are held to the same.

use vigie_eventlog::EventLog;

use crate::options::Options;
use crate::register::Watches;
use crate::view::{Error, View};

/// What starting over left as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StartedOver {
    /// Whether the view had read what is not in the log: the log was restored, and the register may be ahead of it.
    pub log_was_restored: bool,
    /// Lines that the register's driver watches, on record beside the view.
    pub watches_kept: u64,
}

/// Empties the view, so that the next start computes it from `log`: offline, nothing else runs on it.
///
/// What the register's driver has on record is not computed from the log, and stays.
///
/// # Errors
/// When the view's database cannot be opened or refuses, or the log cannot be read.
pub async fn start_view_over(options: &Options, log: &EventLog) -> Result<StartedOver, Error> {
    let view = View::open(options, log).await?;
    let started_over = async {
        let log_was_restored = is_another(&view, log).await?;
        view.start_over().await?;
        let watches_kept = Watches::new(view.database().clone()).count().await?;
        Ok(StartedOver { log_was_restored, watches_kept })
    }
    .await;
    view.close().await;
    started_over
}

/// Whether the view has read another past than the log's. If so, watches no longer explain what is found different.
pub(crate) async fn is_another(view: &View, log: &EventLog) -> Result<bool, Error> {
    let is_another = view.is_of_another_past(log).await?;
    if is_another {
        Watches::new(view.database().clone()).distrust().await?;
    }
    Ok(is_another)
}
