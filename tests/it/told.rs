//! Who is told what: one process on real parts, mail in a folder or at a real mail server, and `routing` hears of it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};
use vigie_acceptance::{Door, Kind, Person, Stage, System, eventually, grpcurl, provision, register_lines};
use vigie_clock::{Clock, Ids, SystemClock, SystemIds, Timestamp};
use vigie_proto::lines::SuspensionReason;
use vigie_proto::notices::{BounceOutcome, RecordBounceRequest};
use vigie_testkit::{Kcat, Process, Python, Scratch, free_port};

/// How long whatever must happen by itself may take on a busy machine.
pub(crate) const SOON: Duration = Duration::from_secs(60);

const DAY_MICROS: i64 = 86_400_000_000;

/// A SIREN that checks, and belongs to nobody.
const SIREN: &str = "999000110";

/// The topic of notices.
const NOTICES: &str = "vigie.notices.events.v1";

/// A mail server for tests, not ours.
const MAIL_SERVER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../services/notices/tests/it/mail_server.py");

/// Where mail ends up.
pub(crate) enum Mailboxes {
    /// In a folder of the data folder.
    Folder,
    /// At a server by SMTP, which keeps what it accepts.
    Server { port: u16, home: Scratch, _process: Process },
}

/// A mail, as far as it is looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Mail {
    /// Local part.
    to: String,
    cause: String,
    message_id: String,
}

impl Mailboxes {
    fn server() -> Self {
        let (home, port) = (Scratch::new("mail").unwrap(), free_port().unwrap());
        let arguments = [home.path().display().to_string(), port.to_string()];
        let process = Python::with_kafka().unwrap().run(&home, Path::new(MAIL_SERVER), &arguments).unwrap();
        process.wait_for_line("READY", Duration::from_secs(20), |line| line == "READY").unwrap();
        Self::Server { port, home, _process: process }
    }

    fn configure(&self, command: &mut Command) {
        if let Self::Server { port, .. } = self {
            command
                .env("VIGIE_NOTICES__MAIL__KIND", "smtp")
                .env("VIGIE_NOTICES__MAIL__FROM", "avis@exemple.fr")
                .env("VIGIE_NOTICES__MAIL__DOMAIN", "avis.exemple.fr")
                .env("VIGIE_NOTICES__MAIL__SMTP__PORT", port.to_string())
                .env("VIGIE_NOTICES__MAIL__SMTP__ENCRYPTION", "none");
        }
    }

    /// All mails, in order of recipients.
    fn mails(&self, system: &System) -> Vec<Mail> {
        let mut mails: Vec<Mail> = match self {
            Self::Folder => {
                let files = std::fs::read_dir(system.data().join("mailbox/new")).unwrap();
                let files: Vec<PathBuf> = files.map(|entry| entry.unwrap().path()).collect();
                files.iter().map(|file| read(&std::fs::read_to_string(file).unwrap())).collect()
            }
            Self::Server { home, .. } => {
                let accepted =
                    std::fs::read_to_string(home.path().join("accepted.jsonl")).unwrap_or_default();
                let data = |line: &str| serde_json::from_str::<Value>(line).unwrap()["data"].clone();
                accepted.lines().map(|line| read(data(line).as_str().unwrap())).collect()
            }
        };
        mails.sort_by(|a, b| a.to.cmp(&b.to));
        mails
    }

    /// Who was written to of `cause`, in order.
    fn told_of(&self, system: &System, cause: &str) -> Vec<String> {
        let mails = self.mails(system).into_iter();
        mails.filter(|mail| mail.cause == cause).map(|mail| mail.to).collect()
    }
}

fn read(mail: &str) -> Mail {
    let mail = mail.replace("\r\n", "\n").replace("\n ", " ");
    let header = |name: &str| {
        let line = mail.lines().take_while(|line| !line.is_empty()).find_map(|line| line.strip_prefix(name));
        line.unwrap_or_default().trim().to_owned()
    };
    let to = header("To:");
    let to = to.rsplit('<').next().and_then(|to| to.split('@').next()).unwrap_or_default();
    Mail { to: to.to_owned(), cause: header("X-Vigie-Cause:"), message_id: header("Message-ID:") }
}

/// An operator with one customer: Paul administers, Nadia manages the fleet, Marie holds the phone.
pub(crate) struct World {
    pub(crate) stage: Stage,
    pub(crate) system: System,
    mailboxes: Mailboxes,
    pub(crate) token: String,
    line_id: String,
}

impl World {
    pub(crate) async fn open(stage: Stage, mailboxes: Mailboxes) -> Self {
        let system = tokio::task::block_in_place(|| {
            provision(&stage, 1);
            stage.start_with(0, |command| mailboxes.configure(command))
        });
        let token = stage.mint(&Person::staff("operator").grant());
        let operator = Door::open(system.endpoint(), &token).await;
        let line_id = register_lines(&stage, &operator, 1).await.remove(0).line_id.to_string();
        let world = Self { stage, system, mailboxes, token, line_id };
        world.register_customer();
        world
    }

    fn register_customer(&self) {
        let account = json!({
            "account_id": self.account(), "level": "ACCOUNT_LEVEL_COMPANY", "name": "Horizon SA", "siren": SIREN,
            "segments": ["SEGMENT_LARGE_ACCOUNT"], "address": { "lines": ["1 rue de l'Exemple"], "postal_code": "69003", "town": "Lyon" },
            "customer_since": in_days(-400),
        });
        self.command("AccountService", "RegisterAccount", json!({ "account": account }));
        for (name, user_id, role) in [
            ("Paul", "paul", "PERSON_ROLE_ACCOUNT_ADMINISTRATOR"),
            ("Nadia", "nadia", "PERSON_ROLE_FLEET_MANAGER"),
            ("Marie", "user-1", "PERSON_ROLE_END_USER"),
        ] {
            let person = json!({
                "account_id": self.account(), "user_id": user_id, "given_name": name, "family_name": "Fiction",
                "roles": [role], "email": format!("{}@exemple.fr", name.to_lowercase()),
            });
            self.command("AccountService", "RegisterPerson", json!({ "person": person }));
        }
    }

    pub(crate) fn account(&self) -> String {
        self.stage.account().to_string()
    }

    fn call(&self, service: &str, method: &str, message: &Value) -> Value {
        let method = format!("vigie.routing.v1.{service}/{method}");
        tokio::task::block_in_place(|| grpcurl(self.system.endpoint(), &self.token, &method, message))
            .unwrap_or_else(|error| panic!("{method} {message}: {error}"))
    }

    pub(crate) fn command(&self, service: &str, method: &str, mut message: Value) -> Value {
        message["request_id"] = SystemIds.next().to_string().into();
        self.call(service, method, &message)
    }

    /// A trained account manager.
    pub(crate) fn a_manager(&self, name: &str) -> String {
        let staff = json!({ "name": name, "is_account_manager": true, "languages": ["LANGUAGE_FRENCH"] });
        let answer = self.command("StaffService", "RegisterStaff", json!({ "staff": staff }));
        let staff_id = answer["staff"]["staffId"].as_str().unwrap().to_owned();
        let training =
            json!({ "code": "account-manager", "passed_at": in_days(-500), "valid_until": in_days(500) });
        self.command("StaffService", "RecordTraining", json!({ "staff_id": staff_id, "training": training }));
        staff_id
    }

    pub(crate) fn assign(&self, staff_id: &str, replaces: &str) -> String {
        let message = json!({
            "account": { "account_id": self.account() }, "staff_id": staff_id, "replaces_assignment_id": replaces,
        });
        let answer = self.command("AccountService", "AssignManager", message);
        answer["assignment"]["assignmentId"].as_str().unwrap().to_owned()
    }

    /// The assignment as its list shows it.
    fn assignment(&self, assignment_id: &str) -> Value {
        let message = json!({ "account": { "account_id": self.account() } });
        let answer = self.call("AccountService", "ListAssignments", &message);
        let assignments = answer["assignments"].as_array().unwrap();
        assignments.iter().find(|one| one["assignmentId"] == assignment_id).unwrap().clone()
    }

    /// The mail server reports that all of it arrived: now it is proven, and counts from its hand-over on.
    pub(crate) async fn all_mail_arrived(&self) {
        let operator = Door::open(self.system.endpoint(), &self.token).await;
        for mail in self.mailboxes.mails(&self.system) {
            let report = RecordBounceRequest {
                request_id: SystemIds.next().to_string(),
                message: arrived(&mail.message_id),
            };
            let answer = operator.notices().record_bounce(operator.request(report, SOON)).await.unwrap();
            assert_eq!(answer.into_inner().outcome(), BounceOutcome::Delivered);
        }
    }

    /// Waits until those and nobody else were written to of `cause`.
    pub(crate) async fn until_told(&self, cause: &str, people: &[&str]) {
        eventually(&format!("{people:?} are told of {cause}"), SOON, async || {
            self.mailboxes.told_of(&self.system, cause) == people
        })
        .await;
    }
}

/// So many days from now, RFC 3339.
pub(crate) fn in_days(days: i64) -> String {
    Timestamp::from_micros(SystemClock.now().as_micros() + days * DAY_MICROS).to_string()
}

/// As a mail server reports (RFC 3464) that the mail of that id arrived.
fn arrived(message_id: &str) -> Vec<u8> {
    format!(
        "From: MAILER-DAEMON@mx.exemple.fr\r\nSubject: Delivery Status Notification\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=\"b1\"\r\n\r\n\
         --b1\r\nContent-Type: text/plain\r\n\r\nDelivered.\r\n\
         --b1\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.exemple.fr\r\n\r\n\
         Final-Recipient: rfc822; paul@exemple.fr\r\nAction: delivered\r\nStatus: 2.1.5\r\n\r\n\
         --b1\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {message_id}\r\nSubject: x\r\n\r\n--b1--\r\n"
    )
    .into_bytes()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn another_account_manager_is_told_by_mail_into_the_folder_and_routing_hears_that_it_arrived() {
    let stage = tokio::task::block_in_place(|| Stage::new(Kind::Embedded));
    another_manager_is_told(&World::open(stage, Mailboxes::Folder).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn another_account_manager_is_told_by_smtp_and_on_kafka_and_routing_hears_that_it_arrived() {
    let (stage, mailboxes) =
        tokio::task::block_in_place(|| (Stage::new(Kind::Real).with_kafka(), Mailboxes::server()));
    let world = World::open(stage, mailboxes).await;
    another_manager_is_told(&world).await;

    // Who follows Kafka reads the same of it.
    let kafka = world.stage.kafka();
    eventually("the hand-over is on Kafka", SOON, async || {
        let records = tokio::task::block_in_place(|| {
            Kcat::find().unwrap().consume(&kafka.bootstrap(), NOTICES, SOON).unwrap()
        });
        let handed_over =
            records.iter().filter(|record| record.header("ce_type") == Some("vigie.notice.handed_over.v1"));
        let payloads = handed_over.filter_map(|record| record.payload.as_deref());
        let mut payloads = payloads.map(|payload| serde_json::from_str::<Value>(payload).unwrap());
        payloads.any(|event| {
            event["notice"]["cause"]["kind"] == "MANAGER_ASSIGNED" && event["proof"] == "SMTP_ACCEPTED"
        })
    })
    .await;
}

async fn another_manager_is_told(world: &World) {
    let (anne, bruno) = (world.a_manager("Anne Exemple"), world.a_manager("Bruno Exemple"));
    let first = world.assign(&anne, "");
    world.until_told("MANAGER_ASSIGNED", &["paul"]).await;
    let second = world.assign(&bruno, &first);
    world.until_told("MANAGER_ASSIGNED", &["paul", "paul"]).await;
    assert_eq!(world.mailboxes.mails(&world.system).len(), 2, "that Anne's ended needs no mail of its own");
    assert_eq!(world.assignment(&second)["toldAt"], Value::Null, "it may still bounce");

    world.all_mail_arrived().await;
    for assignment_id in [&first, &second] {
        eventually("routing knows that the customer was told", SOON, async || {
            world.assignment(assignment_id)["toldAt"].is_string()
        })
        .await;
        let assignment = world.assignment(assignment_id);
        let instant = |name: &str| Timestamp::parse(assignment[name].as_str().unwrap()).unwrap();
        assert!(instant("recordedAt") < instant("toldAt"), "{assignment}");
        assert!(instant("toldAt") < instant("tellBy"), "{assignment}");
        assert!(assignment["noticeId"].is_string(), "{assignment}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_a_lost_phone_somebody_else_hears_than_who_may_read_it_on_that_very_phone() {
    let stage = tokio::task::block_in_place(|| Stage::new(Kind::Embedded));
    a_lost_phone(&World::open(stage, Mailboxes::Folder).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_a_lost_phone_somebody_else_hears_by_smtp_on_the_real_parts() {
    let (stage, mailboxes) = tokio::task::block_in_place(|| (Stage::new(Kind::Real), Mailboxes::server()));
    a_lost_phone(&World::open(stage, mailboxes).await).await;
}

async fn a_lost_phone(world: &World) {
    let manager = world.system.manager().await;
    manager.suspend(&world.line_id, SuspensionReason::Loss).await.unwrap();
    world.until_told("LINE_BARRED", &["marie", "nadia"]).await;
    manager.reinstate(&world.line_id, SuspensionReason::Loss).await.unwrap();
    world.until_told("LINE_REINSTATED", &["marie", "nadia"]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_was_told_is_told_once_whatever_is_started_anew() {
    let mut world =
        World::open(tokio::task::block_in_place(|| Stage::new(Kind::Embedded)), Mailboxes::Folder).await;
    let manager = world.system.manager().await;
    manager.suspend(&world.line_id, SuspensionReason::Loss).await.unwrap();
    world.until_told("LINE_BARRED", &["marie", "nadia"]).await;
    tokio::task::block_in_place(|| {
        world.system.process().terminate(SOON).unwrap();
        let started_over = world.stage.offline(0).args(["view", "start-over", "notices"]).output().unwrap();
        assert!(started_over.status.success(), "{started_over:?}");
        world.system = world.stage.start(0);
    });
    let manager = world.system.manager().await;
    manager.reinstate(&world.line_id, SuspensionReason::Loss).await.unwrap();
    world.until_told("LINE_REINSTATED", &["marie", "nadia"]).await;
    assert_eq!(world.mailboxes.told_of(&world.system, "LINE_BARRED").len(), 2, "nothing was sent again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_command_line_shows_notices_and_mail_and_says_who_is_told() {
    let world =
        World::open(tokio::task::block_in_place(|| Stage::new(Kind::Embedded)), Mailboxes::Folder).await;
    let account = world.account();
    let said = |arguments: &[&str]| {
        let output = tokio::task::block_in_place(|| world.system.command().args(arguments).output().unwrap());
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let rules = said(&["preference", "set", &account, "--tell", "account-administrator=line-barred"]);
    assert!(rules.contains("ACCOUNT_ADMINISTRATOR by MAIL of LINE_BARRED"), "{rules}");
    assert_eq!(said(&["preference", "list", &account]), rules);

    world.system.manager().await.suspend(&world.line_id, SuspensionReason::Other).await.unwrap();
    world.until_told("LINE_BARRED", &["marie", "paul"]).await;
    let mail = said(&["mailbox", "list"]);
    assert!(mail.contains("paul@exemple.fr") && mail.contains("marie@exemple.fr"), "{mail}");
    assert!(mail.contains("suspension effective"), "decoded: {mail}");
    assert!(said(&["mailbox", "show"]).contains("+33639980001"));

    eventually("the list shows both", SOON, async || {
        said(&["notice", "list", "--state", "handed-over", "--cause", "line_barred"]).lines().count() == 3
    })
    .await;
    let listed = said(&["--json", "notice", "list", "--account", SIREN, "--limit", "1"]);
    let notice: Value = serde_json::from_str(listed.lines().next().unwrap()).unwrap();
    let shown = said(&["notice", "show", notice["notice_id"].as_str().unwrap()]);
    assert!(shown.starts_with("LINE_BARRED  HANDED_OVER") && shown.contains("MAIL"), "{shown}");

    let added = said(&["--json", "webhook", "add", "https://hooks.example/vigie", "--account", &account]);
    let webhook: Value = serde_json::from_str(&added).unwrap();
    let webhook_id = webhook["webhook"]["webhook_id"].as_str().unwrap();
    assert!(said(&["webhook", "list", "--account", &account]).contains("https://hooks.example/vigie"));
    said(&["webhook", "remove", webhook_id]);
    assert_eq!(said(&["webhook", "list", "--account", &account]), "No endpoints.\n");
}
