use super::*;
use crate::domain::*;

fn esim(sim: Sim, eid: &str) -> Sim {
    Sim { eid: Some(Eid::parse(eid).unwrap()), ..sim }
}

#[test]
fn a_card_becomes_an_esim_and_a_card_again() {
    let story = Story::of_a_line();
    assert!(story.line().eid().is_none());
    let story = story.given(replace_sim(esim(new_sim(), EID), stepped_up(manager())));
    let [Fact::SimReplacementRequested(fact)] = &story.facts()[..] else { panic!("{:?}", story.facts()) };
    assert_eq!(fact.new_eid.as_ref().unwrap().known().unwrap().as_str(), EID);
    let story = story.confirmed();
    assert_eq!(story.events.last().unwrap().0.line.eid.as_ref().unwrap().known().unwrap().as_str(), EID);
    let story = story.given(replace_sim(second_sim(), stepped_up(manager()))).confirmed();
    assert!(story.line().eid().is_none());
}

#[test]
fn a_line_may_be_registered_with_an_esim() {
    let new = NewLine { sim: esim(a_line().sim, EID), ..a_line() };
    let story = Story::empty().given(Command::Register(Box::new(new)));
    assert_eq!(story.line().eid().unwrap().known().unwrap().as_str(), EID);
}

#[test]
fn a_new_profile_on_the_stolen_handset_does_not_make_the_theft_good() {
    let new = NewLine { sim: esim(a_line().sim, EID), ..a_line() };
    let story = Story::empty().given(Command::Register(Box::new(new)));
    let story = story.given(suspend(Reason::Theft, user())).confirmed();
    let same_chip = replace_sim(esim(new_sim(), EID), stepped_up(manager()));
    let story = story.when(same_chip.clone()).then_refused("HANDSET_RECOVERY_REQUIRED");
    let other_chip = replace_sim(esim(new_sim(), OTHER_EID), stepped_up(manager()));
    story.when(other_chip).then(&["sim_replacement_requested"]);

    let new = NewLine { sim: esim(a_line().sim, EID), ..a_line() };
    let story = Story::empty().given(Command::Register(Box::new(new)));
    story.when(same_chip).then(&["sim_replacement_requested"]);
}

#[test]
fn a_data_twin_names_its_main_line() {
    let main = uuid::Uuid::from_u128(0x99);
    let new = NewLine { twin_of: Some(main), ..a_line() };
    let story = Story::empty().given(Command::Register(Box::new(new)));
    assert_eq!(story.line().twin_of(), Some(main));
    let story = story.given(suspend(Reason::Theft, user())).confirmed();
    assert_eq!(story.events.last().unwrap().0.line.twin_of, Some(main), "each event says so");
}
