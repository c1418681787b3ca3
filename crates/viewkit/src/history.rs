//! Random histories of some lines.

use std::collections::BTreeMap;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use uuid::Uuid;

use crate::{Script, seconds, uuid};

const REASONS: [&str; 3] = ["LOSS", "THEFT", "UNPAID"];

/// One step of a history: to whom something happens, and what happened to that line before.
#[derive(Debug)]
pub struct Turn<'a> {
    /// What happens, of 100: 48 to 74 are confirmations, from 88 on whatever the view's tests think of.
    pub roll: i32,
    /// The line.
    pub line: Uuid,
    /// An act that nothing has used yet.
    pub act: Uuid,
    /// Its reason.
    pub reason: &'static str,
    /// Acts of the line that wait for a confirmation.
    pub waiting: &'a mut Vec<Uuid>,
    /// All acts of the line so far.
    pub acts: &'a mut Vec<Uuid>,
    /// For what is left to chance.
    pub rng: &'a mut StdRng,
}

/// A history of thirty lines: suspensions, repeats, crossings, drift, silence of the register. `own` adds what else happens:
/// in every step that finds nothing to do here.
///
/// The same seed gives the same history.
pub fn history(seed: u64, steps: usize, own: impl Fn(Script, Turn<'_>) -> Script) -> Script {
    let mut rng = StdRng::seed_from_u64(seed);
    let mut script = Script::new();
    let mut pending: BTreeMap<u128, Vec<Uuid>> = BTreeMap::new();
    let mut all: BTreeMap<u128, Vec<Uuid>> = BTreeMap::new();
    for step in 0..steps {
        script = script.wait(seconds(rng.random_range(0.0..8.0)));
        let number = rng.random_range(1..=30_u128);
        let line = uuid(0x1000 + number);
        let act = uuid(0xA000_0000 + step as u128);
        let reason = REASONS[rng.random_range(0..3)];
        let waiting = pending.entry(number).or_default();
        let acts = all.entry(number).or_default();
        let roll = rng.random_range(0..100);
        script = match roll {
            0..=29 => {
                waiting.push(act);
                acts.push(act);
                script.suspend(line, act, reason, &[])
            }
            30..=41 => {
                let ended = std::mem::replace(waiting, vec![act]);
                acts.push(act);
                script.reinstate(line, act, reason, &ended)
            }
            42..=47 => {
                acts.push(act);
                script.lift(line, act, reason, &[])
            }
            75..=80 if !waiting.is_empty() => {
                script.overdue(line, waiting[rng.random_range(0..waiting.len())])
            }
            81..=84 if !acts.is_empty() => {
                script.drift(line, &[acts[rng.random_range(0..acts.len())]], "found")
            }
            85..=87 if !acts.is_empty() => {
                script.drift(line, &[acts[rng.random_range(0..acts.len())]], "repaired")
            }
            _ => own(script, Turn { roll, line, act, reason, waiting, acts, rng: &mut rng }),
        };
    }
    script
}
