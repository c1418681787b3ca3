//! SIGKILL between the mail server's answer and its record, in a process of its own.

use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use vigie_chassis::health::Readiness;
use vigie_chassis::page::Signer;
use vigie_clock::{Clock, SystemClock};
use vigie_eventlog::Checkpoint;
use vigie_notices::domain::NoticeState;
use vigie_notices::post::{Encryption, Post, SigningKey, Smtp, SmtpOptions};
use vigie_notices::{Caused, Notices, Options, Parts};
use vigie_testkit::{Process, Scratch, arm_kill_point};

use crate::house::*;
use crate::mail_server::MailServer;

const CHILD: &str = "killed::tell_until_killed";

on_both_engines!(
    after_the_mail_was_taken_it_is_repeated_once_and_marked,
    before_the_mail_was_sent_it_is_sent_once,
);

/// A process tells and is killed at `point`; then another one goes on. Whether each mail to Nadia was marked.
async fn mails_when_killed_at(mut house: House, point: &str) -> Vec<bool> {
    let server = MailServer::start().await;
    house.account(ACCOUNT, None).await;
    house.person(ACCOUNT, "nadia", &["FLEET_MANAGER"]).await;
    house.line_event("suspension_confirmed").await;
    house.close_logs().await;

    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", CHILD, "--ignored", "--nocapture", "--test-threads=1"]);
    command.env("CHILD_PLACE", house.told()).env("CHILD_PORT", server.port.to_string());
    arm_kill_point(&mut command, point);
    let (home, point) = (Scratch::new("child").unwrap(), point.to_owned());
    let killed = tokio::task::spawn_blocking(move || {
        let child = Process::start(&home, &mut command).unwrap();
        child.kill_at(&point, Duration::from_secs(60)).map(drop)
    });
    killed.await.unwrap().unwrap();

    house.open_logs().await;
    let options = Options { attempt_max: Duration::from_secs(1), ..house.options() };
    house.serve_with(server.post(), options).await;
    house.until(&[(NoticeState::HandedOver, 1)]).await;
    server.of("nadia").iter().map(|mail| mail.repeat).collect()
}

async fn after_the_mail_was_taken_it_is_repeated_once_and_marked(house: House) {
    assert_eq!(mails_when_killed_at(house, "notices.after_post").await, [false, true]);
}

async fn before_the_mail_was_sent_it_is_sent_once(house: House) {
    assert_eq!(
        mails_when_killed_at(house, "notices.before_post").await,
        [true],
        "nobody knows that it is the first"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "started by other tests, as a process of its own"]
async fn tell_until_killed() {
    let Ok(told) = std::env::var("CHILD_PLACE") else { return };
    let _ = rustls::crypto::ring::default_provider().install_default();
    let places = Places::heard(&told);
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let log = |name: &'static str| open_log(places.location(name), clock.clone());
    let (lines, routing, own) = (log("lines").await, log("routing").await, log("notices").await);
    let smtp = SmtpOptions {
        port: std::env::var("CHILD_PORT").unwrap().parse().unwrap(),
        encryption: Encryption::None,
        ..SmtpOptions::default()
    };
    let mail: Arc<dyn Post> =
        Arc::new(Smtp::new(smtp, "avis@exemple.fr", "", "retours@exemple.fr", "avis.exemple.fr").unwrap());
    let keys = tempfile::tempdir().unwrap();
    let parts = Parts {
        told_to: None,
        log: own,
        lines: Some(Caused { feed: Arc::new(lines), begin_after: Checkpoint::START }),
        contacts: Some(Arc::new(routing.clone())),
        routing: Some(Caused { feed: Arc::new(routing), begin_after: Checkpoint::START }),
        mail,
        key: SigningKey::new(&[7; 32]),
        pages: Signer::open_or_create(&keys.path().join("pages.key")).unwrap(),
        readiness: Readiness::new(),
    };
    let options = Options { attempt_max: Duration::from_secs(1), ..options(&places) };
    let _notices = Notices::open(options, parts).await.unwrap();
    std::future::pending::<()>().await;
}
