//! `vigie webhook …`

use uuid::Uuid;
use vigie_proto::notices::{
    ListWebhooksRequest, RegisterWebhookRequest, RegisterWebhookResponse, RemoveWebhookRequest, Webhook,
};

use crate::cli::{AccountSelector, AddWebhook, RequestIdArgs, WebhookCommand};
use crate::client::{Client, prompt};
use crate::command::{account, request_id};
use crate::error::Error;
use crate::output::fields::Fields;
use crate::output::style::{self, paint};
use crate::output::table::{Align, Cell, Table};
use crate::output::{Output, json, words};

pub(super) async fn run(client: Client, output: &mut Output, command: WebhookCommand) -> Result<(), Error> {
    match command {
        WebhookCommand::Add(arguments) => add(&client, output, &arguments).await,
        WebhookCommand::List { account } => list(&client, output, account.as_ref()).await,
        WebhookCommand::Remove { webhook, request } => remove(&client, output, webhook, &request).await,
    }
}

async fn add(client: &Client, output: &mut Output, arguments: &AddWebhook) -> Result<(), Error> {
    let request_id = request_id(&arguments.request);
    let webhook = Webhook {
        account_id: owner(client, arguments.account.as_ref()).await?,
        url: arguments.url.clone(),
        causes: arguments.causes.iter().map(|cause| cause.wire()).collect(),
        ..Webhook::default()
    };
    let request = RegisterWebhookRequest { request_id: request_id.to_string(), webhook: Some(webhook) };
    let answer = client.notices().register_webhook(prompt(request)).await;
    let answer = answer.map_err(|status| Error::from(status).for_request(request_id))?.into_inner();
    output.either(|| json::document(&answer), |_| render_added(&answer))
}

fn render_added(answer: &RegisterWebhookResponse) -> String {
    let webhook = answer.webhook.clone().unwrap_or_default();
    Fields::new(format!("{}  {}", paint(style::STRONG, &webhook.url), paint(style::GOOD, "registered")))
        .field("of", causes(&webhook))
        .styled("secret", &answer.secret, style::STRONG)
        .field("", "every message is signed with it (HMAC-SHA256); it is shown only here")
        .styled("account", &webhook.account_id, style::FAINT)
        .styled("webhook", &webhook.webhook_id, style::FAINT)
        .render()
}

async fn list(client: &Client, output: &mut Output, account: Option<&AccountSelector>) -> Result<(), Error> {
    let request = ListWebhooksRequest { account_id: owner(client, account).await? };
    let webhooks = client.notices().list_webhooks(prompt(request)).await?.into_inner().webhooks;
    for webhook in &webhooks {
        output.document(&json::document(webhook))?;
    }
    if webhooks.is_empty() {
        return output.text("No endpoints.");
    }
    let mut table = Table::new([("url", Align::Left), ("of", Align::Left), ("webhook", Align::Left)]);
    for webhook in &webhooks {
        table.row([
            Cell::styled(&webhook.url, style::STRONG),
            causes(webhook).into(),
            Cell::styled(&webhook.webhook_id, style::FAINT),
        ]);
    }
    output.text(&table.render())
}

async fn remove(
    client: &Client,
    output: &mut Output,
    webhook: Uuid,
    request: &RequestIdArgs,
) -> Result<(), Error> {
    let request_id = request_id(request);
    let request =
        RemoveWebhookRequest { request_id: request_id.to_string(), webhook_id: webhook.to_string() };
    let answer = client.notices().remove_webhook(prompt(request)).await;
    let answer = answer.map_err(|status| Error::from(status).for_request(request_id))?.into_inner();
    output.either(
        || json::document(&answer),
        |_| format!("{}: nothing more is sent there", paint(style::GOOD, "removed")),
    )
}

/// The account's id; empty for the operator.
async fn owner(client: &Client, account: Option<&AccountSelector>) -> Result<String, Error> {
    match account {
        Some(account) => account::id_of(client, account).await,
        None => Ok(String::new()),
    }
}

fn causes(webhook: &Webhook) -> String {
    if webhook.causes.is_empty() {
        return "everything".to_owned();
    }
    words::list(&webhook.causes, words::notice_cause)
}
