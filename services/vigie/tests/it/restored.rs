//! After a restore to an older backup: readers stop and say what to run, and nothing that only the register bars is opened.

use std::path::Path;

use serde_json::{Value, json};
use uuid::Uuid;
use vigie_clock::{Clock as _, SystemClock};
use vigie_eventlog::{Database, DatabaseOptions, Location};
use vigie_testkit::Scratch;

use crate::running::{NO_DEMO, Running, answer, vigie};

const ACCOUNT: &str = "0197b1f0-0000-7000-8000-000000000001";
const STOLEN: &str = "+33639980001";

#[test]
fn views_stop_until_they_start_over_and_what_only_the_register_bars_stays_barred() {
    let home = Scratch::new("restored").unwrap();
    let (data, new) = (home.folder("data").unwrap(), home.folder("new").unwrap());
    let file = home.path().join("log.backup");
    let file = file.to_str().unwrap();
    let rows = [(1, "14"), (2, "22")].map(|(number, iccid)| {
        let iccid = format!("89339900000000000{iccid}");
        format!("{ACCOUNT},+3363998000{number},20801000000000{number},{iccid},Brumelle")
    });
    provision(&data);
    let running = Running::start(&home, &data, &["--json"], &[NO_DEMO]);
    running.until("address");
    running.import(&home, &rows);
    running.command(&["log", "backup", "--log", "lines", file]).ok();
    // The phone is stolen after the backup, and while a write is on watch everything is lost.
    running.command(&["line", "suspend", STOLEN, "--reason", "theft"]).ok();
    running.command_until(&["commitments", "show", "9.3", "--cases"], "SUSPEND THEFT  KEPT");
    let shown: Value =
        serde_json::from_str(&running.command(&["--json", "line", "show", STOLEN]).ok()).unwrap();
    let error = answer(vigie(&data).args(["view", "start-over", "all"])).failed(1);
    assert!(error.contains("stop it first"), "{error}");
    running.stop();
    let line_id = shown["line"]["line_id"].as_str().or(shown["line_id"].as_str()).unwrap();
    watch(&data.join("lines-view.db"), line_id.parse().unwrap());

    for entry in std::fs::read_dir(&data).unwrap().flatten() {
        let name = entry.file_name().into_string().unwrap();
        let kept = ["lines-view.db", "commitments.db", "progress.db", "register.jsonl"];
        if kept.iter().any(|kept| name.starts_with(kept)) {
            std::fs::copy(entry.path(), new.join(name)).unwrap();
        }
    }
    let said = answer(vigie(&new).args(["log", "restore", file])).ok();
    assert!(said.contains("`vigie view start-over all --log lines`"), "{said}");

    let stopped = Running::start(&home, &new, &["--json"], &[NO_DEMO]);
    stopped.until("address");
    let said = stopped.readiness_until(&[
        "start-over lines",
        "start-over commitments --log lines",
        "start-over progress",
    ]);
    assert!(said.starts_with("HTTP/1.1 503"), "{said}");
    assert!(!said.contains("commitments --log routing"), "that log is as it was: {said}");
    assert!(
        said.contains("lines_view") && said.contains("commitments") && said.contains("restored"),
        "{said}"
    );
    // The watch has looked, recorded what it found, and opened nothing.
    stopped.command_until(&["log", "tail", "--log", "lines"], "register_drift_found");
    stopped.stop();

    let said = answer(vigie(&new).args(["view", "start-over", "all", "--log", "lines"])).ok();
    for part in
        ["lines, commitments, progress", "1 lines that the register", "vigie register reconcile --approve"]
    {
        assert!(said.contains(part), "{part:?} is missing in:\n{said}");
    }
    let again = Running::start(&home, &new, &["--json"], &[NO_DEMO]);
    again.until("address");
    again.readiness_until(&["HTTP/1.1 200"]);
    let listed = again.command_until(&["line", "list"], "+33639980002");
    assert!(!listed.contains("SUSPENDED"), "the lists are of the restored log: {listed}");
    let ledger = again.command(&["commitments", "show", "9.3", "--cases"]).ok();
    assert!(!ledger.contains("THEFT"), "so is the ledger: {ledger}");
    let timeline = again.command_until(&["line", "timeline", STOLEN], "Line registered");
    assert!(!timeline.contains("theft"), "and so is the timeline: {timeline}");
    let waiting = again.command(&["register", "reconcile"]).failed(1);
    assert!(waiting.contains("1 differences left"), "still barred, for a person to decide: {waiting}");
    let approved = again.command(&["register", "reconcile", "--approve"]).ok();
    assert!(approved.contains("1 put right"), "{approved}");
    again.stop();
}

#[test]
fn of_the_ledger_only_what_comes_from_the_restored_log_starts_over() {
    let home = Scratch::new("restored-ledger").unwrap();
    let (data, new) = (home.folder("data").unwrap(), home.folder("new").unwrap());
    let file = home.path().join("routing.backup");
    let file = file.to_str().unwrap();
    provision(&data);
    let running = Running::start(&home, &data, &["--json"], &[NO_DEMO]);
    running.until("address");
    running.import(&home, &[format!("{ACCOUNT},{STOLEN},208010000000001,8933990000000000014,Brumelle")]);
    register(&running, "Exemple SAS", "732829320");
    let (named, acts) =
        (["commitments", "show", "2.1/named", "--cases"], ["commitments", "show", "9.3", "--cases"]);
    running.command_until(&named, "NO_MANAGER");
    running.command(&["log", "backup", "--log", "routing", file]).ok();
    register(&running, "Autre SAS", "552100554");
    running.command(&["line", "suspend", STOLEN, "--reason", "theft"]).ok();
    running.command_until(&acts, "SUSPEND THEFT  KEPT");
    running.command_until(&named, "2 = kept");
    running.stop();

    for entry in std::fs::read_dir(&data).unwrap().flatten() {
        let name = entry.file_name().into_string().unwrap();
        let is_of_the_log = name.starts_with("routing.db") || name.starts_with("routing.anchor");
        if !is_of_the_log && entry.path().is_file() {
            std::fs::copy(entry.path(), new.join(name)).unwrap();
        }
    }
    answer(vigie(&new).args(["log", "restore", file])).ok();
    let stopped = Running::start(&home, &new, &["--json"], &[NO_DEMO]);
    stopped.until("address");
    let said = stopped.readiness_until(&["view start-over commitments --log routing"]);
    assert!(said.starts_with("HTTP/1.1 503"), "{said}");
    assert!(!said.contains("commitments --log lines"), "that log is as it was: {said}");
    stopped.command_until(&acts, "SUSPEND THEFT  KEPT");
    stopped.stop();

    let said = answer(vigie(&new).args(["view", "start-over", "all", "--log", "routing"])).ok();
    assert!(said.contains("Of commitments what comes from the log of routing;"), "{said}");
    let again = Running::start(&home, &new, &["--json"], &[NO_DEMO]);
    again.until("address");
    again.readiness_until(&["HTTP/1.1 200"]);
    let named = again.command_until(&named, "1 = kept");
    assert!(named.contains("NO_MANAGER"), "of the company that the restored log has: {named}");
    let acts = again.command(&acts).ok();
    assert!(acts.contains("SUSPEND THEFT  KEPT"), "{acts}");
    assert!(again.command(&["commitments", "rebuild"]).ok().contains("the live ledger is the same"));
    again.stop();
}

#[test]
fn one_view_starts_over_and_the_other_stays_as_it_is() {
    let home = Scratch::new("start-over").unwrap();
    let data = home.folder("data").unwrap();
    let nothing = answer(vigie(&data).args(["view", "start-over", "all"])).failed(2);
    assert!(nothing.contains("there is no log"), "{nothing}");
    assert_eq!(std::fs::read_dir(&data).unwrap().count(), 0, "and none is made");
    provision(&data);
    let running = Running::start(&home, &data, &["--json"], &[NO_DEMO]);
    running.until("address");
    running.import(&home, &[format!("{ACCOUNT},{STOLEN},208010000000001,8933990000000000014,Brumelle")]);
    running.command(&["line", "suspend", STOLEN, "--reason", "theft"]).ok();
    running.command_until(&["commitments", "show", "9.3", "--cases"], "SUSPEND THEFT  KEPT");
    running.stop();

    let count = |file: &str, table: &str| rows(&data.join(file), &format!("SELECT COUNT(*) FROM {table}"));
    let (lines, cases) = (|| count("lines-view.db", "line_view"), || count("commitments.db", "cases"));
    assert_eq!((lines(), cases()), (1, 1));
    let said = answer(vigie(&data).args(["--json", "view", "start-over", "lines"])).ok();
    let said: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(said, json!({ "started_over": ["lines"], "log_was_restored": false, "watches_kept": 0 }));
    assert_eq!((lines(), cases()), (0, 1));
    answer(vigie(&data).args(["view", "start-over", "commitments"])).ok();
    let entries = || count("progress.db", "timeline");
    assert_eq!((lines(), cases(), entries()), (0, 0, 3));
    answer(vigie(&data).args(["view", "start-over", "progress"])).ok();
    assert_eq!(entries(), 0);

    let again = Running::start(&home, &data, &["--json"], &[NO_DEMO]);
    again.until("address");
    again.command_until(&["line", "list"], STOLEN);
    again.command_until(&["commitments", "show", "9.3", "--cases"], "SUSPEND THEFT  KEPT");
    again.command_until(&["line", "timeline", STOLEN], "Suspension confirmed by the register");
    again.stop();
}

fn register(running: &Running, name: &str, siren: &str) {
    let address = ["--street", "1 rue de l'Exemple", "--postal-code", "69003", "--town", "Lyon"];
    let company = ["account", "register", "company", name, "--siren", siren, "--segment", "large-account"];
    running.command(&[&company[..], &address].concat()).ok();
}

/// The register knows both SIMs.
fn provision(data: &Path) {
    let subscribers = [1, 2].map(|number| {
        let (imsi, msisdn) = (format!("20801000000000{number}"), format!("+3363998000{number}"));
        let subscriber =
            json!({ "imsi": imsi, "msisdn": msisdn, "cs": true, "ps": true, "phone_is_on": true });
        format!("{subscriber}\n")
    });
    std::fs::write(data.join("register.jsonl"), subscribers.concat()).unwrap();
}

/// Puts a line on watch, as a write of unknown effect does.
fn watch(file: &Path, line_id: Uuid) {
    let until = SystemClock.now().plus(std::time::Duration::from_secs(3600)).as_micros();
    let values = [line_id.into(), until.into()];
    with(file, async |database| {
        let sql = "INSERT INTO register_watch (line_id, until, next_check_at, cause) VALUES ($1, $2, 0, 'UNKNOWN_EFFECT')";
        database.execute(sql, &values).await.unwrap();
    });
}

fn rows(file: &Path, sql: &str) -> i64 {
    with(file, async |database| {
        let rows = database.query(sqlx::AssertSqlSafe(sql.to_owned()), &[]).await.unwrap();
        rows[0].i64(0).unwrap()
    })
}

fn with<T>(file: &Path, work: impl AsyncFnOnce(&Database) -> T) -> T {
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let database =
            Database::open(&DatabaseOptions::new(Location::Sqlite(file.to_owned()))).await.unwrap();
        let done = work(&database).await;
        database.close().await;
        done
    })
}
