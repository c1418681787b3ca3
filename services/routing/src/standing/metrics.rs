//! What promise 2.1 tells of itself, before it is broken and after.

use std::time::Duration;

use opentelemetry::metrics::Gauge;
use opentelemetry::{KeyValue, global};
use tokio::time::sleep;
use vigie_clock::Clock;
use vigie_eventlog::view::State;

use crate::view::View;

/// Between two looks.
const EVERY: Duration = Duration::from_secs(15);

/// A gap that is due within this time is due soon.
const SOON: Duration = Duration::from_hours(4);

/// Counts gaps, and changes that customers were not told of, until dropped.
pub(crate) async fn measure(view: View, clock: std::sync::Arc<dyn Clock>) {
    let meter = global::meter("vigie.routing.standing");
    let gaps = meter
        .i64_gauge("vigie.routing.manager_gaps")
        .with_description(
            "Companies that have nobody: open, of those due within four hours, of those too long",
        )
        .build();
    let untold = meter
        .i64_gauge("vigie.routing.manager_changes_untold")
        .with_description("Changes of a manager that the customer was not told of: in time yet, and too late")
        .build();
    let record = |gauge: &Gauge<i64>, state: &'static str, count: i64| {
        gauge.record(count, &[KeyValue::new("state", state)]);
    };
    loop {
        if view.state() == State::Following {
            let now = clock.now();
            match view.standing_counts(now, now.plus(SOON)).await {
                Ok(counts) => {
                    record(&gaps, "open", counts.gaps_open);
                    record(&gaps, "due_soon", counts.gaps_due_soon);
                    record(&gaps, "overdue", counts.gaps_overdue);
                    record(&untold, "open", counts.untold);
                    record(&untold, "late", counts.told_late);
                }
                Err(error) => {
                    tracing::warn!(error = &error as &dyn std::error::Error, "gaps are not counted now");
                }
            }
        }
        sleep(EVERY).await;
    }
}
