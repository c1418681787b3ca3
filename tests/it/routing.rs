//! Customers, those who face them, and who takes a contact: by a gRPC client that we did not write and by the command line,
//! in one process with everything else and in a process of its own.

use std::time::Duration;

use serde_json::{Value, json};
use sqlx::Connection as _;
use vigie_acceptance::{Alone, Kind, Person, Service, Stage, System, eventually, grpcurl};
use vigie_clock::{Clock, Ids, SystemClock, SystemIds, Timestamp};
use vigie_testkit::Kcat;

/// How long whatever must happen by itself may take on a busy machine.
const SOON: Duration = Duration::from_secs(60);

/// Of the numbers that are kept for fiction.
const FRIDAS: &str = "+33639980077";

const DAY_MICROS: i64 = 86_400_000_000;

/// A SIREN that checks, and belongs to nobody.
const SIREN: &str = "999000110";
const OTHER_SIREN: &str = "999000292";

/// A door to a running process, through reflection.
struct Foreign<'a> {
    system: &'a System,
    token: String,
}

impl<'a> Foreign<'a> {
    fn operator(stage: &Stage, system: &'a System) -> Self {
        Self { system, token: stage.mint(&Person::staff("operator").grant()) }
    }

    fn manager_of(stage: &Stage, system: &'a System, account: &str) -> Self {
        Self { system, token: stage.mint(&Person::manager(account.parse().unwrap()).grant()) }
    }

    fn call(&self, service: &str, method: &str, message: &Value) -> Result<Value, String> {
        let method = format!("vigie.routing.v1.{service}/{method}");
        grpcurl(self.system.endpoint(), &self.token, &method, message)
    }

    /// A command with a request id of its own.
    fn command(&self, service: &str, method: &str, mut message: Value) -> Value {
        message["request_id"] = fresh().into();
        self.call(service, method, &message).unwrap_or_else(|error| panic!("{method} {message}: {error}"))
    }

    fn a_company(&self, siren: &str, name: &str, segment: &str) -> String {
        let account = json!({
            "level": "ACCOUNT_LEVEL_COMPANY", "name": name, "siren": siren, "segments": [segment],
            "address": { "lines": ["1 rue Garibaldi"], "postal_code": "69003", "town": "Lyon" }, "customer_since": in_days(-400),
        });
        let answer = self.command("AccountService", "RegisterAccount", json!({ "account": account }));
        answer["account"]["accountId"].as_str().unwrap().to_owned()
    }

    /// A trained account manager.
    fn a_manager(&self, name: &str) -> String {
        let staff = json!({ "name": name, "is_account_manager": true, "languages": ["LANGUAGE_FRENCH"] });
        let answer = self.command("StaffService", "RegisterStaff", json!({ "staff": staff }));
        let staff_id = answer["staff"]["staffId"].as_str().unwrap().to_owned();
        let training =
            json!({ "code": "account-manager", "passed_at": in_days(-500), "valid_until": in_days(500) });
        self.command("StaffService", "RecordTraining", json!({ "staff_id": staff_id, "training": training }));
        staff_id
    }

    fn assign(&self, account_id: &str, staff_id: &str, from_days: i64, replaces: &str) -> String {
        let message = json!({
            "account": { "account_id": account_id }, "staff_id": staff_id,
            "effective_from": in_days(from_days), "replaces_assignment_id": replaces,
        });
        let answer = self.command("AccountService", "AssignManager", message);
        answer["assignment"]["assignmentId"].as_str().unwrap().to_owned()
    }

    fn manager(&self, account: &Value, at: Value) -> Value {
        let message = json!({ "account": account, "at": at });
        self.call("AccountService", "GetManager", &message).unwrap()
    }

    /// The one route of a call, once `holds`: decisions follow the log.
    async fn routed(&self, message: &Value, holds: impl Fn(&Value) -> bool) -> Value {
        let mut route = Value::Null;
        eventually("the contact is routed so", SOON, async || {
            let answer = tokio::task::block_in_place(|| self.call("RoutingService", "RouteContact", message));
            // Not loaded yet is no answer.
            route = answer.map(|answer| answer["routes"][0].clone()).unwrap_or_default();
            holds(&route)
        })
        .await;
        route
    }
}

fn fresh() -> String {
    SystemIds.next().to_string()
}

/// So many days from now, RFC 3339.
fn in_days(days: i64) -> String {
    Timestamp::from_micros(SystemClock.now().as_micros() + days * DAY_MICROS).to_string()
}

/// What the command line prints for people.
fn said(system: &System, arguments: &[&str]) -> String {
    let output = system.command().args(arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_was_the_manager_then_and_as_known_then_and_who_takes_the_contact_on_sqlite() {
    a_customer_s_story(Kind::Embedded).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_was_the_manager_then_and_as_known_then_and_who_takes_the_contact_on_postgresql() {
    a_customer_s_story(Kind::Real).await;
}

async fn a_customer_s_story(kind: Kind) {
    let (stage, system) = tokio::task::block_in_place(|| {
        let stage = Stage::new(kind);
        let system = stage.start(0);
        (stage, system)
    });
    let foreign = Foreign::operator(&stage, &system);
    let account_id = foreign.a_company(SIREN, "Menuiserie Kerval", "SEGMENT_SME_FLEET");
    let (anne, bruno) = (foreign.a_manager("Anne Petit"), foreign.a_manager("Bruno Roux"));
    let first = foreign.assign(&account_id, &anne, -300, "");
    let before = SystemClock.now().to_string();
    foreign.assign(&account_id, &bruno, -100, &first);

    let by_siren = json!({ "siren": SIREN });
    let as_of = |days| json!({ "as_of": in_days(days) });
    assert_eq!(foreign.manager(&by_siren, as_of(-200))["staffId"], anne);
    assert_eq!(foreign.manager(&by_siren, as_of(-50))["staffId"], bruno);
    let known = json!({ "as_of": in_days(-50), "known_at": before });
    assert_eq!(foreign.manager(&by_siren, known)["staffId"], anne, "nobody knew of Bruno yet");
    let now = foreign.manager(&by_siren, json!({}));
    assert_eq!((&now["basis"], &now["isTrained"]), (&json!("MANAGER_BASIS_ASSIGNED"), &json!(true)));
    // The command line says the same.
    let (then, day) = (in_days(-50), in_days(-200)[..10].to_owned());
    let asked = said(&system, &["account", "manager", SIREN, "--as-of", &then, "--known-at", &before]);
    assert!(asked.starts_with("Anne Petit  ASSIGNED"), "{asked}");
    assert!(said(&system, &["account", "manager", SIREN, "--as-of", &day]).starts_with("Anne Petit"));
    assert!(said(&system, &["account", "manager", SIREN]).starts_with("Bruno Roux"));

    let person = json!({
        "account_id": account_id, "given_name": "Frida", "family_name": "Kerval", "numbers": [FRIDAS],
        "roles": ["PERSON_ROLE_CONTRACT_MANAGER"],
    });
    foreign.command("AccountService", "RegisterPerson", json!({ "person": person }));
    let call = json!({ "number": FRIDAS, "channel": "CONTACT_CHANNEL_PHONE" });
    let route = foreign.routed(&call, |route| route["staffId"] == *bruno).await;
    assert_eq!(route["destination"], "DESTINATION_ACCOUNT_MANAGER", "{route}");
    // The manager goes on leave, and the cover steps in.
    let absence = json!({ "from": in_days(0), "until": in_days(14), "cover_staff_id": anne });
    foreign.command("StaffService", "PlanAbsence", json!({ "staff_id": bruno, "absence": absence }));
    let route = foreign.routed(&call, |route| route["staffId"] == *anne).await;
    assert_eq!(route["destination"], "DESTINATION_COVER", "{route}");
    assert!(route["reasons"].as_array().unwrap().contains(&json!("ROUTING_REASON_MANAGER_AWAY")), "{route}");
    let routed = said(&system, &["route", "--from", FRIDAS]);
    assert!(routed.starts_with("Anne Petit, who covers for the account manager"), "{routed}");
    assert!(routed.contains("the manager is away"), "{routed}");
    let back = said(&system, &["route", "--from", FRIDAS, "--at", &in_days(20)]);
    assert!(back.starts_with("Bruno Roux, the account manager"), "{back}");

    // What was answered stands in the log, and both logs are as they were written.
    let verified = said(&system, &["log", "verify"]);
    assert!(verified.contains("lines") && verified.contains("routing"), "{verified}");
    let tail = said(&system, &["log", "tail", "--log", "routing", "--last", "1000"]);
    assert!(tail.contains("manager_assigned") && tail.contains("absence_planned"), "{tail}");
    assert!(tokio::task::block_in_place(|| system.is_ready()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_foreign_account_is_as_if_it_did_not_exist() {
    let (stage, system) = tokio::task::block_in_place(|| {
        let stage = Stage::new(Kind::Embedded);
        let system = stage.start(0);
        (stage, system)
    });
    let operator = Foreign::operator(&stage, &system);
    let own = operator.a_company(SIREN, "Menuiserie Kerval", "SEGMENT_SME_FLEET");
    let other = operator.a_company(OTHER_SIREN, "Cabinet Vauquelain", "SEGMENT_LARGE_ACCOUNT");
    let customer = Foreign::manager_of(&stage, &system, &own);
    let ask = |method: &str, account: &Value| {
        customer.call("AccountService", method, &json!({ "account": account }))
    };
    let shown = ask("GetAccount", &json!({ "account_id": own })).unwrap();
    assert_eq!(shown["account"]["name"], "Menuiserie Kerval");
    for method in ["GetAccount", "GetManager", "ListAssignments", "ListPeople"] {
        let absent = ask(method, &json!({ "account_id": fresh() })).unwrap_err();
        assert!(absent.contains("NotFound"), "{method}: {absent}");
        for foreign in [json!({ "account_id": other }), json!({ "siren": OTHER_SIREN })] {
            assert_eq!(ask(method, &foreign).unwrap_err(), absent, "{method} of {foreign}");
        }
    }
    let change = json!({ "request_id": fresh(), "account": { "account_id": own }, "name": "Kerval" });
    let refused = customer.call("AccountService", "ChangeAccount", &change).unwrap_err();
    assert!(refused.contains("PermissionDenied"), "{refused}");
    eventually("the list shows the account", SOON, async || {
        let listed =
            tokio::task::block_in_place(|| customer.call("AccountService", "ListAccounts", &json!({})));
        let listed = listed.unwrap()["accounts"].as_array().cloned().unwrap_or_default();
        assert!(listed.iter().all(|account| account["accountId"] == *own), "{listed:?}");
        listed.len() == 1
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn alone_on_sqlite_it_is_killed_and_knows_what_it_knew() {
    killed_and_back(Stage::new(Kind::Embedded)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn alone_on_postgresql_it_is_killed_and_knows_what_it_knew() {
    let alone = killed_and_back(tokio::task::block_in_place(|| Stage::new(Kind::Real))).await;
    let schemas: Vec<String> = {
        let mut connection = sqlx::PgConnection::connect(alone.database(Service::Routing)).await.unwrap();
        sqlx::query_scalar("SELECT nspname::text FROM pg_namespace WHERE nspname LIKE 'routing%' ORDER BY 1")
            .fetch_all(&mut connection)
            .await
            .unwrap()
    };
    assert_eq!(schemas, ["routing", "routing_reviews", "routing_standing", "routing_view"]);
}

async fn killed_and_back(stage: Stage) -> Alone {
    let (alone, system) = tokio::task::block_in_place(|| {
        let alone = Alone::new(stage);
        let system = alone.start(Service::Routing);
        (alone, system)
    });
    let foreign = Foreign::operator(alone.stage(), &system);
    let account_id = foreign.a_company(SIREN, "Menuiserie Kerval", "SEGMENT_SME_FLEET");
    let anne = foreign.a_manager("Anne Petit");
    foreign.assign(&account_id, &anne, -10, "");
    let again = tokio::task::block_in_place(|| {
        system.process().kill9().unwrap();
        alone.start(Service::Routing)
    });
    let foreign = Foreign::operator(alone.stage(), &again);
    assert_eq!(foreign.manager(&json!({ "account_id": account_id }), json!({}))["staffId"], anne);
    let call = json!({ "account_id": account_id, "channel": "CONTACT_CHANNEL_PHONE" });
    let route = foreign.routed(&call, |route| route["destination"] != Value::Null).await;
    assert_eq!((&route["staffId"], &route["staffName"]), (&json!(anne), &json!("Anne Petit")), "{route}");
    alone
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn both_logs_arrive_on_kafka_each_on_topics_of_its_own() {
    let (stage, system) = tokio::task::block_in_place(|| {
        let stage = Stage::new(Kind::Embedded).with_kafka();
        let system = stage.start(0);
        (stage, system)
    });
    let foreign = Foreign::operator(&stage, &system);
    let account_id = foreign.a_company(SIREN, "Menuiserie Kerval", "SEGMENT_SME_FLEET");
    let anne = foreign.a_manager("Anne Petit");
    foreign.assign(&account_id, &anne, 0, "");
    let keys = |topic: &str| {
        let records = Kcat::find().unwrap().consume(&stage.kafka().bootstrap(), topic, SOON)?;
        Ok::<_, vigie_testkit::Error>(records.into_iter().filter_map(|record| record.key).collect::<Vec<_>>())
    };
    // The relay makes a topic before it carries the first event there.
    let keys_so_far = |topic: &str| keys(topic).unwrap_or_default();
    eventually("the account and its manager arrive", SOON, async || {
        tokio::task::block_in_place(|| {
            let events = keys_so_far("vigie.routing.events.v1");
            events.iter().filter(|key| **key == account_id).count() >= 2 && events.contains(&anne)
        })
    })
    .await;
    eventually("so do their states, by kind", SOON, async || {
        tokio::task::block_in_place(|| {
            keys_so_far("vigie.account.state.v1").contains(&account_id)
                && keys_so_far("vigie.staff_member.state.v1").contains(&anne)
        })
    })
    .await;
    tokio::task::block_in_place(|| {
        assert!(!keys("vigie.staff_member.state.v1").unwrap().contains(&account_id));
        assert_eq!(keys_so_far("vigie.lines.events.v1"), Vec::<String>::new(), "lines said nothing");
    });
}
