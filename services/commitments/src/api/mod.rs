//! `vigie.commitments.v1.CommitmentService`: a file per use case.

mod convert;
mod get_characteristic;
mod list_cases;
mod rebuild;
mod refuse;
mod sight;

use tonic::{Request, Response, Status};
use vigie_chassis::identity::Role;
use vigie_chassis::page::Signer;
use vigie_chassis::rules::{Rule, Rules};
use vigie_proto::commitments::commitment_service_server::{CommitmentService, CommitmentServiceServer};
use vigie_proto::commitments::{
    GetCharacteristicRequest, GetCharacteristicResponse, ListCasesRequest, ListCasesResponse, RebuildRequest,
};

use crate::ledger::Commitments;

/// The gRPC service over a ledger.
#[derive(Clone)]
pub struct Api {
    commitments: Commitments,
    pages: Signer,
}

impl Api {
    /// Serves `commitments`; `pages` signs where a page ended.
    pub fn new(commitments: Commitments, pages: Signer) -> Self {
        Self { commitments, pages }
    }
}

/// The gRPC service over a ledger, to be added to a server.
pub fn service(commitments: Commitments, pages: Signer) -> CommitmentServiceServer<Api> {
    CommitmentServiceServer::new(Api::new(commitments, pages))
}

/// Who may call what. What a caller sees is narrowed further by the scope in the token.
pub fn rules() -> Rules {
    const READERS: [Role; 7] = [
        Role::Auditor,
        Role::Operator,
        Role::Advisor,
        Role::FleetManager,
        Role::ItManager,
        Role::ContractManager,
        Role::AccountAdministrator,
    ];
    Rules::new()
        .allow("/vigie.commitments.v1.CommitmentService/GetCharacteristic", Rule::roles(READERS))
        .allow("/vigie.commitments.v1.CommitmentService/ListCases", Rule::roles(READERS))
        .allow(
            "/vigie.commitments.v1.CommitmentService/Rebuild",
            Rule::roles([Role::Auditor, Role::Operator]),
        )
}

#[tonic::async_trait]
impl CommitmentService for Api {
    async fn get_characteristic(
        &self,
        request: Request<GetCharacteristicRequest>,
    ) -> Result<Response<GetCharacteristicResponse>, Status> {
        Ok(Response::new(get_characteristic::serve(&self.commitments, request).await?))
    }

    async fn list_cases(
        &self,
        request: Request<ListCasesRequest>,
    ) -> Result<Response<ListCasesResponse>, Status> {
        Ok(Response::new(list_cases::serve(&self.commitments, &self.pages, request).await?))
    }

    type RebuildStream = rebuild::Messages;

    async fn rebuild(
        &self,
        _request: Request<RebuildRequest>,
    ) -> Result<Response<Self::RebuildStream>, Status> {
        Ok(Response::new(rebuild::serve(self.commitments.clone())))
    }
}
