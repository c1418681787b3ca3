//! SIGKILL between any two steps: nothing is lost, and what may be a repeat says so.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use vigie_clock::{Clock, SystemClock, SystemIds};
use vigie_eventlog::reaction::{Effect, Options, Outcome, Reaction, Reactor, Unreadable};
use vigie_eventlog::{Checkpoint, EventLog, Location, RecordedEvent};
use vigie_testkit::{Process, Scratch, arm_kill_point};

use super::receiver::decide;
use super::stage::{Running, Stage};
use crate::support::{Place, id};

const CHILD: &str = "reactions::killed::react_until_killed";

on_both_engines!(
    before_the_decision_is_committed,
    after_the_decision_is_committed,
    before_the_effect,
    between_the_effect_and_its_record,
    after_the_record,
);

/// Writes what it says to a file, where it is seen whoever dies.
struct Writer(PathBuf);

#[async_trait]
impl Reaction for Writer {
    const NAME: &'static str = "test.writer";
    type Command = String;

    fn decide(event: &RecordedEvent) -> Result<Vec<String>, Unreadable> {
        decide(event)
    }

    async fn carry_out(&self, text: &String, effect: &Effect) -> Outcome {
        let mut file = std::fs::OpenOptions::new().create(true).append(true).open(&self.0).unwrap();
        let repeat = if effect.maybe_done { " maybe again" } else { "" };
        writeln!(file, "{text} {}{repeat}", effect.attempts).unwrap();
        Outcome::Done
    }
}

fn options(location: Location) -> Options {
    let options = Options::new(location, Checkpoint::START);
    // One at a time: nothing goes on beside the point where it stands still.
    Options { timeout: Duration::from_secs(1), concurrency: 1, ..options }
}

/// A process reacts to what `one` and then `two` say and is killed at `point`; then another one. What they wrote.
async fn written_when_killed_at(place: Place, point: &str) -> Vec<String> {
    let stage = Stage::open(place).await;
    let stream = id();
    stage.say(stream, 0, &["one"]).await;
    stage.say(stream, 1, &["two"]).await;
    let closed = stage.close().await;

    let scratch = Scratch::new("killed").unwrap();
    let file = scratch.path().join("written");
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", CHILD, "--ignored", "--nocapture", "--test-threads=1"]);
    command.env("CHILD_LOG", told(&closed.place.location));
    command.env("CHILD_OWN", told(&closed.own_place.location)).env("CHILD_FILE", &file);
    arm_kill_point(&mut command, point);
    let (home, point) = (Scratch::new("child").unwrap(), point.to_owned());
    let killed = tokio::task::spawn_blocking(move || {
        let child = Process::start(&home, &mut command).unwrap();
        child.kill_at(&point, Duration::from_secs(30)).map(drop)
    });
    killed.await.unwrap().unwrap();

    let stage = closed.open().await;
    let feed = Arc::new(stage.log.clone());
    let reactor = stage.reactor(Writer(file.clone()), options(stage.own_place.location.clone()), feed).await;
    let running = Running::start(&reactor);
    stage.until_all(2, &["DONE"]).await;
    running.stop().await;
    written(&file)
}

fn written(file: &Path) -> Vec<String> {
    std::fs::read_to_string(file).unwrap().lines().map(str::to_owned).collect()
}

async fn before_the_decision_is_committed(place: Place) {
    assert_eq!(written_when_killed_at(place, "view.before_commit").await, ["one 1", "two 1"]);
}

async fn after_the_decision_is_committed(place: Place) {
    assert_eq!(written_when_killed_at(place, "view.after_commit").await, ["one 1", "two 1"]);
}

async fn before_the_effect(place: Place) {
    let written = written_when_killed_at(place, "reaction.before_effect").await;
    assert_eq!(written, ["one 2 maybe again", "two 1"]);
}

async fn between_the_effect_and_its_record(place: Place) {
    let written = written_when_killed_at(place, "reaction.after_effect").await;
    assert_eq!(written, ["one 1", "one 2 maybe again", "two 1"]);
}

async fn after_the_record(place: Place) {
    assert_eq!(written_when_killed_at(place, "reaction.after_record").await, ["one 1", "two 1"]);
}

/// A location as a child is told of it.
fn told(location: &Location) -> String {
    match location {
        Location::Sqlite(path) => path.display().to_string(),
        Location::Postgres { url, schema } => format!("{url} {schema}"),
    }
}

fn heard(name: &str) -> Location {
    let told = std::env::var(name).unwrap();
    match told.split_once(' ') {
        Some((url, schema)) => Location::Postgres { url: url.to_owned(), schema: schema.to_owned() },
        None => Location::Sqlite(told.into()),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "started by other tests, as a process of its own"]
async fn react_until_killed() {
    let Ok(file) = std::env::var("CHILD_FILE") else { return };
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let log = vigie_eventlog::Options::new(heard("CHILD_LOG"));
    let log = EventLog::open(log, clock.clone(), Arc::new(SystemIds)).await.unwrap();
    let reactor = Reactor::open(Writer(file.into()), options(heard("CHILD_OWN")), Arc::new(log), clock);
    let reactor = reactor.await.unwrap();
    reactor.run(std::future::pending()).await.unwrap();
}
