//! Something happens to a customer, and these people are told in these words.

use std::time::Duration;

use serde_json::json;
use uuid::Uuid;
use vigie_clock::Clock as _;
use vigie_notices::domain::{NoticeState, limit};
use vigie_proto::notices::*;

use crate::house::*;
use crate::letters::{in_folder, written_to};
use crate::script::{golden, person, publish};

on_both_engines!(
    of_a_stolen_phone_the_fleet_manager_and_the_user_are_told_by_mail,
    a_mail_that_has_not_bounced_for_a_day_is_delivered,
    a_second_contact_hears_that_a_theft_is_being_lifted,
    an_act_that_waits_for_the_network_is_told_as_such,
    with_only_the_user_to_tell_it_is_on_record_that_nobody_else_is,
    of_the_account_manager_and_of_cover_the_administrator_hears,
    who_has_left_is_not_written_to,
    an_account_without_people_is_served_by_the_one_above_it,
    an_event_that_cannot_be_read_waits_and_the_others_are_told,
);

async fn of_a_stolen_phone_the_fleet_manager_and_the_user_are_told_by_mail(mut house: House) {
    house.usual_people().await;
    house.serve().await;
    let event = house.line_event("suspension_confirmed").await;
    let notices = house.until(&[(NoticeState::HandedOver, 2)]).await;
    let mails = in_folder(house.folder());
    assert_eq!(written_to(&mails), ["marie.durand", "nadia"]);
    for mail in &mails {
        assert_eq!(mail.subject, "Ligne +33600000001 : suspension effective");
        assert!(
            mail.text.contains("Motif : le vol déclaré") && mail.text.contains("CGQ6N-Q3ZD5"),
            "{}",
            mail.text
        );
        assert_eq!((mail.cause.as_str(), mail.repeat), ("LINE_BARRED", false));
    }
    for notice in &notices {
        assert_eq!(notice.cause(), NoticeCause::LineBarred);
        assert_eq!(notice.cause_event_id, event.event_id.to_string());
        assert_eq!(notice.account_id, ACCOUNT.to_string());
        assert!(mails.iter().any(|mail| mail.message_id == notice.message_id), "{notice:?}");
        assert_eq!(house.events_of(notice).await, ["notice_decided", "attempt_began", "handed_over"]);
    }
    let to_nadia = notices.iter().find(|notice| notice.attempt_count == 1).unwrap();
    let shown = house.shown(&to_nadia.notice_id).await;
    assert_eq!(shown.attempts[0].outcome(), AttemptOutcome::HandedOver);
    assert_eq!((shown.attempts[0].code.as_str(), shown.attempts[0].repeat), ("250", false));
}

async fn a_mail_that_has_not_bounced_for_a_day_is_delivered(mut house: House) {
    house.usual_people().await;
    house.serve().await;
    house.line_event("suspension_confirmed").await;
    house.until(&[(NoticeState::HandedOver, 2)]).await;
    house.pass(limit::BOUNCE_WITHIN + Duration::from_secs(1));
    let notices = house.until(&[(NoticeState::Delivered, 2)]).await;
    assert!(notices.iter().all(|notice| notice.delivered_at.is_some() && notice.handed_over_at.is_some()));
    assert_eq!(in_folder(house.folder()).len(), 2, "and nothing was sent for it");
}

async fn a_second_contact_hears_that_a_theft_is_being_lifted(mut house: House) {
    house.usual_people().await;
    house.person(ACCOUNT, "omar", &["CONTRACT_MANAGER"]).await;
    house.serve().await;
    // Paul lifted it, Marie holds the phone.
    house.line_event("second_contact_notice_due").await;
    house.until(&[(NoticeState::HandedOver, 1)]).await;
    let mails = in_folder(house.folder());
    assert_eq!(written_to(&mails), ["nadia"]);
    assert!(mails[0].text.contains("second contact"), "{}", mails[0].text);
}

async fn an_act_that_waits_for_the_network_is_told_as_such(mut house: House) {
    house.usual_people().await;
    house.serve().await;
    house.line_event("confirmation_overdue").await;
    house.until(&[(NoticeState::HandedOver, 2)]).await;
    let mails = in_folder(house.folder());
    assert!(mails.iter().all(|mail| mail.text.contains("ne l'a pas encore confirmée")), "{mails:?}");
}

async fn with_only_the_user_to_tell_it_is_on_record_that_nobody_else_is(mut house: House) {
    house.account(ACCOUNT, None).await;
    house.person(ACCOUNT, "marie.durand", &["END_USER"]).await;
    house.serve().await;
    house.line_event("suspension_confirmed").await;
    let notices = house.until(&[(NoticeState::HandedOver, 1), (NoticeState::NobodyToTell, 1)]).await;
    let nobody = notices.iter().find(|notice| state_of(notice) == NoticeState::NobodyToTell).unwrap();
    assert_eq!(nobody.why, "ONLY_THE_USER");

    // Once there is somebody, a person has it tried again.
    house.person(ACCOUNT, "nadia", &["FLEET_MANAGER"]).await;
    let head = house.routing.head().await.unwrap().position;
    soon(house.notices().directory().reached(head)).await;
    let retry = RetryNoticeRequest {
        request_id: fresh(),
        notice_id: nobody.notice_id.clone(),
        reason: "there is a fleet manager now".to_owned(),
    };
    house.advisor().retry_notice(retry).await.unwrap();
    house.until(&[(NoticeState::HandedOver, 2)]).await;
    assert!(written_to(&in_folder(house.folder())).contains(&"nadia".to_owned()));
}

async fn of_the_account_manager_and_of_cover_the_administrator_hears(mut house: House) {
    house.usual_people().await;
    let staff = golden("routing", "vigie.staff_member.staff_registered.v1");
    let mut staff = staff;
    let manager: Uuid = golden("routing", "vigie.account.manager_cover_ended.v1")["cover"]["staff_id"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    staff["staff_id"] = json!(manager);
    let event_type = "vigie.staff_member.staff_registered.v1";
    publish(&house.routing, "staff_member", manager, 0, event_type, &staff).await;
    house.serve().await;
    house.account_event(1, "manager_assigned").await;
    house.account_event(2, "manager_cover_began").await;
    house.account_event(3, "manager_cover_ended").await;
    house.until(&[(NoticeState::HandedOver, 3)]).await;
    let mails = in_folder(house.folder());
    assert_eq!(written_to(&mails), ["paul.martin"; 3]);
    let of = |cause: &str| mails.iter().find(|mail| mail.cause == cause).unwrap();
    let assigned = of("MANAGER_ASSIGNED");
    assert!(assigned.text.contains("Camille 1 est votre interlocuteur commercial"), "{}", assigned.text);
    assert!(assigned.text.contains("camille@exemple.fr") && assigned.text.contains("+33100000001"));
    assert!(of("MANAGER_COVER_BEGAN").text.contains("assure le relais"));
    let back = of("MANAGER_COVER_ENDED");
    assert!(back.text.contains("Anne Leroy est de nouveau"), "by the directory: {}", back.text);
}

async fn who_has_left_is_not_written_to(mut house: House) {
    house.account(ACCOUNT, None).await;
    let gone = house.person(ACCOUNT, "nadia", &["FLEET_MANAGER"]).await;
    house.person(ACCOUNT, "paul.martin", &["ACCOUNT_ADMINISTRATOR"]).await;
    let mut payload = person(ACCOUNT, gone, "nadia", &["FLEET_MANAGER"]);
    payload["person"]["left_at"] = json!(house.clock.now());
    house.changed(gone, 1, &payload).await;
    house.serve().await;
    house.line_event("suspension_confirmed").await;
    house.until(&[(NoticeState::HandedOver, 1)]).await;
    assert_eq!(written_to(&in_folder(house.folder())), ["paul.martin"]);
}

async fn an_account_without_people_is_served_by_the_one_above_it(mut house: House) {
    let (group, company) = (Uuid::from_u128(0x9001), Uuid::from_u128(0x9002));
    house.account(group, None).await;
    house.account(company, Some(group)).await;
    house.account(ACCOUNT, Some(company)).await;
    house.person(group, "paul.martin", &["ACCOUNT_ADMINISTRATOR"]).await;
    house.serve().await;
    house.line_event("suspension_confirmed").await;
    house.until(&[(NoticeState::HandedOver, 1)]).await;
    assert_eq!(written_to(&in_folder(house.folder())), ["paul.martin"]);
}

async fn an_event_that_cannot_be_read_waits_and_the_others_are_told(mut house: House) {
    house.usual_people().await;
    house.serve().await;
    let event_type = "vigie.line.suspension_confirmed.v1";
    let mut poison = golden("lines", event_type);
    poison["account_id"] = json!(ACCOUNT);
    poison["acts"] = json!("x");
    let stream_id = Uuid::from_u128(0xbad);
    publish(&house.lines, "line", stream_id, 0, event_type, &poison).await;
    house.line_event("suspension_confirmed").await;
    house.until(&[(NoticeState::HandedOver, 2)]).await;
    let parking = house.notices().of_lines().unwrap().parking();
    let parked = parking.parked_stream(stream_id).await.unwrap().unwrap();
    assert!(parked.why.contains("does not decode"), "{}", parked.why);
}
