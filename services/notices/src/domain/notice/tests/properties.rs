//! Whatever happens, in whatever order: nobody gets a third copy, and a second one is marked.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::story::*;
use crate::domain::*;

fn command() -> impl Strategy<Value = u8> {
    0..12_u8
}

proptest! {
    #[test]
    fn a_recipient_gets_at_most_two_copies_and_the_second_says_so(steps in proptest::collection::vec(command(), 0..120)) {
        let mut story = Story::of(&[1, 2, 3]);
        // By recipient: which attempts may have arrived, each with whether it was marked.
        let mut copies: BTreeMap<u32, BTreeMap<u32, bool>> = BTreeMap::new();
        for step in steps {
            let before = story.notice().under_way().cloned();
            let number = story.notice().snapshot().attempts;
            let mut arrives = || {
                if let Some(attempt) = &before {
                    copies.entry(attempt.recipient).or_default().insert(attempt.number, attempt.repeat);
                }
            };
            let command = match step {
                0..=3 => Command::Begin,
                4 => Command::End { attempt: number, end: failed() },
                5 | 6 => {
                    arrives();
                    Command::End { attempt: number, end: unknown() }
                }
                7 => Command::End { attempt: number, end: refused() },
                8 => {
                    arrives();
                    Command::End { attempt: number, end: accepted() }
                }
                9 => bounce(story.notice().snapshot().recipient),
                10 => drop_it(),
                _ => Command::Wake { due: story.now() },
            };
            // An attempt that a new begin closes as lost may have arrived as well.
            if command == Command::Begin {
                arrives();
            }
            let _ = story.when(&command);
        }
        for (recipient, copies) in copies {
            prop_assert!(copies.len() <= 2, "{recipient}: {copies:?}");
            prop_assert!(copies.values().skip(1).all(|marked| *marked), "{recipient}: {copies:?}");
        }
        // Replaying gives the same state, and the bytes say the same.
        let mut replayed = None;
        for event in &story.events {
            let encoded = <Notice as vigie_eventlog::Aggregate>::encode(event).unwrap();
            let decoded = <Notice as vigie_eventlog::Aggregate>::decode(encoded.event_type, &encoded.payload).unwrap();
            prop_assert_eq!(&decoded, event);
            evolve(&mut replayed, &decoded, story.now());
        }
        prop_assert_eq!(replayed, story.notice);
    }
}
