//! What happened before the curtain rose: some hundred acts of the ordinary kind.

use vigie_fiction::Dice;
use vigie_proto::lines::SuspensionReason;

/// Who makes a gesture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum By {
    /// The company's fleet manager.
    Manager,
    /// An advisor, for the manager who calls.
    AdvisorOnBehalf,
    /// An advisor, for the operator.
    Advisor,
    /// A billing clerk.
    Clerk,
}

/// One gesture on a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gesture {
    Suspend(SuspensionReason, By),
    Reinstate(SuspensionReason, By),
    /// After theft, on the same SIM: the handset came back.
    ReinstateRecovered,
    /// Takes back the suspension before: it was the wrong line.
    Undo,
    ReplaceSim,
    Terminate,
}

/// What happened to one line, in order.
#[derive(Clone, Debug)]
pub(super) struct Story {
    /// Index among the lines of the demo.
    pub(super) line: usize,
    pub(super) gestures: &'static [Gesture],
}

use By::{Advisor, AdvisorOnBehalf, Clerk, Manager};
use Gesture::{Reinstate, ReinstateRecovered, ReplaceSim, Suspend, Terminate, Undo};
use SuspensionReason::{CommercialFreeze, Loss, Other, Theft, Unpaid};

/// How often each course of events is taken.
const COURSES: [(usize, &[Gesture]); 14] = [
    (46, &[Suspend(Loss, Manager), Reinstate(Loss, Manager)]),
    (12, &[Suspend(Loss, AdvisorOnBehalf), Reinstate(Loss, Manager)]),
    (9, &[Suspend(Loss, Manager)]),
    (8, &[Suspend(Loss, Manager), Undo]),
    // A double click, and a second call on the same loss: the same act.
    (6, &[Suspend(Loss, Manager), Suspend(Loss, Manager), Suspend(Loss, AdvisorOnBehalf)]),
    (22, &[Suspend(Theft, Manager)]),
    (14, &[Suspend(Theft, AdvisorOnBehalf), ReplaceSim, Reinstate(Theft, Manager)]),
    (9, &[Suspend(Theft, Manager), ReinstateRecovered]),
    // Lost first, then known to be stolen.
    (5, &[Suspend(Loss, Manager), Suspend(Theft, Manager), Reinstate(Loss, Manager)]),
    (18, &[Suspend(Unpaid, Clerk)]),
    (20, &[Suspend(Unpaid, Clerk), Reinstate(Unpaid, Clerk)]),
    (10, &[Suspend(CommercialFreeze, Advisor), Reinstate(CommercialFreeze, Advisor)]),
    (8, &[Suspend(Other, Manager), Reinstate(Other, Manager)]),
    (4, &[Terminate]),
];

/// The stories of lines from `first` to `count - 1`, mixed; no line has two.
pub(super) fn stories(first: usize, count: usize) -> Vec<Story> {
    let mut dice = Dice::new(2_026);
    let mut lines: Vec<_> = (first..count).collect();
    let mut stories = Vec::new();
    for (times, gestures) in COURSES {
        for _ in 0..times {
            if lines.is_empty() {
                return stories;
            }
            let line = lines.swap_remove(dice.roll(lines.len()));
            stories.insert(dice.roll(stories.len() + 1), Story { line, gestures });
        }
    }
    stories
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_hundred_acts_and_no_line_twice() {
        let stories = stories(20, 3_000);
        let gestures: usize = stories.iter().map(|story| story.gestures.len()).sum();
        assert!((300..500).contains(&gestures), "{gestures}");
        let lines: std::collections::BTreeSet<_> = stories.iter().map(|story| story.line).collect();
        assert_eq!(lines.len(), stories.len());
        assert!(lines.iter().all(|line| (20..3_000).contains(line)), "the scenes' lines are left alone");
    }

    #[test]
    fn a_small_fleet_ends_the_stories_early() {
        assert_eq!(stories(0, 7).len(), 7);
        assert!(stories(7, 7).is_empty());
    }
}
