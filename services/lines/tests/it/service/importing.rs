//! Lines in bulk.

use tokio_stream::StreamExt;
use vigie_proto::lines::*;

use super::house::*;
use super::on_both_engines;

const FILE: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

fn header(file_hash: &str) -> ImportLinesRequest {
    let header = ImportHeader { file_hash: file_hash.to_owned(), rows: 0 };
    ImportLinesRequest { message: Some(import_lines_request::Message::Header(header)) }
}

fn row(number: u64, line: LineEntry) -> ImportLinesRequest {
    let row = ImportRow { row: number as i64, line: Some(line) };
    ImportLinesRequest { message: Some(import_lines_request::Message::Row(row)) }
}

async fn import(
    client: &mut Client,
    messages: Vec<ImportLinesRequest>,
) -> Result<ImportLinesResponse, tonic::Status> {
    let mut answers = client.import_lines(tokio_stream::iter(messages)).await?.into_inner();
    let mut last = ImportLinesResponse::default();
    let mut rejections = Vec::new();
    while let Some(answer) = answers.next().await {
        last = answer?;
        rejections.append(&mut last.rejections);
    }
    rejections.sort_by_key(|rejection| rejection.row);
    Ok(ImportLinesResponse { rejections, ..last })
}

on_both_engines! {
    async fn a_bad_row_stops_nothing_and_says_why(house: House) {
        house.a_line(1).await;
        let messages = vec![
            header(FILE),
            row(1, entry(10)),
            row(2, LineEntry { msisdn: "0612345678".to_owned(), ..entry(11) }),
            row(3, LineEntry { msisdn: entry(1).msisdn, ..entry(12) }),
            row(4, LineEntry { iccid: entry(1).iccid, ..entry(13) }),
            row(5, LineEntry { account_holder: "a\0b".to_owned(), ..entry(14) }),
            row(6, LineEntry { account_id: uuid::Uuid::from_u128(404).to_string(), ..entry(15) }),
            row(7, LineEntry { account_id: "one".to_owned(), ..entry(16) }),
            row(8, LineEntry { account_holder: "x".repeat(201), ..entry(17) }),
            row(9, entry(18)),
        ];
        let report = import(&mut house.crm(), messages).await.unwrap();
        assert_eq!((report.rows_done, report.registered, report.repeated_rows, report.rejected), (9, 2, 0, 7));
        let why: Vec<_> = report.rejections.iter().map(|row| (row.row, row.reason.as_str())).collect();
        assert_eq!(why, [
            (2, "MALFORMED_NUMBER"),
            (3, "NUMBER_TAKEN"),
            (4, "SIM_TAKEN"),
            (5, "ILLEGAL_CHARACTER"),
            (6, "PERMISSION_DENIED"),
            (7, "MALFORMED_ID"),
            (8, "TOO_LARGE"),
        ]);
        assert!(report.rejections.iter().all(|row| !row.message.is_empty()));
        assert!(house.register.look(&imsi(10)).is_none(), "importing never provisions");
    }

    async fn an_import_that_broke_off_goes_on_where_it_stopped(house: House) {
        let rows: Vec<_> = (1..=500).map(|number| row(number, entry(number))).collect();
        {
            // The caller goes away in the middle.
            let (sender, receiver) = tokio::sync::mpsc::channel(16);
            let mut client = house.crm();
            let answers = client.import_lines(tokio_stream::wrappers::ReceiverStream::new(receiver)).await.unwrap();
            sender.send(header(FILE)).await.unwrap();
            for message in rows.iter().take(200) {
                sender.send(message.clone()).await.unwrap();
            }
            until(|| async { house.log.head().await.unwrap().position >= 50 }).await;
            drop(answers);
        }
        let messages: Vec<_> = std::iter::once(header(FILE)).chain(rows.clone()).collect();
        let report = import(&mut house.crm(), messages.clone()).await.unwrap();
        assert_eq!((report.rows_done, report.rejected), (500, 0), "{report:?}");
        assert!(report.repeated_rows >= 50, "{report:?}");
        assert_eq!(report.registered + report.repeated_rows, 500);
        assert_eq!(house.log.head().await.unwrap().position, 500, "each line once");

        let again = import(&mut house.crm(), messages).await.unwrap();
        assert_eq!((again.registered, again.repeated_rows), (0, 500));
    }

    async fn the_same_row_of_a_file_with_another_content_is_refused(house: House) {
        import(&mut house.crm(), vec![header(FILE), row(1, entry(1))]).await.unwrap();
        let report = import(&mut house.crm(), vec![header(FILE), row(1, entry(2))]).await.unwrap();
        assert_eq!(report.rejections[0].reason, "REQUEST_ID_REUSED");
    }

    async fn a_stream_that_is_no_import_is_refused(house: House) {
        let mut crm = house.crm();
        assert_eq!(refused(import(&mut crm, vec![]).await), "INVALID_ARGUMENT");
        assert_eq!(refused(import(&mut crm, vec![row(1, entry(1))]).await), "INVALID_ARGUMENT");
        assert_eq!(refused(import(&mut crm, vec![header("nope")]).await), "INVALID_ARGUMENT");
        assert_eq!(refused(import(&mut crm, vec![header(FILE), header(FILE)]).await), "INVALID_ARGUMENT");
        assert_eq!(refused(import(&mut crm, vec![header(FILE), row(0, entry(1))]).await), "INVALID_ARGUMENT");
        assert_eq!(refused(import(&mut house.manager(), vec![header(FILE)]).await), "PERMISSION_DENIED");
        assert_eq!(house.log.head().await.unwrap().position, 0);
    }
}

/// Prints how fast lines come in and how far lists are behind; run it with `--release -- --ignored --nocapture`.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement"]
async fn how_fast_lines_come_in() {
    const LINES: u64 = 20_000;
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let house = House::open(engine).await;
        let messages =
            std::iter::once(header(FILE)).chain((1..=LINES).map(|number| row(number, entry(number))));
        let started = std::time::Instant::now();
        let report = import(&mut house.crm(), messages.collect()).await.unwrap();
        assert_eq!(report.registered, LINES as i64);
        let imported = started.elapsed();
        let behind = LINES as i64 - house.lines.view_position();
        house.listed().await;
        let listed = started.elapsed();
        let rate = LINES as f64 / imported.as_secs_f64();

        house.lines.start_view_over().await.unwrap();
        let restarted = std::time::Instant::now();
        house.listed().await;
        let rebuilt = LINES as f64 / restarted.elapsed().as_secs_f64();
        eprintln!(
            "{engine:?}: {rate:.0} lines/s; lists {behind} lines behind at the end, all there {:.2} s later; \
             rebuilt at {rebuilt:.0} events/s",
            (listed - imported).as_secs_f64()
        );
    }
}
