use super::*;
use crate::domain::*;

#[test]
fn managers_advisors_and_systems_record_a_handset_and_the_user_does_not() {
    for by in [manager(), advisor(), integration()] {
        let story = Story::of_a_line().when(record_handset(IMEI, by)).then(&["handset_recorded"]);
        assert_eq!(story.line().handset().unwrap().known(), Some(&imei(IMEI)));
    }
    for by in [user(), stranger(), clerk()] {
        Story::of_a_line().when(record_handset(IMEI, by)).then_refused("PERMISSION_DENIED");
    }
}

#[test]
fn an_advisor_on_the_phone_checks_the_caller() {
    let by_advisor = |checks: &[&str]| Command::RecordHandset {
        imei: imei(IMEI),
        by: advisor(),
        on_behalf: Some(by_phone(checks)),
    };
    Story::of_a_line().when(by_advisor(&[])).then_refused("CALLER_CHECKS_REQUIRED");
    let story = Story::of_a_line().when(by_advisor(&["customer code"])).then(&["handset_recorded"]);
    let [Fact::HandsetRecorded(fact)] = &story.facts()[..] else { panic!("{:?}", story.facts()) };
    assert_eq!(fact.told.on_behalf_of.as_deref(), Some("marie.durand"));
    assert!(fact.told.caller_checks.is_some());
}

#[test]
fn the_same_handset_is_recorded_once_and_another_one_replaces_it() {
    let story = Story::of_a_line().given(record_handset(IMEI, manager()));
    let story = story.when(record_handset(IMEI, advisor())).then(&[]);
    let story = story.when(record_handset(OTHER_IMEI, manager())).then(&["handset_recorded"]);
    let [Fact::HandsetRecorded(fact)] = &story.facts()[..] else { panic!("{:?}", story.facts()) };
    assert_eq!(fact.replaces.as_ref().unwrap().known(), Some(&imei(IMEI)));
    assert_eq!(fact.told.received_at, story.received());
}

#[test]
fn a_line_may_be_registered_with_its_handset() {
    let new = NewLine { imei: Some(imei(IMEI)), ..a_line() };
    let story = Story::empty().given(Command::Register(Box::new(new)));
    assert_eq!(story.line().handset().unwrap().known(), Some(&imei(IMEI)));
    story.when(record_handset(IMEI, manager())).then(&[]);
}

#[test]
fn an_ended_line_gets_no_new_handset() {
    let story = Story::of_a_line().given(terminate(stepped_up(manager())));
    story.when(record_handset(IMEI, manager())).then_refused("LINE_TERMINATED");
}
