//! `vigie log resync`: offline; puts right what Kafka shows of events that a restore of the log lost.

use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;
use tonic::Code;
use vigie_bus::Topics;
use vigie_bus::kafka::resync::{self, Outcome, Progress, Report};
use vigie_bus::kafka::{Outlook, open_database};
use vigie_eventlog::EventLog;

use super::super::offline;
use crate::cli::{Global, WhichLog};
use crate::error::{Error, Refusal};
use crate::output::Output;
use crate::output::style::{self, paint};
use crate::serve::{Config, Logs, Places, with_causes};

/// How long closing the log may take.
const CLOSE_WITHIN: Duration = Duration::from_secs(5);

/// When something else than Kafka is in the way.
const NOT_RESYNCED: &str = "NOT_RESYNCED";

/// What to run next: views of the log that was there before refuse to go on.
const NEXT: &str = "vigie view start-over all";

pub(super) async fn run(
    global: &Global,
    output: &mut Output,
    which: &WhichLog,
    config: Option<&Path>,
) -> Result<(), Error> {
    let config = Config::load(config, global.data.as_deref())?;
    if config.kafka.brokers.is_empty() {
        return Err(Error::Usage(
            "no brokers are configured (kafka.brokers): nothing carries this log".into(),
        ));
    }
    let places = config.storage.places()?;
    let logs = Logs::all()?;
    let topics = logs.get(which.name.as_deref())?;
    let log = offline::open_log(&places, topics.context(), NOT_RESYNCED).await?;
    let mut progress = output.progress("putting Kafka right");
    let done = put_right(&config, &places, topics, &log, |so_far| {
        let note = format!("{} streams put right", so_far.put_right);
        progress.update(so_far.partitions_done.into(), so_far.partitions_total.into(), note);
        output.show(&mut progress);
    })
    .await;
    log.close(Instant::now() + CLOSE_WITHIN).await;
    output.finish(progress);
    let outcome = done.map_err(refused)?;
    let next = format!("{NEXT}{}", logs.option(topics));
    output.either(|| document(&outcome, &next), |_| summary(&outcome, &next))
}

async fn put_right(
    config: &Config,
    places: &Places,
    topics: &Topics,
    log: &EventLog,
    progress: impl FnMut(Progress),
) -> Result<Outcome, resync::Error> {
    let database = open_database(places.location(topics.context()), places.owner_url()).await?;
    let outcome = resync::resync(&config.kafka, topics, log, &database, progress).await;
    database.close().await;
    outcome
}

fn refused(error: resync::Error) -> Error {
    let message = with_causes(&error);
    match error {
        resync::Error::NotRestored => Error::Found { reason: "NOT_RESTORED", message },
        resync::Error::AnotherLife { .. } => Error::Found { reason: "ANOTHER_LIFE", message },
        resync::Error::Fenced(_) => Error::Found { reason: "FENCED", message },
        resync::Error::Bus(bus) if bus.outlook() == Outlook::Passing => Error::Service(Box::new(Refusal {
            reason: "UNAVAILABLE".into(),
            message: format!("{message}; run it again: what was put right so far stays"),
            code: Code::Unavailable,
            metadata: Vec::new(),
            fields: Vec::new(),
            retry_after: None,
            request_id: None,
        })),
        resync::Error::Bus(_) => Error::Found { reason: NOT_RESYNCED, message },
    }
}

fn document(outcome: &Outcome, next: &str) -> Value {
    match outcome {
        Outcome::NothingToDo { cursor } => json!({
            "resynced": false,
            "relay_goes_on_after": cursor.map_or(0, |cursor| cursor.position),
        }),
        Outcome::Resynced(report) => json!({
            "resynced": true,
            "relay_goes_on_after": report.cursor.position,
            "incarnation": report.incarnation,
            "streams": report.streams,
            "mended": report.mended,
            "withdrawn": report.withdrawn,
            "foreign_records": report.foreign,
            "next": [next],
        }),
    }
}

fn summary(outcome: &Outcome, next: &str) -> String {
    let Report { streams, mended, withdrawn, foreign, incarnation, cursor } = match outcome {
        Outcome::Resynced(report) => report,
        Outcome::NothingToDo { cursor } => {
            let position = cursor.map_or(0, |cursor| cursor.position);
            return format!(
                "Nothing to do: the relay goes on after position {position}, which is in this log."
            );
        }
    };
    let mut text = format!(
        "{}: of {streams} streams that Kafka shows, {mended} are shown as the backup has them, and {withdrawn} as never \
         having existed, in incarnation {incarnation}. The relay goes on after position {}.",
        paint(style::GOOD, "resynced"),
        cursor.position
    );
    if *foreign > 0 {
        text.push_str(&format!(
            "\n{foreign} records on the state topics are not Vigie's: look who may write there."
        ));
    }
    text.push_str(&format!(
        "\nNext, unless it was done since the restore: `{next}`, with the same --data and --config. Then `vigie run`."
    ));
    text
}

#[cfg(test)]
mod tests {
    use vigie_bus::kafka::Error as BusError;
    use vigie_eventlog::Checkpoint;

    use super::*;

    fn report(foreign: u64) -> Outcome {
        let cursor = Checkpoint { incarnation: 1, position: 60, ..Checkpoint::START };
        Outcome::Resynced(Report { streams: 9, mended: 2, withdrawn: 1, foreign, incarnation: 2, cursor })
    }

    #[test]
    fn it_says_what_it_did_where_the_relay_goes_on_and_what_to_run_next() {
        let text = summary(&report(0), NEXT);
        for part in ["of 9 streams", "2 are shown", "1 as never", "incarnation 2", "after position 60", NEXT]
        {
            assert!(text.contains(part), "{part:?} is missing in {text}");
        }
        assert!(
            !text.contains("not Vigie's")
                && summary(&report(1), NEXT).contains("1 records on the state topics")
        );
        assert_eq!(document(&report(0), NEXT)["relay_goes_on_after"], 60);
        assert_eq!(document(&report(0), NEXT)["next"][0], NEXT);
    }

    #[test]
    fn with_nothing_to_do_it_says_so() {
        let nothing = Outcome::NothingToDo { cursor: None };
        let text = summary(&nothing, NEXT);
        assert!(text.starts_with("Nothing to do"), "{text}");
        assert_eq!(document(&nothing, NEXT)["resynced"], false);
    }

    #[test]
    fn what_may_pass_is_to_be_tried_again_and_what_may_not_says_what_to_do() {
        assert_eq!(refused(BusError::ThreadEnded.into()).reason(), "UNAVAILABLE");
        let other = refused(resync::Error::AnotherLife { shown: 3, present: 2 });
        assert_eq!(other.reason(), "ANOTHER_LIFE");
        assert!(other.to_string().contains("vigie log restore --above 3"), "{other}");
    }
}
