//! `vigie log restore`: offline, into an empty log.

use std::path::Path;
use std::sync::Arc;

use serde_json::json;
use vigie_clock::{SystemClock, SystemIds};
use vigie_eventlog::{Checkpoint, backup};
use vigie_lines::config::CONTEXT;

use crate::cli::Global;
use crate::error::Error;
use crate::output::Output;
use crate::output::style::{self, paint};
use crate::serve::{Config, with_causes};

pub(super) async fn run(
    global: &Global,
    output: &mut Output,
    file: &Path,
    above: i64,
    config: Option<&Path>,
) -> Result<(), Error> {
    std::fs::File::open(file).map_err(|source| Error::local(format!("read {}", file.display()), source))?;
    let config = Config::load(config, global.data.as_deref())?;
    config.storage.make_folder()?;
    let options = config.storage.places()?.log_options(CONTEXT);
    let mut progress = output.progress("restoring");
    let (clock, ids) = (Arc::new(SystemClock), Arc::new(SystemIds));
    let restored = backup::restore_above(file, above, options, clock, ids, |so_far| {
        progress.update(count(so_far.rows_done), count(so_far.rows_total), "");
        output.show(&mut progress);
    })
    .await;
    output.finish(progress);
    let head = restored.map_err(|error| refused(&error))?;
    let is_carried = config.kafka != Default::default();
    output.either(|| document(&head, is_carried), |_| summary(&head, is_carried))
}

fn count(rows: u64) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}

fn refused(error: &backup::Error) -> Error {
    let what_next = match error {
        backup::Error::NotEmpty(_) => {
            "; restore into an empty log: give --data of a new folder, or move the old log away"
        }
        _ => "; nothing was restored",
    };
    Error::Found { reason: "RESTORE_REFUSED", message: format!("{}{what_next}", with_causes(error)) }
}

/// What to run next: whatever had read the log that was there before refuses to go on.
const NEXT: &str = "vigie view start-over all";

/// And before, where the log is carried to Kafka.
const NEXT_ON_KAFKA: &str = "vigie log resync";

fn document(head: &Checkpoint, is_carried: bool) -> serde_json::Value {
    let next = if is_carried { &[NEXT_ON_KAFKA, NEXT][..] } else { &[NEXT] };
    json!({
        "incarnation": head.incarnation,
        "position": head.position,
        "hash": head.hash.to_string(),
        "next": next,
    })
}

fn summary(head: &Checkpoint, is_carried: bool) -> String {
    let mut text = format!(
        "{} up to position {}; incarnation {} begins there.\nViews of the log that was there before refuse to go on. \
         Before `vigie run`: `{NEXT}`, with the same --data and --config; the next start computes them anew. Other readers \
         of the log start over as well.",
        paint(style::GOOD, "restored"),
        head.position,
        head.incarnation
    );
    if is_carried {
        text.push_str(&format!(
            "\nKafka shows what this log lost, and nothing is carried there until `{NEXT_ON_KAFKA}` has put that right."
        ));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_restore_ends_by_saying_what_to_run_next() {
        let head = Checkpoint { incarnation: 2, ..Checkpoint::START };
        let embedded = summary(&head, false);
        assert!(
            embedded.contains("`vigie view start-over all`") && !embedded.contains("Kafka"),
            "{embedded}"
        );
        assert_eq!(document(&head, false)["next"][0], "vigie view start-over all");
        assert!(summary(&head, true).contains("`vigie log resync`"), "{}", summary(&head, true));
        assert_eq!(document(&head, true)["next"][0], "vigie log resync");
    }
}
