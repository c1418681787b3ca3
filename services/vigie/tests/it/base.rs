//! `vigie base`, against a door that keeps what it is sent.

use std::net::SocketAddr;
use std::path::Path;
use std::pin::Pin;
use std::process::Output;
use std::sync::{Arc, Mutex};

use serde_json::Value;
use tokio::process::Command;
use tokio::sync::mpsc;
use tokio_stream::wrappers::{ReceiverStream, TcpListenerStream};
use tokio_stream::{Stream, StreamExt as _};
use tonic::{Request, Response, Status, Streaming};
use vigie_proto::routing::base_service_server::{BaseService, BaseServiceServer};
use vigie_proto::routing::import_base_request::Message;
use vigie_proto::routing::import_base_row::Entry;
use vigie_proto::routing::{
    BaseKind, ImportBaseHeader, ImportBaseRequest, ImportBaseResponse, ImportBaseRow, RejectedRow,
};

/// Headers and rows that were sent. People called "Refused" are refused.
#[derive(Clone, Default)]
struct Heard {
    headers: Arc<Mutex<Vec<ImportBaseHeader>>>,
    rows: Arc<Mutex<Vec<ImportBaseRow>>>,
}

#[tonic::async_trait]
impl BaseService for Heard {
    type ImportBaseStream = Pin<Box<dyn Stream<Item = Result<ImportBaseResponse, Status>> + Send>>;

    async fn import_base(
        &self,
        request: Request<Streaming<ImportBaseRequest>>,
    ) -> Result<Response<Self::ImportBaseStream>, Status> {
        let (mut messages, heard) = (request.into_inner(), self.clone());
        let (sender, answers) = mpsc::channel(4);
        tokio::spawn(async move {
            let mut tally = ImportBaseResponse::default();
            while let Some(Ok(message)) = messages.next().await {
                match message.message.unwrap() {
                    Message::Header(header) => heard.headers.lock().unwrap().push(header),
                    Message::Row(row) => {
                        tally.rows_done += 1;
                        if is_refused(&row) {
                            tally.rejected += 1;
                            let (reason, message) = ("IDENTIFIER_TAKEN".to_owned(), "taken".to_owned());
                            tally.rejections.push(RejectedRow { row: row.row, reason, message });
                        } else {
                            tally.registered += 1;
                        }
                        heard.rows.lock().unwrap().push(row);
                    }
                }
            }
            let _ = sender.send(Ok(tally)).await;
        });
        Ok(Response::new(Box::pin(ReceiverStream::new(answers))))
    }
}

fn is_refused(row: &ImportBaseRow) -> bool {
    let Some(Entry::Person(row)) = &row.entry else { return false };
    row.person.as_ref().is_some_and(|person| person.family_name == "Refused")
}

async fn serve() -> (SocketAddr, Heard) {
    let heard = Heard::default();
    let port = vigie_testkit::free_port().unwrap();
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tonic::transport::Server::builder().add_service(BaseServiceServer::new(heard.clone()));
    tokio::spawn(server.serve_with_incoming(TcpListenerStream::new(listener)));
    (address, heard)
}

async fn vigie(address: SocketAddr, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_vigie"))
        .args(arguments)
        .env("VIGIE_ENDPOINT", format!("http://{address}"))
        .env("VIGIE_TOKEN", "a.token.of-the-test")
        .kill_on_drop(true)
        .output()
        .await
        .unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[tokio::test]
async fn the_examples_go_out_in_an_order_in_which_nothing_names_what_comes_later() {
    let (address, heard) = serve().await;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/examples/base");
    let output = vigie(address, &["base", "import", folder.to_str().unwrap(), "--owner", "billing"]).await;
    assert!(output.status.success(), "{}{}", out(&output), err(&output));
    let headers = heard.headers.lock().unwrap();
    let kinds: Vec<_> = headers.iter().map(ImportBaseHeader::kind).collect();
    assert_eq!(
        kinds,
        [
            BaseKind::Desks,
            BaseKind::ContactPoints,
            BaseKind::Staff,
            BaseKind::Trainings,
            BaseKind::Absences,
            BaseKind::Leavings,
            BaseKind::Accounts,
            BaseKind::Assignments,
            BaseKind::People,
        ]
    );
    assert!(headers.iter().all(|header| header.owner == "billing" && header.file_hash.len() == 64));
    let rows: i64 = headers.iter().map(|header| header.rows).sum();
    assert_eq!(heard.rows.lock().unwrap().len() as i64, rows);
}

#[tokio::test]
async fn half_a_broken_file_goes_through_and_the_other_half_can_be_mended() {
    let (address, heard) = serve().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("people.csv");
    let rows: &[&[u8]] = &[
        b"key,account_key,family_name,roles\n",
        b"P1,A1,Good,END_USER\n",
        b"P2,A1,Refused,END_USER\n",
        b"P3,A1,Boss,CHIEF\n",
        b"P4,A1\n",
        b"P5,A1,L\xe9a,END_USER\n",
        b"P6,A1,\"Stray,END_USER\n",
        b"P7,A1,Good too,end_user|fleet_manager\n",
    ];
    std::fs::write(&file, rows.concat()).unwrap();
    let rejects = folder.path().join("rejected");
    let arguments = ["base", "import", file.to_str().unwrap(), "--rejects", rejects.to_str().unwrap()];
    let output = vigie(address, &arguments).await;
    assert_eq!(output.status.code(), Some(1), "{}", err(&output));
    let text = out(&output);
    for part in [
        "row 2  IDENTIFIER_TAKEN",
        "row 3  CSV_VALUE  column roles: \"CHIEF\" is no person role",
        "row 4  CSV_COLUMN_COUNT",
        "row 5  CSV_NOT_UTF8",
        "row 6  CSV_QUOTE",
        "2 registered, 5 rejected",
    ] {
        assert!(text.contains(part), "{part} is missing in:\n{text}");
    }
    let numbers: Vec<_> = heard.rows.lock().unwrap().iter().map(|row| row.row).collect();
    assert_eq!(numbers, [1, 2, 7], "row numbers are those of the file");

    let mended = rejects.join("people.csv");
    let written = std::fs::read_to_string(&mended).unwrap();
    assert!(written.contains("P2,A1,Refused,END_USER,2,IDENTIFIER_TAKEN,taken"), "{written}");
    let kept: Vec<_> =
        written.lines().filter(|line| !line.starts_with("P4") && !line.starts_with("P6")).collect();
    let repaired = kept.join("\n").replace("Refused", "Fine").replace("CHIEF", "IT_MANAGER");
    std::fs::write(&mended, repaired).unwrap();
    let output = vigie(address, &["--json", "base", "import", mended.to_str().unwrap()]).await;
    let document: Value = serde_json::from_str(&out(&output)).unwrap();
    let file = &document["files"][0];
    assert_eq!(
        (&file["kind"], &file["registered"], &file["rejected"]),
        (&"people".into(), &2.into(), &0.into())
    );
}

#[tokio::test]
async fn a_generated_base_streams_through_bounded_queues() {
    let (address, heard) = serve().await;
    let folder = tempfile::tempdir().unwrap();
    let base = folder.path().join("base");
    let path = base.to_str().unwrap();
    let arguments =
        ["base", "generate", "--accounts", "500", "--people", "20000", "--as-of", "2026-11-02", path];
    let output = vigie(address, &arguments).await;
    assert!(output.status.success(), "{}", err(&output));
    let output = vigie(address, &["--json", "base", "import", path]).await;
    assert!(output.status.success(), "{}", err(&output));
    let people =
        heard.rows.lock().unwrap().iter().filter(|row| matches!(row.entry, Some(Entry::Person(_)))).count();
    assert_eq!(people, 20_000);
}

#[tokio::test]
async fn what_is_no_base_is_refused_before_anything_is_sent() {
    let (address, heard) = serve().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("people.csv");
    std::fs::write(&file, "key,acount_key,family_name,roles\nP1,A1,Good,END_USER\n").unwrap();
    let output = vigie(address, &["base", "import", file.to_str().unwrap()]).await;
    assert_eq!(output.status.code(), Some(2));
    assert!(err(&output).contains("acount_key"), "{}", err(&output));
    for wrong in [vec!["base", "import"], vec!["base", "import", "/no/such/people.csv"]] {
        assert_eq!(vigie(address, &wrong).await.status.code(), Some(2), "{wrong:?}");
    }
    assert!(heard.headers.lock().unwrap().is_empty());
}
