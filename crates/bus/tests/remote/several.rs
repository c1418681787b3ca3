//! Several logs behind one door: each is asked for by its name, and none is guessed.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio::time::timeout;
use tonic::transport::Endpoint;
use tonic::{Code, Request, Status, Streaming};
use tonic_types::StatusExt as _;
use uuid::Uuid;
use vigie_chassis::client::Token;
use vigie_chassis::error::Reason;
use vigie_chassis::identity::Role;
use vigie_chassis::identity::dev::Grant;
use vigie_chassis::server::Options;
use vigie_clock::{Clock as _, SystemClock};
use vigie_eventlog::view::Feed as _;
use vigie_eventlog::{Anchor, Checkpoint, EventLog, Hash};
use vigie_proto::log::log_service_client::LogServiceClient;
use vigie_proto::log::*;
use vigie_testkit::free_port;

use crate::door::{Door, House, appended, auditor, open_log};
use crate::read;

/// A door over the logs `lines`, with three events, and `routing`, with five.
struct Several {
    house: House,
    routing: EventLog,
    door: Door,
}

impl Several {
    async fn open() -> Self {
        let house = House::open().await;
        let routing = open_log(&house.scratch, "routing").await;
        house.append(1, 3).await;
        appended(&routing, 1, 5).await;
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, free_port().unwrap()));
        let options = Options { listen, ..Options::default() };
        let door = Door::open_over(&house, &[&house.log, &routing], options).await;
        Self { house, routing, door }
    }

    fn client(&self) -> LogServiceClient<tonic::transport::Channel> {
        let endpoint = Endpoint::from_shared(format!("http://{}", self.door.address())).unwrap();
        LogServiceClient::new(endpoint.connect_lazy())
    }

    fn request<T>(&self, message: T) -> Request<T> {
        let token: Token = self.door.token(Grant::new("sre-1", &[Role::Operator]));
        let mut request = Request::new(message);
        request.metadata_mut().insert("authorization", token.bearer().unwrap().unwrap());
        request
    }

    async fn feed(&self, log: &str) -> Result<Vec<Event>, Status> {
        let request = self.request(FeedRequest { log: log.to_owned(), ..Default::default() });
        let answers = all(self.client().feed(request).await?.into_inner()).await?;
        Ok(answers.into_iter().filter_map(|answer| answer.event).collect())
    }

    async fn read_stream(&self, log: &str, stream_id: Uuid) -> Result<usize, Status> {
        let stream_id = stream_id.to_string();
        let request = ReadStreamRequest { log: log.to_owned(), stream_id, ..Default::default() };
        Ok(all(self.client().read_stream(self.request(request)).await?.into_inner()).await?.len())
    }

    async fn verify(&self, log: &str) -> Result<VerifyResponse, Status> {
        let request = self.request(VerifyRequest { log: log.to_owned() });
        let answers = all(self.client().verify(request).await?.into_inner()).await?;
        assert!(answers.iter().all(|answer| log.is_empty() || answer.log == log), "{answers:?}");
        Ok(answers.into_iter().next_back().unwrap())
    }

    async fn backup(&self, log: &str) -> Result<Vec<u8>, Status> {
        let request = self.request(BackupRequest { log: log.to_owned() });
        let answers = all(self.client().backup(request).await?.into_inner()).await?;
        Ok(answers.into_iter().flat_map(|answer| answer.piece).collect())
    }
}

async fn all<T>(mut answers: Streaming<T>) -> Result<Vec<T>, Status> {
    let mut all = Vec::new();
    while let Some(answer) = timeout(Duration::from_secs(20), answers.message()).await.unwrap()? {
        all.push(answer);
    }
    Ok(all)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_log_is_read_verified_and_backed_up_by_its_name() {
    let several = Several::open().await;
    let Several { house, routing, door } = &several;
    for (log, own) in [("lines", &house.log), ("routing", routing)] {
        let events = own.read(0, 100).await.unwrap();
        let fed = several.feed(log).await.unwrap();
        let ids = |event: &Event| event.event_id.clone();
        let expected: Vec<_> = events.iter().map(|event| event.event_id.to_string()).collect();
        assert_eq!(fed.iter().map(ids).collect::<Vec<_>>(), expected, "{log}");

        let mut source = door.feed_of(log, auditor()).read_after(Checkpoint::START).await.unwrap();
        assert_eq!(read(&mut *source, events.len(), 100).await, events, "{log}");
        assert_eq!(door.feed_of(log, auditor()).head().await.unwrap(), own.head().await.unwrap());
        let stream = events[0].stream_id;
        assert_eq!(several.read_stream(log, stream).await.unwrap(), events.len(), "{log}");

        let backup = String::from_utf8(several.backup(log).await.unwrap()).unwrap();
        assert!(backup.lines().next().unwrap().contains(&format!("\"log\":\"{log}\"")), "{backup}");
        assert_eq!(backup.matches("\"row\":\"event\"").count(), events.len(), "{log}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_is_compared_with_its_own_anchor() {
    let several = Several::open().await;
    let Several { house, .. } = &several;
    let head = house.log.head().await.unwrap();
    let wrong = Checkpoint { hash: Hash([7; 32]), ..head };
    for (log, head) in [("lines", head), ("routing", wrong)] {
        house.anchor(log).write(&Anchor { at: SystemClock.now(), head }).unwrap();
    }
    let lines = several.verify("lines").await.unwrap();
    assert_eq!((lines.events_done, lines.anchors_compared, lines.findings.len()), (3, 1, 0), "{lines:?}");
    let routing = several.verify("routing").await.unwrap();
    assert_eq!(routing.findings[0].code, "ANCHOR_MISMATCH", "{routing:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_logs_are_listed_with_their_heads() {
    let several = Several::open().await;
    let request = several.request(ListLogsRequest {});
    let logs = several.client().list_logs(request).await.unwrap().into_inner().logs;
    let listed: Vec<_> =
        logs.iter().map(|log| (log.name.as_str(), log.head.as_ref().unwrap().position)).collect();
    assert_eq!(listed, [("lines", 3), ("routing", 5)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_several_logs_none_is_guessed_and_an_unknown_name_is_refused() {
    let several = Several::open().await;
    let stream = Uuid::from_u128(1);
    for (log, reason, code) in [
        ("", Reason::LogNameRequired, Code::InvalidArgument),
        ("billing", Reason::LogNotFound, Code::NotFound),
    ] {
        for refused in [
            several.feed(log).await.unwrap_err(),
            several.read_stream(log, stream).await.unwrap_err(),
            several.verify(log).await.unwrap_err(),
            several.backup(log).await.unwrap_err(),
        ] {
            assert_eq!((Reason::of(&refused), refused.code()), (Some(reason), code), "{refused:?}");
            assert!(refused.message().ends_with("there are: lines, routing"), "{refused:?}");
            let details = refused.get_error_details();
            assert_eq!(details.error_info().unwrap().metadata["logs"], "lines,routing");
            assert_eq!(details.bad_request().unwrap().field_violations[0].field, "log");
        }
    }
    let error = several.door.feed_of("billing", auditor()).head().await.unwrap_err();
    assert!(crate::unreachable(&error).starts_with("LOG_NOT_FOUND"), "{error:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_only_log_needs_no_name_and_another_name_is_not_it() {
    let house = House::open().await;
    house.append(1, 2).await;
    let routing = open_log(&house.scratch, "routing").await;
    let door = Door::open(&house).await;
    let several = Several { house, routing, door };
    assert_eq!(several.feed("").await.unwrap().len(), 2);
    assert_eq!(several.verify("").await.unwrap().log, "lines");
    assert_eq!(Reason::of(&several.feed("routing").await.unwrap_err()), Some(Reason::LogNotFound));
}
