use super::story::above;
use super::*;
use crate::domain::account::*;
use crate::domain::{Moment, Siren};

fn hang(above: Option<Above>, from: Option<i64>) -> Command {
    Command::Move { above, effective_from: from.map(day) }
}

#[test]
fn a_company_moves_below_a_group_and_out_again() {
    let group = above(Level::Group);
    let story = Story::of_a_company().when(hang(Some(group.clone()), None)).then(&["account_moved"]);
    assert_eq!(story.account().parent(Moment::at(day(0))), Some(group.account_id));
    assert_eq!(story.account().parent(Moment::at(day(-1))), None);
    let story = story.when(hang(Some(group.clone()), Some(3))).then(&[]);
    let story = story.when(hang(None, Some(7))).then(&["account_moved"]);
    assert!(story.account().hangs_below(group.account_id, day(6)));
    assert!(!story.account().hangs_below(group.account_id, day(7)));
}

#[test]
fn a_planned_move_counts_as_hanging_below() {
    let group = above(Level::Group);
    let story = Story::of_a_company().given(hang(Some(group.clone()), Some(30)));
    assert!(story.account().hangs_below(group.account_id, day(1)));
    let close = Command::Close { effective_from: Some(day(20)), is_needed_below: false };
    assert!(!story.given(close).account().hangs_below(group.account_id, day(1)), "it ends before");
}

#[test]
fn neither_level_nor_number_may_be_wrong() {
    Story::of_a_company().when(hang(Some(above(Level::Company)), None)).then_refused("HIERARCHY_REFUSED");
    Story::of_a_company().when(hang(Some(above(Level::Site)), None)).then_refused("HIERARCHY_REFUSED");
    let itself = Above { account_id: account_id(), ..above(Level::Company) };
    Story::of_a_company().when(hang(Some(itself), None)).then_refused("HIERARCHY_REFUSED");
    let site = || Story::empty().given(Command::Register(Box::new(a_site())));
    site().when(hang(None, None)).then_refused("HIERARCHY_REFUSED");
    let other = Above { siren: Some(Siren::parse("356000000").unwrap()), ..above(Level::Company) };
    site().when(hang(Some(other), None)).then_refused("BAD_SIRET");
}

#[test]
fn nothing_moves_below_what_has_ended_by_then() {
    let ended = Above { closes_at: Some(day(5)), ..above(Level::Group) };
    Story::of_a_company().when(hang(Some(ended.clone()), Some(5))).then_refused("ENDED");
    Story::of_a_company().when(hang(Some(ended), Some(4))).then(&["account_moved"]);
}
