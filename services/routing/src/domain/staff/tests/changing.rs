use super::story::key;
use super::*;
use crate::domain::staff::*;

fn change(profile: Profile, keys: &[&str]) -> Command {
    let external_identifiers = keys.iter().map(|id| key(id)).collect();
    Command::Change { profile: Box::new(profile), external_identifiers }
}

#[test]
fn what_was_given_up_is_said_and_what_stays_is_not() {
    let manager = a_manager().profile;
    let renamed = Profile { user_id: Some("anne.petit".to_owned()), ..manager.clone() };
    let story = Story::of_a_manager().when(change(renamed.clone(), &["P-7", "P-8"])).then(&["staff_changed"]);
    let Fact::StaffChanged(fact) = story.fact() else { panic!("{:?}", story.fact()) };
    assert_eq!(
        (fact.former_user_id.as_deref(), fact.former_external_identifiers.len()),
        (Some("anne.leroy"), 0)
    );
    let story = story.when(change(renamed, &["P-8"])).then(&["staff_changed"]);
    let Fact::StaffChanged(fact) = story.fact() else { panic!("{:?}", story.fact()) };
    assert_eq!((&fact.former_user_id, &fact.former_external_identifiers[..]), (&None, &[key("P-7")][..]));
}

#[test]
fn a_change_to_what_is_already_so_records_nothing() {
    Story::of_a_manager().when(change(a_manager().profile, &["P-7"])).then(&[]);
}

#[test]
fn an_advisor_who_becomes_account_manager_is_warned_of_a_training_that_ends_soon() {
    let story = Story::of_an_advisor();
    let training = story.trained_for(10);
    let story = story.when(training).then(&["training_recorded"]);
    story.when(change(a_manager().profile, &["P-7"])).then(&["staff_changed", "training_expiring"]);
}
