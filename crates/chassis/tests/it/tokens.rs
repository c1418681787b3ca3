//! Which tokens count.

use std::collections::BTreeMap;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use tonic::Code;
use vigie_chassis::error::Reason;
use vigie_chassis::identity::Role;
use vigie_chassis::identity::dev::{Grant, Issuer};
use vigie_clock::Timestamp;
use vigie_proto::log::BackupRequest;

use crate::stub::limit;
use crate::world::{START, World, reason, soon, with_token};

async fn refused(world: &World, token: &str) -> Option<Reason> {
    let status = soon(world.feed(token, limit::TELL)).await.unwrap_err();
    assert_eq!(status.code(), Code::Unauthenticated, "{status:?}");
    reason(&status)
}

#[tokio::test]
async fn a_valid_token_names_its_caller_and_t0() {
    let world = World::start().await;
    for _ in 0..2 {
        let answers = soon(world.feed(&world.operator(), limit::TELL)).await.unwrap();
        let told = answers[0].event.as_ref().unwrap().payload.clone();
        assert_eq!(String::from_utf8(told).unwrap(), format!("ada {START} false"));
    }
}

#[tokio::test]
async fn without_a_token_nothing_but_public_calls_work() {
    let world = World::start().await;
    let mut client = world.client().await;
    let status = client.feed(vigie_proto::log::FeedRequest::default()).await.unwrap_err();
    assert_eq!(reason(&status), Some(Reason::Unauthenticated));
    client.verify(vigie_proto::log::VerifyRequest::default()).await.unwrap();
    // A public call does not look at tokens at all.
    client.verify(with_token(vigie_proto::log::VerifyRequest::default(), "garbage")).await.unwrap();
}

#[tokio::test]
async fn an_expired_token_is_refused_also_when_it_was_seen_before() {
    let world = World::start().await;
    let fresh = world.token(&Grant::new("ada", &[Role::Operator]).ttl(Duration::from_secs(60)));
    let unseen = world.token(&Grant::new("bob", &[Role::Operator]).ttl(Duration::from_secs(60)));
    soon(world.feed(&fresh, limit::TELL)).await.unwrap();
    world.clock.advance(Duration::from_secs(66));
    assert_eq!(refused(&world, &fresh).await, Some(Reason::TokenExpired));
    assert_eq!(refused(&world, &unseen).await, Some(Reason::TokenExpired));
}

#[tokio::test]
async fn a_token_for_another_service_is_refused() {
    let world = World::start().await;
    let grant = Grant { audience: "billing".into(), ..Grant::new("ada", &[Role::Operator]) };
    assert_eq!(refused(&world, &world.token(&grant)).await, Some(Reason::WrongAudience));
}

#[tokio::test]
async fn a_token_of_another_issuer_is_refused() {
    let world = World::start().await;
    let elsewhere = tempfile::tempdir().unwrap();
    let other = Issuer::open(elsewhere.path(), world.clock.clone()).unwrap();
    let token = other.mint(&Grant::new("ada", &[Role::Operator])).unwrap();
    assert_eq!(refused(&world, &token).await, Some(Reason::TokenInvalid));

    // Its key under the right key's name.
    let kid = header(&world.operator())["kid"].as_str().unwrap().to_owned();
    let (_, payload, _) = parts(&world.operator());
    let forged = sign(&Header { kid: Some(kid), ..Header::new(Algorithm::EdDSA) }, &payload, &other_key());
    assert_eq!(refused(&world, &forged).await, Some(Reason::TokenInvalid));
}

#[tokio::test]
async fn an_unsigned_token_is_refused() {
    let world = World::start().await;
    let (header, payload, signature) = parts(&world.operator());
    for algorithm in ["none", "None", "NONE"] {
        let unsigned = URL_SAFE_NO_PAD.encode(format!(r#"{{"alg":"{algorithm}","typ":"JWT"}}"#));
        for token in [format!("{unsigned}.{payload}."), format!("{unsigned}.{payload}.{signature}")] {
            assert_eq!(refused(&world, &token).await, Some(Reason::TokenInvalid), "{algorithm}");
        }
    }
    assert_eq!(refused(&world, &format!("{header}.{payload}.")).await, Some(Reason::TokenInvalid));
}

#[tokio::test]
async fn a_token_signed_with_the_public_key_as_secret_is_refused() {
    let world = World::start().await;
    let jwks: serde_json::Value = serde_json::from_str(world.issuer.jwks()).unwrap();
    let public = URL_SAFE_NO_PAD.decode(jwks["keys"][0]["x"].as_str().unwrap()).unwrap();
    let kid = jwks["keys"][0]["kid"].as_str().unwrap().to_owned();
    let (_, payload, _) = parts(&world.operator());
    for secret in [public.as_slice(), world.issuer.jwks().as_bytes()] {
        let header = Header { kid: Some(kid.clone()), ..Header::new(Algorithm::HS256) };
        let token = sign(&header, &payload, &EncodingKey::from_secret(secret));
        assert_eq!(refused(&world, &token).await, Some(Reason::TokenInvalid));
    }
}

#[tokio::test]
async fn a_changed_token_and_garbage_are_refused() {
    let world = World::start().await;
    let (header, _, signature) = parts(&world.operator());
    let other = parts(&world.token(&Grant::new("eve", &[Role::Operator]))).1;
    let long = "A".repeat(17 * 1024);
    for token in [&format!("{header}.{other}.{signature}"), "garbage", "..", "", "a.b.c", &long] {
        assert_eq!(refused(&world, token).await, Some(Reason::TokenInvalid), "{token}");
    }
}

#[tokio::test]
async fn claims_that_narrow_in_an_unknown_way_are_refused() {
    let world = World::start().await;
    let claims = serde_json::json!({
        "iss": "urn:vigie:development", "aud": "vigie", "sub": "eve",
        "exp": Timestamp::as_micros(START) / 1_000_000 + 60,
        "vigie_roles": ["operator"],
        "vigie_scope": [{ "account": uuid::Uuid::from_u128(1), "building": "7" }],
    });
    // Made with the world's own key, read from its folder as an issuer would.
    let folder = tempfile::tempdir().unwrap();
    let issuer = Issuer::open(folder.path(), world.clock.clone()).unwrap();
    drop(issuer);
    let seed = std::fs::read(folder.path().join("development.key")).unwrap();
    let verifier = vigie_chassis::identity::Verifier::development(
        &Issuer::open(folder.path(), world.clock.clone()).unwrap(),
        &vigie_chassis::identity::Options::default(),
        world.clock.clone(),
    )
    .unwrap();
    let key = EncodingKey::from_ed_der(&[PKCS8.as_slice(), &seed].concat());
    let mint = |claims: &serde_json::Value| {
        jsonwebtoken::encode(&Header::new(Algorithm::EdDSA), claims, &key).unwrap()
    };
    let refused = verifier.verify(&mint(&claims)).await.unwrap_err();
    assert_eq!(refused.reason(), Reason::TokenInvalid);

    let mut known = claims.clone();
    known["vigie_scope"] = serde_json::json!([{ "account": uuid::Uuid::from_u128(1) }]);
    assert_eq!(verifier.verify(&mint(&known)).await.unwrap().subject(), "eve");
    for claim in ["exp", "iss", "aud", "sub"] {
        let mut missing = known.clone();
        missing.as_object_mut().unwrap().remove(claim);
        let refused = verifier.verify(&mint(&missing)).await.unwrap_err();
        assert_eq!(refused.reason(), Reason::TokenInvalid, "{claim}");
    }
}

#[tokio::test]
async fn a_role_that_the_rule_does_not_name_is_refused() {
    let world = World::start().await;
    let token = world.token(&Grant::new("eve", &[Role::EndUser, Role::FleetManager]));
    let status = soon(world.feed(&token, limit::TELL)).await.unwrap_err();
    assert_eq!((status.code(), reason(&status)), (Code::PermissionDenied, Some(Reason::PermissionDenied)));
}

#[tokio::test]
async fn step_up_is_needed_and_over_after_five_minutes() {
    let world = World::start().await;
    let mut client = world.client().await;
    let weak = client.backup(with_token(BackupRequest::default(), &world.operator())).await.unwrap_err();
    assert_eq!((weak.code(), reason(&weak)), (Code::PermissionDenied, Some(Reason::StepUpRequired)));

    let strong = world.token(&Grant::new("ada", &[Role::Operator]).with_step_up());
    client.backup(with_token(BackupRequest::default(), &strong)).await.unwrap();
    world.clock.advance(Duration::from_secs(301));
    let late = client.backup(with_token(BackupRequest::default(), &strong)).await.unwrap_err();
    assert_eq!(reason(&late), Some(Reason::StepUpRequired));
    // The token itself still counts.
    soon(world.feed(&strong, limit::TELL)).await.unwrap();
}

pub(crate) const PKCS8: [u8; 16] =
    [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

fn other_key() -> EncodingKey {
    EncodingKey::from_ed_der(&[PKCS8.as_slice(), &[7; 32]].concat())
}

fn parts(token: &str) -> (String, String, String) {
    let mut parts = token.split('.').map(str::to_owned);
    (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap())
}

fn header(token: &str) -> BTreeMap<String, serde_json::Value> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(parts(token).0).unwrap()).unwrap()
}

fn sign(header: &Header, payload: &str, key: &EncodingKey) -> String {
    let header_text = URL_SAFE_NO_PAD.encode(serde_json::to_vec(header).unwrap());
    let message = format!("{header_text}.{payload}");
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), key, header.alg).unwrap();
    format!("{message}.{signature}")
}
