//! `vigie contact record` against a contact centre's door that breaks off.

use std::net::SocketAddr;
use std::pin::Pin;
use std::process::Output;

use tokio::process::Command;
use tokio::sync::mpsc;
use tokio_stream::wrappers::{ReceiverStream, TcpListenerStream};
use tokio_stream::{Stream, StreamExt as _};
use tonic::{Request, Response, Status, Streaming};
use vigie_proto::routing::contact_service_server::{ContactService, ContactServiceServer};
use vigie_proto::routing::record_contacts_request::Fact;
use vigie_proto::routing::*;

/// Records every fact, and breaks off at one whose contact is called "cut".
struct Door;

#[tonic::async_trait]
impl ContactService for Door {
    type RecordContactsStream = Pin<Box<dyn Stream<Item = Result<RecordContactsResponse, Status>> + Send>>;

    async fn record_contacts(
        &self,
        request: Request<Streaming<RecordContactsRequest>>,
    ) -> Result<Response<Self::RecordContactsStream>, Status> {
        let mut facts = request.into_inner();
        let (sender, answers) = mpsc::channel(4);
        tokio::spawn(async move {
            while let Some(Ok(request)) = facts.next().await {
                let is_cut = matches!(&request.fact, Some(Fact::Contact(fact)) if fact.contact == "cut");
                let answer = RecordContactsResponse {
                    number: request.number,
                    outcome: FactOutcome::Recorded.into(),
                    ..RecordContactsResponse::default()
                };
                let answer = if is_cut { Err(Status::unavailable("going down")) } else { Ok(answer) };
                if sender.send(answer).await.is_err() || is_cut {
                    return;
                }
            }
        });
        Ok(Response::new(Box::pin(ReceiverStream::new(answers))))
    }

    async fn get_contact(
        &self,
        _: Request<GetContactRequest>,
    ) -> Result<Response<GetContactResponse>, Status> {
        Err(Status::unimplemented("not here"))
    }

    async fn list_contacts(
        &self,
        _: Request<ListContactsRequest>,
    ) -> Result<Response<ListContactsResponse>, Status> {
        Err(Status::unimplemented("not here"))
    }

    async fn split_contact(
        &self,
        _: Request<SplitContactRequest>,
    ) -> Result<Response<SplitContactResponse>, Status> {
        Err(Status::unimplemented("not here"))
    }

    async fn list_rejected_facts(
        &self,
        _: Request<ListRejectedFactsRequest>,
    ) -> Result<Response<ListRejectedFactsResponse>, Status> {
        Err(Status::unimplemented("not here"))
    }

    async fn settle_rejected_fact(
        &self,
        _: Request<SettleRejectedFactRequest>,
    ) -> Result<Response<SettleRejectedFactResponse>, Status> {
        Err(Status::unimplemented("not here"))
    }
}

async fn serve() -> SocketAddr {
    let port = vigie_testkit::free_port().unwrap();
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tonic::transport::Server::builder().add_service(ContactServiceServer::new(Door));
    tokio::spawn(server.serve_with_incoming(TcpListenerStream::new(listener)));
    address
}

async fn record(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_vigie"))
        .args(["contact", "record"])
        .args(arguments)
        .env("VIGIE_ENDPOINT", format!("http://{}", serve().await))
        .env("VIGIE_TOKEN", "a.token.of-the-test")
        .kill_on_drop(true)
        .output()
        .await
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn line(contact: &str) -> String {
    format!(
        r#"{{"origin":"acd","contact":"{contact}","fact_id":"1","occurred_at":"2026-01-05T09:00:00Z","ended":{{}}}}"#
    )
}

/// A file of these lines, and its path.
fn file(lines: &[String]) -> (tempfile::NamedTempFile, String) {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), lines.join("\n")).unwrap();
    let path = file.path().to_str().unwrap().to_owned();
    (file, path)
}

#[tokio::test]
async fn more_facts_than_may_be_unanswered_flow_through_bounded_queues() {
    let lines: Vec<_> = (0..20_000).map(|n| line(&n.to_string())).collect();
    let (_file, path) = file(&lines);
    let output = record(&["file", &path]).await;
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("20000 recorded, 0 rejected"), "{}", text(&output.stdout));
}

#[tokio::test]
async fn facts_that_break_off_say_how_to_go_on_and_keep_what_was_rejected() {
    let (_file, path) = file(&["{}".to_owned(), "[]".to_owned(), line("1"), line("cut"), line("2")]);
    let rejects = tempfile::NamedTempFile::new().unwrap();
    let output = record(&["file", &path, "--rejects", rejects.path().to_str().unwrap()]).await;
    assert_eq!(output.status.code(), Some(3), "{}", text(&output.stderr));
    let said = text(&output.stderr);
    assert!(said.contains("Record the same lines again") && said.contains("going down"), "{said}");
    assert!(text(&output.stdout).contains("line 2  JSON_SYNTAX"), "{}", text(&output.stdout));
}

#[tokio::test]
async fn a_file_without_a_single_fact_does_not_hang() {
    let (_file, path) = file(&vec!["[]".to_owned(); 5_000]);
    let output = record(&["file", &path]).await;
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("… and 4980 more rejected lines"), "{}", text(&output.stdout));
}

#[tokio::test]
async fn one_fact_whose_outcome_is_not_known_says_how_to_repeat_it() {
    let output = record(&["ended", "acd/cut", "--fact", "f-1", "--at", "2026-01-05T09:00:00Z"]).await;
    assert_eq!(output.status.code(), Some(3));
    let said = text(&output.stderr);
    assert!(said.contains("--fact f-1 --at 2026-01-05T09:00:00Z"), "{said}");
}
