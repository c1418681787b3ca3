//! `vigie line import`

use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Status, Streaming};
use vigie_proto::lines::import_lines_request::Message;
use vigie_proto::lines::{ImportHeader, ImportLinesRequest, ImportLinesResponse, ImportRow, LineEntry};

use crate::cli;
use crate::client::Client;
use crate::command::import::{self, Answer, Import};
use crate::error::Error;
use crate::import::{Reject, Survey};
use crate::output::Output;

pub(super) async fn run(client: &Client, output: &mut Output, arguments: &cli::Import) -> Result<(), Error> {
    let rejects = arguments.rejects.as_deref();
    let imported = import::run(client, output, &Lines, &arguments.file, rejects).await?;
    output.either(|| imported.document(), |_| imported.summary())?;
    import::verdict(imported.rejected())
}

/// `LineService.ImportLines`
struct Lines;

impl Import for Lines {
    type Row = LineEntry;
    type Request = ImportLinesRequest;
    type Response = ImportLinesResponse;

    fn header(&self, survey: &Survey) -> ImportLinesRequest {
        let header = ImportHeader { file_hash: survey.hash.clone(), rows: survey.rows };
        ImportLinesRequest { message: Some(Message::Header(header)) }
    }

    fn row(number: i64, line: LineEntry) -> ImportLinesRequest {
        ImportLinesRequest { message: Some(Message::Row(ImportRow { row: number, line: Some(line) })) }
    }

    async fn call(
        &self,
        client: &Client,
        requests: ReceiverStream<ImportLinesRequest>,
    ) -> Result<Streaming<ImportLinesResponse>, Status> {
        Ok(client.lines().import_lines(Request::new(requests)).await?.into_inner())
    }

    fn answer(response: ImportLinesResponse) -> Answer {
        let rejected = response.rejections.into_iter();
        Answer {
            done: response.rows_done,
            registered: response.registered,
            repeated: response.repeated_rows,
            rejected: rejected
                .map(|row| Reject { row: row.row, reason: row.reason, message: row.message })
                .collect(),
        }
    }
}
