//! The floor of the command path, in a process of its own: a bare tonic handler on the bare batching writer.
//!
//! It takes and answers messages of the same size as Vigie and commits a row of the same size; it checks nothing,
//! decides nothing, remembers nothing and tells nobody.

use std::convert::Infallible;
use std::net::SocketAddr;

use serde::{Deserialize, Serialize};
use tonic::body::Body;
use tonic::codegen::{BoxFuture, Context, Poll, Service, http};
use tonic::server::{Grpc, NamedService, UnaryService};
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tonic::{Request, Response, Status};
use tonic_prost::ProstCodec;
use vigie_clock::{Ids as _, SystemIds};
use vigie_proto::lines::{Evidence, Line, LineState, RegisterLineRequest, RegisterLineResponse};

use crate::append::bare_postgres::Writer;
use crate::append::row::Row;
use crate::child;
use crate::harness::text;

pub const NAME: &str = "floor-server";

#[derive(Debug, Serialize, Deserialize)]
pub struct Options {
    /// The writer's database.
    pub url: String,
    pub listen: SocketAddr,
    /// Bytes of Vigie's event for the same command.
    pub payload_bytes: usize,
}

/// Serves until it is killed.
pub async fn run(options: Options) -> Result<(), String> {
    let writer = Writer::start(&options.url).await?;
    let incoming = TcpIncoming::bind(options.listen).map_err(text)?.with_nodelay(Some(true));
    let floor = Floor(Handler { writer, payload_bytes: options.payload_bytes });
    child::say_ready();
    Server::builder().add_service(floor).serve_with_incoming(incoming).await.map_err(text)
}

#[derive(Clone)]
struct Handler {
    writer: Writer,
    payload_bytes: usize,
}

impl UnaryService<RegisterLineRequest> for Handler {
    type Response = RegisterLineResponse;
    type Future = BoxFuture<Response<RegisterLineResponse>, Status>;

    fn call(&mut self, request: Request<RegisterLineRequest>) -> Self::Future {
        let handler = self.clone();
        Box::pin(async move {
            let line_id = SystemIds.next();
            let row = Row::sized(line_id, 1, handler.payload_bytes);
            handler.writer.write(row).await.map_err(Status::internal)?;
            let entry = request.into_inner().line.unwrap_or_default();
            let line = Line {
                line_id: line_id.to_string(),
                account_id: entry.account_id,
                msisdn: entry.msisdn,
                imsi: entry.imsi,
                iccid: entry.iccid,
                account_holder: entry.account_holder,
                user_id: entry.user_id,
                cost_centre: entry.cost_centre,
                site: entry.site,
                external_identifiers: entry.external_identifiers,
                state: LineState::Active.into(),
                evidence: Evidence::NotYetConfirmed.into(),
                version: 1,
                ..Line::default()
            };
            Ok(Response::new(RegisterLineResponse { line: Some(line) }))
        })
    }
}

/// The service of which one method is called.
#[derive(Clone)]
struct Floor(Handler);

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
        let handler = self.0.clone();
        Box::pin(async move { Ok(Grpc::new(ProstCodec::default()).unary(handler, request).await) })
    }
}
