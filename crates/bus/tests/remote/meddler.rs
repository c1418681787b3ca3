//! Somebody between a log and its reader, who changes what passes.

use std::net::{Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;

use tokio_stream::{Stream, StreamExt as _};
use tonic::transport::{Channel, Endpoint};
use tonic::{Request, Response, Status, Streaming};
use vigie_chassis::client::{Tls, Token};
use vigie_chassis::rules::{Rule, Rules};
use vigie_chassis::server::{Builder, Options, Services};
use vigie_clock::SystemClock;
use vigie_eventlog::view::Feed as _;
use vigie_eventlog::{Checkpoint, ReadError};
use vigie_proto::log as wire;
use vigie_testkit::free_port;
use wire::log_service_client::LogServiceClient;
use wire::log_service_server::{LogService, LogServiceServer};

use crate::door::{Door, House, auditor, feed};
use crate::read;

type Change = fn(&mut wire::Event);

struct Meddler {
    log: LogServiceClient<Channel>,
    token: Token,
    change: Change,
}

#[tonic::async_trait]
impl LogService for Meddler {
    type FeedStream = Pin<Box<dyn Stream<Item = Result<wire::FeedResponse, Status>> + Send>>;
    type ReadStreamStream = Streaming<wire::ReadStreamResponse>;
    type VerifyStream = Streaming<wire::VerifyResponse>;
    type BackupStream = Streaming<wire::BackupResponse>;

    async fn list_logs(
        &self,
        _: Request<wire::ListLogsRequest>,
    ) -> Result<Response<wire::ListLogsResponse>, Status> {
        Err(Status::unimplemented(""))
    }

    async fn feed(&self, request: Request<wire::FeedRequest>) -> Result<Response<Self::FeedStream>, Status> {
        let mut request = Request::new(request.into_inner());
        request.metadata_mut().insert("authorization", self.token.bearer().unwrap().unwrap());
        let change = self.change;
        let changed = self.log.clone().feed(request).await?.into_inner().map(move |message| {
            message.map(|mut message| {
                message.event.iter_mut().for_each(change);
                message
            })
        });
        Ok(Response::new(Box::pin(changed)))
    }

    async fn read_stream(
        &self,
        _: Request<wire::ReadStreamRequest>,
    ) -> Result<Response<Self::ReadStreamStream>, Status> {
        Err(Status::unimplemented(""))
    }

    async fn verify(&self, _: Request<wire::VerifyRequest>) -> Result<Response<Self::VerifyStream>, Status> {
        Err(Status::unimplemented(""))
    }

    async fn backup(&self, _: Request<wire::BackupRequest>) -> Result<Response<Self::BackupStream>, Status> {
        Err(Status::unimplemented(""))
    }
}

/// Where the meddler serves.
async fn meddle(door: &Door, change: Change) -> String {
    let log = Endpoint::from_shared(format!("http://{}", door.address())).unwrap().connect_lazy();
    let meddler = Meddler { log: LogServiceClient::new(log), token: door.token(auditor()), change };
    let rules =
        ["ListLogs", "Feed", "ReadStream", "Verify", "Backup"].iter().fold(Rules::new(), |rules, rpc| {
            rules.allow(&format!("/vigie.log.v1.LogService/{rpc}"), Rule::public())
        });
    let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, free_port().unwrap()));
    let options = Options { listen, admin: None, ..Options::default() };
    let server = Builder::new(options, Arc::new(SystemClock))
        .rules(rules)
        .descriptors(vigie_proto::DESCRIPTORS)
        .bind(Services::new().add(LogServiceServer::new(meddler)))
        .await
        .unwrap();
    let url = format!("http://{}", server.address());
    tokio::spawn(server.run(std::future::pending()));
    url
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_changed_on_the_way_is_not_the_log() {
    let house = House::open().await;
    house.append(2, 5).await;
    let door = Door::open(&house).await;
    let changes: [Change; 5] = [
        |event| {
            if event.position == 4 {
                event.payload.push(b' ');
            }
        },
        |event| {
            if event.position == 4 {
                event.actor = "somebody else".to_owned();
            }
        },
        // A hole: what comes is a later event.
        |event| event.position += i64::from(event.position >= 4),
        |event| {
            if event.position == 4 {
                event.event_id = "+33639980001".to_owned();
            }
        },
        |event| {
            if event.position == 4 {
                event.hash = vec![0; 32];
            }
        },
    ];
    for (index, change) in changes.into_iter().enumerate() {
        let feed = feed(&meddle(&door, change).await, &Tls::default(), Token::None);
        let mut source = feed.read_after(Checkpoint::START).await.unwrap();
        let seen = read(&mut *source, 3, 1).await;
        assert_eq!(seen, house.log.read(0, 3).await.unwrap(), "{index}");
        let refused = source.next_batch(10).await.unwrap_err();
        assert!(matches!(refused, ReadError::Gap { expected: 4, .. }), "{index}: {refused:?}");
    }
}
