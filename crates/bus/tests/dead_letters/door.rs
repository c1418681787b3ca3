//! A server whose clock stands still, and clients with tokens.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use tonic::service::interceptor::InterceptedService;
use tonic::transport::{Channel, Endpoint};
use tonic::{Request, Response, Status};
use vigie_bus::{DeadLetterServer, dead_letter_rules};
use vigie_chassis::error::Reason;
use vigie_chassis::identity::dev::{Grant, Issuer};
use vigie_chassis::identity::{self, Role, Verifier};
use vigie_chassis::page::Signer;
use vigie_chassis::server::{Builder, Options, Services};
use vigie_clock::{ManualClock, Timestamp};
use vigie_eventlog::view::Parking;
use vigie_proto::views::dead_letter_service_client::DeadLetterServiceClient;
use vigie_proto::views::dead_letter_service_server::DeadLetterServiceServer;
use vigie_testkit::{Scratch, free_port};

/// 2026-11-22T05:27:26Z
pub(crate) const NOW: Timestamp = Timestamp::from_micros(1_795_325_246_000_000);

type Bearer = Box<dyn FnMut(Request<()>) -> Result<Request<()>, Status> + Send + Sync>;

pub(crate) type Client = DeadLetterServiceClient<InterceptedService<Channel, Bearer>>;

pub(crate) struct Door {
    issuer: Issuer,
    channel: Channel,
    _scratch: Scratch,
}

impl Door {
    /// Serves these views until the test's runtime ends.
    pub(crate) async fn open(views: Vec<(&'static str, Arc<dyn Parking>)>) -> Self {
        let scratch = Scratch::new("door").unwrap();
        let clock = Arc::new(ManualClock::at(NOW));
        let issuer = Issuer::open(scratch.path(), clock.clone()).unwrap();
        let verifier = Verifier::development(&issuer, &identity::Options::default(), clock.clone()).unwrap();
        let dead_letters = DeadLetterServer::new(views, Signer::new(&[7; 32]).unwrap(), clock.clone());
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, free_port().unwrap()));
        let options = Options { listen, admin: None, ..Options::default() };
        let server = Builder::new(options, clock)
            .identity(verifier)
            .rules(dead_letter_rules())
            .descriptors(vigie_proto::DESCRIPTORS)
            .bind(Services::new().add(DeadLetterServiceServer::new(dead_letters)))
            .await
            .unwrap();
        let endpoint = Endpoint::from_shared(format!("http://{}", server.address())).unwrap();
        tokio::spawn(server.run(std::future::pending()));
        Self { issuer, channel: endpoint.connect().await.unwrap(), _scratch: scratch }
    }

    pub(crate) fn client(&self, grant: &Grant) -> Client {
        let token = format!("Bearer {}", self.issuer.mint(grant).unwrap());
        let bearer: Bearer = Box::new(move |mut request| {
            request.metadata_mut().insert("authorization", token.parse().unwrap());
            Ok(request)
        });
        DeadLetterServiceClient::with_interceptor(self.channel.clone(), bearer)
    }

    pub(crate) fn role(&self, role: Role) -> Client {
        self.client(&Grant::new("somebody", &[role]))
    }

    pub(crate) fn operator(&self) -> Client {
        self.client(&Grant::new("sre-1", &[Role::Operator]))
    }
}

/// Why a call was refused.
pub(crate) fn refused<T: std::fmt::Debug>(answer: Result<Response<T>, Status>) -> Reason {
    let status = answer.expect_err("refused");
    Reason::of(&status).unwrap_or_else(|| panic!("no reason: {status:?}"))
}
