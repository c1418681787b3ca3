//! `vigie log restore`: offline, into an empty log.

use std::path::Path;
use std::sync::Arc;

use serde_json::json;
use vigie_clock::{SystemClock, SystemIds};
use vigie_eventlog::{Checkpoint, backup};

use crate::cli::Global;
use crate::error::Error;
use crate::output::Output;
use crate::output::style::{self, paint};
use crate::serve::{Config, with_causes};

pub(super) async fn run(
    global: &Global,
    output: &mut Output,
    file: &Path,
    config: Option<&Path>,
) -> Result<(), Error> {
    std::fs::File::open(file).map_err(|source| Error::local(format!("read {}", file.display()), source))?;
    let config = Config::load(config, global.data.as_deref())?;
    config.storage.make_folder()?;
    let options = config.storage.places()?.log_options();
    let mut progress = output.progress("restoring");
    let restored = backup::restore(file, options, Arc::new(SystemClock), Arc::new(SystemIds), |so_far| {
        progress.update(count(so_far.rows_done), count(so_far.rows_total), "");
        output.show(&mut progress);
    })
    .await;
    output.finish(progress);
    let head = restored.map_err(|error| refused(&error))?;
    output.either(|| document(&head), |_| summary(&head))
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

fn document(head: &Checkpoint) -> serde_json::Value {
    json!({
        "incarnation": head.incarnation,
        "position": head.position,
        "hash": head.hash.to_string(),
        "next": [NEXT],
    })
}

fn summary(head: &Checkpoint) -> String {
    format!(
        "{} up to position {}; incarnation {} begins there.\nViews of the log that was there before refuse to go on. \
         Before `vigie run`: `{NEXT}`, with the same --data and --config; the next start computes them anew. Other readers \
         of the log start over as well.",
        paint(style::GOOD, "restored"),
        head.position,
        head.incarnation
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_restore_ends_by_saying_what_to_run_next() {
        let head = Checkpoint { incarnation: 2, ..Checkpoint::START };
        assert!(summary(&head).contains("`vigie view start-over all`"), "{}", summary(&head));
        assert_eq!(document(&head)["next"][0], "vigie view start-over all");
    }
}
