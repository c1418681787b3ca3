//! That somebody is to be told, or that there is nobody.

use super::story::*;
use crate::domain::*;

#[test]
fn whom_the_first_decision_names_is_told_and_a_repeat_changes_nothing() {
    let mut story = Story::empty();
    let first = Command::Decide(Box::new(new_notice(&[1, 2])));
    assert_eq!(story.names(&first), ["notice_decided"]);
    assert_eq!(story.names(&first), [""; 0]);
    let later = Command::Decide(Box::new(new_notice(&[3])));
    assert_eq!(story.names(&later), [""; 0], "contacts have changed meanwhile");
    let nobody = Command::FindNobody { new: Box::new(new_notice(&[])), why: NobodyWhy::NoContact };
    assert_eq!(story.names(&nobody), [""; 0]);
    assert_eq!(story.notice().recipients(), [person(1), person(2)]);
    assert_eq!((story.state(), story.notice().snapshot().recipient), (NoticeState::ToSend, 1));
}

#[test]
fn nobody_to_tell_is_on_record_and_nothing_is_sent() {
    let new = Box::new(new_notice(&[]));
    let mut story = Story::empty();
    let nobody = Command::FindNobody { new, why: NobodyWhy::OnlyTheUser };
    assert_eq!(story.names(&nobody), ["nobody_to_tell"]);
    assert_eq!(story.state(), NoticeState::NobodyToTell);
    assert_eq!(story.notice().snapshot().why.as_deref(), Some("ONLY_THE_USER"));
    assert_eq!(story.names(&Command::Begin), [""; 0]);
    assert_eq!(next_due(&story.notice), None);
}

#[test]
fn a_notice_has_a_bounded_number_of_recipients_and_never_none() {
    let many: Vec<u128> = (1..=40).collect();
    assert_eq!(Story::of(&many).notice().recipients().len(), RECIPIENTS_MAX);
    let none = Command::Decide(Box::new(new_notice(&[])));
    assert_eq!(Story::empty().when(&none), Err(Rejection::NobodyToTell));
}

#[test]
fn nothing_can_be_asked_of_a_notice_that_is_not_there() {
    for command in [Command::Begin, bounce(1), retry(vec![]), drop_it()] {
        assert_eq!(Story::empty().when(&command), Err(Rejection::NotFound), "{command:?}");
    }
}
