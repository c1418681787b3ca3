//! Durable means durable: the platter has it before the caller is told (rule 8). A process that is killed shows nothing of
//! this, for the page cache survives it; the system calls do.

use std::collections::HashMap;
use std::process::Command;
use std::time::Duration;

use sqlx::Connection as _;
use vigie_acceptance::{Door, Kind, Person, Stage, entry, machine, provision};
use vigie_clock::{Clock, Ids, SystemClock, SystemIds};
use vigie_proto::lines::RegisterLineRequest;
use vigie_testkit::{Postgres, Process, Tool};

/// One after the other, so that each needs a flush of its own. Registering a line is one commit and nothing else.
const COMMANDS: usize = 20;

/// A command, from its sending to its answer, in seconds since the epoch.
#[derive(Clone, Copy, Debug)]
struct Span {
    from: f64,
    to: f64,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn postgresql_flushes_before_each_answer() {
    let _machine = machine().await;
    let postgres = Postgres::start_own().unwrap();
    let stage = Stage::new(Kind::Real).on_database(postgres.create_database("durability").unwrap());
    let system = tokio::task::block_in_place(|| stage.start(0));
    let operator = system.door(&Person::staff("operator")).await;
    // The writer's session has shown which it is once it has appended.
    register(&stage, &operator, 1, 3).await;

    let tracer = Tracer::attach(&stage, writers_backend(stage.database()).await);
    let commands = register(&stage, &operator, 10, COMMANDS).await;
    let flushes = tracer.flushes(|_| true);
    assert_flushed_before_each_answer(&commands, &flushes);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sqlite_flushes_the_log_before_each_answer() {
    let _machine = machine().await;
    let stage = Stage::new(Kind::Embedded);
    provision(&stage, 100);
    let system = tokio::task::block_in_place(|| stage.start(0));
    let operator = system.door(&Person::staff("operator")).await;
    register(&stage, &operator, 1, 3).await;

    let tracer = Tracer::attach(&stage, system.process().id());
    let commands = register(&stage, &operator, 10, COMMANDS).await;
    // The views have files of their own.
    let flushes = tracer.flushes(|call| call.contains("/lines.db"));
    assert_flushed_before_each_answer(&commands, &flushes);
}

/// Registers lines one after the other.
async fn register(stage: &Stage, operator: &Door, first: usize, count: usize) -> Vec<Span> {
    let mut spans = Vec::new();
    for number in first..first + count {
        let message = RegisterLineRequest {
            request_id: SystemIds.next().to_string(),
            line: Some(entry(number, stage.account())),
        };
        let from = now();
        operator.lines().register_line(operator.request(message, Duration::from_secs(10))).await.unwrap();
        spans.push(Span { from, to: now() });
        // What else the writer does about it is over before the next begins.
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
    spans
}

fn now() -> f64 {
    let micros = SystemClock.now().as_micros();
    // Exact: far below 2^53.
    micros as f64 / 1e6
}

/// The process that serves the log's writer: the one whose last statement was an append.
async fn writers_backend(url: &str) -> u32 {
    let mut connection = sqlx::PgConnection::connect(url).await.unwrap();
    let pids: Vec<i32> = sqlx::query_scalar(
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'WITH guard AS%'",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    let [pid] = pids.as_slice() else { panic!("one writer appends: {pids:?}") };
    u32::try_from(*pid).unwrap()
}

/// strace on a running process.
struct Tracer {
    process: Process,
    file: std::path::PathBuf,
}

impl Tracer {
    fn attach(stage: &Stage, pid: u32) -> Self {
        let file = stage.scratch().path().join(format!("strace-{pid}"));
        let mut command = Command::new(Tool::find("strace").unwrap());
        command.args(["-f", "-y", "-ttt", "-T", "-e", "trace=fsync,fdatasync", "-p", &pid.to_string(), "-o"]);
        command.arg(&file);
        let process = Process::start(stage.scratch(), &mut command).unwrap();
        let attached = process
            .wait_for_line("strace to attach", Duration::from_secs(20), |line| line.contains("attached"));
        attached.expect("strace must be allowed to attach (as root, or with kernel.yama.ptrace_scope=0)");
        Self { process, file }
    }

    /// Finished flushes whose call `is_wanted`.
    fn flushes(self, is_wanted: impl Fn(&str) -> bool) -> Vec<Span> {
        self.process.terminate(Duration::from_secs(10)).unwrap();
        let text = std::fs::read_to_string(&self.file).unwrap();
        let mut unfinished = HashMap::new();
        let mut flushes = Vec::new();
        for line in text.lines() {
            let mut words = line.split_whitespace();
            let (Some(pid), Some(at)) = (words.next(), words.next()) else { continue };
            let Ok(at) = at.parse::<f64>() else { continue };
            if line.contains("<unfinished ...>") {
                unfinished.insert(pid.to_owned(), (at, line.to_owned()));
            } else if line.contains(" resumed>") {
                let Some((from, call)) = unfinished.remove(pid) else { continue };
                if is_wanted(&call) && line.contains("= 0") {
                    flushes.push(Span { from, to: from + took(line) });
                }
            } else if is_wanted(line) && line.contains("= 0") {
                flushes.push(Span { from: at, to: at + took(line) });
            }
        }
        flushes
    }
}

/// What `-T` adds at the end: `<0.000210>`, counted from the call's beginning, also where it is told in two lines.
fn took(line: &str) -> f64 {
    let seconds = line.rsplit_once('<').and_then(|(_, rest)| rest.trim_end_matches('>').parse().ok());
    seconds.unwrap_or_else(|| panic!("no duration: {line}"))
}

fn assert_flushed_before_each_answer(commands: &[Span], flushes: &[Span]) {
    assert_eq!(commands.len(), COMMANDS);
    for command in commands {
        let within = flushes.iter().filter(|flush| command.from < flush.from && flush.to < command.to);
        assert!(within.count() > 0, "answered without a flush: {command:?} among {flushes:?}");
    }
}
