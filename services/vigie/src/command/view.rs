//! `vigie view …`: offline, on the databases themselves.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::time::Instant;
use vigie_bus::Topics;
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
use crate::serve::{Config, Logs, Places, with_causes};

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
    let ViewCommand::StartOver { which, log, config } = command;
    let config = Config::load(config.as_deref(), global.data.as_deref())?;
    let places = config.storage.places()?;
    let mut views = chosen(which, log.as_deref())?;
    if which == Which::All && views.iter().any(|view| offline::is_there(&places, view.reads())) {
        // A folder that one log was restored into has no other yet, and nothing to start over for it.
        views.retain(|view| offline::is_there(&places, view.reads()));
    }
    let logs: BTreeSet<_> = views.iter().map(|view| view.reads()).collect();
    let mut lines = None;
    for context in logs {
        let log = offline::open_log(&places, context, NOT_STARTED_OVER).await?;
        let of_log = views.iter().copied().filter(|view| view.reads() == context);
        let done = start_over(&config, &places, &log, of_log).await;
        log.close(Instant::now() + CLOSE_WITHIN).await;
        lines = done?.or(lines);
    }
    output.either(|| document(&views, lines), |_| summary(&views, lines))
}

/// What is computed from a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum View {
    Lines,
    Routing,
    Notices,
    Directory,
    Commitments,
    Progress,
}

impl View {
    const ALL: [Self; 6] =
        [Self::Lines, Self::Routing, Self::Notices, Self::Directory, Self::Commitments, Self::Progress];

    const fn name(self) -> &'static str {
        match self {
            Self::Lines => "lines",
            Self::Routing => "routing",
            Self::Notices => "notices",
            Self::Directory => "directory",
            Self::Commitments => "commitments",
            Self::Progress => "progress",
        }
    }

    /// The log that it is computed from.
    const fn reads(self) -> &'static str {
        match self {
            Self::Lines | Self::Commitments | Self::Progress => vigie_lines::config::CONTEXT,
            Self::Routing | Self::Directory => vigie_routing::config::CONTEXT,
            Self::Notices => vigie_notices::config::CONTEXT,
        }
    }
}

/// The views that a command is about: of those asked for, the ones that read the log that was named, if one was.
fn chosen(which: Which, log: Option<&str>) -> Result<Vec<View>, Error> {
    let logs = Logs::all()?;
    let log = log.map(|name| logs.get(Some(name))).transpose()?.map(Topics::context);
    let asked = View::ALL.into_iter().filter(|view| match which {
        Which::Lines => *view == View::Lines,
        Which::Routing => *view == View::Routing,
        Which::Notices => *view == View::Notices,
        Which::Directory => *view == View::Directory,
        Which::Commitments => *view == View::Commitments,
        Which::Progress => *view == View::Progress,
        Which::All => true,
    });
    let views: Vec<_> = asked.filter(|view| log.is_none_or(|log| view.reads() == log)).collect();
    if views.is_empty() {
        let log = log.unwrap_or_default();
        return Err(Error::Usage(format!("nothing of that is computed from the log of {log}")));
    }
    Ok(views)
}

/// What came of the lines' view, if it was among them.
async fn start_over(
    config: &Config,
    places: &Places,
    log: &EventLog,
    views: impl Iterator<Item = View>,
) -> Result<Option<StartedOver>, Error> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let mut lines = None;
    for view in views {
        match view {
            View::Lines => {
                let options = config.lines.options(places, &config.register);
                lines = Some(start_view_over(&options, log).await.map_err(|error| failed(&error))?);
                let notices = config.notices.options(places);
                let going_on = vigie_notices::go_on_after_a_restore_of_lines(&notices, log).await;
                going_on.map_err(|error| failed(&error))?;
            }
            View::Routing => {
                let started_over = vigie_routing::start_view_over(&config.routing.options(places), log).await;
                started_over.map_err(|error| failed(&error))?;
                let notices = config.notices.options(places);
                let going_on = vigie_notices::go_on_after_a_restore_of_routing(&notices, log).await;
                going_on.map_err(|error| failed(&error))?;
            }
            View::Notices => {
                let started_over = vigie_notices::start_view_over(&config.notices.options(places), log).await;
                started_over.map_err(|error| failed(&error))?;
            }
            View::Directory => {
                let options = config.notices.options(places);
                let started_over = vigie_notices::start_directory_over(&options, Arc::new(log.clone())).await;
                started_over.map_err(|error| failed(&error))?;
            }
            View::Commitments => {
                let options = vigie_commitments::Options::of(places);
                let ledger = Commitments::open(options, Arc::new(log.clone()), clock.clone());
                let ledger = ledger.await.map_err(|error| failed(&error))?;
                let started_over = ledger.start_over().await;
                ledger.close().await;
                started_over.map_err(|error| failed(&error))?;
            }
            View::Progress => {
                let options = vigie_progress::Options::of(places);
                let progress = Progress::open(options, Arc::new(log.clone()), clock.clone());
                let progress = progress.await.map_err(|error| failed(&error))?;
                let started_over = progress.start_over().await;
                progress.close().await;
                started_over.map_err(|error| failed(&error))?;
            }
        }
    }
    Ok(lines)
}

fn names(views: &[View]) -> Vec<&'static str> {
    views.iter().map(|view| view.name()).collect()
}

fn failed(error: &dyn std::error::Error) -> Error {
    Error::Found { reason: NOT_STARTED_OVER, message: with_causes(error) }
}

fn document(views: &[View], lines: Option<StartedOver>) -> serde_json::Value {
    json!({
        "started_over": names(views),
        "log_was_restored": lines.map(|lines| lines.log_was_restored),
        "watches_kept": lines.map(|lines| lines.watches_kept),
    })
}

fn summary(views: &[View], lines: Option<StartedOver>) -> String {
    let mut text = format!(
        "{}: {}. The next `vigie run` computes them from the log, and says less until it has caught up.",
        paint(style::GOOD, "started over"),
        names(views).join(", ")
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
        let text = summary(&View::ALL, kept(true));
        assert!(
            text.contains("lines, routing, notices, directory, commitments, progress")
                && text.contains("3 lines"),
            "{text}"
        );
        assert!(text.contains("vigie register reconcile --approve"), "{text}");
        assert!(!summary(&[View::Lines], kept(false)).contains("restored"));
        assert!(!summary(&[View::Commitments], None).contains("watches"));
    }

    #[test]
    fn of_what_is_asked_for_only_what_reads_the_log_starts_over() {
        assert_eq!(chosen(Which::All, None).unwrap(), View::ALL);
        let of_lines = [View::Lines, View::Commitments, View::Progress];
        assert_eq!(chosen(Which::All, Some("lines")).unwrap(), of_lines);
        assert_eq!(chosen(Which::All, Some("routing")).unwrap(), [View::Routing, View::Directory]);
        assert_eq!(chosen(Which::All, Some("notices")).unwrap(), [View::Notices]);
        assert_eq!(chosen(Which::Progress, Some("routing")).unwrap_err().reason(), "USAGE");
        assert_eq!(chosen(Which::Progress, Some("lines")).unwrap(), [View::Progress]);
        let refused = chosen(Which::All, Some("billing")).unwrap_err();
        assert_eq!((refused.reason(), refused.to_string().contains("there are: lines")), ("USAGE", true));
    }
}
