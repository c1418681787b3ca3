use super::story::read_back;
use super::*;
use crate::domain::*;

fn confirm(sequence: u64, read_back: Confirmation) -> Command {
    Command::Confirm { sequence, read_back }
}

#[test]
fn a_read_back_confirms_every_act_that_waits_for_it() {
    let story = Story::of_a_line().given(suspend(Reason::Unpaid, clerk()));
    let unpaid = story.act();
    let story = story.given(suspend(Reason::Theft, user()));
    let theft = story.act();
    let story = story.confirmed().then(&["suspension_confirmed"]);
    let [Fact::SuspensionConfirmed(fact)] = &story.facts()[..] else { panic!("{:?}", story.facts()) };
    let acts: Vec<_> = fact.acts.iter().map(|act| (act.act_id, act.reason)).collect();
    assert_eq!(acts, [(unpaid, Some(Reason::Unpaid)), (theft, Some(Reason::Theft))]);
    assert_eq!(
        (fact.evidence, fact.cs, fact.ps, fact.attached),
        (Evidence::DetachRequested, false, false, true)
    );
    let act = story.line().act(theft).unwrap();
    assert_eq!((act.state, act.evidence), (ActState::Confirmed, Evidence::DetachRequested));
    assert_eq!(act.confirmed_at, Some(story.events.last().unwrap().1), "T1 is when it was recorded");
    assert_eq!(story.line().unconfirmed(), None);
}

#[test]
fn a_late_confirmation_of_an_older_intent_does_not_win() {
    let story = Story::of_a_line().given(suspend(Reason::Loss, user())).confirmed();
    let story = story.given(reinstate(Reason::Loss, stepped_up(user())));
    let stale = story.sequence();
    let story = story.given(suspend(Reason::Theft, user()));
    let story = story.when(confirm(stale, read_back(false))).then_refused("SUPERSEDED");
    let ahead = story.sequence() + 1;
    story.when(confirm(ahead, read_back(true))).then_refused("SUPERSEDED");
}

#[test]
fn confirming_twice_records_once() {
    let story = Story::of_a_line().given(suspend(Reason::Loss, user()));
    let act = story.act();
    let story = story.confirmed();
    let again = confirm(story.sequence(), read_back(true));
    story.when(again).then_joins(act);
}

#[test]
fn a_read_back_that_shows_something_else_confirms_nothing() {
    for (cs, ps) in [(true, true), (true, false), (false, true)] {
        let story = Story::of_a_line().given(suspend(Reason::Theft, user()));
        let shown = Confirmation { cs, ps, ..read_back(true) };
        let confirm = confirm(story.sequence(), shown);
        story.when(confirm).then_refused("READ_BACK_DIFFERS");
    }
    let story = Story::of_a_line().given(suspend(Reason::Loss, user())).confirmed();
    let story = story.given(reinstate(Reason::Loss, stepped_up(user())));
    let still_barred = confirm(story.sequence(), read_back(true));
    story.when(still_barred).then_refused("READ_BACK_DIFFERS");
}

#[test]
fn a_simulated_register_is_called_one() {
    let story = Story::of_a_line().given(suspend(Reason::Theft, user()));
    let simulated = Confirmation { simulated: true, ..read_back(true) };
    let confirm = confirm(story.sequence(), simulated);
    let story = story.when(confirm).then(&["suspension_confirmed"]);
    assert_eq!(story.line().evidence(), Evidence::Simulated);
}

#[test]
fn loss_and_theft_are_urgent_until_confirmed() {
    let story = Story::of_a_line().given(suspend(Reason::Unpaid, clerk()));
    assert!(!story.line().is_urgent());
    let story = story.given(suspend(Reason::Theft, user()));
    assert!(story.line().is_urgent());
    assert!(!story.confirmed().line().is_urgent());
    assert!(suspend(Reason::Loss, user()).is_urgent() && !suspend(Reason::Unpaid, clerk()).is_urgent());
}
