//! A log service that does as its request says.

use std::pin::Pin;
use std::time::Duration;

use futures::{Stream, StreamExt, stream};
use tonic::{Request, Response, Status};
use vigie_chassis::grpc::{Deadline, ReceivedAt};
use vigie_chassis::identity::Caller;
use vigie_chassis::rules::{Rule, Rules};
use vigie_chassis::server::Services;
use vigie_proto::log::log_service_server::{LogService, LogServiceServer};
use vigie_proto::log::{
    BackupRequest, BackupResponse, Event, FeedRequest, FeedResponse, ListLogsRequest, ListLogsResponse,
    ReadStreamRequest, ReadStreamResponse, VerifyRequest, VerifyResponse,
};

pub(crate) const LIST_LOGS: &str = "/vigie.log.v1.LogService/ListLogs";
pub(crate) const FEED: &str = "/vigie.log.v1.LogService/Feed";
pub(crate) const READ_STREAM: &str = "/vigie.log.v1.LogService/ReadStream";
pub(crate) const VERIFY: &str = "/vigie.log.v1.LogService/Verify";
pub(crate) const BACKUP: &str = "/vigie.log.v1.LogService/Backup";

/// What `FeedRequest.limit` asks the stub to do.
pub(crate) mod limit {
    /// One event: who calls, T0 and whether there is a deadline.
    pub(crate) const TELL: i64 = 1;
    /// The handler panics.
    pub(crate) const PANIC: i64 = 2;
    /// The stream panics after one event.
    pub(crate) const PANIC_LATER: i64 = 3;
    /// The handler never answers.
    pub(crate) const HANG: i64 = 4;
    /// One event, then nothing for ever.
    pub(crate) const FOLLOW: i64 = 5;
    /// An event larger than the server lets out.
    pub(crate) const TOO_MUCH: i64 = 6;
    /// A status that says nothing of its reason.
    pub(crate) const BARE_STATUS: i64 = 7;
    /// The handler takes 300 ms.
    pub(crate) const SLOW: i64 = 8;
}

#[derive(Clone, Default)]
pub(crate) struct Stub;

type Answers<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

pub(crate) fn services() -> Services {
    Services::new().add(LogServiceServer::new(Stub))
}

/// Rules that let everybody with a token read, and only the operator with step-up take a backup.
pub(crate) fn rules() -> Rules {
    use vigie_chassis::identity::Role;
    Rules::new()
        .allow(LIST_LOGS, Rule::roles([Role::Operator]).every_account())
        .allow(FEED, Rule::roles([Role::Operator, Role::Auditor]))
        .allow(READ_STREAM, Rule::roles([Role::Operator]).every_account())
        .allow(VERIFY, Rule::public())
        .allow(BACKUP, Rule::roles([Role::Operator]).step_up())
}

fn event(payload: Vec<u8>) -> Result<FeedResponse, Status> {
    Ok(FeedResponse { event: Some(Event { payload, ..Event::default() }) })
}

#[tonic::async_trait]
impl LogService for Stub {
    type FeedStream = Answers<FeedResponse>;
    type ReadStreamStream = Answers<ReadStreamResponse>;
    type VerifyStream = Answers<VerifyResponse>;
    type BackupStream = Answers<BackupResponse>;

    async fn list_logs(&self, _: Request<ListLogsRequest>) -> Result<Response<ListLogsResponse>, Status> {
        Ok(Response::new(ListLogsResponse::default()))
    }

    async fn feed(&self, request: Request<FeedRequest>) -> Result<Response<Self::FeedStream>, Status> {
        let caller = Caller::of(&request)?;
        let received = ReceivedAt::of(&request)?;
        let deadline = Deadline::of(&request).is_some();
        let answers: Self::FeedStream = match request.get_ref().limit {
            limit::PANIC => panic!("on purpose"),
            limit::PANIC_LATER => {
                let panics = stream::once(async { panic!("on purpose") });
                Box::pin(stream::iter([event(vec![1])]).chain(panics))
            }
            limit::HANG => std::future::pending().await,
            limit::FOLLOW => Box::pin(stream::iter([event(vec![1])]).chain(stream::pending())),
            limit::TOO_MUCH => Box::pin(stream::iter([event(vec![0; 5 * 1024 * 1024])])),
            limit::BARE_STATUS => return Err(Status::failed_precondition("bare")),
            limit::SLOW => {
                tokio::time::sleep(Duration::from_millis(300)).await;
                Box::pin(stream::iter([event(vec![1])]))
            }
            _ => {
                let told = format!("{} {} {deadline}", caller.subject(), received.timestamp);
                Box::pin(stream::iter([event(told.into_bytes())]))
            }
        };
        Ok(Response::new(answers))
    }

    async fn read_stream(
        &self,
        _: Request<ReadStreamRequest>,
    ) -> Result<Response<Self::ReadStreamStream>, Status> {
        Ok(Response::new(Box::pin(stream::empty())))
    }

    async fn verify(&self, request: Request<VerifyRequest>) -> Result<Response<Self::VerifyStream>, Status> {
        // A public call has no caller, also when a token came with it.
        assert!(Caller::of(&request).is_err());
        Ok(Response::new(Box::pin(stream::iter([Ok(VerifyResponse::default())]))))
    }

    async fn backup(&self, _: Request<BackupRequest>) -> Result<Response<Self::BackupStream>, Status> {
        Ok(Response::new(Box::pin(stream::empty())))
    }
}
