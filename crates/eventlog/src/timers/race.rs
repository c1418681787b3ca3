//! Whether another replica wakes the same timers, a step ahead: to race it costs both more than it brings.

use super::wake::Ended;

/// Wakes that another one was faster with, before the timers are left to it for a while. Fewer cost little.
const REPEATED_MIN: usize = 32;

/// How the wakes of a sweep ended.
#[derive(Debug, Default)]
pub(super) struct Race {
    acted: usize,
    repeated: usize,
}

impl Race {
    pub(super) fn add(&mut self, ended: Ended) {
        match ended {
            Ended::Acted => self.acted += 1,
            Ended::Repeated => self.repeated += 1,
        }
    }

    /// Another one was faster with most of them.
    pub(super) fn is_lost(&self) -> bool {
        self.repeated >= REPEATED_MIN && self.repeated > self.acted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_race_is_lost_to_a_replica_that_woke_most() {
        assert!(Race { acted: 31, repeated: 32 }.is_lost());
        assert!(!Race { acted: 32, repeated: 32 }.is_lost(), "as fast as the other one");
        assert!(!Race { acted: 0, repeated: 31 }.is_lost(), "a few, as after a restart");
    }
}
