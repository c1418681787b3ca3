//! A group, a company or a site comes in.

use tonic::Request;
use vigie_chassis::error::{Error as Refusal, Reason};
use vigie_chassis::identity::Caller;
use vigie_command::{field, refusal};
use vigie_eventlog::{ExecuteError, Order};
use vigie_proto::routing::{self as wire, AccountEntry, RegisterAccountRequest, RegisterAccountResponse};

use super::super::{Deps, wire as fields};
use super::chain::{self, Chain, Place};
use super::response;
use crate::domain::Moment;
use crate::domain::account::{Above, Command, Level, NewAccount, Rejection};

pub(super) const METHOD: &str = "/vigie.routing.v1.AccountService/RegisterAccount";

/// Bytes of a name.
const NAME_MAX_BYTES: usize = 200;

pub(super) async fn serve(
    deps: &Deps,
    call: Request<RegisterAccountRequest>,
) -> Result<RegisterAccountResponse, Refusal> {
    let (asking, mut body) = deps.door.open(call)?;
    let request_id = field::take_request_id(&mut body.request_id)?;
    let entry = body.account.as_ref().ok_or_else(|| field::missing("account", "the account to register"))?;
    let given = field::optional_id("account.account_id", &entry.account_id)?;
    let account_id = given.unwrap_or_else(|| asking.new_id("account", request_id));

    let now = Moment::at(asking.now);
    let above = match field::optional_id("account.parent_account_id", &entry.parent_account_id)? {
        Some(parent) => Some(chain::seen(deps, &asking.caller, parent, now).await?),
        None => None,
    };
    let new = new_account(account_id, entry, above.as_ref())?;
    is_in_scope(&asking.caller, &new, above)?;

    let command = Command::Register(Box::new(new));
    let order = Order { is_new: true, ..asking.order(METHOD, request_id, &body, account_id, command) };
    deps.accounts.execute(order).await.map_err(taken)?;
    let chain = chain::load(deps, account_id, now).await?;
    Ok(RegisterAccountResponse { account: Some(response::account(&chain, now)?) })
}

/// An id that something else has is taken, not missing.
pub(in crate::api) fn taken(error: ExecuteError<Rejection>) -> Refusal {
    let refusal = refusal(error);
    if refusal.reason() == Reason::AccountNotFound {
        return Refusal::new(Reason::IdentifierTaken, "this id belongs to something else");
    }
    refusal
}

/// Whoever may not see the account once it is there does not register it.
pub(in crate::api) fn is_in_scope(
    caller: &Caller,
    new: &NewAccount,
    above: Option<Chain>,
) -> Result<(), Refusal> {
    let above = above.unwrap_or_default();
    let place = Place::of(new.account_id, new.siren.as_ref(), new.siret.as_ref(), &above);
    if place.is_seen_by(caller) {
        return Ok(());
    }
    let message = "this account is not in the scope of your token";
    Err(Refusal::new(Reason::PermissionDenied, message).field("account", "out of scope"))
}

/// The account that a request gives, below `above`.
pub(in crate::api) fn new_account(
    account_id: uuid::Uuid,
    entry: &AccountEntry,
    above: Option<&Chain>,
) -> Result<NewAccount, Refusal> {
    let siren = Some(&entry.siren).filter(|siren| !siren.is_empty());
    let siret = Some(&entry.siret).filter(|siret| !siret.is_empty());
    Ok(NewAccount {
        account_id,
        level: level(entry.level)?,
        above: above.map(Chain::own).transpose()?.map(Above::of),
        name: field::required_text("account.name", &entry.name, NAME_MAX_BYTES)?,
        siren: siren.map(|siren| chain::parsed_siren("account.siren", siren)).transpose()?,
        siret: siret.map(|siret| chain::parsed_siret("account.siret", siret)).transpose()?,
        segments: fields::segments("account.segments", &entry.segments)?,
        language: fields::language("account.language", entry.language)?,
        address: fields::address("account.address", entry.address.as_ref())?,
        countries: fields::countries("account.countries", &entry.countries)?,
        external_identifiers: fields::external_identifiers(
            "account.external_identifiers",
            &entry.external_identifiers,
        )?,
        customer_since: field::optional_instant("account.customer_since", entry.customer_since)?,
    })
}

fn level(number: i32) -> Result<Level, Refusal> {
    use wire::AccountLevel as Wire;
    match Wire::try_from(number) {
        Ok(Wire::Group) => Ok(Level::Group),
        Ok(Wire::Company) => Ok(Level::Company),
        Ok(Wire::Site) => Ok(Level::Site),
        Ok(Wire::Unspecified) => Err(field::missing("account.level", "GROUP, COMPANY or SITE")),
        Err(_) => Err(fields::unknown("account.level", "a level")),
    }
}
