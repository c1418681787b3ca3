//! What is known of an account changes, from an instant on.

use tonic::Request;
use vigie_chassis::error::Error as Refusal;
use vigie_command::{field, refusal};
use vigie_proto::routing::{ChangeAccountRequest, ChangeAccountResponse};

use super::super::{Deps, wire as fields};
use super::{chain, response};
use crate::domain::Moment;
use crate::domain::account::{Change, Command};

pub(super) const METHOD: &str = "/vigie.routing.v1.AccountService/ChangeAccount";

/// Bytes of a name.
const NAME_MAX_BYTES: usize = 200;

pub(super) async fn serve(
    deps: &Deps,
    call: Request<ChangeAccountRequest>,
) -> Result<ChangeAccountResponse, Refusal> {
    let (asking, mut body) = deps.door.open(call)?;
    let request_id = field::take_request_id(&mut body.request_id)?;
    let effective_from = field::optional_instant("effective_from", body.effective_from)?;
    let change = change(&body)?;
    let chain = chain::resolve(deps, &asking.caller, body.account.as_ref(), Moment::at(asking.now)).await?;
    let account_id = chain.own()?.account_id();

    let command = Command::Change { change: Box::new(change), effective_from };
    let order = asking.order(METHOD, request_id, &body, account_id, command);
    deps.accounts.execute(order).await.map_err(refusal)?;
    let then = Moment::at(effective_from.unwrap_or(asking.now));
    let chain = chain::load(deps, account_id, then).await?;
    Ok(ChangeAccountResponse { account: Some(response::account(&chain, then)?) })
}

fn change(body: &ChangeAccountRequest) -> Result<Change, Refusal> {
    let name = match body.name.as_str() {
        "" => None,
        name => Some(field::required_text("name", name, NAME_MAX_BYTES)?),
    };
    let segments = fields::segments("segments", &body.segments)?;
    let countries = body.countries.as_ref();
    let change = Change {
        name,
        segments: (!segments.is_empty()).then_some(segments),
        language: fields::language("language", body.language)?,
        address: fields::address("address", body.address.as_ref())?,
        countries: countries.map(|list| fields::countries("countries", &list.countries)).transpose()?,
    };
    if change == Change::default() {
        return Err(field::missing("name", "or segments, language, address, countries: what is to change"));
    }
    Ok(change)
}
