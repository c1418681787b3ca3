use vigie_contractkit::Published;
use vigie_eventlog::{Aggregate, DirectoryOp};

use super::{check, published_of};
use crate::domain::contact_point::tests::{Story, content, days, publish, surcharged};
use crate::domain::contact_point::*;
use crate::stream::key;

pub(super) const NAMES: [&str; 5] = [
    name::CHANGE_NOTICE_DUE,
    name::CONTACT_POINT_ENDED,
    name::RETIREMENT_RECORDED,
    name::VERSION_PUBLISHED,
    name::VERSION_TOOK_EFFECT,
];

/// One life in which everything happens. The first version of each fact is a surcharged number with a short code.
fn published() -> Published<ContactPoint> {
    let first = Content { reach: surcharged(), ..content("+33100000001") };
    let story = Story::empty().given(publish(first, None)).publish("+33100000002", 30).after(days(40));
    let story = story.retire(10).after(days(20));
    let life = story.events.into_iter().map(|(event, _)| event);
    published_of(life, "contact_point_id")
}

#[test]
fn contact_points_are_published_as_their_golden_files_say() {
    check(&published(), &NAMES);
}

#[test]
fn every_way_to_reach_a_desk_comes_back_from_its_stored_form() {
    let web = || WebAddress::parse("https://extranet.example/chat").unwrap();
    let reaches = [
        surcharged(),
        Reach::Email { address: crate::domain::MailAddress::parse("service@operateur.test").unwrap() },
        Reach::Chat { address: web() },
        Reach::Extranet { address: web() },
        Reach::Post { address: "Service entreprises, 75001 Paris".to_owned() },
    ];
    for reach in reaches {
        let whole = Content { reach, announced_hours: None, ..content("+33100000001") };
        for (event, _) in Story::empty().given(publish(whole, None)).events {
            let stored = ContactPoint::encode(&event).unwrap();
            assert_eq!(ContactPoint::decode(stored.event_type, &stored.payload).unwrap(), event);
        }
    }
}

#[test]
fn a_contact_point_is_filed_under_its_desk() {
    let published = published();
    let directory = |name: &str| ContactPoint::directory(&published.first[name]);
    let desk = content("+33100000001").desk_id.to_string();
    assert_eq!(directory(name::VERSION_PUBLISHED), [DirectoryOp::Link { kind: key::DESK, key: desk }]);
    for silent in NAMES.into_iter().filter(|silent| *silent != name::VERSION_PUBLISHED) {
        assert_eq!(directory(silent), [], "{silent}");
    }
}
