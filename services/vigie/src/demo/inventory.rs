//! Brings the fleets in: the network knows them, then the import does.

use tokio::time::Instant;
use tonic::Request;
use vigie_proto::lines::import_lines_request::Message;
use vigie_proto::lines::{ImportHeader, ImportLinesRequest, ImportLinesResponse, ImportRow};

use super::Stage;
use super::cast::Cast;
use super::fiction::{COMPANIES, Line};
use crate::error::Error;
use crate::output::Output;
use crate::output::time::span;

/// Names the demo's import, as the hash of a file would.
const FILE_HASH: &str = "d3300000000000000000000000000000000000000000000000000000000000d0";

/// Imports all lines; those of an interrupted first start are not registered twice.
pub(super) async fn import(
    stage: &Stage,
    cast: &Cast,
    lines: &[Line],
    output: &mut Output,
) -> Result<(), Error> {
    let began = Instant::now();
    stage.provision(lines.iter().map(|line| (line.entry.imsi.as_str(), Some(line.entry.msisdn.as_str()))))?;
    let header = ImportHeader { file_hash: FILE_HASH.into(), rows: count(lines.len()) };
    let rows =
        (1..).zip(lines).map(|(row, line)| Message::Row(ImportRow { row, line: Some(line.entry.clone()) }));
    let messages: Vec<_> = std::iter::once(Message::Header(header))
        .chain(rows)
        .map(|message| ImportLinesRequest { message: Some(message) })
        .collect();
    let request = Request::new(tokio_stream::iter(messages));
    let mut answers = cast.operator()?.lines().import_lines(request).await?.into_inner();
    let mut progress = output.progress("importing");
    let mut last = ImportLinesResponse::default();
    while let Some(response) = answers.message().await? {
        progress.update(response.rows_done, count(lines.len()), "");
        output.show(&mut progress);
        if let Some(rejected) = response.rejections.first() {
            output.note(&format!(
                "row {} was rejected: {}: {}",
                rejected.row, rejected.reason, rejected.message
            ));
        }
        last = response;
    }
    output.finish(progress);
    let took = span(began.elapsed().as_secs_f64() * 1e3);
    let registered = last.registered + last.repeated_rows;
    output.text(&format!("  {registered} lines imported in {took}"))?;
    for company in COMPANIES {
        output.text(&format!("    {:>5}  {}, {}", company.lines, company.name, company.town))?;
    }
    Ok(())
}

fn count(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}
