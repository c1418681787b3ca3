//! The process dies between the moment that the mail server takes a mail and the record of it: told apart, repeated once,
//! marked.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::Notify;
use vigie_notices::Options;
use vigie_notices::domain::{AttemptEnd, NoticeState};
use vigie_notices::post::{Message, Post};

use crate::house::*;
use crate::mail_server::MailServer;

on_both_engines!(
    a_mail_that_was_taken_before_the_crash_is_repeated_once_and_marked,
    a_mail_that_was_not_sent_before_the_crash_is_sent_once_and_says_that_it_may_be_a_repeat,
    two_crashes_make_no_third_mail,
);

/// Hands over and never comes back with the answer: the process dies there.
struct DiesAfter(Arc<dyn Post>, Arc<Notify>);

#[async_trait]
impl Post for DiesAfter {
    async fn send(&self, message: &Message) -> AttemptEnd {
        let taken = self.0.send(message).await;
        assert!(matches!(taken, AttemptEnd::HandedOver(_)), "{taken:?}");
        self.1.notify_one();
        std::future::pending().await
    }
}

/// Dies before it has sent anything.
struct DiesBefore(Arc<Notify>);

#[async_trait]
impl Post for DiesBefore {
    async fn send(&self, _: &Message) -> AttemptEnd {
        self.0.notify_one();
        std::future::pending().await
    }
}

/// With attempts that are over soon.
fn hasty(house: &House) -> Options {
    Options { attempt_max: Duration::from_millis(700), ..house.options() }
}

/// A service that is about to write to Nadia, with Paul behind, and dies when `post` says so.
async fn killed(house: &mut House, post: Arc<dyn Post>, reached: &Notify) {
    house.serve_with(post, hasty(house)).await;
    soon(reached.notified()).await;
    house.crash().await;
}

async fn to_be_told(house: &House) {
    house.account(ACCOUNT, None).await;
    house.person(ACCOUNT, "nadia", &["FLEET_MANAGER"]).await;
    house.person(ACCOUNT, "paul.martin", &["ACCOUNT_ADMINISTRATOR"]).await;
    house.line_event("suspension_confirmed").await;
}

async fn a_mail_that_was_taken_before_the_crash_is_repeated_once_and_marked(mut house: House) {
    let (server, reached) = (MailServer::start().await, Arc::new(Notify::new()));
    to_be_told(&house).await;
    killed(&mut house, Arc::new(DiesAfter(server.post(), reached.clone())), &reached).await;
    assert_eq!(server.of("nadia").len(), 1);

    house.serve_with(server.post(), hasty(&house)).await;
    let notice = &house.until(&[(NoticeState::HandedOver, 1)]).await[0];
    let mails = server.of("nadia");
    assert_eq!(mails.iter().map(|mail| mail.repeat).collect::<Vec<_>>(), [false, true]);
    assert_eq!(mails[0].message_id, mails[1].message_id);
    let expected = ["notice_decided", "attempt_began", "attempt_failed", "attempt_began", "handed_over"];
    assert_eq!(house.events_of(notice).await, expected);

    house.stop().await;
    house.serve_with(server.post(), hasty(&house)).await;
    tokio::time::sleep(Duration::from_millis(400)).await;
    assert_eq!(server.accepted().len(), 2, "and no more after that");
}

async fn a_mail_that_was_not_sent_before_the_crash_is_sent_once_and_says_that_it_may_be_a_repeat(
    mut house: House,
) {
    let (server, reached) = (MailServer::start().await, Arc::new(Notify::new()));
    to_be_told(&house).await;
    killed(&mut house, Arc::new(DiesBefore(reached.clone())), &reached).await;
    house.serve_with(server.post(), hasty(&house)).await;
    house.until(&[(NoticeState::HandedOver, 1)]).await;
    assert_eq!(server.of("nadia").iter().map(|mail| mail.repeat).collect::<Vec<_>>(), [true]);
}

async fn two_crashes_make_no_third_mail(mut house: House) {
    let (server, reached) = (MailServer::start().await, Arc::new(Notify::new()));
    to_be_told(&house).await;
    for _ in 0..2 {
        killed(&mut house, Arc::new(DiesAfter(server.post(), reached.clone())), &reached).await;
    }
    house.serve_with(server.post(), hasty(&house)).await;
    house.until(&[(NoticeState::HandedOver, 1)]).await;
    assert_eq!(server.of("nadia").iter().map(|mail| mail.repeat).collect::<Vec<_>>(), [false, true]);
    assert_eq!(server.of("paul.martin").len(), 1, "Paul is told instead");
}
