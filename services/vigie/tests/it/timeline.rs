//! A line's timeline and its watch, from the command line.

use std::time::{Duration, Instant};

use serde_json::Value;
use vigie_testkit::{Process, Scratch, Stream};

use crate::running::{NO_DEMO, Running};

const LINE: &str = "+33639980001";
const ROW: &str =
    "0197b1f0-0000-7000-8000-000000000001,+33639980001,208010000000001,8933990000000000014,Brumelle";
const SOON: Duration = Duration::from_secs(20);

fn watching(running: &Running, home: &Scratch, arguments: &[&str]) -> Process {
    Process::start(home, &mut running.prepare(arguments)).unwrap()
}

#[test]
fn a_command_is_in_the_timeline_at_once_and_a_watch_goes_on_from_its_token() {
    let home = Scratch::new("timeline").unwrap();
    let running = Running::start(&home, &home.path().join("data"), &["--json"], &[NO_DEMO]);
    running.until("address");
    running.import(&home, &[ROW.to_owned()]);
    let watch = watching(&running, &home, &["line", "watch", LINE]);
    watch.wait_for_line("the registration", SOON, |line| line.contains("Line registered")).unwrap();

    // The timeline waits for what the line has: no second try is needed.
    running.command(&["line", "suspend", LINE, "--reason", "theft"]).ok();
    let timeline = running.command(&["line", "timeline", LINE]).ok();
    let whats: Vec<_> = timeline.lines().skip(1).map(str::to_owned).collect();
    assert!(whats[0].contains("Suspension confirmed by the register (simulated register)"), "{timeline}");
    assert!(
        whats[1].contains("Suspension asked for (theft)") && whats[2].contains("Line registered"),
        "{timeline}"
    );

    let said = |line: &str| line.contains("Suspension confirmed");
    watch.wait_for_line("the confirmation", SOON, said).unwrap();
    let status = watch.terminate(SOON).unwrap();
    assert!(status.success(), "{status}");
    let note = watch.text(Stream::Err);
    let token = note.split("--resume ").nth(1).unwrap_or_else(|| panic!("no token in {note}")).trim();

    let again = watching(&running, &home, &["--json", "line", "watch", LINE, "--resume", token]);
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(again.text(Stream::Out), "", "nothing came, and nothing is repeated");
    let listed = running.command(&["--json", "line", "timeline", LINE, "--limit", "1"]).ok();
    let newest: Value = serde_json::from_str(listed.lines().next().unwrap()).unwrap();
    assert_eq!((&newest["version"], &newest["kind"]), (&3.into(), &"ENTRY_KIND_SUSPENSION_CONFIRMED".into()));
    running.command(&["line", "suspend", LINE, "--reason", "loss"]).ok();
    again.wait_for_line("the next act", SOON, |line| line.contains("SUSPENSION_REQUESTED")).unwrap();
    let first: Value = serde_json::from_str(again.text(Stream::Out).lines().next().unwrap()).unwrap();
    assert_eq!((&first["entry"]["version"], &first["entry"]["reason"]), (&4.into(), &"LOSS".into()));

    let began = Instant::now();
    let refused = running.command(&["line", "watch", LINE, "--resume", "garbage"]).failed(1);
    assert!(refused.contains("BAD_RESUME_TOKEN") && began.elapsed() < SOON, "{refused}");
    assert!(running.command(&["progress", "rebuild"]).ok().contains("the live timelines are the same"));
    assert!(again.terminate(SOON).unwrap().success());
    running.stop();
}
