//! `vigie view …`: offline, on the databases themselves.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::time::Instant;
use vigie_clock::{Clock, SystemClock};
use vigie_commitments::Commitments;
use vigie_eventlog::EventLog;
use vigie_lines::{StartedOver, start_view_over};
use vigie_progress::Progress;

use super::offline;
use crate::cli::{Global, ViewCommand, Which};
use crate::error::Error;
use crate::output::Output;
use crate::output::style::{self, paint};
use crate::serve::{Config, Places, with_causes};

/// How long closing the log may take.
const CLOSE_WITHIN: Duration = Duration::from_secs(5);

/// When a view cannot be emptied.
const NOT_STARTED_OVER: &str = "NOT_STARTED_OVER";

/// What to do about a register that may be ahead of its log.
const REGISTER_AHEAD: &str = "\
The log was restored: the register may show what the log does not know any more, a theft among it. Nothing is opened by \
itself: what the log wants barred is barred by the regular comparison, what only the register bars stays barred until a \
person approves it. Only commands that waited for the register when the backup was taken are carried out again. Once it \
serves:
  vigie register reconcile             # compares every line, bars, and says what is left
  vigie register reconcile --approve   # opens what is left; look at the lines first";

pub(super) async fn run(global: &Global, output: &mut Output, command: ViewCommand) -> Result<(), Error> {
    let ViewCommand::StartOver { which, config } = command;
    let config = Config::load(config.as_deref(), global.data.as_deref())?;
    let places = config.storage.places()?;
    let log = offline::open_log(&places, NOT_STARTED_OVER).await?;
    let done = start_over(&config, &places, &log, which).await;
    log.close(Instant::now() + CLOSE_WITHIN).await;
    let lines = done?;
    output.either(|| document(which, lines), |_| summary(which, lines))
}

/// What came of the lines' view, if it was among them.
async fn start_over(
    config: &Config,
    places: &Places,
    log: &EventLog,
    which: Which,
) -> Result<Option<StartedOver>, Error> {
    let lines = if which.has_lines() {
        let options = config.lines.options(places, &config.register);
        Some(start_view_over(&options, log).await.map_err(|error| failed(&error))?)
    } else {
        None
    };
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    if which.has_commitments() {
        let ledger =
            Commitments::open(vigie_commitments::Options::of(places), Arc::new(log.clone()), clock.clone());
        let ledger = ledger.await.map_err(|error| failed(&error))?;
        let started_over = ledger.start_over().await;
        ledger.close().await;
        started_over.map_err(|error| failed(&error))?;
    }
    if which.has_progress() {
        let progress = Progress::open(vigie_progress::Options::of(places), Arc::new(log.clone()), clock);
        let progress = progress.await.map_err(|error| failed(&error))?;
        let started_over = progress.start_over().await;
        progress.close().await;
        started_over.map_err(|error| failed(&error))?;
    }
    Ok(lines)
}

impl Which {
    const fn has_lines(self) -> bool {
        matches!(self, Self::Lines | Self::All)
    }

    const fn has_commitments(self) -> bool {
        matches!(self, Self::Commitments | Self::All)
    }

    const fn has_progress(self) -> bool {
        matches!(self, Self::Progress | Self::All)
    }

    fn names(self) -> Vec<&'static str> {
        let all = [
            (self.has_lines(), "lines"),
            (self.has_commitments(), "commitments"),
            (self.has_progress(), "progress"),
        ];
        all.into_iter().filter(|(is_among, _)| *is_among).map(|(_, name)| name).collect()
    }
}

fn failed(error: &dyn std::error::Error) -> Error {
    Error::Found { reason: NOT_STARTED_OVER, message: with_causes(error) }
}

fn document(which: Which, lines: Option<StartedOver>) -> serde_json::Value {
    json!({
        "started_over": which.names(),
        "log_was_restored": lines.map(|lines| lines.log_was_restored),
        "watches_kept": lines.map(|lines| lines.watches_kept),
    })
}

fn summary(which: Which, lines: Option<StartedOver>) -> String {
    let mut text = format!(
        "{}: {}. The next `vigie run` computes them from the log, and says less until it has caught up.",
        paint(style::GOOD, "started over"),
        which.names().join(", ")
    );
    if let Some(StartedOver { watches_kept, log_was_restored }) = lines {
        text.push_str(&format!(
            "\nKept, since no log says it: the {watches_kept} lines that the register's driver watches, and whether the \
             reconciler is paused."
        ));
        if log_was_restored {
            text.push('\n');
            text.push_str(REGISTER_AHEAD);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_a_restore_it_says_that_the_register_may_be_ahead() {
        let kept = |log_was_restored| Some(StartedOver { log_was_restored, watches_kept: 3 });
        let text = summary(Which::All, kept(true));
        assert!(text.contains("lines, commitments, progress") && text.contains("3 lines"), "{text}");
        assert!(text.contains("vigie register reconcile --approve"), "{text}");
        assert!(!summary(Which::Lines, kept(false)).contains("restored"));
        assert!(!summary(Which::Commitments, None).contains("watches"));
    }
}
