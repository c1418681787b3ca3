//! The service as a process of its own, killed between the block list and the record of it.

use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep};
use tokio_stream::StreamExt as _;
use tonic::metadata::MetadataValue;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::{Channel, Endpoint};
use tonic::{Request, Status};
use uuid::Uuid;
use vigie_chassis::identity::dev::{Grant, Issuer};
use vigie_chassis::identity::{Role, Scope};
use vigie_clock::{Clock as _, Ids as _, SystemClock, SystemIds};
use vigie_proto::lines::line_service_client::LineServiceClient;
use vigie_proto::lines::*;
use vigie_proto::log::FeedRequest;
use vigie_proto::log::log_service_client::LogServiceClient;
use vigie_testkit::{Postgres, Process, Scratch, arm_kill_point, free_port};

/// What a start may take on a busy machine.
const STARTS_WITHIN: Duration = Duration::from_secs(60);

/// How long until what is waited for has come, an attempt of a dead process included.
const SOON: Duration = Duration::from_secs(60);

const ACCOUNT: Uuid = Uuid::from_u128(0x0197_b1f0_0000_7000_8000_0000_0000_0001);
const IMEI: &str = "490154203237518";

/// Where the process runs, also after it was killed.
struct Place {
    home: Scratch,
    data: PathBuf,
    url: Option<String>,
    listen: u16,
    admin: u16,
}

type Door = InterceptedService<Channel, Token>;

#[derive(Clone)]
struct Token(String);

impl tonic::service::Interceptor for Token {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        let header = MetadataValue::try_from(format!("Bearer {}", self.0)).unwrap();
        request.metadata_mut().insert("authorization", header);
        Ok(request)
    }
}

impl Place {
    fn new(url: Option<String>) -> Self {
        let home = Scratch::new("lines").unwrap();
        let data = home.folder("data").unwrap();
        let provisioned =
            r#"{"imsi":"208010000000001","msisdn":"+33639980001","cs":true,"ps":true,"phone_is_on":true}"#;
        std::fs::write(data.join("register.jsonl"), format!("{provisioned}\n")).unwrap();
        let managers = format!("[lines.managers]\n\"{ACCOUNT}\" = [\"manager\"]\n");
        std::fs::write(home.path().join("vigie.toml"), managers).unwrap();
        Self { home, data, url, listen: free_port().unwrap(), admin: free_port().unwrap() }
    }

    fn start(&self, kill_point: Option<&str>) -> Process {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vigie-lines"));
        command
            .env("VIGIE_CONFIG", self.home.path().join("vigie.toml"))
            .env("VIGIE_DATA", &self.data)
            .env("VIGIE_SERVER__LISTEN", format!("127.0.0.1:{}", self.listen))
            .env("VIGIE_SERVER__ADMIN", format!("127.0.0.1:{}", self.admin));
        if let Some(url) = &self.url {
            command.env("VIGIE_STORAGE__POSTGRES__URL", url);
        }
        if let Some(point) = kill_point {
            arm_kill_point(&mut command, point);
        }
        Process::start(&self.home, &mut command).unwrap()
    }

    /// The way in, once somebody answers.
    async fn door(&self, grant: &Grant) -> Door {
        let endpoint = Endpoint::from_shared(format!("http://127.0.0.1:{}", self.listen)).unwrap();
        let end = Instant::now() + STARTS_WITHIN;
        let channel = loop {
            match endpoint.connect().await {
                Ok(channel) => break channel,
                Err(error) => assert!(Instant::now() < end, "does not start: {error}"),
            }
            sleep(Duration::from_millis(50)).await;
        };
        let issuer = Issuer::open(&self.data, Arc::new(SystemClock)).unwrap();
        InterceptedService::new(channel, Token(issuer.mint(grant).unwrap()))
    }

    async fn manager(&self) -> LineServiceClient<Door> {
        let grant = Grant::new("manager", &[Role::FleetManager]).scope(Scope::account(ACCOUNT));
        LineServiceClient::new(self.door(&grant.with_step_up()).await)
    }

    async fn staff(&self) -> Door {
        self.door(&Grant::new("operator-1", &[Role::Operator, Role::Auditor])).await
    }

    /// Whether the list holds the handset: the newest line about it says so.
    fn is_on_the_list(&self) -> bool {
        let text = std::fs::read_to_string(self.data.join("block-list.jsonl")).unwrap_or_default();
        let newest = text.lines().rfind(|line| line.contains(IMEI)).unwrap_or_default();
        newest.contains("true")
    }

    /// How many events of that name the log has.
    async fn count(&self, name: &str) -> usize {
        let mut log = LogServiceClient::new(self.staff().await);
        let mut events = log.feed(FeedRequest::default()).await.unwrap().into_inner();
        let mut count = 0;
        while let Some(event) = events.next().await {
            let event = event.unwrap().event.unwrap();
            count += usize::from(event.r#type == format!("vigie.line.{name}.v1"));
        }
        count
    }

    async fn until_counted(&self, name: &str) {
        let end = Instant::now() + SOON;
        while self.count(name).await == 0 {
            assert!(Instant::now() < end, "no {name}");
            sleep(Duration::from_millis(100)).await;
        }
    }

    /// Kills the process once it stands at `point`, and starts another.
    async fn kill_at(&self, armed: Process, point: &str) -> Process {
        let point = point.to_owned();
        tokio::task::block_in_place(|| armed.kill_at(&point, SOON).map(drop)).unwrap();
        self.start(None)
    }
}

fn ago(time: Duration) -> Option<prost_types::Timestamp> {
    let micros = SystemClock.now().minus(time).as_micros();
    let nanos = i32::try_from(micros.rem_euclid(1_000_000) * 1_000).unwrap();
    Some(prost_types::Timestamp { seconds: micros.div_euclid(1_000_000), nanos })
}

fn fresh() -> String {
    SystemIds.next().to_string()
}

fn line() -> Option<LineRef> {
    Some(LineRef { line: Some(line_ref::Line::Msisdn("+33639980001".to_owned())) })
}

/// A phone is stolen and found again, and the process dies once for each: once at `blocking`, once at `releasing`.
async fn a_theft_and_its_end(url: Option<String>, blocking: &str, releasing: &str) {
    let place = Place::new(url);
    let armed = place.start(Some(blocking));
    let entry = LineEntry {
        account_id: ACCOUNT.to_string(),
        msisdn: "+33639980001".to_owned(),
        imsi: "208010000000001".to_owned(),
        iccid: "8933990000000000014".to_owned(),
        account_holder: "Exemple SAS".to_owned(),
        imei: IMEI.to_owned(),
        ..LineEntry::default()
    };
    let mut staff = LineServiceClient::new(place.staff().await);
    let request = RegisterLineRequest { request_id: fresh(), line: Some(entry) };
    staff.register_line(request).await.unwrap();
    let theft = DeclareTheftRequest {
        request_id: fresh(),
        line: line(),
        police_report: "2026/000123".to_owned(),
        declared_at: ago(Duration::from_hours(1)),
        ..Default::default()
    };
    place.manager().await.declare_theft(theft).await.unwrap();

    let running = place.kill_at(armed, blocking).await;
    place.until_counted("handset_blocked").await;
    assert!(place.is_on_the_list());
    running.kill9().unwrap();

    let armed = place.start(Some(releasing));
    let recovered = DeclareRecoveredRequest {
        request_id: fresh(),
        line: line(),
        recovered_at: ago(Duration::ZERO),
        ..Default::default()
    };
    place.manager().await.declare_recovered(recovered).await.unwrap();
    let _running = place.kill_at(armed, releasing).await;
    place.until_counted("handset_unblocked").await;
    assert!(!place.is_on_the_list());

    // What was on its way twice is recorded once.
    sleep(Duration::from_secs(1)).await;
    for name in ["theft_declared", "handset_blocked", "handset_recovered", "handset_unblocked"] {
        assert_eq!(place.count(name).await, 1, "{name}");
    }
}

async fn database() -> Option<String> {
    let create = || Postgres::shared().unwrap().create_database("lines").unwrap();
    Some(tokio::task::spawn_blocking(create).await.unwrap())
}

const LISTED: [&str; 2] = ["block_list.after_put", "block_list.after_remove"];
const RECORDED: [&str; 2] = ["block_list.after_record", "block_list.after_record"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_when_the_list_knows_and_the_log_does_not_on_sqlite() {
    a_theft_and_its_end(None, LISTED[0], LISTED[1]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_when_the_list_knows_and_the_log_does_not_on_postgres() {
    a_theft_and_its_end(database().await, LISTED[0], LISTED[1]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_when_the_log_knows_and_the_reaction_does_not_on_sqlite() {
    a_theft_and_its_end(None, RECORDED[0], RECORDED[1]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_when_the_log_knows_and_the_reaction_does_not_on_postgres() {
    a_theft_and_its_end(database().await, RECORDED[0], RECORDED[1]).await;
}
