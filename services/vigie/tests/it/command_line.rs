use std::net::SocketAddr;
use std::path::Path;
use std::process::Output;

use serde_json::Value;
use tokio::process::Command;

use crate::stand_in::{self, CUT_AFTER, LINES};

async fn vigie(address: SocketAddr, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_vigie"))
        .args(arguments)
        .env("VIGIE_ENDPOINT", format!("http://{address}"))
        .env("VIGIE_TOKEN", "a.token.of-the-test")
        .env("TZ", "UTC")
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

const HEADER: &str = "account_id,msisdn,imsi,iccid,account_holder\n";

fn write(folder: &Path, rows: &[&[u8]]) -> String {
    let path = folder.join("lines.csv");
    let rows: Vec<_> = std::iter::once(HEADER.as_bytes()).chain(rows.iter().copied()).collect();
    std::fs::write(&path, rows.concat()).unwrap();
    path.to_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_command_carries_the_token_and_a_request_id_of_its_own() {
    let (address, heard) = stand_in::serve().await;
    for _ in 0..2 {
        let output = vigie(address, &["line", "suspend", "+33639980001", "--reason", "theft"]).await;
        assert!(output.status.success(), "{}", err(&output));
        assert!(out(&output).contains("accepted, pending"), "{}", out(&output));
        assert!(!out(&output).contains('\u{1b}'), "colours belong on a terminal");
    }
    let id = "0197b1f0-0000-7000-8000-000000000001";
    vigie(address, &["line", "suspend", "+33639980001", "--reason", "theft", "--request-id", id]).await;
    let suspensions = heard.suspensions.lock().unwrap();
    assert!(suspensions.iter().all(|(_, token)| token.as_deref() == Some("Bearer a.token.of-the-test")));
    assert_ne!(suspensions[0].0.request_id, suspensions[1].0.request_id);
    assert_eq!(suspensions[2].0.request_id, id);
}

#[tokio::test]
async fn programs_get_one_document_with_the_contracts_names() {
    let (address, _) = stand_in::serve().await;
    let output = vigie(address, &["--json", "line", "suspend", "+33639980001", "--reason", "theft"]).await;
    let document: Value = serde_json::from_str(&out(&output)).unwrap();
    assert_eq!(document["act"]["state"], "ACT_STATE_PENDING");
    assert_eq!(document["line"]["reasons"][0], "SUSPENSION_REASON_THEFT");
    assert_eq!(err(&output), "");
}

#[tokio::test]
async fn a_refusal_ends_with_1_and_an_unknown_outcome_with_3_and_the_id_to_repeat() {
    let (address, heard) = stand_in::serve().await;
    let refused = vigie(address, &["line", "suspend", "+33639980404", "--reason", "loss"]).await;
    assert_eq!(refused.status.code(), Some(1));
    assert_eq!(err(&refused), "error: LINE_NOT_FOUND: there is no such line\n");

    let unknown = vigie(address, &["line", "suspend", "+33639980503", "--reason", "loss"]).await;
    assert_eq!(unknown.status.code(), Some(3));
    let id = heard.suspensions.lock().unwrap().last().unwrap().0.request_id.clone();
    assert!(err(&unknown).contains(&format!("--request-id {id}")), "{}", err(&unknown));

    let json = vigie(address, &["--json", "line", "suspend", "+33639980404", "--reason", "loss"]).await;
    assert_eq!(out(&json), "");
    let document: Value = serde_json::from_str(&err(&json)).unwrap();
    assert_eq!(document["error"]["reason"], "LINE_NOT_FOUND");
    assert_eq!(document["error"]["code"], "NOT_FOUND");
}

#[tokio::test]
async fn wrong_usage_ends_with_2_and_nobody_there_with_3() {
    let (address, _) = stand_in::serve().await;
    assert_eq!(vigie(address, &["line", "suspend"]).await.status.code(), Some(2));
    assert_eq!(vigie(address, &["line", "import", "/no/such/file"]).await.status.code(), Some(2));
    let nobody = vigie(address, &["--endpoint", "http://127.0.0.1:9", "line", "list"]).await;
    assert_eq!(nobody.status.code(), Some(3));
    assert!(err(&nobody).contains("nothing answers at http://127.0.0.1:9"), "{}", err(&nobody));
}

#[tokio::test]
async fn a_refused_line_of_a_person_fails_the_command() {
    let (address, _) = stand_in::serve().await;
    let person = "0197b1f0-0000-7000-8000-000000000001/marc";
    let output = vigie(address, &["line", "suspend", "--person", person, "--reason", "loss"]).await;
    assert_eq!(output.status.code(), Some(1));
    assert!(out(&output).contains("LINE_TERMINATED"), "{}", out(&output));
}

#[tokio::test]
async fn a_listing_walks_its_pages() {
    let (address, _) = stand_in::serve().await;
    let all = vigie(address, &["--json", "line", "list", "--limit", "0"]).await;
    assert_eq!(out(&all).lines().count(), LINES as usize);
    let first: Value = serde_json::from_str(out(&all).lines().next().unwrap()).unwrap();
    assert_eq!(first["msisdn"], "+33639980000");
    let some = vigie(address, &["line", "list", "--limit", "7"]).await;
    assert_eq!(out(&some).lines().count(), 8, "a heading and seven lines");
    assert!(err(&some).contains("7 lines shown; there are more"), "{}", err(&some));
}

#[tokio::test]
async fn an_import_reports_broken_and_rejected_rows_and_registers_the_others() {
    let (address, heard) = stand_in::serve().await;
    let folder = tempfile::tempdir().unwrap();
    let file = write(
        folder.path(),
        &[
            b"a,+33639980001,1,2,h\n",
            b"a,0639980002,1,2,h\n",
            b"a,b\n",
            b"L\xe9a,+33,1,2,h\n",
            b"a,+33639980005,1,2,h\n",
        ],
    );
    let rejects = folder.path().join("rejects.csv");
    let output = vigie(address, &["line", "import", &file, "--rejects", rejects.to_str().unwrap()]).await;
    assert_eq!(output.status.code(), Some(1), "{}", err(&output));
    let text = out(&output);
    for part in [
        "row 2  MALFORMED_NUMBER",
        "row 3  CSV_COLUMN_COUNT  2 columns instead of 5",
        "row 4  CSV_NOT_UTF8",
        "2 registered, 3 rejected",
    ] {
        assert!(text.contains(part), "{part} is missing in:\n{text}");
    }
    let numbers: Vec<_> = heard.rows.lock().unwrap().iter().map(|row| row.row).collect();
    assert_eq!(numbers, [1, 2, 5], "row numbers are those of the file");
    let header = heard.header.lock().unwrap().clone().unwrap();
    assert_eq!((header.rows, header.file_hash.len()), (5, 64));
    let written = std::fs::read_to_string(rejects).unwrap();
    assert_eq!(written.lines().count(), 3, "heading, rows 2 and 3; row 4 is no text:\n{written}");
    assert!(written.contains("a,0639980002,1,2,h,2,MALFORMED_NUMBER"), "{written}");
}

#[tokio::test]
async fn an_import_for_programs_is_one_document() {
    let (address, _) = stand_in::serve().await;
    let folder = tempfile::tempdir().unwrap();
    let file = write(folder.path(), &[b"a,+33639980001,1,2,h\n", b"a,b\n"]);
    let output = vigie(address, &["--json", "line", "import", &file]).await;
    let document: Value = serde_json::from_str(&out(&output)).unwrap();
    assert_eq!((&document["registered"], &document["rejected"]), (&1.into(), &1.into()));
    assert_eq!(document["rejections"][0]["reason"], "CSV_COLUMN_COUNT");
}

#[tokio::test]
async fn a_large_import_flows_through_bounded_queues() {
    let (address, heard) = stand_in::serve().await;
    let folder = tempfile::tempdir().unwrap();
    let rows: Vec<String> = (0..20_000).map(|n| format!("a,+336{n:08},1,2,h\n")).collect();
    let file = write(folder.path(), &rows.iter().map(|row| row.as_bytes()).collect::<Vec<_>>());
    let output = vigie(address, &["line", "import", &file]).await;
    assert!(output.status.success(), "{}", err(&output));
    assert!(out(&output).contains("20000 registered, 0 rejected"), "{}", out(&output));
    assert_eq!(heard.rows.lock().unwrap().len(), 20_000);
}

#[tokio::test]
async fn a_file_of_broken_rows_only_does_not_hang() {
    let (address, _) = stand_in::serve().await;
    let folder = tempfile::tempdir().unwrap();
    let rows: Vec<&[u8]> = vec![b"broken\n"; 5_000];
    let output = vigie(address, &["line", "import", &write(folder.path(), &rows)]).await;
    assert_eq!(output.status.code(), Some(1));
    assert!(out(&output).contains("… and 4980 more rejected rows"), "{}", out(&output));
}

#[tokio::test]
async fn an_import_that_is_cut_says_how_to_go_on() {
    let (address, heard) = stand_in::serve().await;
    let folder = tempfile::tempdir().unwrap();
    let rows: Vec<&[u8]> = vec![b"a,+33639980001,1,2,cut\n"; 2_000];
    let output = vigie(address, &["line", "import", &write(folder.path(), &rows)]).await;
    assert_eq!(output.status.code(), Some(3), "{}", err(&output));
    assert!(err(&output).contains("Run the same command again"), "{}", err(&output));
    assert_eq!(heard.rows.lock().unwrap().len() as i64, CUT_AFTER);
}
