//! After a restore of the log of routing to an older backup: its reactions stop and say so, and go on once they begin anew;
//! what they had caused in the lost past they cause again.

use std::time::Duration;

use serde_json::Value;
use vigie_clock::{Clock as _, SystemClock};
use vigie_testkit::Scratch;

use crate::running::{NO_DEMO, Running, answer, vigie};

const COVER_BEGAN: &str = "account.manager_cover_began";
const PLAN_OPENED: &str = "review_plan.plan_opened";

#[test]
fn reactions_stop_until_they_begin_anew_and_cause_again_what_was_lost() {
    let home = Scratch::new("restored-routing").unwrap();
    let (data, new) = (home.folder("data").unwrap(), home.folder("new").unwrap());
    let file = home.path().join("log.backup");
    let file = file.to_str().unwrap();
    let running = Running::start(&home, &data, &["--json"], &[NO_DEMO]);
    running.until("address");
    register(&running, "Exemple SAS", "732829320");
    for name in ["Anne Exemple", "Bruno Exemple"] {
        running.command(&["staff", "add", name, "--account-manager", "--language", "french"]).ok();
        // Names are looked up in lists, which follow.
        running.command_until(&["staff", "list"], name);
        running.command(&["staff", "train", name, "--passed", "2026-01-01", "--until", "2099-01-01"]).ok();
    }
    running.command(&["account", "assign", "732829320", "Anne Exemple"]).ok();
    let leaves_at = SystemClock.now().plus(Duration::from_secs(6)).to_string();
    running
        .command(&["staff", "leave", "Anne Exemple", "--at", &leaves_at, "--deputy", "Bruno Exemple"])
        .ok();
    tail_until(&running, PLAN_OPENED);
    running.command(&["log", "backup", "--log", "routing", file]).ok();
    assert!(!tail(&running).contains(COVER_BEGAN), "she leaves after the backup");
    tail_until(&running, COVER_BEGAN);
    running.command_until(&["account", "manager", "732829320"], "Bruno Exemple");
    running.stop();

    for entry in std::fs::read_dir(&data).unwrap().flatten() {
        let name = entry.file_name().into_string().unwrap();
        let is_of_the_log = name.starts_with("routing.db") || name.starts_with("routing.anchor");
        if !is_of_the_log && entry.path().is_file() {
            std::fs::copy(entry.path(), new.join(name)).unwrap();
        }
    }
    let said = answer(vigie(&new).args(["log", "restore", file])).ok();
    assert!(said.contains("`vigie view start-over all --log routing`"), "{said}");
    let stopped = Running::start(&home, &new, &["--json"], &[NO_DEMO]);
    stopped.until("address");
    let said = stopped.readiness_until(&["routing_standing", "routing_reviews", "notices_of_routing"]);
    assert!(said.starts_with("HTTP/1.1 503") && said.contains("start-over all --log"), "{said}");
    let reactions = stopped.command(&["--json", "reaction", "list"]).ok();
    let reactions = reactions.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let stands: Vec<_> = reactions
        .filter(|reaction| reaction["state"] == "REACTION_STATE_STOPPED")
        .map(|reaction| reaction["reaction"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(stands, ["routing.reviews", "routing.standing", "notices.routing"]);
    stopped.stop();

    let said = answer(vigie(&new).args(["view", "start-over", "all", "--log", "routing"])).ok();
    assert!(said.contains("routing, directory"), "{said}");
    let again = Running::start(&home, &new, &["--json"], &[NO_DEMO]);
    again.until("address");
    again.readiness_until(&["HTTP/1.1 200"]);
    tail_until(&again, COVER_BEGAN);
    again.command_until(&["account", "manager", "732829320"], "Bruno Exemple");
    register(&again, "Autre SAS", "552100554");
    again.command_until(&["review", "list"], "Autre SAS");
    let log = tail(&again);
    assert_eq!(log.matches(COVER_BEGAN).count(), 1, "{log}");
    assert_eq!(log.matches(PLAN_OPENED).count(), 2, "one a company: {log}");
    assert_eq!(again.command(&["reaction", "waiting"]).ok(), "Nothing waits.\n");
    again.stop();
}

fn register(running: &Running, name: &str, siren: &str) {
    let address = ["--street", "1 rue de l'Exemple", "--postal-code", "69003", "--town", "Lyon"];
    let company = ["account", "register", "company", name, "--siren", siren, "--segment", "sme-fleet"];
    running.command(&[&company[..], &address].concat()).ok();
}

/// All events of the log of routing, one a line.
fn tail(running: &Running) -> String {
    running.command(&["log", "tail", "--log", "routing", "--after", "0"]).ok()
}

fn tail_until(running: &Running, wanted: &str) {
    running.command_until(&["log", "tail", "--log", "routing", "--after", "0"], wanted);
}
