//! Endpoints that are told by webhook.

use tonic::Request;
use uuid::Uuid;
use vigie_chassis::error::{Error as Refusal, Reason};
use vigie_chassis::identity::{Caller, Role};
use vigie_chassis::rules::Rule;
use vigie_command::{field, refusal};
use vigie_proto::notices::{
    ListWebhooksRequest, ListWebhooksResponse, RegisterWebhookRequest, RegisterWebhookResponse,
    RemoveWebhookRequest, RemoveWebhookResponse,
};

use super::{Deps, convert, place, reject, request};
use crate::domain::{EndpointError, EndpointUrl, NewWebhook, WebhookCommand};
use crate::stream::key;
use crate::telling::WEBHOOKS_MAX;

pub(super) const REGISTER: &str = "/vigie.notices.v1.NoticeService/RegisterWebhook";
pub(super) const REMOVE: &str = "/vigie.notices.v1.NoticeService/RemoveWebhook";
pub(super) const LIST: &str = "/vigie.notices.v1.NoticeService/ListWebhooks";

/// Who runs a customer's systems, and the operator. Those of the operator are the operator's.
pub(super) fn rule() -> Rule {
    Rule::roles([Role::ItManager, Role::AccountAdministrator, Role::Integration, Role::Operator])
}

/// Whether the caller looks after the endpoints of that owner: of `None` only who sees every account.
fn looks_after(caller: &Caller, owner: Option<Uuid>) -> bool {
    match owner {
        Some(account_id) => place::sees_account(caller, account_id),
        None => caller.sees_every_account(),
    }
}

pub(super) async fn register(
    deps: &Deps,
    call: Request<RegisterWebhookRequest>,
) -> Result<RegisterWebhookResponse, Refusal> {
    let (asking, mut body) = deps.door.open(call)?;
    let request_id = field::take_request_id(&mut body.request_id)?;
    let webhook = body.webhook.clone().ok_or_else(|| field::missing("webhook", "the endpoint"))?;
    let account_id = field::optional_id("webhook.account_id", &webhook.account_id)?;
    if !looks_after(&asking.caller, account_id) {
        return Err(reject::no_account());
    }
    let causes = request::causes("webhook.causes", &webhook.causes)?;
    let url = EndpointUrl::parse(&webhook.url, deps.loopback).map_err(refused)?;
    let Some(webhooks) = &deps.webhooks else {
        return Err(Refusal::new(Reason::Unavailable, "nothing is sent by webhook here"));
    };
    if webhooks.is_private(&url).await {
        return Err(refused(EndpointError::Private));
    }
    let webhook_id = asking.new_id("webhook", request_id);
    let owner = account_id.map_or_else(|| key::OPERATOR.to_owned(), |account_id| account_id.to_string());
    let others = deps.teller.facts.webhooks_of(&owner).await.map_err(|error| reject::not_told(&error))?;
    if others.len() >= WEBHOOKS_MAX && others.iter().all(|other| other.webhook_id != webhook_id) {
        let message = format!("there are {WEBHOOKS_MAX} webhooks already: remove one first");
        return Err(Refusal::new(Reason::TooLarge, message));
    }

    let command = WebhookCommand::Register(Box::new(NewWebhook { webhook_id, account_id, url, causes }));
    let order = asking.order(REGISTER, request_id, &body, webhook_id, command);
    let registered = deps.teller.facts.webhooks.execute(order).await.map_err(refusal)?;
    let registered = registered.state.as_ref().as_ref().ok_or_else(reject::no_webhook)?;
    Ok(RegisterWebhookResponse {
        webhook: Some(convert::webhook(registered)),
        secret: deps.key.secret_of(webhook_id).expose().to_owned(),
    })
}

fn refused(error: EndpointError) -> Refusal {
    field::wrong(Reason::WebhookAddressRefused, "webhook.url", &error)
}

pub(super) async fn remove(
    deps: &Deps,
    call: Request<RemoveWebhookRequest>,
) -> Result<RemoveWebhookResponse, Refusal> {
    let (asking, mut body) = deps.door.open(call)?;
    let request_id = field::take_request_id(&mut body.request_id)?;
    let webhook_id = field::id("webhook_id", &body.webhook_id)?;
    let (state, _) = deps.teller.facts.webhooks.load(webhook_id).await.map_err(refusal)?;
    let webhook = state.as_ref().as_ref().ok_or_else(reject::no_webhook)?;
    if !looks_after(&asking.caller, webhook.account_id) {
        return Err(reject::no_webhook());
    }
    let order = asking.order(REMOVE, request_id, &body, webhook_id, WebhookCommand::Remove);
    deps.teller.facts.webhooks.execute(order).await.map_err(refusal)?;
    Ok(RemoveWebhookResponse {})
}

pub(super) async fn list(
    deps: &Deps,
    call: Request<ListWebhooksRequest>,
) -> Result<ListWebhooksResponse, Refusal> {
    let (asking, body) = deps.door.open(call)?;
    let account_id = field::optional_id("account_id", &body.account_id)?;
    if !looks_after(&asking.caller, account_id) {
        return Err(reject::no_account());
    }
    let owner = account_id.map_or_else(|| key::OPERATOR.to_owned(), |account_id| account_id.to_string());
    let webhooks = deps.teller.facts.webhooks_of(&owner).await.map_err(|error| reject::not_told(&error))?;
    Ok(ListWebhooksResponse { webhooks: webhooks.iter().map(convert::webhook).collect() })
}
