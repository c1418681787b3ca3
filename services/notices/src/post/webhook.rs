//! Webhooks: one signed CloudEvent by POST.
//!
//! No redirect is followed, no private address is connected to whatever a name resolves to at that moment, no answer is
//! read further than its status, and all of it is bounded in time.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{Client, StatusCode, redirect};
use serde::Serialize;
use serde_json::{Map, Value, json};
use vigie_clock::Personal;

use super::{Destination, Error, Message, Post};
use crate::domain::{AttemptEnd, EndpointUrl, Failure, Parameter, Parameters, Proof, Receipt, is_private};

/// Bytes of a body.
const BODY_BYTES_MAX: usize = 64 << 10;

/// Addresses of a name that are looked at.
const ADDRESSES_MAX: usize = 16;

/// The type of the CloudEvent.
const EVENT_TYPE: &str = "vigie.notice.told.v1";

/// How webhooks are sent.
#[derive(Clone, Debug)]
pub struct WebhookOptions {
    /// For connection, request and answer together.
    pub timeout: Duration,
    /// Whether this very machine may be told by plain http, for development.
    pub loopback: bool,
}

impl Default for WebhookOptions {
    fn default() -> Self {
        Self { timeout: Duration::from_secs(10), loopback: false }
    }
}

/// Webhooks. Cheap to clone.
#[derive(Clone)]
pub struct Webhooks {
    client: Client,
    loopback: bool,
}

/// Resolves names to public addresses only.
struct Public {
    loopback: bool,
}

/// What a name resolves to is no place for a webhook.
#[derive(Debug, thiserror::Error)]
#[error("the endpoint leads into a private network")]
struct Private;

impl Resolve for Public {
    fn resolve(&self, name: Name) -> Resolving {
        let loopback = self.loopback;
        Box::pin(async move {
            let addresses = public_addresses(name.as_str(), loopback).await?;
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

/// The addresses of a host, all of them public: one that is not says that the name's owner plays games.
async fn public_addresses(
    host: &str,
    loopback: bool,
) -> Result<Vec<SocketAddr>, Box<dyn std::error::Error + Send + Sync>> {
    let found: Vec<SocketAddr> = tokio::net::lookup_host((host, 0)).await?.take(ADDRESSES_MAX).collect();
    let is_refused = |address: &SocketAddr| {
        let ip = address.ip();
        is_private(ip) && !(loopback && ip.is_loopback())
    };
    if found.iter().any(is_refused) {
        return Err(Box::new(Private));
    }
    if found.is_empty() {
        return Err(Box::new(io::Error::from(io::ErrorKind::NotFound)));
    }
    Ok(found)
}

impl Webhooks {
    /// A client. The process has installed a provider of TLS.
    ///
    /// # Errors
    /// When it has not, or the client cannot be made.
    pub fn new(options: &WebhookOptions) -> Result<Self, Error> {
        if rustls::crypto::CryptoProvider::get_default().is_none() {
            return Err(Error::NoTlsProvider);
        }
        let client = Client::builder()
            .timeout(options.timeout)
            .redirect(redirect::Policy::none())
            .dns_resolver(Arc::new(Public { loopback: options.loopback }))
            .no_proxy()
            // A connection that stays open leads to where the name led once.
            .pool_max_idle_per_host(0)
            .user_agent(concat!("vigie/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(Error::Http)?;
        Ok(Self { client, loopback: options.loopback })
    }

    /// Whether an endpoint leads into a private network at this moment. What cannot be resolved does not yet.
    pub async fn is_private(&self, url: &EndpointUrl) -> bool {
        let Ok(url) = reqwest::Url::parse(url.as_str()) else { return true };
        let Some(host) = url.host_str() else { return true };
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let found = public_addresses(host, self.loopback).await;
        found.is_err_and(|error| error.is::<Private>())
    }
}

#[derive(Serialize)]
struct CloudEvent<'a> {
    specversion: &'a str,
    id: String,
    source: String,
    #[serde(rename = "type")]
    event_type: &'a str,
    subject: String,
    time: String,
    datacontenttype: &'a str,
    data: Value,
}

fn body(message: &Message) -> Result<Vec<u8>, serde_json::Error> {
    let cause = &message.cause;
    serde_json::to_vec(&CloudEvent {
        specversion: "1.0",
        id: message.id.to_string(),
        source: format!("/vigie/notices/0/{}", message.id.notice_id),
        event_type: EVENT_TYPE,
        subject: cause.line.as_ref().map_or(cause.account_id, |line| line.line_id).to_string(),
        time: message.at.to_string(),
        datacontenttype: "application/json",
        data: json!({
            "notice_id": message.id.notice_id,
            "account_id": cause.account_id,
            "cause": cause.kind,
            "cause_event_id": cause.event_id,
            "cause_at": cause.at,
            "line_id": cause.line.as_ref().map(|line| line.line_id),
            "language": message.language,
            "subject": message.subject,
            "text": message.body,
            "parameters": plain(&message.parameters),
            "repeat": message.repeat,
        }),
    })
}

/// Parameters as a receiver reads them: values, and nothing of how we keep them.
fn plain(parameters: &Parameters) -> Map<String, Value> {
    let value = |parameter: &Parameter| match parameter {
        Parameter::Code(text) | Parameter::Text(text) => json!(text),
        Parameter::Instant(at) => json!(at),
        Parameter::Personal(personal) => json!(personal.known()),
    };
    parameters.iter().map(|(name, parameter)| (name.replace('-', "_"), value(parameter))).collect()
}

#[async_trait]
impl Post for Webhooks {
    async fn send(&self, message: &Message) -> AttemptEnd {
        let Destination::Webhook { url, secret } = &message.to else {
            return AttemptEnd::Refused(Failure::of("ADDRESS"));
        };
        // What was taken once may not be any more; a literal address is not resolved, so it is looked at here.
        let Ok(url) = EndpointUrl::parse(url.as_str(), self.loopback) else {
            return AttemptEnd::Refused(Failure::of("WEBHOOK_ADDRESS_REFUSED"));
        };
        let body = match body(message) {
            Ok(body) if body.len() <= BODY_BYTES_MAX => body,
            _ => return AttemptEnd::Refused(Failure::of("BODY")),
        };
        let signature = secret.sign(message.at, &body);
        let mut request = self
            .client
            .post(url.as_str())
            .header("content-type", "application/cloudevents+json; charset=UTF-8")
            .header("vigie-signature", signature)
            .header("vigie-message-id", message.id.to_string());
        if message.repeat {
            request = request.header("vigie-repeat", "1");
        }
        match request.body(body).send().await {
            Ok(response) => answered(response.status(), message),
            Err(error) => failed(&error, message),
        }
    }
}

fn answered(status: StatusCode, message: &Message) -> AttemptEnd {
    let code = status.as_u16().to_string();
    if status.is_success() {
        let message_id = message.id.to_string();
        return AttemptEnd::HandedOver(Receipt {
            message_id,
            proof: Proof::WebhookAccepted,
            code,
            text: None,
        });
    }
    match status {
        StatusCode::GONE => AttemptEnd::Refused(Failure::of(&code)),
        // Everything else, wrong credentials and a route that is missing too, is an endpoint that somebody may mend.
        _ => AttemptEnd::Failed(Failure::of(&code)),
    }
}

fn failed(error: &reqwest::Error, message: &Message) -> AttemptEnd {
    let mut causes = std::iter::successors(Some(error as &dyn std::error::Error), |error| error.source());
    if causes.any(|cause| cause.is::<Private>()) {
        return AttemptEnd::Refused(Failure::of("WEBHOOK_ADDRESS_REFUSED"));
    }
    // Paths of endpoints are often their password.
    let last = std::iter::successors(Some(error as &dyn std::error::Error), |error| error.source()).last();
    let text = last.map(|cause| Personal::new(message.subject_id, cause.to_string()));
    if error.is_connect() || error.is_builder() {
        return AttemptEnd::Failed(Failure { code: "CONNECTION".to_owned(), text });
    }
    let code = if error.is_timeout() { "NO_ANSWER" } else { "CONNECTION_CUT" };
    AttemptEnd::Unknown(Failure { code: code.to_owned(), text })
}
