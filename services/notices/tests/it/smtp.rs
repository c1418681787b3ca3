//! Mail by a real server: taken, put off, refused, cut off, and never answered.

use vigie_notices::domain::NoticeState;
use vigie_notices::post::{Encryption, SmtpOptions};
use vigie_proto::notices::*;

use crate::house::*;
use crate::mail_server::MailServer;

on_both_engines!(
    a_mail_is_handed_over_with_the_servers_own_words_as_proof,
    who_is_put_off_is_written_to_again_unmarked,
    who_does_not_exist_is_refused_and_the_fallback_is_told,
    after_a_cut_connection_the_mail_is_repeated_once_and_marked,
    without_an_answer_there_are_two_mails_at_most_and_then_the_fallback,
    a_server_that_is_away_is_waited_for,
);

/// The service writes to `someone` who manages the fleet, with Paul behind.
async fn writing_to(house: &mut House, someone: &str) -> MailServer {
    let server = MailServer::start().await;
    house.account(ACCOUNT, None).await;
    house.person(ACCOUNT, someone, &["FLEET_MANAGER"]).await;
    house.person(ACCOUNT, "paul.martin", &["ACCOUNT_ADMINISTRATOR"]).await;
    house.serve_with(server.post(), house.options()).await;
    house.line_event("suspension_confirmed").await;
    server
}

/// How each attempt ended: recipient, outcome, code, whether it was marked.
async fn attempts(house: &House, notice: &Notice) -> Vec<(u32, AttemptOutcome, String, bool)> {
    let shown = house.shown(&notice.notice_id).await;
    let row =
        |attempt: &Attempt| (attempt.recipient, attempt.outcome(), attempt.code.clone(), attempt.repeat);
    shown.attempts.iter().map(row).collect()
}

use AttemptOutcome::{Failed, HandedOver, Refused, Unknown};

async fn a_mail_is_handed_over_with_the_servers_own_words_as_proof(mut house: House) {
    let server = writing_to(&mut house, "nadia").await;
    let notice = &house.until(&[(NoticeState::HandedOver, 1)]).await[0];
    let accepted = server.accepted();
    assert_eq!(accepted.len(), 1);
    assert_eq!(accepted[0].from, "retours@exemple.fr", "what cannot be delivered comes back there");
    assert_eq!(accepted[0].mail.message_id, notice.message_id);
    assert_eq!(attempts(&house, notice).await, [(1, HandedOver, "250 2.0.0".to_owned(), false)]);
    let stream = notice.notice_id.parse().unwrap();
    let events = house.log.read_stream(stream, 0, 10).await.unwrap();
    let handed_over: serde_json::Value = serde_json::from_slice(&events[2].payload).unwrap();
    assert_eq!(handed_over["text"]["value"], "2.0.0 Ok: queued as 4WxYz12345");
    assert_eq!(handed_over["proof"], "SMTP_ACCEPTED");
}

async fn who_is_put_off_is_written_to_again_unmarked(mut house: House) {
    let server = writing_to(&mut house, "later").await;
    let notice = &house.until(&[(NoticeState::HandedOver, 1)]).await[0];
    let expected =
        [(1, Failed, "451 4.7.1".to_owned(), false), (1, HandedOver, "250 2.0.0".to_owned(), false)];
    assert_eq!(attempts(&house, notice).await, expected);
    assert_eq!(server.of("later").len(), 1);
}

async fn who_does_not_exist_is_refused_and_the_fallback_is_told(mut house: House) {
    let server = writing_to(&mut house, "unknown").await;
    let notice = &house.until(&[(NoticeState::HandedOver, 1)]).await[0];
    let expected =
        [(1, Refused, "550 5.1.1".to_owned(), false), (2, HandedOver, "250 2.0.0".to_owned(), false)];
    assert_eq!(attempts(&house, notice).await, expected);
    assert_eq!((server.of("unknown").len(), server.of("paul.martin").len()), (0, 1));
}

async fn after_a_cut_connection_the_mail_is_repeated_once_and_marked(mut house: House) {
    let server = writing_to(&mut house, "cut").await;
    let notice = &house.until(&[(NoticeState::HandedOver, 1)]).await[0];
    let mails = server.of("cut");
    assert_eq!(mails.iter().map(|mail| mail.repeat).collect::<Vec<_>>(), [false, true]);
    assert_eq!(mails[0].message_id, mails[1].message_id, "who reads both knows them as one");
    assert!(mails[1].text.contains("déjà reçu ce message"), "{}", mails[1].text);
    let outcomes: Vec<_> =
        attempts(&house, notice).await.into_iter().map(|(_, outcome, _, repeat)| (outcome, repeat)).collect();
    assert_eq!(outcomes, [(Unknown, false), (HandedOver, true)]);
}

async fn without_an_answer_there_are_two_mails_at_most_and_then_the_fallback(mut house: House) {
    let server = writing_to(&mut house, "deaf").await;
    let notice = &house.until(&[(NoticeState::HandedOver, 1)]).await[0];
    assert_eq!(server.of("deaf").iter().map(|mail| mail.repeat).collect::<Vec<_>>(), [false, true]);
    assert_eq!(server.of("paul.martin").iter().map(|mail| mail.repeat).collect::<Vec<_>>(), [false]);
    let events = house.events_of(notice).await;
    assert_eq!(
        events,
        [
            "notice_decided",
            "attempt_began",
            "attempt_failed",
            "attempt_began",
            "attempt_failed",
            "fallback_chosen",
            "attempt_began",
            "handed_over"
        ]
    );
}

async fn a_server_that_is_away_is_waited_for(mut house: House) {
    let server = writing_to(&mut house, "full").await;
    house.until(&[(NoticeState::HandedOver, 1)]).await;
    assert_eq!(server.of("full").len(), 1, "put off after the message itself, once");
    // Nobody listens any more.
    drop(server);
    house.line_event("suspension_confirmed").await;
    let waits = soon(async {
        loop {
            let notices = house.listed().await;
            if let Some(notice) = notices.iter().find(|notice| notice.why == "CONNECTION") {
                return notice.clone();
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    });
    let notice = waits.await;
    assert!(notice.attempt_count >= 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn by_tls_a_server_is_trusted_by_its_certificate_only() {
    let mut house = House::open(Engine::Sqlite).await;
    let pair = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let server = MailServer::start_tls(pair.cert.pem(), pair.signing_key.serialize_pem()).await;
    house.usual_people().await;
    let trusting = SmtpOptions {
        host: "localhost".to_owned(),
        encryption: Encryption::StartTls,
        ca: server.certificate.clone(),
        ..server.options()
    };
    let doubting = SmtpOptions { ca: None, ..trusting.clone() };

    house.serve_with(std::sync::Arc::new(server.smtp(doubting)), house.options()).await;
    house.account_event(1, "manager_assigned").await;
    soon(async {
        while house.listed().await.iter().all(|notice| notice.why.is_empty()) {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    })
    .await;
    assert!(server.accepted().is_empty(), "nothing is said to a stranger");
    house.stop().await;

    house.serve_with(std::sync::Arc::new(server.smtp(trusting)), house.options()).await;
    house.until(&[(NoticeState::HandedOver, 1)]).await;
    assert!(server.accepted()[0].tls);
}
