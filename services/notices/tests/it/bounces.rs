//! What comes back is taken in, and somebody else is told.

use tonic::Code;
use vigie_chassis::identity::dev::Grant;
use vigie_chassis::identity::{Role, Scope};
use vigie_notices::domain::NoticeState;
use vigie_proto::notices::*;

use crate::house::*;
use crate::letters::{in_folder, written_to};

on_both_engines!(
    a_bounce_is_taken_back_and_the_fallback_is_told,
    when_nobody_is_left_the_notice_waits_for_a_person_who_has_it_tried_again,
    what_is_no_bounce_of_ours_is_refused_and_changes_nothing,
    late_and_delivered_are_told_apart,
);

/// As a mail server reports on the mail of that id.
fn report(message_id: &str, action: &str, status: &str) -> Vec<u8> {
    format!(
        "From: MAILER-DAEMON@mx.exemple.fr\r\n\
         Subject: Delivery Status Notification\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=\"b1\"\r\n\r\n\
         --b1\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n\
         --b1\r\nContent-Type: message/delivery-status\r\n\r\n\
         Reporting-MTA: dns; mx.exemple.fr\r\n\r\n\
         Final-Recipient: rfc822; nadia@exemple.fr\r\nAction: {action}\r\nStatus: {status}\r\n\
         Diagnostic-Code: smtp; 550 {status} <nadia@exemple.fr>: no such user\r\n\r\n\
         --b1\r\nContent-Type: text/rfc822-headers\r\n\r\n\
         Message-ID: {message_id}\r\nSubject: x\r\n\r\n--b1--\r\n"
    )
    .into_bytes()
}

fn record(message: Vec<u8>) -> RecordBounceRequest {
    RecordBounceRequest { request_id: fresh(), message }
}

/// The account manager is told of, to Paul with Nadia behind, and Paul's copy is out.
async fn told(house: &mut House) -> Notice {
    house.usual_people().await;
    house.serve().await;
    house.account_event(1, "manager_assigned").await;
    house.until(&[(NoticeState::HandedOver, 1)]).await.remove(0)
}

async fn a_bounce_is_taken_back_and_the_fallback_is_told(mut house: House) {
    let notice = told(&mut house).await;
    let bounce = record(report(&notice.message_id, "failed", "5.1.1"));
    let answer = house.operator().record_bounce(bounce.clone()).await.unwrap().into_inner();
    assert_eq!(answer.outcome(), BounceOutcome::Bounced);
    let told = house.until(&[(NoticeState::HandedOver, 1)]).await.remove(0);
    assert_eq!(written_to(&in_folder(house.folder())), ["nadia", "paul.martin"]);
    assert_ne!(told.message_id, notice.message_id);
    let expected = [
        "notice_decided",
        "attempt_began",
        "handed_over",
        "bounced",
        "fallback_chosen",
        "attempt_began",
        "handed_over",
    ];
    assert_eq!(house.events_of(&told).await, expected);

    // The same request again, and the same bounce under another request id, change nothing.
    house.operator().record_bounce(bounce.clone()).await.unwrap();
    house.operator().record_bounce(record(bounce.message)).await.unwrap();
    assert_eq!(house.events_of(&told).await, expected);
}

async fn when_nobody_is_left_the_notice_waits_for_a_person_who_has_it_tried_again(mut house: House) {
    house.account(ACCOUNT, None).await;
    let paul = house.person(ACCOUNT, "paul.martin", &["ACCOUNT_ADMINISTRATOR"]).await;
    house.serve().await;
    house.account_event(1, "manager_assigned").await;
    let notice = house.until(&[(NoticeState::HandedOver, 1)]).await.remove(0);
    house.operator().record_bounce(record(report(&notice.message_id, "failed", "5.1.1"))).await.unwrap();
    let given_up = house.until(&[(NoticeState::GivenUp, 1)]).await.remove(0);
    assert_eq!(given_up.why, "5.1.1");

    // His address is put right.
    let payload = crate::script::person(ACCOUNT, paul, "paul.m", &["ACCOUNT_ADMINISTRATOR"]);
    house.changed(paul, 1, &payload).await;
    let head = house.routing.head().await.unwrap().position;
    soon(house.notices().directory().reached(head)).await;
    let retry = RetryNoticeRequest {
        request_id: fresh(),
        notice_id: notice.notice_id.clone(),
        reason: "his address was put right".to_owned(),
    };
    house.advisor().retry_notice(retry.clone()).await.unwrap();
    house.until(&[(NoticeState::HandedOver, 1)]).await;
    assert_eq!(written_to(&in_folder(house.folder())), ["paul.m", "paul.martin"]);
    house.advisor().retry_notice(retry.clone()).await.expect("a repeat joins the first");
    let another = RetryNoticeRequest { request_id: fresh(), ..retry };
    assert_eq!(refused(house.advisor().retry_notice(another).await), "NOTICE_CLOSED");
    assert_eq!(in_folder(house.folder()).len(), 2);
}

async fn what_is_no_bounce_of_ours_is_refused_and_changes_nothing(mut house: House) {
    let notice = told(&mut house).await;
    let head = house.log.head().await.unwrap().position;
    let mut operator = house.operator();
    for message in [
        Vec::new(),
        b"Subject: I am away\r\n\r\nuntil Monday".to_vec(),
        report("<somebody@else.fr>", "failed", "5.1.1"),
        // A recipient to whom nothing was sent.
        report(&notice.message_id.replace(".1@", ".2@"), "failed", "5.1.1"),
        vec![0xff; 1000],
    ] {
        assert_eq!(refused(operator.record_bounce(record(message)).await), "BAD_BOUNCE");
    }
    let unknown = format!("<{}.1@avis.exemple.fr>", fresh());
    let unknown = operator.record_bounce(record(report(&unknown, "failed", "5.1.1"))).await;
    assert_eq!(refused(unknown), "NOTICE_NOT_FOUND");
    let long = operator.record_bounce(record(vec![b'x'; (256 << 10) + 1])).await;
    assert_eq!(refused(long), "TOO_LARGE");
    let manager =
        house.administrator().record_bounce(record(report(&notice.message_id, "failed", "5.1.1"))).await;
    assert_eq!(manager.unwrap_err().code(), Code::PermissionDenied);
    let elsewhere = Grant::new("crm", &[Role::Integration]).scope(Scope::account(OTHER_ACCOUNT));
    let bounce = record(report(&notice.message_id, "failed", "5.1.1"));
    let foreign = house.as_bearer(&elsewhere).record_bounce(bounce).await;
    assert_eq!(refused(foreign), "NOTICE_NOT_FOUND");
    assert_eq!(house.log.head().await.unwrap().position, head);
}

async fn late_and_delivered_are_told_apart(mut house: House) {
    let notice = told(&mut house).await;
    let mut operator = house.operator();
    let late = operator.record_bounce(record(report(&notice.message_id, "delayed", "4.4.1"))).await.unwrap();
    assert_eq!(late.into_inner().outcome(), BounceOutcome::Delayed);
    assert_eq!(house.listed().await[0].state(), notice.state());
    let there =
        operator.record_bounce(record(report(&notice.message_id, "delivered", "2.0.0"))).await.unwrap();
    assert_eq!(there.into_inner().notice.unwrap().state(), vigie_proto::notices::NoticeState::Delivered);
}
