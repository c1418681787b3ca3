//! Nothing outlives a test, however it ends.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use vigie_testkit::{OsmoHlr, Postgres, Process, Scratch};

fn is_alive(pid: u32) -> bool {
    // A zombie's working directory cannot be read any more.
    std::fs::read_link(format!("/proc/{pid}/cwd")).is_ok()
}

fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < Duration::from_secs(20), "not within 20 s: {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn dropping_the_folder_ends_a_grandchild_in_a_session_of_its_own() {
    let scratch = Scratch::new("drop").unwrap();
    let path = scratch.path().to_owned();
    let mut command = Command::new("sh");
    command.args(["-c", "setsid sleep 1000 & echo grandchild $!; wait"]);
    let process = Process::start(&scratch, &mut command).unwrap();
    let line = process
        .wait_for_line("its id", Duration::from_secs(5), |line| line.starts_with("grandchild"))
        .unwrap();
    let grandchild: u32 = line.text.trim_start_matches("grandchild ").parse().unwrap();
    assert!(is_alive(grandchild) && is_alive(process.id()));
    drop(scratch);
    wait_until("the grandchild has ended", || !is_alive(grandchild));
    assert!(!process.is_running());
    assert!(!path.exists());
}

/// Run by the next test as a process of its own: starts everything and waits for its death.
#[test]
#[ignore = "the victim of another test"]
fn victim() {
    let postgres = Postgres::shared().unwrap();
    let hlr = OsmoHlr::start().unwrap();
    let scratch = Scratch::new("victim").unwrap();
    let process = Process::start(&scratch, Command::new("sleep").arg("1000")).unwrap();
    hlr.stop().unwrap();
    postgres.signal_stop().unwrap();
    let pids = postgres.pids().unwrap().into_iter().chain(hlr.pid()).chain([process.id()]);
    let pids: Vec<_> = pids.map(|pid| pid.to_string()).collect();
    eprintln!("victim: {} {}", scratch.path().display(), pids.join(" "));
    std::thread::sleep(Duration::from_secs(60));
}

#[test]
fn sigkill_of_the_test_process_leaves_no_process_and_no_folder() {
    let home = Scratch::new("killer").unwrap();
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["scratch::victim", "--exact", "--ignored", "--nocapture"])
        .env_remove("VIGIE_TEST_POSTGRES");
    let victim = Process::start(&home, command.stdin(Stdio::null())).unwrap();
    let limit = Duration::from_secs(60);
    let line = victim.wait_for_line("its children", limit, |line| line.starts_with("victim: ")).unwrap();
    let mut words = line.text.split(' ').skip(1);
    let folder = Path::new(words.next().unwrap());
    let children: Vec<u32> = words.map(|pid| pid.parse().unwrap()).collect();
    assert!(children.len() >= 5, "{children:?}");
    assert!(children.iter().all(|pid| is_alive(*pid)));
    victim.kill9().unwrap();
    wait_until("all children have ended", || !children.iter().any(|pid| is_alive(*pid)));
    wait_until("the folder is gone", || !folder.exists());
}
