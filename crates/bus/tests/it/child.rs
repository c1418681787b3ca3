//! A relay in a process of its own: this test program, started again for one test that is none.

use std::process::Command;
use std::time::Duration;

use vigie_bus::kafka::State;
use vigie_eventlog::Location;
use vigie_testkit::{Process, Scratch};

use crate::support::Place;

const NAME: &str = "child::relay_until_killed";

pub(crate) struct Child {
    pub process: Process,
    _scratch: Scratch,
}

impl Child {
    /// Carries the log of `place`, which is on PostgreSQL. It prints its states.
    pub(crate) fn start(place: &Place, prepare: impl FnOnce(&mut Command)) -> Self {
        let Location::Postgres { url, schema } = &place.location else {
            panic!("two processes need PostgreSQL")
        };
        let scratch = Scratch::new("child").unwrap();
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", NAME, "--ignored", "--nocapture", "--test-threads=1"]);
        command.env("CHILD_URL", url).env("CHILD_SCHEMA", schema).env("CHILD_NAME", &place.name);
        command.env("CHILD_KAFKA", &place.options.brokers[0]);
        prepare(&mut command);
        let process = Process::start(&scratch, &mut command).unwrap();
        Self { process, _scratch: scratch }
    }

    /// Waits until it says for the `nth` time that it `leads` or is on `standby`.
    pub(crate) fn wait_for(&self, what: &str, nth: usize) {
        let end = std::time::Instant::now() + Duration::from_secs(30);
        let line = format!("CHILD {what}");
        while self.process.lines().iter().filter(|said| said.text.contains(&line)).count() < nth {
            assert!(std::time::Instant::now() < end, "no {what}; it said: {:?}", self.process.lines());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    pub(crate) fn times(&self, what: &str) -> usize {
        let line = format!("CHILD {what}");
        self.process.lines().iter().filter(|said| said.text.contains(&line)).count()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "started by other tests, as a process of its own"]
async fn relay_until_killed() {
    let Ok(url) = std::env::var("CHILD_URL") else { return };
    let setting = |name| std::env::var(name).unwrap();
    let location = Location::Postgres { url, schema: setting("CHILD_SCHEMA") };
    let mut place = Place::at(location, &setting("CHILD_NAME"), &setting("CHILD_KAFKA"), None);
    // One transaction after the other: whenever it is frozen, it is in one.
    place.options.state_every_ms = 1;
    let log = place.log().await;
    let relay = place.relay(&log).await;
    let mut states = relay.states();
    loop {
        let state = states.borrow_and_update().clone();
        match state {
            State::Leading { .. } => println!("CHILD leads"),
            State::Standby => println!("CHILD standby"),
            other => println!("CHILD {other:?}"),
        }
        states.changed().await.unwrap();
    }
}
