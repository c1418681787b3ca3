//! What becomes of an effect before an attempt and after it. Pure.

use std::time::Duration;

use vigie_clock::derived_id;

use super::store::Stored;
use super::{Options, Outcome};

/// Characters of a reason that are kept.
const WHY_MAX: usize = 500;

/// What becomes of an effect after an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Next {
    Done,
    /// The next attempt begins after the pause.
    Again {
        pause: Duration,
        why: String,
        maybe_done: bool,
    },
    /// A person decides.
    Waits {
        why: String,
        maybe_done: bool,
    },
}

/// Why an effect must not be tried without a person; `None` if it may be.
pub(super) fn objection(stored: &Stored, options: &Options) -> Option<String> {
    if !stored.approved && stored.effect.age > options.age_max {
        return Some(format!("its event is older than {:?}", options.age_max));
    }
    // The last of them did not come to its end: else it would wait already.
    (stored.tries >= i64::from(options.attempts_max)).then(|| gave_up(stored.tries, "its end is not known"))
}

/// What becomes of an effect after the attempt that `stored` describes.
pub(super) fn next(stored: &Stored, outcome: Outcome, options: &Options) -> Next {
    let (why, maybe_done) = match outcome {
        Outcome::Done => return Next::Done,
        Outcome::Refused(why) => {
            return Next::Waits { why: kept(&why), maybe_done: stored.effect.maybe_done };
        }
        Outcome::Failed(why) => (why, stored.effect.maybe_done),
        Outcome::Unknown(why) => (why, true),
    };
    if stored.tries >= i64::from(options.attempts_max) {
        return Next::Waits { why: kept(&gave_up(stored.tries, &why)), maybe_done };
    }
    Next::Again { pause: pause(stored, options), why: kept(&why), maybe_done }
}

fn gave_up(tries: i64, why: &str) -> String {
    format!("not done after {tries} attempts; of the last: {why}")
}

/// A reason as it is stored: bounded, and without what PostgreSQL does not take.
pub(super) fn kept(why: &str) -> String {
    why.chars().filter(|character| *character != '\0').take(WHY_MAX).collect()
}

/// Doubles from the first to the longest, less up to a half: that part comes out of the request id, so that a run repeats.
fn pause(stored: &Stored, options: &Options) -> Duration {
    let doublings = u32::try_from(stored.tries.saturating_sub(1)).unwrap_or(0);
    let pause = options.retry.min.saturating_mul(2_u32.saturating_pow(doublings)).min(options.retry.max);
    let spread = derived_id(stored.effect.request_id, &stored.effect.attempts.to_string()).as_bytes()[0];
    pause - pause / 512 * u32::from(spread)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::database::Location;
    use crate::event::Checkpoint;
    use crate::reaction::Effect;

    fn options() -> Options {
        let location = Location::Sqlite("unused".into());
        Options { attempts_max: 3, ..Options::new(location, Checkpoint::START) }
    }

    fn stored(tries: i64, age: Duration) -> Stored {
        let effect = Effect { age, attempts: tries, ..Effect::of_first_event() };
        Stored { effect, tries, approved: false }
    }

    #[test]
    fn an_effect_older_than_the_limit_waits_unless_a_person_wants_it() {
        let options = options();
        let mut effect = stored(0, options.age_max);
        assert_eq!(objection(&effect, &options), None, "as old as the limit");
        effect.effect.age += Duration::from_micros(1);
        assert!(objection(&effect, &options).is_some_and(|why| why.contains("older")));
        effect.approved = true;
        assert_eq!(objection(&effect, &options), None);
    }

    #[test]
    fn an_effect_that_kills_its_process_at_every_attempt_waits_in_the_end() {
        assert_eq!(objection(&stored(2, Duration::ZERO), &options()), None);
        assert!(objection(&stored(3, Duration::ZERO), &options()).is_some());
    }

    #[test]
    fn a_failure_is_tried_again_until_attempts_are_used_up_and_a_refusal_is_not() {
        let failed = || Outcome::Failed("down".to_owned());
        assert!(matches!(
            next(&stored(2, Duration::ZERO), failed(), &options()),
            Next::Again { why, maybe_done: false, .. } if why == "down"
        ));
        let last = next(&stored(3, Duration::ZERO), failed(), &options());
        let Next::Waits { why, maybe_done: false } = last else { panic!("{last:?}") };
        assert_eq!(why, "not done after 3 attempts; of the last: down");
        let refused = next(&stored(1, Duration::ZERO), Outcome::Refused("no\0".to_owned()), &options());
        assert_eq!(refused, Next::Waits { why: "no".to_owned(), maybe_done: false });
    }

    #[test]
    fn after_an_attempt_of_unknown_end_every_later_one_may_be_a_repeat() {
        let mut effect = stored(1, Duration::ZERO);
        let unknown = next(&effect, Outcome::Unknown("no answer".to_owned()), &options());
        assert!(matches!(unknown, Next::Again { maybe_done: true, .. }));
        effect.effect.maybe_done = true;
        let failed = next(&effect, Outcome::Failed("down".to_owned()), &options());
        assert!(matches!(failed, Next::Again { maybe_done: true, .. }));
    }

    #[test]
    fn pauses_double_to_a_limit_and_lose_at_most_a_half() {
        let options = Options { attempts_max: u32::MAX, ..options() };
        for tries in 1..200_u32 {
            let full =
                options.retry.min.saturating_mul(2_u32.saturating_pow(tries - 1)).min(options.retry.max);
            let pause = pause(&stored(tries.into(), Duration::ZERO), &options);
            assert!(pause > full / 2 && pause <= full, "{tries}: {pause:?} of {full:?}");
        }
        let many = (0..64_u128).map(|number| {
            let mut effect = stored(1, Duration::ZERO);
            effect.effect.request_id = Uuid::from_u128(number);
            pause(&effect, &options)
        });
        assert!(many.collect::<std::collections::BTreeSet<_>>().len() > 32, "they do not come back together");
    }
}
