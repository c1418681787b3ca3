//! Who faces the demo's customers, and who takes their contacts: the promises of a named contact, of teams of one's own, and
//! of a service for end users.

mod customers;
mod days;
mod house;
mod scene;

use vigie_proto::log::ListLogsRequest;
use vigie_proto::routing::{RouteContactRequest, RouteContactResponse};

use prost_types::Timestamp as ProtoTimestamp;
use tokio::time::{Instant, sleep};
use tonic::Request;

use super::cast::Cast;
use super::fiction::Line;
use super::scenes::{LOOK_EVERY, LOOK_FOR, late};
use crate::client::{Client, prompt};
use crate::error::Error;
use crate::output::Output;
use crate::output::time::span;
use days::Days;

/// The line of the end user who calls.
const END_USERS: usize = 8;

/// Brings in customers, staff and teams, and routes contacts of every kind.
pub(super) async fn play(cast: &Cast, lines: &[Line], output: &mut Output) -> Result<(), Error> {
    let user = lines.get(END_USERS).ok_or_else(|| Error::Usage("the demo has too few lines".into()))?;
    let (operator, days) = (cast.operator()?, Days::now()?);
    let began = Instant::now();
    house::open(&operator, &days).await?;
    customers::register(&operator, &days, user).await?;
    let took = span(began.elapsed().as_secs_f64() * 1e3);
    scene::play(&operator, &days, user, &took, output).await
}

/// The first call once more, as a command asks for it: at a time at which somebody works.
pub(super) fn to_paste() -> Result<String, Error> {
    let [first, ..] = &customers::CUSTOMERS;
    Ok(format!("route --from {} --at {}", first.number, Days::now()?.at_work_in_paris()?))
}

/// Where a contact goes, once decisions rest on all that was recorded before.
async fn route(client: &Client, request: RouteContactRequest) -> Result<RouteContactResponse, Error> {
    let head = head(client).await?;
    let until = Instant::now() + LOOK_FOR;
    loop {
        match client.routing().route_contact(prompt(request.clone())).await {
            Ok(answer) if answer.get_ref().position >= head => return Ok(answer.into_inner()),
            _ if Instant::now() > until => return Err(late("the base of customers")),
            Err(status) if status.code() != tonic::Code::Unavailable => return Err(status.into()),
            _ => sleep(LOOK_EVERY).await,
        }
    }
}

/// The newest event of routing.
async fn head(client: &Client) -> Result<i64, Error> {
    let logs = client.log().list_logs(Request::new(ListLogsRequest {})).await?.into_inner().logs;
    let routing = logs.into_iter().find(|log| log.name == vigie_routing::config::CONTEXT);
    Ok(routing.and_then(|log| log.head).map(|head| head.position).unwrap_or_default())
}

/// A time of the request, which the contract leaves out for now.
fn at(instant: jiff::Timestamp) -> Option<ProtoTimestamp> {
    Some(ProtoTimestamp { seconds: instant.as_second(), nanos: instant.subsec_nanosecond() })
}
