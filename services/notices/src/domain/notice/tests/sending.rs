//! Attempts: on record before they begin and after they end.

use std::time::Duration;

use super::story::*;
use crate::domain::*;

#[test]
fn a_mail_that_was_taken_over_counts_at_once_and_is_delivered_when_it_has_not_bounced() {
    let mut story = Story::of(&[1, 2]);
    assert_eq!(story.names(&Command::Begin), ["attempt_began"]);
    let end = Command::End { attempt: 1, end: accepted() };
    assert_eq!(story.names(&end), ["handed_over"]);
    assert_eq!(story.state(), NoticeState::HandedOver);
    assert_eq!(story.notice().snapshot().handed_over_at, Some(story.now()));
    let due = next_due(&story.notice).unwrap();
    assert_eq!(due, story.now().plus(limit::BOUNCE_WITHIN));

    assert_eq!(story.names(&Command::Begin), [""; 0], "nothing is left to send");
    let mut story = story.after(limit::BOUNCE_WITHIN);
    assert_eq!(story.names(&Command::Wake { due }), ["delivered"]);
    assert_eq!((story.state(), next_due(&story.notice)), (NoticeState::Delivered, None));
    assert_eq!(story.names(&Command::Wake { due }), [""; 0]);
}

#[test]
fn what_an_endpoint_accepted_is_delivered_at_once() {
    let recipients = vec![endpoint(1)];
    let new = NewNotice { recipients, audience: Audience::AccountSystem, ..new_notice(&[]) };
    let story = Story::empty().given(Command::Decide(Box::new(new)));
    let AttemptEnd::HandedOver(receipt) = accepted() else { panic!("it is") };
    let receipt = Receipt { proof: Proof::WebhookAccepted, ..receipt };
    let story = story.attempted(AttemptEnd::HandedOver(receipt));
    assert_eq!(
        story.last.iter().map(|event| short(event.name())).collect::<Vec<_>>(),
        ["handed_over", "delivered"]
    );
    assert_eq!((story.state(), next_due(&story.notice)), (NoticeState::Delivered, None));
}

#[test]
fn a_failed_attempt_is_made_again_unmarked_and_the_fallback_is_told_after_a_few_of_a_theft() {
    let mut story = Story::of(&[1, 2]);
    for attempt in 1..=limit::URGENT_TRIES_MAX {
        let began = story.when(&Command::Begin).unwrap();
        assert_eq!(began, [Fact::AttemptBegan(AttemptBegan { attempt, recipient: 1, repeat: false })]);
        let names = story.names(&Command::End { attempt, end: failed() });
        let expected: &[&str] = match attempt == limit::URGENT_TRIES_MAX {
            true => &["attempt_failed", "fallback_chosen"],
            false => &["attempt_failed"],
        };
        assert_eq!(names, expected);
    }
    assert_eq!((story.state(), story.notice().snapshot().recipient), (NoticeState::ToSend, 2));
    // Nobody is left after this one: it is worth more patience.
    for _ in 0..limit::TRIES_MAX {
        assert_eq!(story.state(), NoticeState::ToSend);
        story = story.attempted(failed());
    }
    assert_eq!(story.state(), NoticeState::GivenUp);
    assert_eq!(story.names(&Command::Begin), [""; 0]);
}

#[test]
fn a_refusal_turns_to_the_fallback_at_once() {
    let story = Story::of(&[1, 2]).attempted(refused());
    assert_eq!((story.state(), story.notice().snapshot().recipient), (NoticeState::ToSend, 2));
    let story = story.attempted(refused());
    assert_eq!(story.state(), NoticeState::GivenUp);
    assert_eq!(story.notice().snapshot().why.as_deref(), Some("550 5.1.1"));
}

#[test]
fn an_attempt_whose_end_was_never_recorded_is_repeated_once_and_marked() {
    let mut story = Story::of(&[1, 2]).given(Command::Begin).after(Duration::from_secs(60));
    let again = story.when(&Command::Begin).unwrap();
    let Fact::AttemptFailed(lost) = &again[0] else { panic!("{again:?}") };
    assert!(lost.maybe_handed_over && lost.attempt == 1);
    let repeat = AttemptBegan { attempt: 2, recipient: 1, repeat: true };
    assert_eq!(again[1], Fact::AttemptBegan(repeat));

    let names = story.names(&Command::Begin);
    assert_eq!(names, ["attempt_failed", "fallback_chosen"], "a third mail to the same person is never sent");
    let began = story.when(&Command::Begin).unwrap();
    let fresh = AttemptBegan { attempt: 3, recipient: 2, repeat: false };
    assert_eq!(began, [Fact::AttemptBegan(fresh)]);
}

#[test]
fn after_an_answer_that_never_came_the_next_attempt_is_marked_until_one_is_taken() {
    let story = Story::of(&[1]).attempted(unknown());
    let mut story = story.attempted(failed());
    let began = story.when(&Command::Begin).unwrap();
    assert_eq!(began, [Fact::AttemptBegan(AttemptBegan { attempt: 3, recipient: 1, repeat: true })]);
    let story = story.given(Command::End { attempt: 3, end: accepted() });
    assert_eq!(story.state(), NoticeState::HandedOver);
}

#[test]
fn an_endpoint_knows_a_message_again_and_may_be_asked_often() {
    let new = NewNotice { recipients: vec![endpoint(1)], ..new_notice(&[]) };
    let mut story = Story::empty().given(Command::Decide(Box::new(new)));
    for _ in 0..limit::TRIES_MAX {
        assert_eq!(story.state(), NoticeState::ToSend);
        story = story.attempted(unknown());
    }
    assert_eq!(story.state(), NoticeState::GivenUp);
}

#[test]
fn who_comes_back_after_another_attempt_began_changes_nothing() {
    let mut story = Story::of(&[1]).given(Command::Begin).given(Command::Begin);
    let late = Command::End { attempt: 1, end: accepted() };
    assert_eq!(story.when(&late), Err(Rejection::AttemptOver));
    let story = story.given(Command::End { attempt: 2, end: accepted() });
    assert_eq!(story.state(), NoticeState::HandedOver);
}

#[test]
fn attempts_that_are_kept_are_bounded_and_all_are_counted() {
    let many: Vec<u128> = (1..=16).collect();
    let mut story = Story::of(&many);
    while story.state() == NoticeState::ToSend {
        story = story.attempted(failed());
    }
    let count = 15 * limit::URGENT_TRIES_MAX + limit::TRIES_MAX;
    assert_eq!(story.notice().snapshot().attempts, count);
    assert_eq!(story.notice().attempts().count(), limit::ATTEMPTS_KEPT);
}
