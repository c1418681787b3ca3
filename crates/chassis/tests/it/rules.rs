//! A server whose rules and RPCs differ does not start.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use vigie_chassis::identity::dev::Issuer;
use vigie_chassis::identity::{Options, Verifier};
use vigie_chassis::rules::{Rule, Rules};
use vigie_chassis::server::{self, Builder, Error};
use vigie_clock::ManualClock;

use crate::stub::{self, BACKUP, FEED, LIST_LOGS, READ_STREAM, VERIFY};
use crate::world::{START, bind_with_rules};

fn refused(bound: Result<server::Server, Error>) -> String {
    let error = bound.err().expect("started");
    let source = std::error::Error::source(&error).map(ToString::to_string);
    format!("{error}: {}", source.unwrap_or_default())
}

#[tokio::test]
async fn an_rpc_without_a_rule_keeps_the_server_from_starting() {
    let rules = [LIST_LOGS, FEED, READ_STREAM, VERIFY]
        .iter()
        .fold(Rules::new(), |rules, path| rules.allow(path, Rule::public()));
    let message = refused(bind_with_rules(rules).await);
    assert!(message.contains("RPCs without a rule: vigie.log.v1.LogService/Backup"), "{message}");
}

#[tokio::test]
async fn a_rule_without_an_rpc_keeps_the_server_from_starting() {
    let rules = [LIST_LOGS, FEED, READ_STREAM, VERIFY, BACKUP, "/vigie.log.v1.LogService/Erase"]
        .iter()
        .fold(Rules::new(), |rules, path| rules.allow(path, Rule::public()));
    let message = refused(bind_with_rules(rules).await);
    assert!(message.contains("rules without an RPC: vigie.log.v1.LogService/Erase"), "{message}");
}

#[tokio::test]
async fn rules_that_need_tokens_need_somebody_who_verifies_them() {
    assert!(matches!(bind_with_rules(stub::rules()).await, Err(Error::NoIdentity)));
}

#[tokio::test]
async fn development_tokens_are_for_loopback_only() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(ManualClock::at(START));
    let issuer = Issuer::open(folder.path(), clock.clone()).unwrap();
    let verifier = Verifier::development(&issuer, &Options::default(), clock.clone()).unwrap();
    let options = server::Options {
        listen: SocketAddr::from((Ipv4Addr::UNSPECIFIED, crate::world::next_port())),
        admin: None,
        ..server::Options::default()
    };
    let bound = Builder::new(options, clock)
        .identity(verifier)
        .rules(stub::rules())
        .descriptors(vigie_proto::DESCRIPTORS)
        .bind(stub::services())
        .await;
    assert!(matches!(bound, Err(Error::DevelopmentIssuerExposed(_))));
}
