//! A contact point changes: every customer whom it serves is told before, once, whatever is interrupted.

use std::collections::BTreeSet;
use std::time::Duration;

use uuid::Uuid;
use vigie_notices::domain::NoticeState;
use vigie_proto::notices::*;

use crate::house::*;
use crate::letters::{in_folder, written_to};

on_both_engines!(
    every_customer_whom_it_serves_hears_of_a_change_before_it_takes_effect,
    a_campaign_that_is_interrupted_over_and_over_tells_everybody_once,
);

async fn every_customer_whom_it_serves_hears_of_a_change_before_it_takes_effect(mut house: House) {
    let group = Uuid::from_u128(0x9001);
    house.account(group, None).await;
    house.person(group, "head", &["ACCOUNT_ADMINISTRATOR"]).await;
    // Served by those above it; with people of its own; alone.
    house.account(Uuid::from_u128(0x9002), Some(group)).await;
    house.account(ACCOUNT, Some(group)).await;
    house.person(ACCOUNT, "paul.martin", &["ACCOUNT_ADMINISTRATOR"]).await;
    house.account(OTHER_ACCOUNT, None).await;
    house.serve().await;
    house.contact_point_changes(&["SME_FLEET"]).await;
    let notices = house.until(&[(NoticeState::HandedOver, 2), (NoticeState::NobodyToTell, 1)]).await;
    let mails = in_folder(house.folder());
    assert_eq!(written_to(&mails), ["head", "paul.martin"]);
    assert!(mails[0].text.contains("+33820000001 devient +33100000002"), "{}", mails[0].text);
    assert!(mails[0].text.contains("23 décembre 2026"), "when it takes effect: {}", mails[0].text);
    let nobody = notices.iter().find(|notice| state_of(notice) == NoticeState::NobodyToTell).unwrap();
    assert_eq!(nobody.account_id, OTHER_ACCOUNT.to_string());
    assert!(notices.iter().all(|notice| notice.cause() == NoticeCause::ContactPointChanged));

    // These customers are of another segment.
    house.contact_point_changes(&["LARGE_ACCOUNT"]).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(in_folder(house.folder()).len(), 2);
}

async fn a_campaign_that_is_interrupted_over_and_over_tells_everybody_once(mut house: House) {
    const ACCOUNTS: u128 = 300;
    for number in 0..ACCOUNTS {
        let account_id = Uuid::from_u128(0x1_0000 + number);
        house.account(account_id, None).await;
        house.person(account_id, &format!("p{number}"), &["ACCOUNT_ADMINISTRATOR"]).await;
    }
    house.contact_point_changes(&[]).await;
    let mut options = house.options();
    options.attempt_max = Duration::from_millis(500);
    for ms in [80, 200, 350] {
        house.serve_with(house.mailbox(), options.clone()).await;
        tokio::time::sleep(Duration::from_millis(ms)).await;
        house.crash().await;
    }
    house.serve_with(house.mailbox(), options).await;
    house.until(&[(NoticeState::HandedOver, ACCOUNTS as usize)]).await;
    let mails = in_folder(house.folder());
    let people: BTreeSet<_> = mails.iter().map(|mail| mail.to.clone()).collect();
    assert_eq!(people.len(), ACCOUNTS as usize);
    let unmarked = mails.iter().filter(|mail| !mail.repeat).count();
    assert!(unmarked <= ACCOUNTS as usize, "whoever got two got a second one that is marked: {unmarked}");
}
