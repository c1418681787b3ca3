use super::*;
use crate::domain::Moment;
use crate::domain::account::*;

fn there(number: u128) -> Presence {
    Presence {
        staff_id: manager_id(number),
        name: Some(format!("Camille {number}")),
        is_trained: true,
        has_left: false,
        deputy_staff_id: None,
        away: None,
    }
}

fn away(number: u128, cover: Option<u128>) -> Presence {
    Presence { away: Some(Away { until: day(9), cover_staff_id: cover.map(manager_id) }), ..there(number) }
}

fn left(number: u128, deputy: Option<u128>) -> Presence {
    Presence { has_left: true, deputy_staff_id: deputy.map(manager_id), ..there(number) }
}

fn own() -> Holding {
    let story = Story::of_a_company().given(assign(1, -20, None, None));
    holding(&[story.account()], Moment::at(day(0))).unwrap()
}

fn named(manager: Presence, stand_ins: Vec<Presence>) -> (Basis, Option<uuid::Uuid>) {
    let contact = named_contact(&own(), manager, stand_ins);
    (contact.basis, contact.staff.map(|staff| staff.staff_id))
}

#[test]
fn the_manager_who_is_there_is_the_contact() {
    assert_eq!(named(there(1), vec![]), (Basis::Assigned, Some(manager_id(1))));
    let inherited = Holding { is_inherited: true, ..own() };
    assert_eq!(named_contact(&inherited, there(1), vec![]).basis, Basis::Inherited);
}

#[test]
fn while_the_manager_is_away_the_cover_is() {
    assert_eq!(own().stand_ins(&away(1, Some(2))), [manager_id(2)]);
    let contact = named_contact(&own(), away(1, Some(2)), vec![there(2)]);
    assert_eq!((contact.basis, contact.away_until), (Basis::Cover, Some(day(9))));
    assert_eq!(named(away(1, None), vec![]), (Basis::AwayWithoutCover, Some(manager_id(1))));
}

#[test]
fn a_cover_who_is_away_too_covers_nobody() {
    assert_eq!(named(away(1, Some(2)), vec![away(2, None)]), (Basis::AwayWithoutCover, Some(manager_id(1))));
    assert_eq!(named(away(1, Some(2)), vec![left(2, None)]), (Basis::AwayWithoutCover, Some(manager_id(1))));
    assert_eq!(named(away(1, Some(2)), vec![away(2, None), there(3)]), (Basis::Cover, Some(manager_id(3))));
}

#[test]
fn after_the_manager_left_the_deputy_is_or_nobody() {
    assert_eq!(own().stand_ins(&left(1, Some(4))), [manager_id(4)]);
    assert_eq!(named(left(1, Some(4)), vec![there(4)]), (Basis::Cover, Some(manager_id(4))));
    assert_eq!(named(left(1, None), vec![]), (Basis::LeftWithoutSuccessor, None));
}

#[test]
fn whoever_steps_in_at_the_account_itself_comes_before_the_absence_s_cover() {
    let story = Story::of_a_company().given(assign(1, -20, None, None)).given(Command::StepIn {
        cover_id: uuid::Uuid::from_u128(7),
        staff_id: manager_id(1),
        cover: Box::new(a_candidate(5)),
        cause: CoverCause::Absence,
        from: day(-1),
        until: None,
    });
    let holding = holding(&[story.account()], Moment::at(day(0))).unwrap();
    assert_eq!(holding.stand_ins(&away(1, Some(2))), [manager_id(5), manager_id(2)]);
    assert_eq!(holding.evidence, [(account_id(), 2), (account_id(), 3)]);
}

#[test]
fn an_account_without_manager_has_that_of_the_nearest_above() {
    let site = Story::empty().given(Command::Register(Box::new(a_site())));
    let company = Story::of_a_company();
    let group =
        Story::empty().given(Command::Register(Box::new(a_group()))).given(assign(3, -20, None, None));
    let chain = [site.account(), company.account(), group.account()];
    let found = holding(&chain, Moment::at(day(0))).unwrap();
    assert_eq!((found.assignment.staff_id, found.is_inherited), (manager_id(3), true));
    assert_eq!(
        found.evidence.len(),
        3,
        "that the site hangs below, that the company does, and the assignment"
    );

    let company = company.given(assign(2, -10, None, None));
    let chain = [site.account(), company.account(), group.account()];
    let manager = |on| holding(&chain, Moment::at(day(on))).map(|found| found.assignment.staff_id);
    assert_eq!([manager(-11), manager(-10)], [Some(manager_id(3)), Some(manager_id(2))]);
    assert_eq!(holding(&chain[..1], Moment::at(day(0))), None);
    assert_eq!(holding(&[], Moment::at(day(0))), None);
}
