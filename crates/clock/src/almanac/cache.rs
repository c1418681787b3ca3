//! A bounded memory of what was compiled.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, PoisonError, RwLock};

use crate::Schedule;

/// Schedules of one generation.
const GENERATION_MAX: usize = 512;

/// Schedules by what they were compiled from. Two generations: when the younger is full it becomes the older, and what
/// nobody asked for since then is forgotten. So at most 1,024, and what is used stays.
#[derive(Debug)]
pub(super) struct Cache<K>(RwLock<Generations<K>>);

#[derive(Debug)]
struct Generations<K> {
    young: HashMap<K, Arc<Schedule>>,
    old: HashMap<K, Arc<Schedule>>,
}

impl<K: Clone + Eq + Hash> Cache<K> {
    pub(super) fn new() -> Self {
        Self(RwLock::new(Generations { young: HashMap::new(), old: HashMap::new() }))
    }

    /// The schedule of `key`, compiled when it is not known.
    pub(super) fn get<E>(
        &self,
        key: &K,
        compile: impl FnOnce() -> Result<Schedule, E>,
    ) -> Result<Arc<Schedule>, E> {
        // A panic elsewhere cannot leave a map of finished schedules half-changed.
        if let Some(schedule) = self.0.read().unwrap_or_else(PoisonError::into_inner).young.get(key) {
            return Ok(Arc::clone(schedule));
        }
        let aged = self.0.read().unwrap_or_else(PoisonError::into_inner).old.get(key).cloned();
        let schedule = match aged {
            Some(schedule) => schedule,
            None => Arc::new(compile()?),
        };
        let mut generations = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if generations.young.len() >= GENERATION_MAX {
            generations.old = std::mem::take(&mut generations.young);
        }
        // Two threads may have compiled it: one wins, so that years are compiled once.
        let kept = generations.young.entry(key.clone()).or_insert(schedule);
        Ok(Arc::clone(kept))
    }

    #[cfg(test)]
    fn len(&self) -> usize {
        let generations = self.0.read().unwrap();
        generations.young.len() + generations.old.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Calendars, Hours, ScheduleError};

    #[test]
    fn stays_bounded_and_keeps_what_is_used() {
        let cache = Cache::new();
        let calendars = Calendars::built_in();
        let get = |key: usize| cache.get(&key, || Schedule::opening(&Hours::always(), &calendars)).unwrap();
        let used = get(0);
        for key in 1..2_000 {
            get(key);
            assert!(Arc::ptr_eq(&used, &get(0)), "{key}");
        }
        assert!(cache.len() <= 2 * GENERATION_MAX);
    }

    #[test]
    fn remembers_no_failure() {
        let cache = Cache::new();
        let absurd = ScheduleError::UnusableTerm;
        assert_eq!(cache.get(&1, || Err(absurd.clone())).unwrap_err(), absurd);
        assert!(cache.get(&1, || Schedule::opening(&Hours::always(), &Calendars::built_in())).is_ok());
    }
}
