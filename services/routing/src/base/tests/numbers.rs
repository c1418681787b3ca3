//! Who calls from a number, against a plain map.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::fold::{empty, id, number};
use crate::base::{Change, PersonNow, What};
use crate::domain::route::{Known as _, Set};

proptest! {
    #[test]
    fn it_answers_as_a_map_would(
        told in proptest::collection::vec((0_u128..8, proptest::collection::vec(0_u64..5, 0..=4)), 0..60),
    ) {
        let mut base = empty();
        let mut versions = BTreeMap::new();
        let mut plain: BTreeMap<u128, BTreeSet<u64>> = BTreeMap::new();
        for (person, lines) in told {
            let version = versions.entry(person).and_modify(|version| *version += 1).or_insert(1);
            let numbers = lines.iter().copied().map(number).collect();
            let now = PersonNow { account: id(99), roles: Set::EMPTY, language: None, numbers, left_at: None };
            base.apply(Change { stream_id: id(person), version: *version, what: What::Person(now) }).unwrap();
            plain.insert(person, lines.into_iter().collect());
            for line in 0..5 {
                let found: Vec<_> = base.people_at(number(line)).map(|person| person.id).collect();
                let expected: Vec<_> =
                    plain.iter().filter(|(_, lines)| lines.contains(&line)).map(|(person, _)| id(*person)).collect();
                prop_assert_eq!(found, expected, "line {}", line);
            }
        }
    }
}
