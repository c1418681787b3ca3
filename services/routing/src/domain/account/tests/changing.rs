use super::*;
use crate::domain::account::*;
use crate::domain::{Address, CountryCode, Language, Moment, STATEMENTS_MAX, Segment, Segments};

fn change(change: Change, from: Option<i64>) -> Command {
    Command::Change { change: Box::new(change), effective_from: from.map(day) }
}

fn rename(name: &str, from: Option<i64>) -> Command {
    change(Change { name: Some(name.to_owned()), ..Change::default() }, from)
}

fn name_on(story: &Story, on: i64) -> String {
    story.account().shown(Moment::at(day(on))).unwrap().name
}

#[test]
fn a_change_holds_from_now_on_and_says_what_is_different_only() {
    let asked = Change {
        name: Some("Exemple SAS".to_owned()),
        segments: Some(Segments::of(&[Segment::LargeAccount]).unwrap()),
        language: Some(Language::English),
        address: Some(address("97400")),
        countries: Some(vec![]),
    };
    let story = Story::of_a_company().when(change(asked, None)).then(&["account_changed"]);
    let Fact::AccountChanged(fact) = &story.events[1].0.fact else { panic!("{:?}", story.events) };
    assert_eq!(fact.name, None, "it had this name already");
    assert_eq!(fact.countries, Some(Vec::<CountryCode>::new()));
    let shown = story.account().shown(Moment::at(day(0))).unwrap();
    assert_eq!((shown.language, shown.address), (Some(Language::English), Some(address("97400"))));
    assert_eq!(story.events[1].0.account.region.as_deref(), Some("04"));
}

#[test]
fn what_is_so_already_records_nothing() {
    Story::of_a_company().when(rename("Exemple SAS", None)).then(&[]);
    Story::of_a_company().given(rename("Neuf SA", Some(10))).when(rename("Neuf SA", Some(12))).then(&[]);
}

#[test]
fn a_planned_change_is_told_when_it_takes_effect() {
    let story = Story::of_a_company().given(rename("Neuf SA", Some(10)));
    assert_eq!(story.events[1].0.account.name, "Exemple SAS", "not yet");
    assert_eq!(next_due(&story.state), Some(day(10)));
    let story = story.after_days(11);
    assert_eq!(story.count("planned_change_took_effect"), 1);
    assert_eq!(story.events[2].0.account.name, "Neuf SA");
    assert_eq!(next_due(&story.state), None);
}

#[test]
fn a_command_that_comes_before_the_timer_tells_it_first() {
    let story = Story::of_a_company().given(rename("Neuf SA", Some(10))).without_timers(11);
    let story = story.when(change(Change { language: Some(Language::Dutch), ..Change::default() }, None));
    let story = story.then(&["planned_change_took_effect", "account_changed"]);
    // The timer that comes too late finds nothing left to tell.
    story.when(Command::Wake { due: day(10) }).then(&[]);
}

#[test]
fn a_timer_tells_it_even_if_the_clock_was_set_back() {
    let story = Story::of_a_company().given(rename("Neuf SA", Some(10))).without_timers(9);
    let story = story.when(Command::Wake { due: day(10) }).then(&["planned_change_took_effect"]);
    assert_eq!(next_due(&story.state), None);
}

#[test]
fn a_correction_changes_the_past_and_not_what_was_known_of_it() {
    let story = Story::of_a_company().after_days(5).given(rename("Neuf SA", Some(-50)));
    assert_eq!((name_on(&story, -51), name_on(&story, -50)), ("Exemple SAS".into(), "Neuf SA".into()));
    let known_on = |on| {
        let moment = Moment { as_of: day(-50), known_at: day(on) };
        story.account().shown(moment).map(|shown| shown.name)
    };
    assert_eq!(
        [known_on(0), known_on(1), known_on(6)],
        [None, Some("Exemple SAS".into()), Some("Neuf SA".into())]
    );
}

#[test]
fn nothing_changes_before_it_was_a_customer_or_after_it_ended() {
    Story::of_a_company().when(rename("Neuf SA", Some(-101))).then_refused("BAD_PERIOD");
    let story =
        Story::of_a_company().given(Command::Close { effective_from: Some(day(5)), is_needed_below: false });
    let story = story.when(rename("Neuf SA", Some(5))).then_refused("ENDED");
    story.when(rename("Neuf SA", Some(4))).then(&["account_changed"]);
}

#[test]
fn a_name_is_stated_so_often_and_no_more() {
    let mut story = Story::of_a_company();
    for number in 1..STATEMENTS_MAX {
        story = story.given(rename(&format!("Exemple {number}"), None));
    }
    let story = story.when(rename("Une fois de plus", None)).then_refused("TOO_LARGE");
    let moved: Address = address("13001");
    story.when(change(Change { address: Some(moved), ..Change::default() }, None)).then(&["account_changed"]);
}
