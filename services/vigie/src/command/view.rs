//! `vigie view …`: offline, on the databases themselves.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::time::Instant;
use vigie_bus::Topics;
use vigie_clock::{Clock, SystemClock};
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
    let mut parts = chosen(which, log.as_deref())?;
    if parts.iter().any(|part| offline::is_there(&places, part.context)) {
        // A folder that one log was restored into has no other yet, and nothing to start over for it.
        parts.retain(|part| offline::is_there(&places, part.context));
    }
    let logs: BTreeSet<_> = parts.iter().map(|part| part.context).collect();
    let mut lines = None;
    for context in logs {
        let log = offline::open_log(&places, context, NOT_STARTED_OVER).await?;
        let of_log = parts.iter().filter(|part| part.context == context).map(|part| part.view);
        let done = start_over(&config, &places, &log, context, of_log).await;
        log.close(Instant::now() + CLOSE_WITHIN).await;
        lines = done?.or(lines);
    }
    output.either(|| document(&parts, lines), |_| summary(&parts, lines))
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

    /// The logs that it is computed from.
    const fn reads(self) -> &'static [&'static str] {
        match self {
            Self::Lines | Self::Progress => &[vigie_lines::config::CONTEXT],
            Self::Routing | Self::Directory => &[vigie_routing::config::CONTEXT],
            Self::Notices => &[vigie_notices::config::CONTEXT],
            Self::Commitments => &[vigie_lines::config::CONTEXT, vigie_routing::config::CONTEXT],
        }
    }
}

/// What a view has of one of its logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Part {
    view: View,
    context: &'static str,
}

/// What a command is about: of the views asked for, what they have of the log that was named, or of all of theirs.
fn chosen(which: Which, log: Option<&str>) -> Result<Vec<Part>, Error> {
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
    let parts = asked.flat_map(|view| view.reads().iter().map(move |context| Part { view, context }));
    let parts: Vec<_> = parts.filter(|part| log.is_none_or(|log| part.context == log)).collect();
    if parts.is_empty() {
        let log = log.unwrap_or_default();
        return Err(Error::Usage(format!("nothing of that is computed from the log of {log}")));
    }
    Ok(parts)
}

/// What came of the lines' view, if it was among them.
async fn start_over(
    config: &Config,
    places: &Places,
    log: &EventLog,
    context: &str,
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
                let Some(of_log) = vigie_commitments::Log::named(context) else { continue };
                let options = vigie_commitments::Options::of(places);
                let started_over = vigie_commitments::start_view_over(&options, of_log).await;
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

/// Each view once, whichever of its logs it is about.
fn names(parts: &[Part]) -> Vec<&'static str> {
    let mut names: Vec<_> = parts.iter().map(|part| part.view.name()).collect();
    names.dedup();
    names
}

/// Views that keep what they have of another log.
fn partly(parts: &[Part]) -> impl Iterator<Item = (&'static str, &'static str)> {
    let is_partly =
        |part: &&Part| part.view.reads().len() > parts.iter().filter(|other| other.view == part.view).count();
    parts.iter().filter(is_partly).map(|part| (part.view.name(), part.context))
}

fn failed(error: &dyn std::error::Error) -> Error {
    Error::Found { reason: NOT_STARTED_OVER, message: with_causes(error) }
}

fn document(parts: &[Part], lines: Option<StartedOver>) -> serde_json::Value {
    json!({
        "started_over": names(parts),
        "log_was_restored": lines.map(|lines| lines.log_was_restored),
        "watches_kept": lines.map(|lines| lines.watches_kept),
    })
}

fn summary(parts: &[Part], lines: Option<StartedOver>) -> String {
    let mut text = format!(
        "{}: {}. The next `vigie run` computes them from the log, and says less until it has caught up.",
        paint(style::GOOD, "started over"),
        names(parts).join(", ")
    );
    for (view, context) in partly(parts) {
        text.push_str(&format!("\nOf {view} what comes from the log of {context}; the rest stays as it is."));
    }
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
        let text = summary(&chosen(Which::All, None).unwrap(), kept(true));
        assert!(
            text.contains("lines, routing, notices, directory, commitments, progress")
                && text.contains("3 lines"),
            "{text}"
        );
        assert!(text.contains("vigie register reconcile --approve"), "{text}");
        let of = |which, log| chosen(which, log).unwrap();
        assert!(!summary(&of(Which::Lines, None), kept(false)).contains("restored"));
        let ledger = summary(&of(Which::Commitments, None), None);
        assert!(!ledger.contains("watches") && !ledger.contains("stays as it is"), "{ledger}");
    }

    #[test]
    fn of_the_ledger_it_says_which_part_starts_over() {
        let text = summary(&chosen(Which::All, Some("routing")).unwrap(), None);
        assert!(text.contains("Of commitments what comes from the log of routing;"), "{text}");
    }

    #[test]
    fn of_what_is_asked_for_only_what_reads_the_log_starts_over() {
        let views = |which, log| names(&chosen(which, log).unwrap());
        assert_eq!(views(Which::All, None), View::ALL.map(View::name));
        assert_eq!(views(Which::All, Some("lines")), ["lines", "commitments", "progress"]);
        assert_eq!(views(Which::All, Some("routing")), ["routing", "directory", "commitments"]);
        assert_eq!(views(Which::All, Some("notices")), ["notices"]);
        let of_ledger = |log| chosen(Which::Commitments, log).unwrap().into_iter().map(|part| part.context);
        assert!(of_ledger(None).eq(["lines", "routing"]));
        assert!(of_ledger(Some("routing")).eq(["routing"]));
        assert_eq!(chosen(Which::Progress, Some("routing")).unwrap_err().reason(), "USAGE");
        assert_eq!(views(Which::Progress, Some("lines")), ["progress"]);
        let refused = chosen(Which::All, Some("billing")).unwrap_err();
        assert_eq!((refused.reason(), refused.to_string().contains("there are: lines")), ("USAGE", true));
    }
}
