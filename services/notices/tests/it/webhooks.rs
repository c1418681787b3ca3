//! Endpoints: what they are sent, what becomes of it, and where nothing is sent.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use axum::routing::post;
use parking_lot::Mutex;
use serde_json::Value;
use vigie_chassis::identity::dev::Grant;
use vigie_chassis::identity::{Role, Scope};
use vigie_notices::Options;
use vigie_notices::domain::NoticeState;
use vigie_proto::notices::*;
use vigie_testkit::free_port;

use crate::house::*;

on_both_engines!(
    an_endpoint_is_told_by_a_signed_cloud_event_and_counts_as_told_at_once,
    an_endpoint_that_fails_is_tried_again_with_the_same_id,
    an_endpoint_that_keeps_failing_waits_for_a_person,
    the_operators_endpoint_is_told_of_everything_and_nobody_else_sees_that,
    a_redirect_is_not_followed,
    private_addresses_are_refused_at_registration,
    what_led_to_this_machine_is_refused_when_it_is_sent_to,
    an_endpoint_that_was_removed_is_told_nothing,
    only_who_looks_after_an_account_registers_its_endpoints,
);

/// What an endpoint was sent.
#[derive(Clone, Debug)]
struct Heard {
    headers: HeaderMap,
    body: Bytes,
}

/// An endpoint that answers as it is told to, and 200 otherwise.
#[derive(Clone, Default)]
struct EndpointServer {
    heard: Arc<Mutex<Vec<Heard>>>,
    answers: Arc<Mutex<VecDeque<u16>>>,
    url: String,
}

impl EndpointServer {
    async fn start(answers: &[u16]) -> Self {
        let address = SocketAddr::from(([127, 0, 0, 1], free_port().unwrap()));
        let server = Self {
            url: format!("http://{address}/hook"),
            answers: Arc::new(Mutex::new(answers.iter().copied().collect())),
            ..Self::default()
        };
        let (heard, answers) = (server.heard.clone(), server.answers.clone());
        let hook = move |headers: HeaderMap, body: Bytes| async move {
            heard.lock().push(Heard { headers, body });
            let status = answers.lock().pop_front().unwrap_or(200);
            (StatusCode::from_u16(status).unwrap(), [("location", "/elsewhere")]).into_response()
        };
        let elsewhere = server.heard.clone();
        let lost = move || async move {
            elsewhere.lock().push(Heard { headers: HeaderMap::new(), body: Bytes::from_static(b"followed") });
        };
        let router = Router::new().route("/hook", post(hook)).route("/elsewhere", post(lost));
        let listener = tokio::net::TcpListener::bind(address).await.unwrap();
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        server
    }

    fn heard(&self) -> Vec<Heard> {
        self.heard.lock().clone()
    }
}

impl Heard {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    fn event(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

fn register(url: &str, account_id: &str) -> RegisterWebhookRequest {
    let webhook = Webhook { url: url.to_owned(), account_id: account_id.to_owned(), ..Webhook::default() };
    RegisterWebhookRequest { request_id: fresh(), webhook: Some(webhook) }
}

/// The customer's endpoint is registered and something happens of which it is told; nobody else can be.
async fn registered(house: &mut House, server: &EndpointServer) -> RegisterWebhookResponse {
    house.account(ACCOUNT, None).await;
    house.serve().await;
    let request = register(&server.url, &ACCOUNT.to_string());
    house.administrator().register_webhook(request).await.unwrap().into_inner()
}

async fn an_endpoint_is_told_by_a_signed_cloud_event_and_counts_as_told_at_once(mut house: House) {
    let server = EndpointServer::start(&[]).await;
    let answer = registered(&mut house, &server).await;
    house.line_event("suspension_confirmed").await;
    let notices = house.until(&[(NoticeState::Delivered, 1), (NoticeState::NobodyToTell, 1)]).await;
    let heard = server.heard();
    assert_eq!(heard.len(), 1);
    let event = heard[0].event();
    assert_eq!(
        (event["specversion"].as_str(), event["type"].as_str()),
        (Some("1.0"), Some("vigie.notice.told.v1"))
    );
    assert_eq!(event["data"]["cause"], "LINE_BARRED");
    assert_eq!(event["data"]["parameters"]["line"], "+33600000001");
    assert_eq!(event["data"]["parameters"]["reason"], "THEFT");
    let told = notices.iter().find(|notice| state_of(notice) == NoticeState::Delivered).unwrap();
    assert_eq!(event["id"].as_str(), Some(told.message_id.as_str()));
    assert_eq!(told.audience(), NoticeAudience::AccountSystem);
    assert_eq!(heard[0].header("vigie-message-id"), told.message_id);
    let shown = house.shown(&told.notice_id).await;
    assert_eq!((shown.handed_over_at, shown.delivered_at), (told.handed_over_at, told.delivered_at));

    // As a receiver checks it, by means of its own.
    let signature = heard[0].header("vigie-signature");
    let (t, v1) = signature.strip_prefix("t=").unwrap().split_once(",v1=").unwrap();
    let signed = [t.as_bytes(), b".", &heard[0].body].concat();
    assert_eq!(hmac_sha256(answer.secret.as_bytes(), &signed), v1);
}

/// RFC 2104, written out.
fn hmac_sha256(key: &[u8], message: &[u8]) -> String {
    use sha2::{Digest as _, Sha256};
    assert!(key.len() <= 64);
    let pad = |with: u8| (0..64).map(|at| key.get(at).copied().unwrap_or(0) ^ with).collect::<Vec<u8>>();
    let inner = Sha256::digest([pad(0x36), message.to_vec()].concat());
    hex::encode(Sha256::digest([pad(0x5c), inner.to_vec()].concat()))
}

async fn an_endpoint_that_fails_is_tried_again_with_the_same_id(mut house: House) {
    let server = EndpointServer::start(&[503, 500, 404]).await;
    registered(&mut house, &server).await;
    house.account_event(1, "manager_assigned").await;
    house.until(&[(NoticeState::Delivered, 1), (NoticeState::NobodyToTell, 1)]).await;
    let heard = server.heard();
    assert_eq!(heard.len(), 4);
    assert!(heard.iter().all(|one| one.event()["id"] == heard[0].event()["id"]));
    assert!(heard.iter().all(|one| one.header("vigie-repeat").is_empty()), "none of them was taken");
}

async fn an_endpoint_that_keeps_failing_waits_for_a_person(mut house: House) {
    let server = EndpointServer::start(&[503; 24]).await;
    registered(&mut house, &server).await;
    house.account_event(1, "manager_assigned").await;
    let notices = house.until(&[(NoticeState::GivenUp, 1), (NoticeState::NobodyToTell, 1)]).await;
    assert_eq!(server.heard().len(), 24);
    let given_up = notices.iter().find(|notice| state_of(notice) == NoticeState::GivenUp).unwrap();
    assert_eq!((given_up.why.as_str(), given_up.attempt_count), ("503", 24));
    let retry = RetryNoticeRequest {
        request_id: fresh(),
        notice_id: given_up.notice_id.clone(),
        reason: "their server is back".to_owned(),
    };
    house.operator().retry_notice(retry).await.unwrap();
    house.until(&[(NoticeState::Delivered, 1), (NoticeState::NobodyToTell, 1)]).await;
}

async fn the_operators_endpoint_is_told_of_everything_and_nobody_else_sees_that(mut house: House) {
    let server = EndpointServer::start(&[]).await;
    house.usual_people().await;
    house.serve().await;
    house.operator().register_webhook(register(&server.url, "")).await.unwrap();
    house.account_event(1, "manager_assigned").await;
    house.line_event("suspension_confirmed").await;
    house.until(&[(NoticeState::Delivered, 2), (NoticeState::HandedOver, 3)]).await;
    assert_eq!(server.heard().len(), 2);
    let request = ListNoticesRequest::default();
    let seen = house.administrator().list_notices(request).await.unwrap().into_inner().notices;
    assert_eq!(seen.len(), 3);
    assert!(seen.iter().all(|notice| notice.audience() == NoticeAudience::Person));
    let hidden =
        house.listed().await.into_iter().find(|notice| notice.audience() == NoticeAudience::Operator);
    let get = GetNoticeRequest { notice_id: hidden.unwrap().notice_id };
    assert_eq!(refused(house.administrator().get_notice(get).await), "NOTICE_NOT_FOUND");
}

async fn a_redirect_is_not_followed(mut house: House) {
    let server = EndpointServer::start(&[307, 301]).await;
    registered(&mut house, &server).await;
    house.account_event(1, "manager_assigned").await;
    house.until(&[(NoticeState::Delivered, 1), (NoticeState::NobodyToTell, 1)]).await;
    let heard = server.heard();
    assert_eq!(heard.len(), 3, "it is a failure like any other");
    assert!(heard.iter().all(|one| one.body != "followed"));
}

async fn private_addresses_are_refused_at_registration(mut house: House) {
    house.account(ACCOUNT, None).await;
    house.serve_with(house.mailbox(), Options { loopback_webhooks: false, ..house.options() }).await;
    let head = house.log.head().await.unwrap().position;
    for url in [
        "http://crm.exemple.fr/",
        "https://127.0.0.1/",
        "https://localhost/",
        "https://10.0.0.1/",
        "https://169.254.169.254/",
        "https://[::1]/",
        "https://[fd00::1]/",
        "https://u:p@crm.exemple.fr/",
        "x",
        "",
        "https://[::ffff:192.168.0.1]/",
    ] {
        let answer = house.administrator().register_webhook(register(url, &ACCOUNT.to_string())).await;
        assert_eq!(refused(answer), "WEBHOOK_ADDRESS_REFUSED", "{url}");
    }
    assert_eq!(house.log.head().await.unwrap().position, head);
}

async fn what_led_to_this_machine_is_refused_when_it_is_sent_to(mut house: House) {
    let server = EndpointServer::start(&[]).await;
    registered(&mut house, &server).await;
    house.stop().await;
    // From now on nothing may lead to this machine: what was taken once is looked at again.
    house.serve_with(house.mailbox(), Options { loopback_webhooks: false, ..house.options() }).await;
    house.account_event(1, "manager_assigned").await;
    let notices = house.until(&[(NoticeState::GivenUp, 1), (NoticeState::NobodyToTell, 1)]).await;
    assert!(notices.iter().any(|notice| notice.why == "WEBHOOK_ADDRESS_REFUSED"), "{notices:?}");
    assert!(server.heard().is_empty());
}

async fn an_endpoint_that_was_removed_is_told_nothing(mut house: House) {
    let server = EndpointServer::start(&[503; 100]).await;
    let webhook = registered(&mut house, &server).await.webhook.unwrap();
    house.account_event(1, "manager_assigned").await;
    soon(async {
        while server.heard().is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
    let remove = RemoveWebhookRequest { request_id: fresh(), webhook_id: webhook.webhook_id };
    house.administrator().remove_webhook(remove).await.unwrap();
    let notices = house.until(&[(NoticeState::GivenUp, 1), (NoticeState::NobodyToTell, 1)]).await;
    assert!(notices.iter().any(|notice| notice.why == "WEBHOOK_REMOVED"), "{notices:?}");
    let list = ListWebhooksRequest { account_id: ACCOUNT.to_string() };
    assert!(house.administrator().list_webhooks(list).await.unwrap().into_inner().webhooks.is_empty());
    house.account_event(2, "manager_assigned").await;
    house.until(&[(NoticeState::GivenUp, 1), (NoticeState::NobodyToTell, 2)]).await;
}

async fn only_who_looks_after_an_account_registers_its_endpoints(mut house: House) {
    let server = EndpointServer::start(&[]).await;
    let webhook = registered(&mut house, &server).await.webhook.unwrap();
    let account = ACCOUNT.to_string();
    let of_another = Grant::new("crm", &[Role::Integration]).scope(Scope::account(OTHER_ACCOUNT));
    let mut other = house.as_bearer(&of_another);
    assert_eq!(refused(other.register_webhook(register(&server.url, &account)).await), "ACCOUNT_NOT_FOUND");
    assert_eq!(refused(other.register_webhook(register(&server.url, "")).await), "ACCOUNT_NOT_FOUND");
    let remove = RemoveWebhookRequest { request_id: fresh(), webhook_id: webhook.webhook_id.clone() };
    assert_eq!(refused(other.remove_webhook(remove).await), "WEBHOOK_NOT_FOUND");
    let list = ListWebhooksRequest { account_id: account.clone() };
    assert_eq!(refused(other.list_webhooks(list.clone()).await), "ACCOUNT_NOT_FOUND");
    let fleet = Grant::new("nadia", &[Role::FleetManager]).scope(Scope::account(ACCOUNT));
    let mut fleet = house.as_bearer(&fleet);
    assert_eq!(refused(fleet.register_webhook(register(&server.url, &account)).await), "PERMISSION_DENIED");

    // The secret is shown again only for the same request, and there are eight endpoints at most.
    let mut administrator = house.administrator();
    let request = register(&server.url, &account);
    let first = administrator.register_webhook(request.clone()).await.unwrap().into_inner();
    assert_eq!(administrator.register_webhook(request.clone()).await.unwrap().into_inner(), first);
    let changed = RegisterWebhookRequest {
        webhook: Some(Webhook { causes: vec![1], ..request.webhook.unwrap() }),
        ..request
    };
    assert_eq!(refused(administrator.register_webhook(changed).await), "REQUEST_ID_REUSED");
    for _ in 0..6 {
        administrator.register_webhook(register(&server.url, &account)).await.unwrap();
    }
    assert_eq!(refused(administrator.register_webhook(register(&server.url, &account)).await), "TOO_LARGE");
    assert_eq!(administrator.list_webhooks(list).await.unwrap().into_inner().webhooks.len(), 8);
}
