//! The bare handler: takes a request for a decision, and answers what it was given at its start.

use std::net::SocketAddr;

use prost::Message as _;
use serde::{Deserialize, Serialize};
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tonic::{Request, Response, Status};
use vigie_proto::routing::routing_service_server::{RoutingService, RoutingServiceServer};
use vigie_proto::routing::{RouteContactRequest, RouteContactResponse};

use crate::child;
use crate::harness::text;

pub const NAME: &str = "echo-server";

#[derive(Debug, Serialize, Deserialize)]
pub struct Options {
    pub listen: SocketAddr,
    /// The answer to everything, encoded.
    pub answer: Vec<u8>,
}

/// Serves until it is killed.
pub async fn run(options: Options) -> Result<(), String> {
    let answer = RouteContactResponse::decode(options.answer.as_slice()).map_err(text)?;
    let incoming = TcpIncoming::bind(options.listen).map_err(text)?.with_nodelay(Some(true));
    child::say_ready();
    let echo = RoutingServiceServer::new(Echo(answer));
    Server::builder().add_service(echo).serve_with_incoming(incoming).await.map_err(text)
}

struct Echo(RouteContactResponse);

#[tonic::async_trait]
impl RoutingService for Echo {
    async fn route_contact(
        &self,
        _request: Request<RouteContactRequest>,
    ) -> Result<Response<RouteContactResponse>, Status> {
        Ok(Response::new(self.0.clone()))
    }
}
