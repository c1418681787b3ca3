//! The service as a process of its own, killed in the middle of an import.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use jiff::civil::date;
use tokio_stream::StreamExt;
use tonic::metadata::MetadataValue;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::{Channel, Endpoint};
use tonic::{Request, Status};
use vigie_chassis::identity::Role;
use vigie_chassis::identity::dev::{Grant, Issuer};
use vigie_clock::SystemClock;
use vigie_fiction::{Operator, Size, Table};
use vigie_proto::log::FeedRequest;
use vigie_proto::log::log_service_client::LogServiceClient;
use vigie_proto::routing::base_service_client::BaseServiceClient;
use vigie_proto::routing::import_base_request::Message;
use vigie_proto::routing::{ImportBaseHeader, ImportBaseRequest, ImportBaseResponse};
use vigie_testkit::{Postgres, Process, Scratch, free_port};

/// What a start may take on a busy machine.
const STARTS_WITHIN: Duration = Duration::from_secs(60);

/// Where the process runs, also after it was killed.
pub(crate) struct Place {
    home: Scratch,
    data: PathBuf,
    url: Option<String>,
    listen: u16,
    admin: u16,
}

pub(crate) type Door = InterceptedService<Channel, Token>;

#[derive(Clone)]
pub(crate) struct Token(String);

impl tonic::service::Interceptor for Token {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        let header = MetadataValue::try_from(format!("Bearer {}", self.0)).unwrap();
        request.metadata_mut().insert("authorization", header);
        Ok(request)
    }
}

impl Place {
    pub(crate) fn new(url: Option<String>) -> Self {
        let home = Scratch::new("routing").unwrap();
        let data = home.folder("data").unwrap();
        Self { home, data, url, listen: free_port().unwrap(), admin: free_port().unwrap() }
    }

    fn start(&self) -> Process {
        self.start_with(|_| {})
    }

    /// With changes to its command.
    pub(crate) fn start_with(&self, change: impl FnOnce(&mut Command)) -> Process {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vigie-routing"));
        command
            .env("VIGIE_DATA", &self.data)
            .env("VIGIE_SERVER__LISTEN", format!("127.0.0.1:{}", self.listen))
            .env("VIGIE_SERVER__ADMIN", format!("127.0.0.1:{}", self.admin));
        if let Some(url) = &self.url {
            command.env("VIGIE_STORAGE__POSTGRES__URL", url);
        }
        change(&mut command);
        Process::start(&self.home, &mut command).unwrap()
    }

    /// The way in, once somebody answers.
    pub(crate) async fn door(&self) -> Door {
        let endpoint = Endpoint::from_shared(format!("http://127.0.0.1:{}", self.listen)).unwrap();
        let channel = tokio::time::timeout(STARTS_WITHIN, async {
            loop {
                match endpoint.connect().await {
                    Ok(channel) => return channel,
                    Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
                }
            }
        });
        InterceptedService::new(channel.await.expect("starts"), Token(token(&self.data)))
    }
}

fn token(data: &Path) -> String {
    let issuer = Issuer::open(data, Arc::new(SystemClock)).unwrap();
    issuer.mint(&Grant::new("operator-1", &[Role::Operator, Role::Auditor])).unwrap()
}

fn file(operator: Operator, table: Table) -> Vec<ImportBaseRequest> {
    let header = ImportBaseHeader {
        kind: table.base_kind().into(),
        file_hash: format!("{:064x}", 0xdead + table as u64),
        rows: 0,
        owner: "crm".to_owned(),
    };
    let messages = operator.rows(table).map(Message::Row);
    let messages = std::iter::once(Message::Header(header)).chain(messages);
    messages.map(|message| ImportBaseRequest { message: Some(message) }).collect()
}

/// Imports until the end, or until `stop` says of an answer that it is enough.
async fn import(
    door: &Door,
    messages: Vec<ImportBaseRequest>,
    mut stop: impl FnMut(&ImportBaseResponse) -> bool,
) -> Result<ImportBaseResponse, Status> {
    let mut client = BaseServiceClient::new(door.clone());
    let mut answers = client.import_base(tokio_stream::iter(messages)).await?.into_inner();
    let mut last = ImportBaseResponse::default();
    while let Some(answer) = answers.next().await {
        last = answer?;
        assert_eq!(last.rejections, [], "{last:?}");
        if stop(&last) {
            break;
        }
    }
    Ok(last)
}

/// People that were registered, by the log.
async fn people_of(door: &Door) -> i64 {
    let mut log = LogServiceClient::new(door.clone());
    let mut events = log.feed(FeedRequest::default()).await.unwrap().into_inner();
    let mut people = 0;
    while let Some(event) = events.next().await {
        let event = event.unwrap().event.unwrap();
        people += i64::from(event.r#type == "vigie.person.person_registered.v1");
    }
    people
}

async fn goes_on_after_a_kill(url: Option<String>) {
    // Long ago: nothing but accounts and people is imported, so nothing of it lies ahead.
    let size = Size { accounts: 200, people: 6_000 };
    let operator = Operator::new(3, size, date(2026, 1, 5)).unwrap();
    let place = Place::new(url);
    let process = place.start();
    let door = place.door().await;
    let accounts = import(&door, file(operator, Table::Accounts), |_| false).await.unwrap();
    assert_eq!(accounts.registered, 200);

    let people = || file(operator, Table::People);
    let killed = import(&door, people(), |answer| {
        if answer.rows_done > 0 && process.is_running() {
            process.kill9().unwrap();
        }
        false
    });
    killed.await.expect_err("the connection is cut");

    let _again = place.start();
    let door = place.door().await;
    let before = people_of(&door).await;
    assert!(before > 0 && before < 6_000, "{before} people were in before the kill");
    let rest = import(&door, people(), |_| false).await.unwrap();
    assert_eq!((rest.rows_done, rest.rejected), (6_000, 0));
    assert_eq!(
        (rest.repeated_rows, rest.registered),
        (before, 6_000 - before),
        "what was committed, and no more"
    );
    assert_eq!(people_of(&door).await, 6_000, "everybody once");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_goes_on_after_a_kill_on_sqlite() {
    goes_on_after_a_kill(None).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_goes_on_after_a_kill_on_postgres() {
    let create = || Postgres::shared().unwrap().create_database("routing").unwrap();
    goes_on_after_a_kill(Some(tokio::task::spawn_blocking(create).await.unwrap())).await;
}
