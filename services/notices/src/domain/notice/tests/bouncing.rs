//! What comes back after it was handed over.

use super::story::*;
use crate::domain::*;

#[test]
fn a_bounce_takes_the_telling_back_and_the_fallback_is_told() {
    let mut story = Story::of(&[1, 2]).attempted(accepted());
    assert_eq!(story.names(&bounce(1)), ["bounced", "fallback_chosen"]);
    let notice = story.notice().snapshot();
    assert_eq!((notice.state, notice.recipient), (NoticeState::ToSend, 2));
    assert_eq!((notice.handed_over_at, notice.message_id), (None, None), "nobody has been told");
    assert_eq!(notice.why.as_deref(), Some("5.1.1"));
    assert_eq!(next_due(&story.notice), None);
}

#[test]
fn a_bounce_that_comes_after_the_delivery_counts_all_the_same() {
    let story = Story::of(&[1]).attempted(accepted());
    let due = next_due(&story.notice).unwrap();
    let mut story = story.after(limit::BOUNCE_WITHIN).given(Command::Wake { due });
    assert_eq!(story.names(&bounce(1)), ["bounced", "given_up"]);
    assert_eq!((story.state(), story.notice().snapshot().delivered_at), (NoticeState::GivenUp, None));
}

#[test]
fn a_second_report_of_the_same_bounce_says_nothing_new() {
    let mut story = Story::of(&[1, 2]).attempted(accepted()).given(bounce(1));
    assert_eq!(story.names(&bounce(1)), [""; 0]);
    assert_eq!(story.notice().snapshot().recipient, 2);
}

#[test]
fn a_bounce_of_one_who_is_told_no_more_is_on_record_and_changes_nothing() {
    let story = Story::of(&[1, 2]).attempted(unknown()).attempted(unknown());
    let mut story = story.attempted(accepted());
    assert_eq!(story.names(&bounce(1)), ["bounced"]);
    assert_eq!((story.state(), story.notice().snapshot().recipient), (NoticeState::HandedOver, 2));
}

#[test]
fn late_changes_nothing_and_a_report_of_delivery_is_proof() {
    let mut story = Story::of(&[1]).attempted(accepted());
    let report = |report| Command::Report { recipient: 1, report };
    assert_eq!(story.names(&report(Report::Delayed)), [""; 0]);
    assert_eq!(story.names(&report(Report::Delivered)), ["delivered"]);
    assert_eq!(story.state(), NoticeState::Delivered);
}

#[test]
fn a_report_about_somebody_to_whom_nothing_was_sent_is_refused() {
    let mut story = Story::of(&[1, 2]).attempted(accepted());
    assert_eq!(story.when(&bounce(2)), Err(Rejection::NotSent));
    assert_eq!(story.when(&bounce(0)), Err(Rejection::NotSent));
}
