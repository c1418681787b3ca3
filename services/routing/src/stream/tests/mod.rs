//! What is published: names and bytes, compared with the files that consumers test against.
//!
//! `UPDATE_GOLDEN=1 cargo test -p vigie-routing` writes the files anew. A file of an event that was published may only be
//! written anew while the old bytes still decode: keep them beside it under another name.

mod account;
mod contact_point;
mod desk;
mod outcomes;
mod person;
mod schemas;
mod staff_member;

use std::fmt::Debug;

use vigie_contractkit::Published;
use vigie_eventlog::Aggregate;

/// The published events of one kind of stream: `life` tells all of them.
fn published_of<A>(life: impl IntoIterator<Item = A::Event>, id: &'static str) -> Published<A>
where
    A: Aggregate<Event: PartialEq + Debug>,
{
    Published::of(life, id, concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden"))
}

/// What holds for all that routing publishes.
#[track_caller]
fn check<A>(published: &Published<A>, names: &[&str])
where
    A: Aggregate<Event: PartialEq + Debug>,
{
    published.check(names);
    published.name_external_identifiers();
    published.stay_below(4096);
}
