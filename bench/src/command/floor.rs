//! The floor of the command path, in a process of its own: a bare tonic handler on the bare batching writer.
//!
//! It takes and answers messages of the same size as Vigie and commits a row of the same size; it checks nothing,
//! decides nothing, remembers nothing and tells nobody.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use prost_types::Timestamp;
use serde::{Deserialize, Serialize};
use tonic::body::Body;
use tonic::codegen::{BoxFuture, Context, Poll, Service, http};
use tonic::server::{Grpc, NamedService, UnaryService};
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tonic::{Request, Response, Status};
use tonic_prost::ProstCodec;
use uuid::Uuid;
use vigie_clock::{Ids as _, SystemIds};
use vigie_proto::lines::{
    Act, ActKind, ActState, Evidence, Line, LineEntry, LineState, RegisterLineRequest, RegisterLineResponse,
    ReinstateLineRequest, ReinstateLineResponse, SuspensionReason, line_ref,
};

use crate::append::bare_postgres::Writer;
use crate::append::row::Row;
use crate::harness::text;
use crate::{child, fiction};

pub const NAME: &str = "floor-server";

const REGISTER: &str = "/vigie.lines.v1.LineService/RegisterLine";
const REINSTATE: &str = "/vigie.lines.v1.LineService/ReinstateLine";

#[derive(Debug, Serialize, Deserialize)]
pub struct Options {
    /// The writer's database.
    pub url: String,
    pub listen: SocketAddr,
    /// Bytes of Vigie's event that a line was registered.
    pub registered_bytes: usize,
    /// Bytes of Vigie's event that a reason was lifted.
    pub lifted_bytes: usize,
}

/// Serves until it is killed.
pub async fn run(options: Options) -> Result<(), String> {
    let floor = Floor {
        writer: Writer::start(&options.url).await?,
        registered_bytes: options.registered_bytes,
        lifted_bytes: options.lifted_bytes,
        lifted: Arc::new(lifted()),
        version: Arc::new(AtomicI64::new(1)),
    };
    let incoming = TcpIncoming::bind(options.listen).map_err(text)?.with_nodelay(Some(true));
    child::say_ready();
    Server::builder().add_service(floor).serve_with_incoming(incoming).await.map_err(text)
}

/// The service of which two methods are called.
#[derive(Clone)]
struct Floor {
    writer: Writer,
    registered_bytes: usize,
    lifted_bytes: usize,
    /// What is answered for every line.
    lifted: Arc<(Line, Act)>,
    /// It knows no line's version: what it writes has one that was not there.
    version: Arc<AtomicI64>,
}

struct Register(Floor);

impl UnaryService<RegisterLineRequest> for Register {
    type Response = RegisterLineResponse;
    type Future = BoxFuture<Response<RegisterLineResponse>, Status>;

    fn call(&mut self, request: Request<RegisterLineRequest>) -> Self::Future {
        let floor = self.0.clone();
        Box::pin(async move {
            let line_id = SystemIds.next();
            let row = Row::sized(line_id, 1, floor.registered_bytes);
            floor.writer.write(row).await.map_err(Status::internal)?;
            let line = Line {
                line_id: line_id.to_string(),
                state: LineState::Active.into(),
                evidence: Evidence::NotYetConfirmed.into(),
                version: 1,
                ..line(request.into_inner().line.unwrap_or_default())
            };
            Ok(Response::new(RegisterLineResponse { line: Some(line) }))
        })
    }
}

struct Reinstate(Floor);

impl UnaryService<ReinstateLineRequest> for Reinstate {
    type Response = ReinstateLineResponse;
    type Future = BoxFuture<Response<ReinstateLineResponse>, Status>;

    fn call(&mut self, request: Request<ReinstateLineRequest>) -> Self::Future {
        let floor = self.0.clone();
        Box::pin(async move {
            let Some(line_ref::Line::LineId(line_id)) = request.into_inner().line.and_then(|line| line.line)
            else {
                return Err(Status::invalid_argument("name the line by its id"));
            };
            let stream_id =
                Uuid::parse_str(&line_id).map_err(|error| Status::invalid_argument(text(error)))?;
            let version = floor.version.fetch_add(1, Ordering::Relaxed);
            let row = Row::sized(stream_id, version, floor.lifted_bytes);
            floor.writer.write(row).await.map_err(Status::internal)?;
            let (line, act) = Arc::unwrap_or_clone(floor.lifted);
            let act_id = SystemIds.next().to_string();
            Ok(Response::new(ReinstateLineResponse {
                line: Some(Line { line_id, act_id: act_id.clone(), ..line }),
                act: Some(Act { act_id, ..act }),
                ..Default::default()
            }))
        })
    }
}

fn line(entry: LineEntry) -> Line {
    Line {
        account_id: entry.account_id,
        msisdn: entry.msisdn,
        imsi: entry.imsi,
        iccid: entry.iccid,
        account_holder: entry.account_holder,
        user_id: entry.user_id,
        cost_centre: entry.cost_centre,
        site: entry.site,
        external_identifiers: entry.external_identifiers,
        ..Line::default()
    }
}

/// A line after its UNPAID was lifted, and that act: as long as Vigie's answers, whatever line it is.
fn lifted() -> (Line, Act) {
    let some_time = Some(Timestamp { seconds: 1_795_000_000, nanos: 123_456_000 });
    let line = Line {
        state: LineState::Suspended.into(),
        reasons: vec![SuspensionReason::Other.into()],
        evidence: Evidence::Simulated.into(),
        requested_at: some_time,
        version: 6,
        ..line(fiction::entry(10_000, Uuid::max()))
    };
    let act = Act {
        reference: "V-0000-0000".to_owned(),
        kind: ActKind::Reinstate.into(),
        reason: SuspensionReason::Unpaid.into(),
        state: ActState::Recorded.into(),
        evidence: Evidence::Simulated.into(),
        received_at: some_time,
        recorded_at: some_time,
        ..Act::default()
    };
    (line, act)
}

impl NamedService for Floor {
    const NAME: &'static str = "vigie.lines.v1.LineService";
}

impl Service<http::Request<Body>> for Floor {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<Self::Response, Self::Error>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let floor = self.clone();
        Box::pin(async move {
            Ok(match request.uri().path() {
                REGISTER => Grpc::new(ProstCodec::default()).unary(Register(floor), request).await,
                REINSTATE => Grpc::new(ProstCodec::default()).unary(Reinstate(floor), request).await,
                _ => Status::unimplemented("the floor has no such method").into_http(),
            })
        })
    }
}
