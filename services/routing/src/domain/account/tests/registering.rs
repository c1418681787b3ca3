use super::story::above;
use super::*;
use crate::domain::account::*;
use crate::domain::{Moment, Siren, Siret};

fn register(new: NewAccount) -> Story {
    Story::empty().when(Command::Register(Box::new(new)))
}

#[test]
fn a_group_a_company_and_a_site_come_in() {
    for new in [a_group(), a_company(), a_site()] {
        register(new).then(&["account_registered"]);
    }
    let below = NewAccount { above: Some(above(Level::Group)), ..a_company() };
    let story = register(below).then(&["account_registered"]);
    assert_eq!(story.account().parent(Moment::at(day(0))), Some(above(Level::Group).account_id));
}

#[test]
fn each_level_is_known_by_its_own_number() {
    let siren = || Some(Siren::parse("732829320").unwrap());
    let siret = || Some(Siret::parse("73282932000074").unwrap());
    for (new, reason) in [
        (NewAccount { siren: None, ..a_company() }, "BAD_SIREN"),
        (NewAccount { siren: siren(), ..a_group() }, "BAD_SIREN"),
        (NewAccount { siren: siren(), ..a_site() }, "BAD_SIREN"),
        (NewAccount { siret: None, ..a_site() }, "BAD_SIRET"),
        (NewAccount { siret: siret(), ..a_group() }, "BAD_SIRET"),
        (NewAccount { siret: siret(), ..a_company() }, "BAD_SIRET"),
        (NewAccount { address: None, ..a_site() }, "BAD_PLACE"),
    ] {
        register(new).then_refused(reason);
    }
}

#[test]
fn levels_hang_below_the_level_before_them_and_nothing_else() {
    for level in Level::ALL {
        for above_level in Level::ALL {
            let new = match level {
                Level::Group => a_group(),
                Level::Company => a_company(),
                Level::Site => a_site(),
            };
            let story = register(NewAccount { above: Some(above(above_level)), ..new });
            if level.above() == Some(above_level) {
                story.then(&["account_registered"]);
            } else {
                story.then_refused("HIERARCHY_REFUSED");
            }
        }
    }
    register(NewAccount { above: None, ..a_site() }).then_refused("HIERARCHY_REFUSED");
}

#[test]
fn a_site_hangs_below_the_company_of_its_number() {
    let other = Above { siren: Some(Siren::parse("356000000").unwrap()), ..above(Level::Company) };
    register(NewAccount { above: Some(other), ..a_site() }).then_refused("BAD_SIRET");
}

#[test]
fn nothing_hangs_below_what_has_ended() {
    let ended = |at| Above { closes_at: Some(day(at)), ..above(Level::Group) };
    register(NewAccount { above: Some(ended(0)), ..a_company() }).then_refused("ENDED");
    register(NewAccount { above: Some(ended(1)), ..a_company() }).then(&["account_registered"]);
}

#[test]
fn nobody_is_a_customer_since_tomorrow() {
    register(NewAccount { customer_since: Some(day(1)), ..a_company() }).then_refused("BAD_PERIOD");
    let story = register(NewAccount { customer_since: None, ..a_company() });
    assert_eq!(story.account().customer_since(), day(0));
}

#[test]
fn it_is_shown_since_it_was_a_customer_and_once_it_was_known_to_be() {
    let story = Story::of_a_company();
    let shown = |as_of, known_at| story.account().shown(Moment { as_of, known_at }).is_some();
    let recorded_at = story.events[0].1;
    assert!(shown(day(-100), recorded_at));
    assert!(!shown(day(-101), recorded_at), "no customer yet");
    assert!(!shown(day(0), day(0)), "not known yet");
}

#[test]
fn an_id_is_registered_once_and_nothing_is_asked_of_what_is_not_there() {
    Story::of_a_company().when(Command::Register(Box::new(a_company()))).then_refused("IDENTIFIER_TAKEN");
    Story::empty().when(assign(1, 0, None, None)).then_refused("ACCOUNT_NOT_FOUND");
    Story::empty().when(Command::Wake { due: day(0) }).then_refused("ACCOUNT_NOT_FOUND");
}

#[test]
fn the_event_says_where_it_lies() {
    let story = register(NewAccount { address: Some(address("97400")), ..a_company() });
    let shown = &story.events[0].0.account;
    let place = (shown.departement.as_deref(), shown.region.as_deref(), shown.time_zone.as_deref());
    assert_eq!(place, (Some("974"), Some("04"), Some("Indian/Reunion")));
}
