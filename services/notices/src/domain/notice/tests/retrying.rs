//! What a person does.

use super::story::*;
use crate::domain::*;

#[test]
fn a_notice_that_was_given_up_is_tried_again_with_whom_there_is_now() {
    let mut story = Story::of(&[1]).attempted(refused());
    assert_eq!(story.names(&retry(vec![person(3), person(4)])), ["retry_asked"]);
    let began = story.when(&Command::Begin).unwrap();
    assert_eq!(began, [Fact::AttemptBegan(AttemptBegan { attempt: 2, recipient: 2, repeat: false })]);
    assert_eq!(story.notice().recipient(2), Some(&person(3)));
}

#[test]
fn with_nobody_new_those_there_were_are_tried_again_and_what_may_have_arrived_is_marked() {
    let story = Story::of(&[1]).attempted(unknown()).attempted(unknown());
    assert_eq!(story.state(), NoticeState::GivenUp);
    let mut story = story.given(retry(vec![]));
    let began = story.when(&Command::Begin).unwrap();
    assert_eq!(began, [Fact::AttemptBegan(AttemptBegan { attempt: 3, recipient: 2, repeat: true })]);
}

#[test]
fn nobody_to_tell_is_told_once_there_is_somebody() {
    let nobody = Command::FindNobody { new: Box::new(new_notice(&[])), why: NobodyWhy::NoContact };
    let mut story = Story::empty().given(nobody);
    assert_eq!(story.when(&retry(vec![])), Err(Rejection::NobodyToTell));
    assert_eq!(story.names(&retry(vec![person(1)])), ["retry_asked"]);
    assert_eq!(story.attempted(accepted()).state(), NoticeState::HandedOver);
}

#[test]
fn a_notice_that_is_under_way_needs_no_retry_and_one_that_was_told_takes_none() {
    let mut story = Story::of(&[1]);
    assert_eq!(story.names(&retry(vec![person(2)])), [""; 0]);
    let mut story = story.attempted(accepted());
    assert_eq!(story.when(&retry(vec![person(2)])), Err(Rejection::Closed));
    assert_eq!(story.when(&drop_it()), Err(Rejection::Closed));
}

#[test]
fn a_notice_that_was_dropped_is_sent_no_more() {
    let mut story = Story::of(&[1, 2]).attempted(failed());
    assert_eq!(story.names(&drop_it()), ["dropped"]);
    assert_eq!(story.names(&drop_it()), [""; 0]);
    assert_eq!(story.names(&Command::Begin), [""; 0]);
    assert_eq!(story.when(&retry(vec![])), Err(Rejection::Closed));
}

#[test]
fn what_was_under_way_when_it_was_dropped_is_on_record_as_it_ended() {
    let mut story = Story::of(&[1, 2]).given(Command::Begin).given(drop_it());
    let refusal = Command::End { attempt: 1, end: refused() };
    assert_eq!(story.names(&refusal), ["refused"], "and no fallback");
    let mut story = Story::of(&[1]).given(Command::Begin).given(drop_it());
    assert_eq!(story.names(&Command::End { attempt: 1, end: accepted() }), ["handed_over"]);
    assert_eq!(story.state(), NoticeState::HandedOver, "somebody was told after all");
}

#[test]
fn retries_are_bounded() {
    let mut story = Story::of(&[1]).attempted(refused());
    for _ in 0..limit::RETRIES_MAX {
        story = story.given(retry(vec![])).attempted(refused());
    }
    assert_eq!(story.when(&retry(vec![])), Err(Rejection::TooOften));
}
