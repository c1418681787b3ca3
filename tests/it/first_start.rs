//! What whoever starts Vigie for the first time sees, and what the second start keeps.

use std::process::Command;
use std::time::{Duration, Instant};

use vigie_acceptance::{machine, vigie};
use vigie_testkit::{Process, Scratch, Stream, free_port};

/// Of a release build, on a quiet machine, within a minute; this is a debug build among other tests.
const SHOWN_WITHIN: Duration = Duration::from_secs(120);

/// What stands in the issue, in its order.
const SHOWN: [&str; 35] = [
    // Where everything is, and what is not for production.
    "Vigie serves",
    "gRPC",
    "data",
    "SIMULATED REGISTER",
    // One theft with its times.
    "A phone is stolen",
    "T0",
    "commit",
    "write",
    "read-back",
    "T1",
    // The same with the register cut.
    "register cut off",
    "accepted, pending",
    "confirmed by itself",
    // Paying does not bring a stolen phone back.
    "UNPAID lifted",
    "the line is SUSPENDED for THEFT",
    "the register says barred",
    // The ledger.
    "The ledger of promises, 9.3",
    "SUSPEND THEFT",
    "proven by",
    // Somebody takes every contact, and it says why.
    "A named contact, and a team for everybody",
    "Mathilde Escoffier, the account manager",
    "Joris Lamotte, who covers for the account manager",
    "the manager is away",
    "mobile: the team",
    "fixed: the team",
    "Mobile users is closed",
    "Lost and stolen",
    // The promises.
    "The 17 promises",
    "9.3",
    // What to do next.
    "Try it",
    "line show",
    "line suspend",
    "commitments show",
    "log verify",
    "route --from",
];

struct Run {
    process: Process,
    command: Box<dyn Fn() -> Command>,
}

fn start(home: &Scratch) -> Run {
    let data = home.path().join("data");
    let (listen, admin) = (free_port().unwrap(), free_port().unwrap());
    let mut command = vigie();
    command
        .arg("run")
        .env("VIGIE_DATA", &data)
        .env("VIGIE_SERVER__LISTEN", format!("127.0.0.1:{listen}"))
        .env("VIGIE_SERVER__ADMIN", format!("127.0.0.1:{admin}"));
    let process = Process::start(home, &mut command).unwrap();
    let command = move || {
        let mut command = vigie();
        command.env("VIGIE_ENDPOINT", format!("http://127.0.0.1:{listen}")).env("VIGIE_DATA", &data);
        command
    };
    Run { process, command: Box::new(command) }
}

impl Run {
    fn said(&self) -> String {
        self.process.text(Stream::Out)
    }

    fn output(&self, arguments: &[&str]) -> String {
        let output = (self.command)().args(arguments).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{arguments:?}: {said}");
        String::from_utf8(output.stdout).unwrap()
    }

    fn head(&self) -> i64 {
        let text = self.output(&["log", "verify", "--json"]);
        let last: serde_json::Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
        last["head"]["position"].as_i64().unwrap()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_start_shows_the_promise_at_work_and_the_second_keeps_what_there_is() {
    let _machine = machine().await;
    tokio::task::block_in_place(|| {
        let home = Scratch::new("first-start").unwrap();
        let first = start(&home);
        let began = Instant::now();
        first
            .process
            .wait_for_line("the end of the demo", SHOWN_WITHIN, |line| {
                line.contains("later starts skip this")
            })
            .unwrap();
        eprintln!("first start: shown in {:?} (debug build)", began.elapsed());
        assert_shown_in_order(&first.said());
        assert!(!first.said().contains("The demo stopped"));
        let stolen = commands_to_paste(&first);
        let head = first.head();
        assert!(first.process.terminate(Duration::from_secs(10)).unwrap().success());

        let second = start(&home);
        second
            .process
            .wait_for_line("the second start", SHOWN_WITHIN, |line| line.contains("the demo is skipped"))
            .unwrap();
        assert!(second.head() >= head, "the second start keeps the log");
        assert!(second.output(&["line", "show", &stolen]).contains("THEFT"), "and its lines");
        assert!(!second.said().contains("A phone is stolen"));
    });
}

fn assert_shown_in_order(said: &str) {
    let mut rest = said;
    for phrase in SHOWN {
        let Some((_, after)) = rest.split_once(phrase) else {
            panic!("{phrase:?} is missing, or out of order:\n{said}")
        };
        rest = after;
    }
}

/// The five commands work as they stand there. The number of the stolen phone.
fn commands_to_paste(first: &Run) -> String {
    let said = first.said();
    let (_, rest) = said.split_once("Try it").unwrap();
    let commands: Vec<_> =
        rest.lines().map(str::trim).filter(|line| line.contains("vigie")).take(5).collect();
    assert_eq!(commands.len(), 5, "{rest}");
    for command in &commands {
        let output = Command::new("sh").args(["-c", command]).output().unwrap();
        assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
    }
    let number = commands[0].split_whitespace().last().unwrap();
    assert!(number.starts_with('+'), "{commands:?}");
    number.to_owned()
}
