//! `vigie.lines.v1`: a file per use case, from the request over the command to the response, with its rule beside it.

mod asking;
mod carry_out;
mod declare_recovered;
mod declare_theft;
mod entry;
mod get;
mod import;
mod list;
mod pending;
mod person;
mod place;
mod port_out;
mod receipt;
mod record_handset;
mod recorded;
mod register_line;
mod register_ops;
mod reinstate;
mod reject;
mod remarks;
mod replace_sim;
mod request;
mod response;
mod several;
mod sight;
mod suspend;
mod terminate;
mod undo;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use tonic::{Request, Response, Status, Streaming};
use uuid::Uuid;
use vigie_chassis::identity::Role;
use vigie_chassis::page::Signer;
use vigie_chassis::rules::Rules;
use vigie_clock::{Clock, Ids};
use vigie_eventlog::Aggregates;
use vigie_proto::lines::line_service_server::LineService;
use vigie_proto::lines::register_service_server::RegisterService;
use vigie_proto::lines::*;

pub(crate) use self::place::Places;
use crate::domain::Line as LineAggregate;
use crate::register::Handle;
use crate::view::View;

/// An answer leaves so long before the caller's deadline, to be there in time.
const ANSWER_MARGIN: Duration = Duration::from_millis(50);

/// What the use cases work with. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Deps {
    pub(crate) aggregates: Aggregates<LineAggregate>,
    pub(crate) view: View,
    pub(crate) driver: Handle,
    pub(crate) pages: Signer,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn Ids>,
    pub(crate) managers: Arc<BTreeMap<Uuid, BTreeSet<String>>>,
    pub(crate) answer_max: Duration,
    pub(crate) places: Arc<Places>,
}

/// The customers' people who answer for more than their own phone.
const MANAGERS: [Role; 4] =
    [Role::FleetManager, Role::ItManager, Role::ContractManager, Role::AccountAdministrator];

/// Who may call what. Whose lines, and under what conditions, is decided line by line.
pub(crate) fn rules() -> Rules {
    Rules::new()
        .allow(register_line::METHOD, register_line::rule())
        .allow(import::METHOD, import::rule())
        .allow(suspend::METHOD, suspend::rule())
        .allow(reinstate::METHOD, reinstate::rule())
        .allow(person::SUSPEND, suspend::rule())
        .allow(person::REINSTATE, reinstate::rule())
        .allow(undo::METHOD, undo::rule())
        .allow(replace_sim::METHOD, replace_sim::rule())
        .allow(terminate::METHOD, terminate::rule())
        .allow(record_handset::METHOD, record_handset::rule())
        .allow(declare_theft::METHOD, declare_theft::rule())
        .allow(declare_recovered::METHOD, declare_recovered::rule())
        .allow(port_out::NOTE, port_out::rule())
        .allow(port_out::CANCEL, port_out::rule())
        .allow(port_out::COMPLETE, port_out::rule())
        .allow(get::METHOD, get::rule())
        .allow(list::METHOD, get::rule())
        .allow(pending::METHOD, pending::rule())
        .allow(receipt::METHOD, get::rule())
        .allow(register_ops::RECONCILE, register_ops::rule())
        .allow(register_ops::PAUSE, register_ops::rule())
        .allow(register_ops::UNPAUSE, register_ops::rule())
        .allow(register_ops::STATUS, register_ops::status_rule())
}

/// The lines of the operator.
#[derive(Clone)]
pub(crate) struct Lines(pub(crate) Deps);

/// The subscriber register, for the operator's engineers.
#[derive(Clone)]
pub(crate) struct RegisterOps(pub(crate) Deps);

#[tonic::async_trait]
impl LineService for Lines {
    async fn register_line(
        &self,
        request: Request<RegisterLineRequest>,
    ) -> Result<Response<RegisterLineResponse>, Status> {
        Ok(Response::new(register_line::serve(&self.0, request).await?))
    }

    type ImportLinesStream = import::Messages;

    async fn import_lines(
        &self,
        request: Request<Streaming<ImportLinesRequest>>,
    ) -> Result<Response<Self::ImportLinesStream>, Status> {
        Ok(Response::new(import::serve(&self.0, request)?))
    }

    async fn suspend_line(
        &self,
        request: Request<SuspendLineRequest>,
    ) -> Result<Response<SuspendLineResponse>, Status> {
        Ok(Response::new(suspend::serve(&self.0, request).await?))
    }

    async fn reinstate_line(
        &self,
        request: Request<ReinstateLineRequest>,
    ) -> Result<Response<ReinstateLineResponse>, Status> {
        Ok(Response::new(reinstate::serve(&self.0, request).await?))
    }

    async fn suspend_person(
        &self,
        request: Request<SuspendPersonRequest>,
    ) -> Result<Response<SuspendPersonResponse>, Status> {
        Ok(Response::new(person::suspend(&self.0, request).await?))
    }

    async fn reinstate_person(
        &self,
        request: Request<ReinstatePersonRequest>,
    ) -> Result<Response<ReinstatePersonResponse>, Status> {
        Ok(Response::new(person::reinstate(&self.0, request).await?))
    }

    async fn undo_suspension(
        &self,
        request: Request<UndoSuspensionRequest>,
    ) -> Result<Response<UndoSuspensionResponse>, Status> {
        Ok(Response::new(undo::serve(&self.0, request).await?))
    }

    async fn replace_sim(
        &self,
        request: Request<ReplaceSimRequest>,
    ) -> Result<Response<ReplaceSimResponse>, Status> {
        Ok(Response::new(replace_sim::serve(&self.0, request).await?))
    }

    async fn terminate_line(
        &self,
        request: Request<TerminateLineRequest>,
    ) -> Result<Response<TerminateLineResponse>, Status> {
        Ok(Response::new(terminate::serve(&self.0, request).await?))
    }

    async fn record_handset(
        &self,
        request: Request<RecordHandsetRequest>,
    ) -> Result<Response<RecordHandsetResponse>, Status> {
        Ok(Response::new(record_handset::serve(&self.0, request).await?))
    }

    async fn declare_theft(
        &self,
        request: Request<DeclareTheftRequest>,
    ) -> Result<Response<DeclareTheftResponse>, Status> {
        Ok(Response::new(declare_theft::serve(&self.0, request).await?))
    }

    async fn declare_recovered(
        &self,
        request: Request<DeclareRecoveredRequest>,
    ) -> Result<Response<DeclareRecoveredResponse>, Status> {
        Ok(Response::new(declare_recovered::serve(&self.0, request).await?))
    }

    async fn note_port_out(
        &self,
        request: Request<NotePortOutRequest>,
    ) -> Result<Response<NotePortOutResponse>, Status> {
        Ok(Response::new(port_out::note(&self.0, request).await?))
    }

    async fn cancel_port_out(
        &self,
        request: Request<CancelPortOutRequest>,
    ) -> Result<Response<CancelPortOutResponse>, Status> {
        Ok(Response::new(port_out::cancel(&self.0, request).await?))
    }

    async fn complete_port_out(
        &self,
        request: Request<CompletePortOutRequest>,
    ) -> Result<Response<CompletePortOutResponse>, Status> {
        Ok(Response::new(port_out::complete(&self.0, request).await?))
    }

    async fn get_line(&self, request: Request<GetLineRequest>) -> Result<Response<GetLineResponse>, Status> {
        Ok(Response::new(get::serve(&self.0, request).await?))
    }

    async fn list_lines(
        &self,
        request: Request<ListLinesRequest>,
    ) -> Result<Response<ListLinesResponse>, Status> {
        Ok(Response::new(list::serve(&self.0, request).await?))
    }

    async fn list_pending_lines(
        &self,
        request: Request<ListPendingLinesRequest>,
    ) -> Result<Response<ListPendingLinesResponse>, Status> {
        Ok(Response::new(pending::serve(&self.0, request).await?))
    }

    async fn get_receipt(
        &self,
        request: Request<GetReceiptRequest>,
    ) -> Result<Response<GetReceiptResponse>, Status> {
        Ok(Response::new(receipt::serve(&self.0, request).await?))
    }
}

#[tonic::async_trait]
impl RegisterService for RegisterOps {
    type ReconcileStream = register_ops::Messages;

    async fn reconcile(
        &self,
        request: Request<ReconcileRequest>,
    ) -> Result<Response<Self::ReconcileStream>, Status> {
        Ok(Response::new(register_ops::reconcile(&self.0, &request)?))
    }

    async fn pause_reconciler(
        &self,
        request: Request<PauseReconcilerRequest>,
    ) -> Result<Response<PauseReconcilerResponse>, Status> {
        Ok(Response::new(register_ops::pause(&self.0, request).await?))
    }

    async fn unpause_reconciler(
        &self,
        _request: Request<UnpauseReconcilerRequest>,
    ) -> Result<Response<UnpauseReconcilerResponse>, Status> {
        Ok(Response::new(register_ops::unpause(&self.0).await?))
    }

    async fn get_register_status(
        &self,
        _request: Request<GetRegisterStatusRequest>,
    ) -> Result<Response<GetRegisterStatusResponse>, Status> {
        Ok(Response::new(register_ops::status(&self.0)))
    }
}
