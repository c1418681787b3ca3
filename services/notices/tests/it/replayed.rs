//! Nothing is told twice, whatever is read again.

use std::time::Duration;

use vigie_clock::Clock as _;
use vigie_eventlog::Checkpoint;
use vigie_eventlog::reaction::Ruling;
use vigie_notices::Options;
use vigie_notices::domain::NoticeState;

use crate::house::*;
use crate::letters::in_folder;

on_both_engines!(
    a_service_that_starts_again_tells_nothing_again,
    reactions_that_are_set_back_to_the_beginning_tell_nothing_again,
    reactions_that_lost_their_tables_tell_nothing_again,
    a_view_that_starts_over_tells_nothing_and_shows_the_same,
    what_was_caused_too_long_ago_waits_for_a_person,
);

async fn told_two(house: &mut House) {
    house.usual_people().await;
    house.serve().await;
    house.line_event("suspension_confirmed").await;
    house.until(&[(NoticeState::HandedOver, 2)]).await;
}

/// Something new is told, and nothing else.
async fn only_what_is_new_is_told(house: &House) {
    house.account_event(1, "manager_assigned").await;
    house.until(&[(NoticeState::HandedOver, 3)]).await;
    tokio::time::sleep(Duration::from_millis(400)).await;
    assert_eq!(in_folder(house.folder()).len(), 3);
}

async fn a_service_that_starts_again_tells_nothing_again(mut house: House) {
    told_two(&mut house).await;
    house.stop().await;
    house.serve().await;
    only_what_is_new_is_told(&house).await;
}

async fn reactions_that_are_set_back_to_the_beginning_tell_nothing_again(mut house: House) {
    told_two(&mut house).await;
    let at = house.clock.now();
    let ruling = Ruling { by: "operator-1".to_owned(), reason: "a test".to_owned(), at };
    let notices = house.notices();
    notices.of_lines().unwrap().go_on_after(Checkpoint::START, &ruling).await.unwrap();
    notices.of_routing().unwrap().go_on_after(Checkpoint::START, &ruling).await.unwrap();
    notices.sending().go_on_after(Checkpoint::START, &ruling).await.unwrap();
    only_what_is_new_is_told(&house).await;
}

async fn reactions_that_lost_their_tables_tell_nothing_again(mut house: House) {
    told_two(&mut house).await;
    house.stop().await;
    let elsewhere = |name: &'static str| house.places().location(&format!("new_{name}"));
    let fresh = Options::new(elsewhere);
    let options = Options {
        of_lines: fresh.of_lines,
        of_routing: fresh.of_routing,
        send: fresh.send,
        bulk: fresh.bulk,
        ..house.options()
    };
    house.serve_with(house.mailbox(), options).await;
    only_what_is_new_is_told(&house).await;
}

async fn a_view_that_starts_over_tells_nothing_and_shows_the_same(mut house: House) {
    told_two(&mut house).await;
    let before = house.listed().await;
    house.notices().start_view_over().await.unwrap();
    house.notices().directory().start_over().await.unwrap();
    assert_eq!(house.listed().await, before);
    let head = house.routing.head().await.unwrap().position;
    soon(house.notices().directory().reached(head)).await;
    only_what_is_new_is_told(&house).await;
}

async fn what_was_caused_too_long_ago_waits_for_a_person(mut house: House) {
    house.usual_people().await;
    house.line_event("suspension_confirmed").await;
    house.pass(Duration::from_secs(25 * 3600));
    house.serve().await;
    let of_lines = house.notices().of_lines().unwrap().clone();
    let waiting = soon(async {
        loop {
            let waiting = of_lines.waiting((0, 0), 10).await.unwrap();
            if !waiting.is_empty() {
                return waiting;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
    assert!(house.listed().await.is_empty());
    let at = house.clock.now();
    let ruling = Ruling { by: "operator-1".to_owned(), reason: "they are to know".to_owned(), at };
    of_lines.approve(waiting[0].request_id, waiting[0].attempts, &ruling).await.unwrap();
    house.until(&[(NoticeState::HandedOver, 2)]).await;
}
