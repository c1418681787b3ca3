//! A door that answers as a test tells it to.

use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use tokio::sync::mpsc;
use tokio_stream::wrappers::{ReceiverStream, TcpListenerStream};
use tokio_stream::{Stream, StreamExt as _};
use tonic::{Code, Request, Response, Status, Streaming};
use tonic_types::{ErrorDetails, StatusExt as _};
use vigie_proto::lines::line_service_server::{LineService, LineServiceServer};
use vigie_proto::lines::*;

/// Rows after which an import is cut whose account holder is called "cut".
pub(crate) const CUT_AFTER: i64 = 3;
/// Lines that a listing has.
pub(crate) const LINES: i32 = 1500;

/// A request, and the authorization that came with it.
type Suspension = (SuspendLineRequest, Option<String>);

/// What was heard.
#[derive(Clone, Default)]
pub(crate) struct Heard {
    pub(crate) suspensions: Arc<Mutex<Vec<Suspension>>>,
    pub(crate) rows: Arc<Mutex<Vec<ImportRow>>>,
    pub(crate) header: Arc<Mutex<Option<ImportHeader>>>,
}

/// Serves on a loopback port until the test's runtime ends.
pub(crate) async fn serve() -> (SocketAddr, Heard) {
    let heard = Heard::default();
    let listener = listen().await;
    let address = listener.local_addr().unwrap();
    let service = LineServiceServer::new(heard.clone());
    let server = tonic::transport::Server::builder().add_service(service);
    tokio::spawn(server.serve_with_incoming(TcpListenerStream::new(listener)));
    (address, heard)
}

/// On a free port; another one where somebody else was faster.
async fn listen() -> tokio::net::TcpListener {
    for _ in 0..20 {
        let port = vigie_testkit::free_port().unwrap();
        if let Ok(listener) = tokio::net::TcpListener::bind(("127.0.0.1", port)).await {
            return listener;
        }
    }
    panic!("no free port");
}

fn refusal(code: Code, reason: &str, message: &str) -> Status {
    let details = ErrorDetails::with_error_info(reason, "vigie", std::collections::HashMap::new());
    Status::with_error_details(code, message, details)
}

#[tonic::async_trait]
impl LineService for Heard {
    async fn suspend_line(
        &self,
        request: Request<SuspendLineRequest>,
    ) -> Result<Response<SuspendLineResponse>, Status> {
        let token = request.metadata().get("authorization").map(|value| value.to_str().unwrap().to_owned());
        let request = request.into_inner();
        let msisdn = match &request.line.as_ref().unwrap().line {
            Some(line_ref::Line::Msisdn(msisdn)) => msisdn.clone(),
            other => panic!("{other:?}"),
        };
        self.suspensions.lock().unwrap().push((request.clone(), token));
        match msisdn.as_str() {
            "+33639980404" => Err(refusal(Code::NotFound, "LINE_NOT_FOUND", "there is no such line")),
            "+33639980503" => {
                Err(refusal(Code::Unavailable, "OUTCOME_UNKNOWN", "the outcome of the commit is not known"))
            }
            _ => Ok(Response::new(SuspendLineResponse {
                line: Some(Line { msisdn, reasons: vec![request.reason], version: 2, ..Default::default() }),
                act: Some(Act {
                    reference: "7KQ3-M2".into(),
                    kind: ActKind::Suspend.into(),
                    reason: request.reason,
                    state: ActState::Pending.into(),
                    evidence: Evidence::NotYetConfirmed.into(),
                    ..Default::default()
                }),
                ..Default::default()
            })),
        }
    }

    type ImportLinesStream = Pin<Box<dyn Stream<Item = Result<ImportLinesResponse, Status>> + Send>>;

    async fn import_lines(
        &self,
        request: Request<Streaming<ImportLinesRequest>>,
    ) -> Result<Response<Self::ImportLinesStream>, Status> {
        let mut messages = request.into_inner();
        let heard = self.clone();
        let (sender, answers) = mpsc::channel(4);
        tokio::spawn(async move {
            let mut tally = ImportLinesResponse::default();
            while let Some(Ok(message)) = messages.next().await {
                match message.message.unwrap() {
                    import_lines_request::Message::Header(header) => {
                        *heard.header.lock().unwrap() = Some(header)
                    }
                    import_lines_request::Message::Row(row) => {
                        tally.rows_done += 1;
                        let line = row.line.clone().unwrap();
                        if line.account_holder == "cut" && tally.rows_done > CUT_AFTER {
                            let _ = sender.send(Err(Status::unavailable("going down"))).await;
                            return;
                        }
                        if line.msisdn.starts_with("+33") {
                            tally.registered += 1;
                        } else {
                            tally.rejected += 1;
                            let message = "write the number with +, like +33639980001".into();
                            let reason = "MALFORMED_NUMBER".into();
                            tally.rejections.push(RejectedRow { row: row.row, reason, message });
                        }
                        heard.rows.lock().unwrap().push(row);
                    }
                }
            }
            let _ = sender.send(Ok(tally)).await;
        });
        Ok(Response::new(Box::pin(ReceiverStream::new(answers))))
    }

    async fn list_lines(
        &self,
        request: Request<ListLinesRequest>,
    ) -> Result<Response<ListLinesResponse>, Status> {
        let request = request.into_inner();
        let from: i32 = if request.page_token.is_empty() { 0 } else { request.page_token.parse().unwrap() };
        let to = (from + request.page_size).min(LINES);
        let lines =
            (from..to).map(|n| Line { msisdn: format!("+3363998{n:04}"), ..Default::default() }).collect();
        let next_page_token = if to < LINES { to.to_string() } else { String::new() };
        Ok(Response::new(ListLinesResponse { lines, next_page_token }))
    }

    async fn suspend_person(
        &self,
        _: Request<SuspendPersonRequest>,
    ) -> Result<Response<SuspendPersonResponse>, Status> {
        let error = LineError { reason: "LINE_TERMINATED".into(), message: "the line has ended".into() };
        let refused = LineOutcome {
            line_id: "b".into(),
            outcome: Some(line_outcome::Outcome::Error(error)),
            ..Default::default()
        };
        Ok(Response::new(SuspendPersonResponse { outcomes: vec![refused] }))
    }

    async fn register_line(
        &self,
        _: Request<RegisterLineRequest>,
    ) -> Result<Response<RegisterLineResponse>, Status> {
        Err(Status::unimplemented(""))
    }

    async fn record_handset(
        &self,
        _: Request<RecordHandsetRequest>,
    ) -> Result<Response<RecordHandsetResponse>, Status> {
        Err(Status::unimplemented(""))
    }

    async fn declare_theft(
        &self,
        _: Request<DeclareTheftRequest>,
    ) -> Result<Response<DeclareTheftResponse>, Status> {
        Err(Status::unimplemented(""))
    }

    async fn declare_recovered(
        &self,
        _: Request<DeclareRecoveredRequest>,
    ) -> Result<Response<DeclareRecoveredResponse>, Status> {
        Err(Status::unimplemented(""))
    }

    async fn note_port_out(
        &self,
        _: Request<NotePortOutRequest>,
    ) -> Result<Response<NotePortOutResponse>, Status> {
        Err(Status::unimplemented(""))
    }

    async fn cancel_port_out(
        &self,
        _: Request<CancelPortOutRequest>,
    ) -> Result<Response<CancelPortOutResponse>, Status> {
        Err(Status::unimplemented(""))
    }

    async fn complete_port_out(
        &self,
        _: Request<CompletePortOutRequest>,
    ) -> Result<Response<CompletePortOutResponse>, Status> {
        Err(Status::unimplemented(""))
    }

    async fn reinstate_line(
        &self,
        _: Request<ReinstateLineRequest>,
    ) -> Result<Response<ReinstateLineResponse>, Status> {
        Err(Status::unimplemented(""))
    }

    async fn reinstate_person(
        &self,
        _: Request<ReinstatePersonRequest>,
    ) -> Result<Response<ReinstatePersonResponse>, Status> {
        Err(Status::unimplemented(""))
    }

    async fn undo_suspension(
        &self,
        _: Request<UndoSuspensionRequest>,
    ) -> Result<Response<UndoSuspensionResponse>, Status> {
        Err(Status::unimplemented(""))
    }

    async fn replace_sim(
        &self,
        _: Request<ReplaceSimRequest>,
    ) -> Result<Response<ReplaceSimResponse>, Status> {
        Err(Status::unimplemented(""))
    }

    async fn terminate_line(
        &self,
        _: Request<TerminateLineRequest>,
    ) -> Result<Response<TerminateLineResponse>, Status> {
        Err(Status::unimplemented(""))
    }

    async fn get_line(&self, _: Request<GetLineRequest>) -> Result<Response<GetLineResponse>, Status> {
        Err(Status::unimplemented(""))
    }

    async fn list_pending_lines(
        &self,
        _: Request<ListPendingLinesRequest>,
    ) -> Result<Response<ListPendingLinesResponse>, Status> {
        Ok(Response::new(ListPendingLinesResponse::default()))
    }

    async fn get_receipt(
        &self,
        _: Request<GetReceiptRequest>,
    ) -> Result<Response<GetReceiptResponse>, Status> {
        Err(Status::unimplemented(""))
    }
}
