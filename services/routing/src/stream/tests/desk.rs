use uuid::Uuid;
use vigie_clock::Timestamp;
use vigie_contractkit::Published;
use vigie_eventlog::{Aggregate, DirectoryOp};

use super::{check, published_of};
use crate::domain::desk::tests::{CLOSE, Story, a_desk, change};
use crate::domain::desk::*;
use crate::stream::key;

pub(super) const NAMES: [&str; 3] = [name::DESK_CHANGED, name::DESK_CLOSED, name::DESK_REGISTERED];

/// One life in which everything happens.
fn published() -> Published<Desk> {
    let elsewhere = Particulars { overflow_desk_id: Some(Uuid::from_u128(0x10)), ..a_desk().particulars };
    let way = [OverflowDesk { desk_id: Uuid::from_u128(0x10), is_closed: false }];
    let story = Story::of_a_desk().given(change(elsewhere, &["T-2"], &way)).given(CLOSE);
    published_of(story.into_told(), "desk_id")
}

#[test]
fn desks_are_published_as_their_golden_files_say() {
    check(&published(), &NAMES);
}

#[test]
fn keys_are_claimed_and_a_desk_is_filed_under_the_one_that_it_overflows_to() {
    let published = published();
    let directory = |name: &str| Desk::directory(&published.first[name]);
    let external = |id: &str| (key::EXTERNAL, format!("acd/queue/{id}"));
    let overflow = |desk: u128| (key::OVERFLOW, Uuid::from_u128(desk).to_string());
    let reserve = |(kind, key)| DirectoryOp::Reserve { kind, key };
    let release = |(kind, key)| DirectoryOp::Release { kind, key, until: Timestamp::default() };
    let link = |(kind, key)| DirectoryOp::Link { kind, key };
    let unlink = |(kind, key)| DirectoryOp::Unlink { kind, key };
    assert_eq!(directory(name::DESK_REGISTERED), [reserve(external("T-1")), link(overflow(0x0f))]);
    assert_eq!(
        directory(name::DESK_CHANGED),
        [release(external("T-1")), unlink(overflow(0x0f)), reserve(external("T-2")), link(overflow(0x10))]
    );
    assert_eq!(directory(name::DESK_CLOSED), [unlink(overflow(0x10))], "the keys stay");
}
