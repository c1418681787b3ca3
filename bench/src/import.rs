//! Lines in bulk, as an operator brings its inventory.

use std::ops::Range;
use std::time::Duration;

use tokio::time::Instant;
use uuid::Uuid;
use vigie_proto::lines::import_lines_request::Message;
use vigie_proto::lines::{ImportHeader, ImportLinesRequest, ImportLinesResponse, ImportRow};

use crate::fiction;
use crate::harness::text;
use crate::vigie::Lines;

/// An import that went through.
#[derive(Clone, Copy, Debug)]
pub struct Imported {
    pub lines: i64,
    pub took: Duration,
}

impl Imported {
    pub fn per_second(&self) -> f64 {
        self.lines as f64 / self.took.as_secs_f64()
    }
}

/// Imports the lines of these numbers into an account; an error unless every one is registered.
pub async fn import(lines: &Lines, account: Uuid, numbers: Range<u64>) -> Result<Imported, String> {
    let start = Instant::now();
    let rows = i64::try_from(numbers.end - numbers.start).map_err(text)?;
    let file_hash = format!("{:032x}{:032x}", numbers.start, numbers.end);
    let header = Message::Header(ImportHeader { file_hash, rows });
    let entries = (1..).zip(numbers).map(move |(row, number)| {
        Message::Row(ImportRow { row, line: Some(fiction::entry(number, account)) })
    });
    let messages = std::iter::once(header).chain(entries);
    let requests = messages.map(|message| ImportLinesRequest { message: Some(message) });

    let answer = lines.clone().import_lines(tokio_stream::iter(requests)).await.map_err(text)?;
    let mut reports = answer.into_inner();
    let mut last = ImportLinesResponse::default();
    while let Some(report) = reports.message().await.map_err(text)? {
        last = report;
    }
    if last.registered == rows {
        return Ok(Imported { lines: rows, took: start.elapsed() });
    }
    let why = last.rejections.first().map(|row| row.message.clone()).unwrap_or_default();
    Err(format!(
        "an import of {rows} lines registered {} and rejected {}: {why}",
        last.registered, last.rejected
    ))
}
