//! A customer base that comes in: `import_rows_vs_floor`, rows a second of `ImportBase` against the bare batching writer on the
//! same PostgreSQL, in turns.
//!
//! The floor commits rows of the size of a person's event, as many callers at once as the import has rows under way; it
//! takes no message, checks nothing, remembers no request and claims no key.

pub mod server;

use std::net::SocketAddr;
use std::sync::Arc;

use serde_json::json;
use tokio::sync::Mutex;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tonic::Request;
use tonic::metadata::{Ascii, MetadataValue};
use vigie_chassis::identity::Role;
use vigie_chassis::identity::dev::{Grant, Issuer};
use vigie_clock::{Date, Ids as _, SystemClock, SystemIds};
use vigie_fiction::{Operator, Size, Table};
use vigie_proto::routing::base_service_client::BaseServiceClient;
use vigie_proto::routing::import_base_request::Message;
use vigie_proto::routing::{ImportBaseHeader, ImportBaseRequest, ImportBaseResponse, ImportBaseRow};
use vigie_testkit::{Scratch, free_port};

use crate::append::bare_postgres::Writer;
use crate::append::row::Row;
use crate::harness::{fsyncs_per_second, median, text, thousandths};
use crate::report::{Better, Report, Reports, conditions};
use crate::{child, servers, vigie};

const ACCOUNTS: u64 = 5_000;
const PEOPLE: u64 = 100_000;
const ROUNDS: usize = 5;
const PER_ROUND: usize = PEOPLE as usize / ROUNDS;

/// As many as the import has rows under way.
const CALLERS: usize = 512;

const PERSON_BYTES: &str = "SELECT coalesce(avg(length(payload)), 0)::bigint FROM routing.events \
                            WHERE type = 'vigie.person.person_registered.v1'";

pub async fn vs_floor() -> Reports {
    let postgres = servers::postgres().await?;
    let scratch = Scratch::new("bench").map_err(text)?;
    let url = servers::database(&postgres, "bench").await?;
    let listen = SocketAddr::from(([127, 0, 0, 1], free_port().map_err(text)?));
    let options = server::Options { url: url.clone(), folder: scratch.path().to_owned(), listen };
    let _server = child::start_server(&scratch, server::NAME, &options).await?;
    let door = Door::open(&scratch, listen).await?;

    let operator = operator()?;
    let accounts: Vec<_> = operator.rows(Table::Accounts).collect();
    let accounts_per_s = door.import(Table::Accounts, accounts).await?;
    let mut people = operator.rows(Table::People);
    let floor = Writer::start(&url).await?;
    let (mut ours, mut floors, mut fsyncs) = (Vec::new(), Vec::new(), Vec::new());
    let mut person_bytes = 0;
    for _ in 0..ROUNDS {
        let rows: Vec<_> = people.by_ref().take(PER_ROUND).collect();
        ours.push(door.import(Table::People, rows).await?);
        person_bytes = servers::number(&url, PERSON_BYTES).await?;
        floors.push(write(&floor, PER_ROUND, usize::try_from(person_bytes).map_err(text)?).await?);
        fsyncs.push(fsyncs_per_second(scratch.path()).map_err(text)?);
    }
    let ratio = median(ours.iter().zip(&floors).map(|(ours, floor)| ours / floor));
    Ok(vec![Report {
        name: "import_rows_vs_floor",
        value: thousandths(ratio),
        unit: "ratio",
        goal: 0.5,
        better: Better::Higher,
        conditions: conditions(json!({
            "people_per_s": median(ours).round(),
            "accounts_per_s": accounts_per_s.round(),
            "floor_rows_per_s": median(floors).round(),
            "rows_per_round": PER_ROUND,
            "rounds": ROUNDS,
            "bytes_of_a_row": person_bytes,
            "fsyncs_per_s": median(fsyncs).round(),
            "engine": "PostgreSQL",
        })),
    }])
}

/// Nothing of it lies ahead: accounts and people only.
fn operator() -> Result<Operator, String> {
    let size = Size { accounts: ACCOUNTS, people: PEOPLE };
    Operator::new(1, size, Date::constant(2026, 1, 5)).map_err(text)
}

/// The server, for an operator.
struct Door {
    client: BaseServiceClient<tonic::transport::Channel>,
    token: MetadataValue<Ascii>,
    files: Mutex<u64>,
}

impl Door {
    async fn open(scratch: &Scratch, listen: SocketAddr) -> Result<Self, String> {
        let issuer = Issuer::open(scratch.path(), Arc::new(SystemClock)).map_err(text)?;
        let token = issuer.mint(&Grant::new("operator", &[Role::Operator])).map_err(text)?;
        let channel = vigie::connect(&format!("http://{listen}")).await?;
        Ok(Self {
            client: BaseServiceClient::new(channel),
            token: format!("Bearer {token}").parse().map_err(text)?,
            files: Mutex::new(0),
        })
    }

    /// Imports rows as a file of their own; rows a second, an error unless every one is registered.
    async fn import(&self, table: Table, rows: Vec<ImportBaseRow>) -> Result<f64, String> {
        let count = rows.len();
        let mut files = self.files.lock().await;
        *files += 1;
        let header = Message::Header(ImportBaseHeader {
            kind: table.base_kind().into(),
            file_hash: format!("{:064x}", *files),
            rows: i64::try_from(count).map_err(text)?,
            owner: "crm".to_owned(),
        });
        let messages = std::iter::once(header).chain(rows.into_iter().map(Message::Row));
        let messages = messages.map(|message| ImportBaseRequest { message: Some(message) });
        let mut request = Request::new(tokio_stream::iter(messages.collect::<Vec<_>>()));
        request.metadata_mut().insert("authorization", self.token.clone());

        let start = Instant::now();
        let mut reports = self.client.clone().import_base(request).await.map_err(text)?.into_inner();
        let mut last = ImportBaseResponse::default();
        while let Some(report) = reports.message().await.map_err(text)? {
            last = report;
        }
        let took = start.elapsed();
        if usize::try_from(last.registered) != Ok(count) {
            let why = last.rejections.first().map(|row| row.message.clone()).unwrap_or_default();
            return Err(format!("of {count} rows {} were registered: {why}", last.registered));
        }
        Ok(count as f64 / took.as_secs_f64())
    }
}

/// Writes rows, each the first of a stream, by many callers; rows a second.
async fn write(floor: &Writer, rows: usize, bytes: usize) -> Result<f64, String> {
    let start = Instant::now();
    let mut callers = JoinSet::new();
    for caller in 0..CALLERS {
        let floor = floor.clone();
        callers.spawn(async move {
            for _ in (caller..rows).step_by(CALLERS) {
                floor.write(Row::sized(SystemIds.next(), 1, bytes)).await?;
            }
            Ok::<_, String>(())
        });
    }
    while let Some(done) = callers.join_next().await {
        done.map_err(text)??;
    }
    Ok(rows as f64 / start.elapsed().as_secs_f64())
}
