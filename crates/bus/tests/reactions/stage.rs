//! A reaction that refuses what its events tell it to, the log that it reads, and the door to both.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio::time::{Instant, sleep};
use tonic::service::interceptor::InterceptedService;
use tonic::transport::{Channel, Endpoint};
use tonic::{Request, Response, Status};
use uuid::Uuid;
use vigie_bus::{ReactionServer, reaction_rules};
use vigie_chassis::error::Reason;
use vigie_chassis::identity::dev::{Grant, Issuer};
use vigie_chassis::identity::{self, Role, Verifier};
use vigie_chassis::page::Signer;
use vigie_chassis::server::{Builder, Options as ServerOptions, Services};
use vigie_clock::{Ids as _, ManualClock, SystemClock, SystemIds, Timestamp};
use vigie_eventlog::reaction::{Effect, Options, Outcome, Oversight, Reaction, Reactor, Unreadable};
use vigie_eventlog::{Append, Checkpoint, EventLog, Location, NewEvent, RecordedEvent};
use vigie_proto::reactions as wire;
use vigie_testkit::{Postgres, Scratch, free_port};
use wire::reaction_service_client::ReactionServiceClient;
use wire::reaction_service_server::ReactionServiceServer;

/// 2026-11-22T05:27:26Z
pub(crate) const NOW: Timestamp = Timestamp::from_micros(1_795_325_246_000_000);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

/// Calls whoever an event names; nobody answers the first time.
pub(crate) struct Caller;

/// Calls at the door, and whoever stands there is not left alone.
pub(crate) struct Visitor;

#[async_trait]
impl Reaction for Caller {
    const NAME: &'static str = "test.caller";
    type Command = String;

    fn decide(event: &RecordedEvent) -> Result<Vec<String>, Unreadable> {
        decide(event)
    }

    async fn carry_out(&self, _number: &String, effect: &Effect) -> Outcome {
        match effect.attempts {
            1 => Outcome::Refused("nobody answers".to_owned()),
            _ => Outcome::Done,
        }
    }
}

#[async_trait]
impl Reaction for Visitor {
    const NAME: &'static str = "test.visitor";
    type Command = String;

    fn decide(event: &RecordedEvent) -> Result<Vec<String>, Unreadable> {
        decide(event)
    }

    fn gives_up_with(_effect: &Effect) -> Option<&'static str> {
        Some("vigie visit end")
    }

    async fn carry_out(&self, _number: &String, _effect: &Effect) -> Outcome {
        Outcome::Refused("the door is shut".to_owned())
    }
}

fn decide(event: &RecordedEvent) -> Result<Vec<String>, Unreadable> {
    serde_json::from_slice(&event.payload)
        .map(|number| vec![number])
        .map_err(|_| Unreadable("it names nobody".to_owned()))
}

type Bearer = Box<dyn FnMut(Request<()>) -> Result<Request<()>, Status> + Send + Sync>;

pub(crate) type Client = ReactionServiceClient<InterceptedService<Channel, Bearer>>;

pub(crate) struct Stage {
    pub(crate) log: EventLog,
    pub(crate) calling: Reactor<Caller>,
    issuer: Issuer,
    channel: Channel,
    _scratch: Scratch,
}

impl Stage {
    pub(crate) async fn open(engine: Engine) -> Self {
        let scratch = Scratch::new("reactions").unwrap();
        let url = match engine {
            Engine::Sqlite => None,
            Engine::Postgres => {
                let create = || Postgres::shared().unwrap().create_database("reactions").unwrap();
                Some(tokio::task::spawn_blocking(create).await.unwrap())
            }
        };
        let place = |name: &str| match &url {
            None => Location::Sqlite(scratch.path().join(format!("{name}.db"))),
            Some(url) => Location::Postgres { url: url.clone(), schema: name.to_owned() },
        };
        let options = vigie_eventlog::Options {
            name: "things".to_owned(),
            ..vigie_eventlog::Options::new(place("things"))
        };
        let log = EventLog::open(options, Arc::new(SystemClock), Arc::new(SystemIds)).await.unwrap();
        let calling = reactor(Caller, place("calling"), &log).await;
        let visiting = reactor(Visitor, place("visiting"), &log).await;

        let clock = Arc::new(ManualClock::at(NOW));
        let issuer = Issuer::open(scratch.path(), clock.clone()).unwrap();
        let verifier = Verifier::development(&issuer, &identity::Options::default(), clock.clone()).unwrap();
        let reactions: Vec<Arc<dyn Oversight>> = vec![Arc::new(calling.clone()), Arc::new(visiting)];
        let server = ReactionServer::new(reactions, Signer::new(&[7; 32]).unwrap(), clock.clone());
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, free_port().unwrap()));
        let options = ServerOptions { listen, admin: None, ..ServerOptions::default() };
        let server = Builder::new(options, clock)
            .identity(verifier)
            .rules(reaction_rules())
            .descriptors(vigie_proto::DESCRIPTORS)
            .bind(Services::new().add(ReactionServiceServer::new(server)))
            .await
            .unwrap();
        let endpoint = Endpoint::from_shared(format!("http://{}", server.address())).unwrap();
        tokio::spawn(server.run(std::future::pending()));
        let channel = endpoint.connect().await.unwrap();
        Self { log, calling, issuer, channel, _scratch: scratch }
    }

    /// Somebody is to be called and visited; the stream.
    pub(crate) async fn call(&self, number: &str) -> Uuid {
        let stream_id = SystemIds.next();
        self.append(stream_id, 0, format!("\"{number}\"").into_bytes()).await;
        stream_id
    }

    /// What nobody can read.
    pub(crate) async fn append(&self, stream_id: Uuid, version: i64, payload: Vec<u8>) {
        let event = NewEvent {
            event_id: SystemIds.next(),
            event_type: "vigie.thing.happened.v1".to_owned(),
            account_id: Uuid::from_u128(7),
            occurred_at: None,
            actor: "tester".to_owned(),
            on_behalf_of: None,
            channel: "API".to_owned(),
            request_id: None,
            act_id: None,
            traceparent: None,
            payload,
        };
        self.log.append(Append::new(stream_id, "thing", version, vec![event])).await.unwrap();
    }

    /// Waits until so many effects of both reactions wait.
    pub(crate) async fn until_waiting(&self, count: usize) -> Vec<wire::Effect> {
        let end = Instant::now() + Duration::from_secs(30);
        loop {
            let effects = listed(&mut self.operator(), "").await;
            if effects.len() == count {
                return effects;
            }
            assert!(Instant::now() < end, "not {count}: {effects:?}");
            sleep(Duration::from_millis(10)).await;
        }
    }

    pub(crate) fn client(&self, grant: &Grant) -> Client {
        let token = format!("Bearer {}", self.issuer.mint(grant).unwrap());
        let bearer: Bearer = Box::new(move |mut request| {
            request.metadata_mut().insert("authorization", token.parse().unwrap());
            Ok(request)
        });
        ReactionServiceClient::with_interceptor(self.channel.clone(), bearer)
    }

    pub(crate) fn role(&self, role: Role) -> Client {
        self.client(&Grant::new("somebody", &[role]))
    }

    pub(crate) fn operator(&self) -> Client {
        self.client(&Grant::new("sre-1", &[Role::Operator]))
    }
}

async fn reactor<R: Reaction>(reaction: R, place: Location, log: &EventLog) -> Reactor<R> {
    let options = Options::new(place, Checkpoint::START);
    let reactor = Reactor::open(reaction, options, Arc::new(log.clone()), Arc::new(SystemClock));
    let reactor = reactor.await.unwrap();
    let running = reactor.clone();
    tokio::spawn(async move { running.run(std::future::pending()).await });
    reactor
}

/// What waits in one reaction, or in all.
pub(crate) async fn listed(client: &mut Client, reaction: &str) -> Vec<wire::Effect> {
    let request = wire::ListWaitingEffectsRequest { reaction: reaction.to_owned(), ..Default::default() };
    client.list_waiting_effects(request).await.unwrap().into_inner().effects
}

/// Why a call was refused.
pub(crate) fn refused<T: std::fmt::Debug>(answer: Result<Response<T>, Status>) -> Reason {
    let status = answer.expect_err("refused");
    Reason::of(&status).unwrap_or_else(|| panic!("no reason: {status:?}"))
}
