//! When a request arrived: T0 of whatever a person's clock starts.

use std::time::Duration;

use tokio::time::Instant;
use tonic::Request;
use vigie_clock::Timestamp;

use super::Deadline;
use crate::error::Error;

/// The moment a request arrived, taken before anything else is done with it (EVENTLOG.md, rule 9).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReceivedAt {
    /// For the record: `Context.received_at`.
    pub timestamp: Timestamp,
    /// For measuring what is left: immune to steps of the clock.
    pub instant: Instant,
}

impl ReceivedAt {
    /// When `request`, which went through the server, arrived.
    pub fn of<T>(request: &Request<T>) -> Result<Self, Error> {
        let missing = || Error::internal(&"a request did not come through the server");
        request.extensions().get::<Self>().copied().ok_or_else(missing)
    }
}

/// When an answer to `request` must leave: `longest` after it arrived, and `margin` before the caller's deadline if that
/// comes first. An instant in the past means at once.
pub fn answer_by<T>(request: &Request<T>, margin: Duration, longest: Duration) -> Instant {
    let arrived = request.extensions().get::<ReceivedAt>().map_or_else(Instant::now, |at| at.instant);
    let latest = arrived + longest;
    match Deadline::of(request) {
        Some(deadline) => latest.min(deadline.at().checked_sub(margin).unwrap_or(arrived)),
        None => latest,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(arrived: Instant, deadline: Option<Duration>) -> Request<()> {
        let mut request = Request::new(());
        let timestamp = Timestamp::from_micros(1);
        request.extensions_mut().insert(ReceivedAt { timestamp, instant: arrived });
        if let Some(deadline) = deadline {
            request.extensions_mut().insert(Deadline::at_instant(arrived + deadline));
        }
        request
    }

    #[test]
    fn answers_leave_before_the_deadline_or_after_a_second() {
        let arrived = Instant::now();
        let (margin, longest) = (Duration::from_millis(50), Duration::from_secs(1));
        let leaves = |deadline| answer_by(&request(arrived, deadline), margin, longest) - arrived;
        assert_eq!(leaves(None), longest);
        assert_eq!(leaves(Some(Duration::from_secs(5))), longest);
        assert_eq!(leaves(Some(Duration::from_millis(300))), Duration::from_millis(250));
    }
}
