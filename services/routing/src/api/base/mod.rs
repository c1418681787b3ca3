//! `BaseService`: an existing base comes in, in bulk. One bad row stops nothing, and the same file sent again goes on where
//! it stopped.
//!
//! Rows are carried out side by side, many at a time, so that the log's commits are full; those that hang on one another go
//! in the order of the file ([`underway`]). What many rows ask of the same account or staff member is asked of the log once
//! in a while and not for each ([`facts`]).

mod facts;
mod file;
mod import;
mod key;
mod report;
mod rows;
mod underway;

use tonic::{Request, Response, Status, Streaming};
use vigie_chassis::rules::Rules;
use vigie_chassis::server::Services;
use vigie_proto::routing::ImportBaseRequest;
use vigie_proto::routing::base_service_server::{BaseService, BaseServiceServer};

use super::Deps;
use super::house::writers;

/// Who may call what. Whose accounts and people, is decided row by row.
pub(super) fn rules() -> Rules {
    Rules::new().allow(import::METHOD, writers())
}

pub(super) fn add_to(deps: &Deps, services: Services) -> Services {
    services.add(BaseServiceServer::new(Base(deps.clone())))
}

/// What the operator has had so far.
#[derive(Clone)]
struct Base(Deps);

#[tonic::async_trait]
impl BaseService for Base {
    type ImportBaseStream = import::Messages;

    async fn import_base(
        &self,
        request: Request<Streaming<ImportBaseRequest>>,
    ) -> Result<Response<Self::ImportBaseStream>, Status> {
        Ok(Response::new(import::serve(&self.0, request)?))
    }
}
