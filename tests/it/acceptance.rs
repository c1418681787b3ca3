//! One way through everything: a gRPC client we did not write suspends a stolen phone's line.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use uuid::Uuid;
use vigie_acceptance::{Kind, Person, Stage, System, grpcurl};
use vigie_clock::{Clock, Ids, SystemClock, SystemIds};
use vigie_testkit::{CnDomain, FakeMsc};

const MSISDN: &str = "+33639980001";
const IMSI: &str = "208010000000001";
const ICCID: &str = "89330100000000000012";

/// How long ledger and timelines may need to follow on a busy machine.
const FOLLOWS_WITHIN: Duration = Duration::from_secs(10);

fn register_line(system: &System, token: &str, account: Uuid) -> String {
    let message = json!({
        "request_id": SystemIds.next().to_string(),
        "line": {
            "account_id": account.to_string(), "msisdn": MSISDN, "imsi": IMSI, "iccid": ICCID,
            "account_holder": "Horizon SA", "user_id": "user-1",
        },
    });
    let answer =
        grpcurl(system.endpoint(), token, "vigie.lines.v1.LineService/RegisterLine", &message).unwrap();
    answer["line"]["lineId"].as_str().unwrap().to_owned()
}

fn suspend(system: &System, token: &str) -> Value {
    let message = json!({
        "request_id": SystemIds.next().to_string(), "line": { "msisdn": MSISDN },
        "reason": "SUSPENSION_REASON_THEFT",
    });
    grpcurl(system.endpoint(), token, "vigie.lines.v1.LineService/SuspendLine", &message).unwrap()
}

fn reinstate(system: &System, token: &str) -> Value {
    let message = json!({
        "request_id": SystemIds.next().to_string(), "line": { "msisdn": MSISDN },
        "reason": "SUSPENSION_REASON_THEFT",
        "handset_recovery": { "attested_by": "manager", "recovered_at": SystemClock.now().to_string() },
    });
    grpcurl(system.endpoint(), token, "vigie.lines.v1.LineService/ReinstateLine", &message).unwrap()
}

/// The ledger follows the log: waits for the case of an act to be judged.
fn judged_case(system: &System, token: &str, act_id: &str) -> Value {
    let start = Instant::now();
    loop {
        let message = json!({ "characteristic": "9.3" });
        let cases =
            grpcurl(system.endpoint(), token, "vigie.commitments.v1.CommitmentService/ListCases", &message)
                .unwrap();
        let found = cases["cases"].as_array().and_then(|cases| {
            cases.iter().find(|case| case["caseId"] == act_id && case["verdict"] != "VERDICT_OPEN").cloned()
        });
        if let Some(case) = found {
            return case;
        }
        assert!(start.elapsed() < FOLLOWS_WITHIN, "no judged case of act {act_id}: {cases}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// `vigie line timeline` shows the act: asked for, and what it came to, with its evidence. The view follows the log: waits.
fn assert_in_timeline(system: &System, act: &Value, gesture: &str, evidence: &str) {
    let start = Instant::now();
    let entries = loop {
        let output = system.command().args(["--json", "line", "timeline", MSISDN]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).unwrap();
        let entries = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let of_the_act: Vec<_> = entries.filter(|entry| entry["act_id"] == act["actId"]).collect();
        if of_the_act.iter().any(|entry| entry["kind"] == format!("ENTRY_KIND_{gesture}_CONFIRMED")) {
            break of_the_act;
        }
        assert!(start.elapsed() < FOLLOWS_WITHIN, "no {gesture} confirmed in {text}");
        std::thread::sleep(Duration::from_millis(50));
    };
    let entry = |kind: &str| {
        let kind = format!("ENTRY_KIND_{gesture}_{kind}");
        entries.iter().find(|entry| entry["kind"] == kind).unwrap_or_else(|| panic!("{kind}: {entries:?}"))
    };
    let (requested, confirmed) = (entry("REQUESTED"), entry("CONFIRMED"));
    assert_eq!((&requested["reason"], &requested["reference"]), (&json!("THEFT"), &act["reference"]));
    assert_eq!(requested["actor"], "manager", "{requested}");
    assert_eq!(confirmed["evidence"], evidence, "{confirmed}");
    assert!(requested["version"].as_i64() < confirmed["version"].as_i64(), "{entries:?}");
}

fn assert_kept(case: &Value, evidence: &str) {
    assert_eq!(case["verdict"], "VERDICT_KEPT", "{case}");
    assert_eq!(case["evidenceLevel"], evidence, "{case}");
    assert_eq!(case["characteristic"], "9.3");
    assert!(case["t0"].as_str() < case["t1"].as_str(), "{case}");
    // The request and its confirmation, at least.
    assert!(case["evidenceEventIds"].as_array().unwrap().len() >= 2, "{case}");
}

#[test]
fn a_stolen_phones_line_is_barred_in_the_real_register_and_it_is_proven() {
    let stage = Stage::new(Kind::Real).with_kafka();
    let register = stage.register().clone();
    register.provision(IMSI, Some(MSISDN.trim_start_matches('+'))).unwrap();
    let msc = FakeMsc::attach(register.gsup(), "msc-1").unwrap();
    assert!(msc.update_location(IMSI, CnDomain::Cs).unwrap());

    let system = stage.start(0);
    let manager = system.token(&Person::manager(stage.account()));
    let auditor = system.token(&Person::staff("auditor"));
    let operator = system.token(&Person::staff("operator"));
    register_line(&system, &operator, stage.account());

    let answer = suspend(&system, &manager);
    assert_eq!(answer["act"]["state"], "ACT_STATE_CONFIRMED", "{answer}");
    assert_eq!(answer["line"]["evidence"], "EVIDENCE_DETACH_REQUESTED", "{answer}");

    let nam = register.nam(IMSI).unwrap().unwrap();
    assert!(!nam.cs && !nam.ps, "the register reads {nam:?}");
    msc.wait_for_deletion(IMSI, Duration::from_secs(2)).unwrap();
    let case = judged_case(&system, &auditor, answer["act"]["actId"].as_str().unwrap());
    assert_kept(&case, "DETACH_REQUESTED");
    assert_in_timeline(&system, &answer["act"], "SUSPENSION", "DETACH_REQUESTED");

    let answer = reinstate(&system, &manager);
    assert_eq!(answer["act"]["state"], "ACT_STATE_CONFIRMED", "{answer}");
    assert_eq!(answer["line"]["state"], "LINE_STATE_ACTIVE", "{answer}");
    let nam = register.nam(IMSI).unwrap().unwrap();
    assert!(nam.cs && nam.ps, "the register reads {nam:?}");
    let case = judged_case(&system, &auditor, answer["act"]["actId"].as_str().unwrap());
    assert_kept(&case, "REGISTER_READ_BACK");
    assert_in_timeline(&system, &answer["act"], "REINSTATEMENT", "REGISTER_READ_BACK");
}

#[test]
fn the_same_on_the_embedded_default() {
    let stage = Stage::new(Kind::Embedded);
    let system = stage.start(0);
    let manager = system.token(&Person::manager(stage.account()));
    let auditor = system.token(&Person::staff("auditor"));
    let operator = system.token(&Person::staff("operator"));
    register_line(&system, &operator, stage.account());

    let answer = suspend(&system, &manager);
    assert_eq!(answer["act"]["state"], "ACT_STATE_CONFIRMED", "{answer}");
    assert_eq!(answer["line"]["evidence"], "EVIDENCE_SIMULATED", "{answer}");
    assert_kept(&judged_case(&system, &auditor, answer["act"]["actId"].as_str().unwrap()), "SIMULATED");
    assert_in_timeline(&system, &answer["act"], "SUSPENSION", "SIMULATED");

    let answer = reinstate(&system, &manager);
    assert_eq!(answer["line"]["state"], "LINE_STATE_ACTIVE", "{answer}");
    assert_kept(&judged_case(&system, &auditor, answer["act"]["actId"].as_str().unwrap()), "SIMULATED");
    assert_in_timeline(&system, &answer["act"], "REINSTATEMENT", "SIMULATED");
}
