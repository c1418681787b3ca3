//! When a company's standing turned since it was written down last.

use std::collections::BTreeSet;

use vigie_clock::Timestamp;

use super::scene::Scene;
use crate::domain::Moment;
use crate::domain::account::{Account, Standing, Turn};

/// Turns that are written down at once; the rest with the next look.
const TURNS_MAX: usize = 32;

impl Scene {
    /// How the standing turned up to `at`, each instant as it was known then: a gap that opened and closed before anybody
    /// looked is found too, and what is recorded afterwards for the past neither opens nor fills one in the past.
    pub(super) fn turns(&self, own: &Account, at: Timestamp) -> Vec<Turn> {
        let counts_from = own.counts_from();
        let from = own.turned_at().unwrap_or(counts_from);
        if at < from {
            return Vec::new();
        }
        let all: BTreeSet<Timestamp> = self.instants().filter(|instant| *instant <= at).collect();
        let is_new = |instant: &Timestamp| match own.turned_at() {
            Some(turned_at) => *instant > turned_at,
            None => *instant >= counts_from,
        };
        let to_walk = all.range(from..).copied().filter(is_new);
        let mut turns = Vec::new();
        let mut is_gap = own.gap().is_some();
        for at in to_walk.chain([at]) {
            let standing = self.standing(Moment { as_of: at, known_at: at });
            let is_gap_now = matches!(standing, Standing::Gap { .. });
            if is_gap_now == is_gap {
                continue;
            }
            let floor = turns.last().map_or(from, |last: &Turn| last.at);
            let since = if is_gap_now { self.since(floor, at, &all) } else { at };
            turns.push(Turn { at, since, standing });
            is_gap = is_gap_now;
            if turns.len() == TURNS_MAX {
                break;
            }
        }
        turns
    }

    /// Since when nobody is there, by what is known at `at`; not before `floor`.
    fn since(&self, floor: Timestamp, at: Timestamp, all: &BTreeSet<Timestamp>) -> Timestamp {
        let nobody_is_there = |instant: &Timestamp| {
            let moment = Moment { as_of: *instant, known_at: at };
            matches!(self.standing(moment), Standing::Gap { .. })
        };
        all.range(floor..at).rev().copied().take_while(nobody_is_there).last().unwrap_or(at)
    }
}
