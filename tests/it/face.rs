//! A named face for every customer, proven by the ledger: in the process of all, and where the ledger runs alone.

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::{Value, json};
use vigie_acceptance::{
    Alone, Door, Kind, Person, Service, Stage, System, eventually, grpcurl, ledger_rebuilt,
};
use vigie_clock::{Ids, SystemIds};
use vigie_proto::commitments::{
    Case, GetCharacteristicRequest, GetCharacteristicResponse, ListCasesRequest, Verdict,
};
use vigie_proto::log::FeedRequest;

use crate::told::{Mailboxes, SOON, World, in_days};

/// SIRENs that check, and belong to nobody.
const SIREN: &str = "999000110";
const OTHER_SIREN: &str = "999000292";

/// What an auditor asks.
struct Auditor(Door);

impl Auditor {
    async fn of(stage: &Stage, system: &System) -> Self {
        Self(Door::open(system.endpoint(), &stage.mint(&Person::staff("auditor").grant())).await)
    }

    async fn result(&self, characteristic: &str) -> GetCharacteristicResponse {
        let request =
            GetCharacteristicRequest { characteristic: characteristic.to_owned(), ..Default::default() };
        let answer = self.0.commitments().get_characteristic(self.0.request(request, SOON)).await;
        answer.unwrap().into_inner()
    }

    async fn cases(&self, characteristic: &str) -> Vec<Case> {
        let request = ListCasesRequest { characteristic: characteristic.to_owned(), ..Default::default() };
        let answer = self.0.commitments().list_cases(self.0.request(request, SOON)).await;
        answer.unwrap().into_inner().cases
    }

    /// The cases, newest first, once they are as `expected`: summary and verdict.
    async fn judged(&self, characteristic: &str, expected: &[(&str, Verdict)]) -> Vec<Case> {
        let mut cases = Vec::new();
        eventually(&format!("{characteristic} is judged as {expected:?}"), SOON, async || {
            cases = self.cases(characteristic).await;
            let found: Vec<_> = cases.iter().map(|case| (case.summary.as_str(), case.verdict())).collect();
            found == expected
        })
        .await;
        cases
    }

    /// Ids of all events of the log of routing, and its head.
    async fn routing_log(&self) -> (BTreeSet<String>, i64) {
        let request = FeedRequest { log: "routing".to_owned(), ..Default::default() };
        let mut feed = self.0.log().feed(self.0.request(request, SOON)).await.unwrap().into_inner();
        let (mut ids, mut head) = (BTreeSet::new(), 0);
        while let Some(response) = feed.message().await.unwrap() {
            if let Some(event) = response.event {
                head = event.position;
                ids.insert(event.event_id);
            }
        }
        (ids, head)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_manager_leaves_and_the_ledger_shows_who_is_there_and_that_the_customer_was_told_on_sqlite() {
    a_manager_leaves(Kind::Embedded).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_manager_leaves_and_the_ledger_shows_who_is_there_and_that_the_customer_was_told_on_postgresql() {
    a_manager_leaves(Kind::Real).await;
}

async fn a_manager_leaves(kind: Kind) {
    let stage = tokio::task::block_in_place(|| Stage::new(kind));
    let world = World::open(stage, Mailboxes::Folder).await;
    let auditor = Auditor::of(&world.stage, &world.system).await;

    // A large account without anybody: a gap is open, and nobody is named.
    let open = auditor.judged("2.1/gap", &[("NO_MANAGER", Verdict::Open)]).await.remove(0);
    auditor.judged("2.1/named", &[("NO_MANAGER", Verdict::Late)]).await;
    let (anne, bruno) = (world.a_manager("Anne Exemple"), world.a_manager("Bruno Exemple"));
    world.assign(&anne, "");
    let closed = auditor.judged("2.1/gap", &[("NO_MANAGER", Verdict::Kept)]).await.remove(0);
    assert_eq!((&closed.case_id, closed.account_id.as_str()), (&open.case_id, world.account().as_str()));
    let instant = |at: &Option<prost_types::Timestamp>| at.map(|at| (at.seconds, at.nanos)).unwrap();
    let (t0, t1, due_at) = (instant(&closed.t0), instant(&closed.t1), instant(&closed.due_at));
    assert!(t0 < t1 && t1 < due_at, "{closed:?}");
    auditor.judged("2.1/named", &[("OWN", Verdict::Kept)]).await;
    world.until_told("MANAGER_ASSIGNED", &["paul"]).await;

    // She leaves, and her deputy steps in before anybody is without a face.
    let leaving = json!({ "staff_id": anne, "leaves_at": in_days(0), "deputy_staff_id": bruno });
    world.command("StaffService", "RecordLeaving", leaving);
    world.until_told("MANAGER_COVER_BEGAN", &["paul"]).await;
    let told = [("COVER", Verdict::Open), ("ASSIGNED", Verdict::Open)];
    auditor.judged("2.1/told", &told).await;
    world.all_mail_arrived().await;
    let told = auditor.judged("2.1/told", &told.map(|(summary, _)| (summary, Verdict::Kept))).await;
    let named = auditor.cases("2.1/named").await;
    assert_eq!((named.len(), named[0].verdict()), (1, Verdict::Kept), "{named:?}");

    // Each verdict is proven by events that are in the log, in their order.
    let (ids, head) = auditor.routing_log().await;
    for case in told.iter().chain(&named).chain([&closed]) {
        assert!(case.evidence_event_ids.len() >= 2, "{case:?}");
        assert!(case.evidence_event_ids.iter().all(|id| ids.contains(id)), "{case:?}");
    }
    for characteristic in ["2.1/gap", "2.1/told", "2.1/trained"] {
        let result = auditor.result(characteristic).await;
        assert_eq!((result.late, result.open, result.unmeasured), (0, 0, 0), "{result:?}");
        assert_eq!((result.log.as_str(), result.ratio), ("routing", Some(1.0)), "{result:?}");
        assert!(result.position >= head, "{result:?}");
    }
    assert_eq!(auditor.result("9.3").await.log, "lines");

    // Computed anew it is the same to the last bit, and that changes nothing.
    let before = ledger_rebuilt(&auditor.0).await;
    let mut rebuild = world.system.command();
    let rebuilt = succeeded(rebuild.args(["commitments", "rebuild"]));
    assert!(rebuilt.contains("the live ledger is the same") && rebuilt.contains(&before.0), "{rebuilt}");
    assert_eq!(ledger_rebuilt(&auditor.0).await, before);
    assert_eq!(before.0, before.1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn alone_the_ledger_reads_lines_and_routing_by_grpc() {
    alone(tokio::task::block_in_place(|| Stage::new(Kind::Real))).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn alone_the_ledger_reads_lines_and_routing_by_kafka() {
    alone(tokio::task::block_in_place(|| Stage::new(Kind::Real).with_kafka())).await;
}

async fn alone(stage: Stage) {
    let mut alone = Alone::new(stage);
    let (_lines, mut routing, ledger) = tokio::task::block_in_place(|| {
        let owners = (alone.start(Service::Lines), alone.start(Service::Routing));
        (owners.0, owners.1, alone.start(Service::Commitments))
    });
    register(&alone, &routing, SIREN);
    let auditor = Auditor::of(alone.stage(), &ledger).await;
    // Nobody said where routing is.
    let says = |line: &str| line.contains("routing.endpoint") && line.contains("not measured");
    ledger.process().wait_for_line("what it does without", SOON, says).unwrap();
    let without = auditor.result("2.1/gap").await;
    assert_eq!((without.population, without.ratio, without.position), (0, None, 0), "{without:?}");
    tokio::task::block_in_place(|| ledger.process().terminate(SOON).unwrap());

    alone.let_the_ledger_read_routing();
    let ledger = tokio::task::block_in_place(|| alone.start(Service::Commitments));
    let open = auditor.judged("2.1/gap", &[("NO_MANAGER", Verdict::Open)]).await;
    // Whoever keeps the log dies and comes back: the ledger says so, keeps what it has, and goes on.
    tokio::task::block_in_place(|| routing.process().kill9().unwrap());
    eventually("the ledger says what it misses", SOON, async || {
        let said = tokio::task::block_in_place(|| ledger.readiness());
        said.is_some_and(|(is_ready, said)| !is_ready && said.contains("routing_log"))
    })
    .await;
    assert_eq!(auditor.cases("2.1/gap").await, open);
    routing = tokio::task::block_in_place(|| alone.start(Service::Routing));
    register(&alone, &routing, OTHER_SIREN);
    let both = auditor.judged("2.1/gap", &[("NO_MANAGER", Verdict::Open); 2]).await;
    let (live, anew) = ledger_rebuilt(&auditor.0).await;
    assert_eq!(live, anew);

    // What comes from one log is computed anew without the other.
    tokio::task::block_in_place(|| ledger.process().terminate(SOON).unwrap());
    let start_over = |log: &str| {
        let mut command = alone.command(Service::Commitments);
        command.args(["start-over", "--log", log]);
        command
    };
    let refused = start_over("billing").output().unwrap();
    assert!(!refused.status.success(), "{refused:?}");
    assert!(String::from_utf8_lossy(&refused.stderr).contains("there are: lines, routing"), "{refused:?}");
    succeeded(&mut start_over("routing"));
    let _ledger = tokio::task::block_in_place(|| alone.start(Service::Commitments));
    eventually("it is computed anew", SOON, async || auditor.cases("2.1/gap").await == both).await;
    assert_eq!(ledger_rebuilt(&auditor.0).await, (live, anew));
}

/// A large account of which nobody is the manager.
fn register(alone: &Alone, routing: &System, siren: &str) {
    let account = json!({
        "level": "ACCOUNT_LEVEL_COMPANY", "name": "Horizon SA", "siren": siren,
        "segments": ["SEGMENT_LARGE_ACCOUNT"],
        "address": { "lines": ["1 rue de l'Exemple"], "postal_code": "69003", "town": "Lyon" },
    });
    let message = json!({ "request_id": SystemIds.next().to_string(), "account": account });
    let token = alone.stage().mint(&Person::staff("operator").grant());
    let method = "vigie.routing.v1.AccountService/RegisterAccount";
    let answer: Value =
        tokio::task::block_in_place(|| grpcurl(routing.endpoint(), &token, method, &message)).unwrap();
    assert!(answer["account"]["accountId"].is_string(), "{answer}");
}

fn succeeded(command: &mut Command) -> String {
    let output = tokio::task::block_in_place(|| command.output().unwrap());
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}
