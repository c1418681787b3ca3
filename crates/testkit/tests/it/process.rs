use std::os::unix::process::ExitStatusExt;
use std::process::Command;
use std::time::Duration;

use vigie_testkit::{Process, Scratch, Stream, arm_kill_point};

const LIMIT: Duration = Duration::from_secs(10);

fn shell(scratch: &Scratch, script: &str) -> Process {
    Process::start(scratch, Command::new("sh").args(["-c", script])).unwrap()
}

#[test]
fn a_program_is_killed_at_the_point_it_announces() {
    let scratch = Scratch::new("process").unwrap();
    let script = r#"echo "started $VIGIE_KILL_POINT"; echo "KILL-POINT before-commit" >&2; sleep 0.2; touch survived; sleep 100"#;
    let mut command = Command::new("sh");
    command.args(["-c", script]);
    arm_kill_point(&mut command, "before-commit@2");
    let process = Process::start(&scratch, &mut command).unwrap();
    let line = process.kill_at("before-commit", LIMIT).unwrap();
    assert_eq!(line.stream, Stream::Err);
    assert_eq!(process.wait(LIMIT).unwrap().signal(), Some(9));
    std::thread::sleep(Duration::from_millis(300));
    assert!(!scratch.path().join("survived").exists());
    assert_eq!(process.text(Stream::Out), "started before-commit@2\n");
}

#[test]
fn a_program_that_ends_before_the_point_says_why() {
    let scratch = Scratch::new("process").unwrap();
    let process = shell(&scratch, "echo port taken >&2; exit 3");
    let error = process.kill_at("after-commit", LIMIT).unwrap_err().to_string();
    assert!(error.contains("port taken") && error.contains("after-commit"), "{error}");
    assert_eq!(process.wait(LIMIT).unwrap().code(), Some(3));
}

#[test]
fn a_point_not_reached_in_time_ends_the_program_all_the_same() {
    let scratch = Scratch::new("process").unwrap();
    let process = shell(&scratch, "sleep 100");
    assert!(process.kill_at("never", Duration::from_millis(50)).is_err());
    assert!(!process.is_running());
}

#[test]
fn terminate_lets_a_program_end_by_itself() {
    let scratch = Scratch::new("process").unwrap();
    let process = shell(&scratch, "trap 'echo bye; exit 0' TERM; echo ready; while :; do sleep 0.01; done");
    process.wait_for_line("ready", LIMIT, |line| line == "ready").unwrap();
    assert_eq!(process.terminate(LIMIT).unwrap().code(), Some(0));
    process.wait_for_line("bye", LIMIT, |line| line == "bye").unwrap();
}

#[test]
fn a_stopped_program_stands_still_until_it_may_go_on() {
    let scratch = Scratch::new("process").unwrap();
    let process = shell(&scratch, "i=0; while :; do i=$((i+1)); echo $i; sleep 0.01; done");
    process.wait_for_line("3", LIMIT, |line| line == "3").unwrap();
    process.stop().unwrap();
    std::thread::sleep(Duration::from_millis(50));
    let before = process.lines().len();
    std::thread::sleep(Duration::from_millis(100));
    assert_eq!(process.lines().len(), before);
    process.cont().unwrap();
    let next = (before + 1).to_string();
    process.wait_for_line("the next number", LIMIT, |line| line == next).unwrap();
}
