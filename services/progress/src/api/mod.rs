//! `vigie.progress.v1.ProgressService`: a file per use case.

mod convert;
mod fresh;
mod get_act;
mod list_acts;
mod list_timeline;
mod rebuild;
mod refuse;
mod resume;
mod sight;
mod watch_line;

use tonic::{Request, Response, Status};
use vigie_chassis::identity::Role;
use vigie_chassis::page::Signer;
use vigie_chassis::rules::{Rule, Rules};
use vigie_proto::progress as proto;
use vigie_proto::progress::progress_service_server::{ProgressService, ProgressServiceServer};

use crate::progress::Progress;

/// The gRPC service over a progress view.
#[derive(Clone)]
pub struct Api {
    progress: Progress,
    pages: Signer,
}

impl Api {
    /// Serves `progress`; `pages` signs where a page or a watch ended. Replicas share its key.
    pub fn new(progress: Progress, pages: Signer) -> Self {
        Self { progress, pages }
    }
}

/// The gRPC service over a progress view, to be added to a server.
pub fn service(progress: Progress, pages: Signer) -> ProgressServiceServer<Api> {
    ProgressServiceServer::new(Api::new(progress, pages))
}

/// Who may call what. What a caller sees is narrowed further by the scope in the token, as in `lines`: who may look at a
/// line may look at what became of it.
pub fn rules() -> Rules {
    const READERS: [Role; 11] = [
        Role::EndUser,
        Role::FleetManager,
        Role::ItManager,
        Role::ContractManager,
        Role::AccountAdministrator,
        Role::Advisor,
        Role::Technician,
        Role::BillingClerk,
        Role::Auditor,
        Role::Operator,
        Role::Integration,
    ];
    let readers = || Rule::roles(READERS);
    Rules::new()
        .allow("/vigie.progress.v1.ProgressService/ListTimeline", readers())
        .allow("/vigie.progress.v1.ProgressService/GetAct", readers())
        .allow("/vigie.progress.v1.ProgressService/ListActs", readers())
        .allow("/vigie.progress.v1.ProgressService/WatchLine", readers())
        .allow(
            "/vigie.progress.v1.ProgressService/RebuildProgress",
            Rule::roles([Role::Auditor, Role::Operator]),
        )
}

#[tonic::async_trait]
impl ProgressService for Api {
    async fn list_timeline(
        &self,
        request: Request<proto::ListTimelineRequest>,
    ) -> Result<Response<proto::ListTimelineResponse>, Status> {
        Ok(Response::new(list_timeline::serve(&self.progress, &self.pages, request).await?))
    }

    async fn get_act(
        &self,
        request: Request<proto::GetActRequest>,
    ) -> Result<Response<proto::GetActResponse>, Status> {
        Ok(Response::new(get_act::serve(&self.progress, request).await?))
    }

    async fn list_acts(
        &self,
        request: Request<proto::ListActsRequest>,
    ) -> Result<Response<proto::ListActsResponse>, Status> {
        Ok(Response::new(list_acts::serve(&self.progress, &self.pages, request).await?))
    }

    type WatchLineStream = watch_line::Messages;

    async fn watch_line(
        &self,
        request: Request<proto::WatchLineRequest>,
    ) -> Result<Response<Self::WatchLineStream>, Status> {
        Ok(Response::new(watch_line::serve(&self.progress, &self.pages, request).await?))
    }

    type RebuildProgressStream = rebuild::Messages;

    async fn rebuild_progress(
        &self,
        _request: Request<proto::RebuildProgressRequest>,
    ) -> Result<Response<Self::RebuildProgressStream>, Status> {
        Ok(Response::new(rebuild::serve(self.progress.clone())))
    }
}
