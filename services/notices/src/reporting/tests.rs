//! What is reported, and what is not.

use uuid::Uuid;
use vigie_eventlog::Aggregate as _;
use vigie_eventlog::reaction::Reaction as _;

use super::Report;
use super::record::Told;
use crate::domain::story::*;
use crate::domain::*;
use crate::events::tests::recorded;

/// All that the events of a notice lead to.
fn reported(story: &Story) -> Vec<Told> {
    let told = story.events.iter().flat_map(|event| {
        let encoded = Notice::encode(event).unwrap();
        Report::decide(&recorded(encoded.event_type, encoded.payload)).unwrap()
    });
    told.collect()
}

/// A notice about a new account manager.
fn of_a_manager(audience: Audience) -> Story {
    let change = Some(Change::Manager { change_id: Uuid::from_u128(0xa55) });
    let cause = Cause { change, line: None, security: false, ..cause(CauseKind::ManagerAssigned) };
    let new = NewNotice { cause, audience, ..new_notice(&[1, 2]) };
    Story::empty().given(Command::Decide(Box::new(new)))
}

fn delivered(story: Story) -> Story {
    let due = next_due(&story.notice).unwrap();
    story.after(limit::BOUNCE_WITHIN).given(Command::Wake { due })
}

#[test]
fn what_counts_for_good_is_reported_with_the_instant_of_the_hand_over() {
    let handed_over = of_a_manager(Audience::Person).attempted(accepted());
    assert_eq!(reported(&handed_over), [], "it may still bounce");
    let at = handed_over.now();
    let told = Told {
        account_id: ACCOUNT,
        change: Change::Manager { change_id: Uuid::from_u128(0xa55) },
        notice_id: NOTICE,
        told_at: at,
    };
    assert_eq!(reported(&delivered(handed_over)), [told]);
}

#[test]
fn after_a_bounce_it_is_the_fallbacks_mail_that_counts() {
    let bounced = of_a_manager(Audience::Person).attempted(accepted()).given(bounce(1));
    assert_eq!(reported(&bounced), []);
    let told = bounced.after(limit::BOUNCE_WITHIN / 2).attempted(accepted());
    let at = told.now();
    let instants: Vec<_> = reported(&delivered(told)).iter().map(|told| told.told_at).collect();
    assert_eq!(instants, [at]);
}

#[test]
fn a_system_that_was_told_and_a_line_that_was_barred_are_not_reported() {
    assert_eq!(reported(&delivered(of_a_manager(Audience::AccountSystem).attempted(accepted()))), []);
    assert_eq!(reported(&delivered(Story::of(&[1]).attempted(accepted()))), []);
}
