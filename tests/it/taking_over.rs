//! An operator's base is taken over by a gRPC client that we did not write, row by row, and its customers find their way.

use std::time::Duration;

use serde_json::{Value, json};
use vigie_acceptance::{Kind, Person, Stage, System, eventually, grpcurl, grpcurl_stream};
use vigie_clock::{Clock, SystemClock, Timestamp};

/// How long whatever must happen by itself may take on a busy machine.
const SOON: Duration = Duration::from_secs(60);

const DAY_MICROS: i64 = 86_400_000_000;

/// Of the numbers that are kept for fiction, one a segment, and one of somebody who only uses a phone.
const LARGE: &str = "+33639980201";
const FLEET: &str = "+33639980202";
const FIXED: &str = "+33639980203";
const USER: &str = "+33639980204";

/// So many days from now, RFC 3339.
fn in_days(days: i64) -> String {
    Timestamp::from_micros(SystemClock.now().as_micros() + days * DAY_MICROS).to_string()
}

/// People of one customer whose rows come faster than they can be taken: a client that is not ours sends each in a frame of
/// its own, and waits for nobody.
const CROWD: usize = 8_000;

/// A file: its kind, and its rows.
struct File {
    kind: &'static str,
    rows: Vec<Value>,
}

/// An operator with a customer of each segment; one site names a company that nobody has, one SIREN does not check.
fn operator() -> Vec<File> {
    let day = json!({ "windows": ["00:00-24:00"] });
    let hours = json!({ "time_zone": "Europe/Paris", "week": vec![day; 7] });
    let desk = |key: &str, purpose: &str, segments: &[&str]| {
        let is_for_businesses = purpose != "DESK_PURPOSE_END_USER";
        json!({ "desk": { "key": key, "desk": {
            "name": key, "purpose": purpose, "segments": segments, "businesses_only": is_for_businesses, "hours": hours,
            "languages": ["LANGUAGE_FRENCH"],
        } } })
    };
    let point = |desk: &str, number: &str| {
        json!({ "contact_point": { "key": number, "desk_key": desk, "contact_point": {
            "channel": "CONTACT_CHANNEL_PHONE", "number": number, "tariff_class": "TARIFF_CLASS_NORMAL",
            "tariff_label": "Prix d'un appel", "valid_from": in_days(-300), "for_end_users": desk == "users",
        } } })
    };
    let account = |key: &str, parent: &str, account: Value| json!({ "account": { "key": key, "parent_key": parent, "account": account } });
    let company = |name: &str, siren: &str, segments: &[&str]| {
        json!({ "level": "ACCOUNT_LEVEL_COMPANY", "name": name, "siren": siren, "segments": segments,
            "address": { "lines": ["1 rue Garibaldi"], "postal_code": "69003", "town": "Lyon" },
            "customer_since": in_days(-400) })
    };
    let group = json!({ "level": "ACCOUNT_LEVEL_GROUP", "name": "Groupe Tournivène", "segments": ["SEGMENT_LARGE_ACCOUNT"],
        "customer_since": in_days(-400) });
    let person = |account: &str, number: &str, role: &str| {
        json!({ "person": { "key": number, "account_key": account, "person": {
            "given_name": "Ketty", "family_name": "Orvelan", "roles": [role], "numbers": [number],
        } } })
    };
    vec![
        File {
            kind: "BASE_KIND_DESKS",
            rows: vec![
                desk("fleets", "DESK_PURPOSE_TECHNICAL", &["SEGMENT_SME_FLEET"]),
                desk("fixed", "DESK_PURPOSE_TECHNICAL", &["SEGMENT_BUSINESS_FIXED"]),
                desk("users", "DESK_PURPOSE_END_USER", &[]),
            ],
        },
        File {
            kind: "BASE_KIND_CONTACT_POINTS",
            rows: vec![
                point("fleets", "+33199009911"),
                point("fixed", "+33199009912"),
                point("users", "+33199009913"),
            ],
        },
        File {
            kind: "BASE_KIND_STAFF",
            rows: vec![json!({ "staff": { "key": "anne", "staff": {
                "name": "Anne Petit", "is_account_manager": true, "languages": ["LANGUAGE_FRENCH"], "number": "+33199009914",
            } } })],
        },
        File {
            kind: "BASE_KIND_TRAININGS",
            rows: vec![json!({ "training": { "staff_key": "anne", "training": {
                "code": "account-manager", "passed_at": in_days(-500), "valid_until": in_days(500),
            } } })],
        },
        File {
            kind: "BASE_KIND_ACCOUNTS",
            rows: vec![
                account("group", "", group),
                account("large", "group", company("Logistique Tournivène", "999000110", &[])),
                account("fleet", "", company("Menuiserie Kerval", "999000292", &["SEGMENT_SME_FLEET"])),
                account("fixed", "", company("Cabinet Vauquelain", "999000128", &["SEGMENT_BUSINESS_FIXED"])),
                account("typo", "", company("Nobody", "999000111", &["SEGMENT_SME_FLEET"])),
                account("orphan", "typo", company("Nobody's", "999000136", &[])),
            ],
        },
        File {
            kind: "BASE_KIND_ASSIGNMENTS",
            rows: vec![json!({ "assignment": { "account_key": "group", "manager_key": "anne",
                "effective_from": in_days(-200) } })],
        },
        File {
            kind: "BASE_KIND_PEOPLE",
            rows: vec![
                person("large", LARGE, "PERSON_ROLE_CONTRACT_MANAGER"),
                person("fleet", FLEET, "PERSON_ROLE_FLEET_MANAGER"),
                person("fixed", FIXED, "PERSON_ROLE_CONTRACT_MANAGER"),
                person("fleet", USER, "PERSON_ROLE_END_USER"),
            ],
        },
    ]
}

/// Imports a file; its last report, with the rejections of all.
fn import(system: &System, token: &str, number: usize, file: &File) -> Value {
    let header = json!({ "header": {
        "kind": file.kind, "file_hash": format!("{number:064x}"), "rows": file.rows.len(), "owner": "crm",
    } });
    let rows = (1..).zip(&file.rows).map(|(number, row)| {
        let mut row = row.clone();
        row["row"] = number.into();
        json!({ "row": row })
    });
    let messages: Vec<_> = std::iter::once(header).chain(rows).collect();
    let method = "vigie.routing.v1.BaseService/ImportBase";
    let reports = grpcurl_stream(system.endpoint(), token, method, &messages).unwrap();
    let rejections: Vec<_> =
        reports.iter().filter_map(|report| report["rejections"].as_array()).flatten().collect();
    let mut last = reports.last().expect("a report").clone();
    last["rejections"] = json!(rejections);
    last
}

fn count(report: &Value, field: &str) -> usize {
    report[field].as_str().map_or(0, |count| count.parse().unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_foreign_client_takes_a_base_over_and_contacts_of_each_segment_find_their_way_on_sqlite() {
    taken_over(Kind::Embedded).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_foreign_client_takes_a_base_over_and_contacts_of_each_segment_find_their_way_on_postgresql() {
    taken_over(Kind::Real).await;
}

async fn taken_over(kind: Kind) {
    let (stage, system) = tokio::task::block_in_place(|| {
        let stage = Stage::new(kind);
        let system = stage.start(0);
        (stage, system)
    });
    let token = stage.mint(&Person::staff("operator").grant());
    let call = |service: &str, method: &str, message: &Value| {
        let method = format!("vigie.{service}/{method}");
        tokio::task::block_in_place(|| grpcurl(system.endpoint(), &token, &method, message))
    };
    let files = operator();
    tokio::task::block_in_place(|| {
        for (number, file) in files.iter().enumerate() {
            let report = import(&system, &token, number, file);
            let rejected = if file.kind == "BASE_KIND_ACCOUNTS" { 2 } else { 0 };
            assert_eq!(count(&report, "registered"), file.rows.len() - rejected, "{}: {report}", file.kind);
            assert_eq!(count(&report, "rejected"), rejected, "{}: {report}", file.kind);
            if rejected > 0 {
                let told = report["rejections"].as_array().unwrap();
                let reasons: Vec<_> =
                    told.iter().map(|row| (row["row"].as_str(), row["reason"].as_str())).collect();
                assert!(reasons.contains(&(Some("5"), Some("BAD_SIREN"))), "{report}");
                assert!(reasons.contains(&(Some("6"), Some("ACCOUNT_NOT_FOUND"))), "{report}");
            }
        }
        // The same again, as after an interruption: all is there, and nothing is done twice.
        for (number, file) in files.iter().enumerate() {
            let report = import(&system, &token, number, file);
            assert_eq!(count(&report, "registered"), 0, "{}: {report}", file.kind);
            let rejected = count(&report, "rejected");
            assert_eq!(count(&report, "repeatedRows") + rejected, file.rows.len(), "{}: {report}", file.kind);
        }
    });

    let crowd = (0..CROWD).map(|number| {
        json!({ "person": { "key": format!("c{number}"), "account_key": "fixed", "person": {
            "family_name": "Orvelan", "roles": ["PERSON_ROLE_END_USER"],
        } } })
    });
    let crowd = File { kind: "BASE_KIND_PEOPLE", rows: crowd.collect() };
    let report = tokio::task::block_in_place(|| import(&system, &token, files.len(), &crowd));
    assert_eq!(count(&report, "registered"), CROWD, "{report}");

    let technical = |number: &str| json!({ "number": number, "channel": "CONTACT_CHANNEL_PHONE", "subject": "SUBJECT_TECHNICAL" });
    let contract =
        json!({ "number": LARGE, "channel": "CONTACT_CHANNEL_PHONE", "subject": "SUBJECT_COMMERCIAL" });
    for (message, destination, who, because) in [
        (contract, "DESTINATION_ACCOUNT_MANAGER", "Anne Petit", "ROUTING_REASON_MANAGER_INHERITED"),
        (technical(FLEET), "DESTINATION_DESK", "fleets", "ROUTING_REASON_SEGMENT"),
        (technical(FIXED), "DESTINATION_DESK", "fixed", "ROUTING_REASON_SEGMENT"),
        (technical(USER), "DESTINATION_DESK", "users", "ROUTING_REASON_END_USER"),
    ] {
        let mut route = Value::Null;
        eventually(&format!("{who} takes {message}"), SOON, async || {
            let answer = call("routing.v1.RoutingService", "RouteContact", &message);
            // Not loaded yet is no answer.
            route = answer.map(|answer| answer["routes"][0].clone()).unwrap_or_default();
            let name = if who == "Anne Petit" { &route["staffName"] } else { &route["deskName"] };
            name == who
        })
        .await;
        assert_eq!(route["destination"], destination, "{route}");
        assert!(route["reasons"].as_array().unwrap().contains(&json!(because)), "{route}");
    }

    // She has been the manager all along: nobody is told of a change that was none.
    let asked = json!({ "account": { "siren": "999000110" }, "at": { "as_of": in_days(-100) } });
    let manager = call("routing.v1.AccountService", "GetManager", &asked).unwrap();
    assert_eq!(manager["basis"], "MANAGER_BASIS_INHERITED", "{manager}");
    let output = system.command().args(["notice", "list", "--json"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let listed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(!listed.contains("MANAGER"), "{listed}");
}
