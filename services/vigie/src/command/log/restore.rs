//! `vigie log restore`: offline, into an empty log.

use std::path::Path;
use std::sync::Arc;

use serde_json::json;
use vigie_bus::Topics;
use vigie_clock::{SystemClock, SystemIds};
use vigie_eventlog::{Checkpoint, backup};

use crate::cli::{Global, WhichLog};
use crate::error::Error;
use crate::output::Output;
use crate::output::style::{self, paint};
use crate::serve::{Config, Logs, with_causes};

pub(super) async fn run(
    global: &Global,
    output: &mut Output,
    which: &WhichLog,
    file: &Path,
    above: i64,
    config: Option<&Path>,
) -> Result<(), Error> {
    std::fs::File::open(file).map_err(|source| Error::local(format!("read {}", file.display()), source))?;
    let config = Config::load(config, global.data.as_deref())?;
    let named = backup::named_in(file).await.map_err(|error| refused(&error))?;
    let logs = Logs::all()?;
    let log = log_of(&logs, which.name.as_deref(), named.as_deref())?;
    config.storage.make_folder()?;
    let options = config.storage.places()?.log_options(log.context());
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
    let next = Next { of_log: logs.option(log), is_carried };
    output.either(|| document(log, &head, &next), |_| summary(log, &head, &next))
}

/// The log that a backup goes into: the one that it is of, whatever else was asked for.
fn log_of<'a>(logs: &'a Logs, asked: Option<&str>, named: Option<&str>) -> Result<&'a Topics, Error> {
    match (asked, named) {
        (Some(asked), Some(named)) if asked != named => Err(Error::Found {
            reason: "RESTORE_REFUSED",
            message: format!("this is a backup of the log {named}, not of {asked}; nothing was restored"),
        }),
        (asked, named) => logs.get(named.or(asked)),
    }
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
struct Next {
    /// Which log the commands are about, where there are several.
    of_log: String,
    /// The log is carried to Kafka.
    is_carried: bool,
}

impl Next {
    fn views(&self) -> String {
        format!("vigie view start-over all{}", self.of_log)
    }

    /// Before that.
    fn topics(&self) -> Option<String> {
        self.is_carried.then(|| format!("vigie log resync{}", self.of_log))
    }
}

fn document(log: &Topics, head: &Checkpoint, next: &Next) -> serde_json::Value {
    let next: Vec<_> = next.topics().into_iter().chain([next.views()]).collect();
    json!({
        "log": log.context(),
        "incarnation": head.incarnation,
        "position": head.position,
        "hash": head.hash.to_string(),
        "next": next,
    })
}

fn summary(log: &Topics, head: &Checkpoint, next: &Next) -> String {
    let mut text = format!(
        "{}: the log of {} up to position {}; incarnation {} begins there.\nViews of the log that was there before refuse to go on. \
         Before `vigie run`: `{}`, with the same --data and --config; the next start computes them anew. Other readers \
         of the log start over as well.",
        paint(style::GOOD, "restored"),
        log.context(),
        head.position,
        head.incarnation,
        next.views()
    );
    if let Some(resync) = next.topics() {
        text.push_str(&format!(
            "\nKafka shows what this log lost, and nothing is carried there until `{resync}` has put that right."
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
        let logs = Logs::one();
        let log = logs.get(None).unwrap();
        let next = |is_carried| Next { of_log: logs.option(log), is_carried };
        let embedded = summary(log, &head, &next(false));
        assert!(
            embedded.contains("`vigie view start-over all`") && !embedded.contains("Kafka"),
            "{embedded}"
        );
        assert_eq!(document(log, &head, &next(false))["next"][0], "vigie view start-over all");
        let carried = summary(log, &head, &next(true));
        assert!(carried.contains("`vigie log resync`"), "{carried}");
        assert_eq!(document(log, &head, &next(true))["next"][0], "vigie log resync");
    }

    #[test]
    fn where_there_are_several_logs_what_to_run_next_names_the_one() {
        let head = Checkpoint { incarnation: 2, ..Checkpoint::START };
        let logs = Logs::two();
        let log = logs.get(Some("routing")).unwrap();
        let document = document(log, &head, &Next { of_log: logs.option(log), is_carried: true });
        assert_eq!(document["log"], "routing");
        let next = ["vigie log resync --log routing", "vigie view start-over all --log routing"];
        assert_eq!(document["next"], json!(next));
    }

    #[test]
    fn a_backup_goes_into_the_log_that_it_is_of() {
        let logs = Logs::two();
        let chosen = |asked, named| log_of(&logs, asked, named).map(Topics::context);
        assert_eq!(chosen(None, Some("routing")).unwrap(), "routing");
        assert_eq!(chosen(Some("routing"), Some("routing")).unwrap(), "routing");
        assert_eq!(chosen(Some("lines"), None).unwrap(), "lines", "from before backups named their log");
        assert_eq!(chosen(Some("lines"), Some("routing")).unwrap_err().reason(), "RESTORE_REFUSED");
        assert_eq!(chosen(None, None).unwrap_err().reason(), "USAGE");
        assert_eq!(chosen(None, Some("billing")).unwrap_err().reason(), "USAGE");
    }
}
