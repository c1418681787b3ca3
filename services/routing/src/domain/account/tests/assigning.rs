use super::*;
use crate::domain::Moment;
use crate::domain::account::*;

fn with(candidate: Candidate, from: i64) -> Command {
    Command::AssignManager {
        candidate: Box::new(candidate),
        effective_from: Some(day(from)),
        effective_until: None,
        replaces: None,
    }
}

#[test]
fn a_trained_account_manager_is_assigned() {
    let story = Story::of_a_company().when(assign(1, 0, None, None)).then(&["manager_assigned"]);
    let (made, _) = story.account().assignment(story.act()).expect("the assignment has its act's id");
    assert_eq!((made.staff_id, made.training_valid_until), (manager_id(1), day(365)));
    let shown = story.events[1].0.account.manager.as_ref().unwrap();
    assert_eq!(shown.assignment_id, made.assignment_id);
}

#[test]
fn nobody_is_assigned_who_is_untrained_no_manager_or_gone() {
    let refused = |candidate, reason| {
        Story::of_a_company().when(with(candidate, 10)).then_refused(reason);
    };
    refused(Candidate { trained_until: None, ..a_candidate(1) }, "MANAGER_UNTRAINED");
    refused(Candidate { is_account_manager: false, ..a_candidate(1) }, "NOT_A_MANAGER");
    refused(Candidate { leaves_at: Some(day(10)), ..a_candidate(1) }, "STAFF_UNAVAILABLE");
    let leaves_later = Candidate { leaves_at: Some(day(11)), ..a_candidate(1) };
    Story::of_a_company().when(with(leaves_later, 10)).then(&["manager_assigned"]);
}

#[test]
fn two_managers_at_the_same_time_are_refused_by_the_name_of_the_first() {
    let story = Story::of_a_company().given(assign(1, 0, None, None));
    let first = story.act();
    let story = story.when(assign(2, 10, None, None)).then_refused("ASSIGNMENT_OVERLAPS");
    assert_eq!(story.last, Err(Rejection::Overlaps(first)));
    story.when(assign(2, -5, Some(0), None)).then(&["manager_assigned"]);
}

#[test]
fn a_hand_over_is_one_act() {
    let story = Story::of_a_company().given(assign(1, -20, None, None));
    let first = story.act();
    let story = story.when(assign(2, 10, None, Some(first)));
    let story = story.then(&["manager_assignment_ended", "manager_assigned"]);
    let acts: Vec<_> = story.last.as_ref().unwrap().events.iter().map(|event| event.fact.act_id()).collect();
    assert_eq!(acts, [Some(story.act()); 2]);
    assert_eq!((story.manager_on(9), story.manager_on(10)), (Some(manager_id(1)), Some(manager_id(2))));
    let Fact::ManagerAssignmentEnded(ended) = &story.events[2].0.fact else { panic!("{:?}", story.events) };
    assert_eq!(ended.replaced_by_assignment_id, Some(story.act()));
    assert_eq!(
        story.after_days(11).events.last().unwrap().0.account.manager.as_ref().unwrap().staff_id,
        manager_id(2)
    );
}

#[test]
fn a_hand_over_into_the_past_takes_back_what_never_held() {
    let story = Story::of_a_company().given(assign(1, -10, None, None));
    let first = story.act();
    let story = story.given(assign(2, -30, None, Some(first)));
    assert_eq!((story.manager_on(-30), story.manager_on(0)), (Some(manager_id(2)), Some(manager_id(2))));
    let first = story.account().assignments(day(9)).next().unwrap().0;
    assert_eq!(first.effective_until, Some(first.effective_from), "it never held");
}

#[test]
fn what_is_replaced_must_be_there_and_a_third_one_must_not_be_in_the_way() {
    let unknown = uuid::Uuid::from_u128(1);
    Story::of_a_company().when(assign(1, 0, None, Some(unknown))).then_refused("ASSIGNMENT_NOT_FOUND");
    let story = Story::of_a_company().given(assign(1, 0, Some(10), None));
    let first = story.act();
    let story = story.given(assign(2, 10, None, None)).when(assign(3, 5, None, Some(first)));
    let story = story.then_refused("ASSIGNMENT_OVERLAPS");
    assert_eq!(story.manager_on(7), Some(manager_id(1)), "nothing of it was recorded");
}

#[test]
fn an_end_may_be_brought_forward_and_not_put_off() {
    let story = Story::of_a_company().given(assign(1, -20, None, None));
    let first = story.act();
    let story = story.when(end(first, 10)).then(&["manager_assignment_ended"]);
    let story = story.when(end(first, 10)).then(&[]);
    let story = story.when(end(first, 11)).then_refused("BAD_PERIOD");
    let story = story.when(end(first, -21)).then_refused("BAD_PERIOD");
    let story = story.when(end(first, -5)).then(&["manager_assignment_ended"]);
    assert_eq!((story.manager_on(-6), story.manager_on(-5)), (Some(manager_id(1)), None));
    story.when(end(uuid::Uuid::from_u128(1), 0)).then_refused("ASSIGNMENT_NOT_FOUND");
}

#[test]
fn who_was_my_contact_on_that_day_as_known_on_that_other_day() {
    let story = Story::of_a_company().given(assign(1, -90, None, None));
    let first = story.act();
    let story = story.after_days(5).given(assign(2, -30, None, Some(first)));
    let known = |as_of: i64, known_at| story.manager_at(Moment { as_of: day(as_of), known_at });
    assert_eq!(known(-20, day(4)), Some(manager_id(1)), "as it was known before the correction");
    assert_eq!(known(-20, day(6)), Some(manager_id(2)));
    assert_eq!(known(-40, day(6)), Some(manager_id(1)));
    assert_eq!(known(-91, day(6)), None);
    assert_eq!(known(-20, day(0)), None, "before anything of it was recorded");
}

#[test]
fn an_assignment_lies_in_the_time_as_a_customer_and_ends_after_it_begins() {
    Story::of_a_company().when(assign(1, -101, None, None)).then_refused("BAD_PERIOD");
    Story::of_a_company().when(assign(1, 5, Some(5), None)).then_refused("BAD_PERIOD");
    Story::of_a_company().when(assign(1, 5, Some(4), None)).then_refused("BAD_PERIOD");
}

#[test]
fn a_planned_assignment_is_told_when_it_begins_and_when_it_ends() {
    let story = Story::of_a_company().given(assign(1, 10, Some(20), None)).after_days(30);
    assert_eq!(story.count("planned_change_took_effect"), 2);
    let managers: Vec<_> = story.events.iter().map(|(event, _)| event.account.manager.is_some()).collect();
    assert_eq!(managers, [false, false, true, true, false], "the fourth says that the customer was not told");
    assert_eq!(story.now(), day(30));
}
