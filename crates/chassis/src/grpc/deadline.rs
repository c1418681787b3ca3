//! Deadlines that hold: DEADLINE_EXCEEDED instead of tonic's CANCELLED, for streams too, and passed on to our calls.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use http::HeaderMap;
use tokio::time::{Instant, sleep_until};
use tonic::Request;

use super::ReceivedAt;
use crate::error::{Error, Reason};

/// The header of gRPC over HTTP/2: at most eight digits and a unit.
const HEADER: &str = "grpc-timeout";

/// By when the caller wants the answer. Without one the caller set none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadline(Instant);

impl Deadline {
    /// The deadline of a request that went through the server.
    pub fn of<T>(request: &Request<T>) -> Option<Self> {
        request.extensions().get::<Self>().copied()
    }

    /// A deadline of one's own.
    pub const fn at_instant(at: Instant) -> Self {
        Self(at)
    }

    /// The instant.
    pub const fn at(self) -> Instant {
        self.0
    }

    /// What is left; zero when it has passed.
    pub fn remaining(self) -> Duration {
        self.0.saturating_duration_since(Instant::now())
    }

    /// Gives what is left to a call that we make.
    pub fn propagate<T>(self, request: &mut Request<T>) {
        request.set_timeout(self.remaining());
    }

    /// The deadline that the headers set. Refuses one that has passed and one that cannot be read: a deadline that is
    /// silently ignored is a lie.
    pub(super) fn read(headers: &HeaderMap, received: ReceivedAt) -> Result<Option<Self>, Error> {
        let Some(value) = headers.get(HEADER) else { return Ok(None) };
        let timeout = value.to_str().ok().and_then(parse).ok_or_else(|| {
            let message = "grpc-timeout cannot be read; give at most eight digits and one of H M S m u n";
            Error::new(Reason::InvalidArgument, message)
        })?;
        if timeout.is_zero() {
            return Err(exceeded());
        }
        Ok(Some(Self(received.instant + timeout)))
    }
}

/// What `future` gives, or DEADLINE_EXCEEDED once `deadline` has passed; the future is then dropped.
pub(super) async fn within<T>(
    deadline: Option<Deadline>,
    future: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    let Some(Deadline(at)) = deadline else { return future.await };
    let mut future = pin!(future);
    let mut sleep = pin!(sleep_until(at));
    poll_fn(|context| {
        if let Poll::Ready(output) = future.as_mut().poll(context) {
            return Poll::Ready(output);
        }
        // tonic's own timer ends the call with CANCELLED and may wake us in the same tick: look at the clock, and not
        // only at our timer, to be first.
        if Instant::now() >= at || sleep.as_mut().poll(context).is_ready() {
            return Poll::Ready(Err(exceeded()));
        }
        Poll::Pending
    })
    .await
}

pub(super) fn exceeded() -> Error {
    let message = "the deadline has passed; repeat a command with the same request id to learn its outcome";
    Error::new(Reason::DeadlineExceeded, message)
}

fn parse(value: &str) -> Option<Duration> {
    let (digits, unit) = value.split_at_checked(value.len().checked_sub(1)?)?;
    if digits.is_empty() || digits.len() > 8 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let count: u64 = digits.parse().ok()?;
    match unit {
        "H" => Some(Duration::from_secs(count * 3600)),
        "M" => Some(Duration::from_secs(count * 60)),
        "S" => Some(Duration::from_secs(count)),
        "m" => Some(Duration::from_millis(count)),
        "u" => Some(Duration::from_micros(count)),
        "n" => Some(Duration::from_nanos(count)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use vigie_clock::Timestamp;

    use super::*;

    fn read(value: &str) -> Result<Option<Duration>, Reason> {
        let received = ReceivedAt { timestamp: Timestamp::from_micros(0), instant: Instant::now() };
        let headers = HeaderMap::from_iter([(HEADER.parse().unwrap(), value.parse().unwrap())]);
        let read = Deadline::read(&headers, received).map_err(|error| error.reason())?;
        Ok(read.map(|deadline| deadline.at() - received.instant))
    }

    #[test]
    fn every_unit_is_read() {
        for (value, duration) in [
            ("1H", Duration::from_secs(3600)),
            ("2M", Duration::from_secs(120)),
            ("3S", Duration::from_secs(3)),
            ("99999999m", Duration::from_millis(99_999_999)),
            ("250u", Duration::from_micros(250)),
            ("1n", Duration::from_nanos(1)),
        ] {
            assert_eq!(read(value), Ok(Some(duration)), "{value}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_refused() {
        for value in ["", "m", "100", "100x", "-1m", "+1m", "123456789m", "1.5S"] {
            assert_eq!(read(value), Err(Reason::InvalidArgument), "{value}");
        }
    }

    #[test]
    fn a_deadline_that_has_passed_is_refused_on_arrival() {
        assert_eq!(read("0m"), Err(Reason::DeadlineExceeded));
    }

    #[tokio::test]
    async fn a_call_that_takes_longer_is_ended() {
        let deadline = Deadline::at_instant(Instant::now() + Duration::from_millis(20));
        let late = within(Some(deadline), std::future::pending::<Result<(), Error>>()).await;
        assert_eq!(late.unwrap_err().reason(), Reason::DeadlineExceeded);
        assert!(deadline.remaining().is_zero());
    }

    #[tokio::test]
    async fn the_rest_is_passed_on() {
        let mut request = Request::new(());
        Deadline::at_instant(Instant::now() + Duration::from_secs(5)).propagate(&mut request);
        let header = request.metadata().get(HEADER).unwrap().to_str().unwrap();
        let rest = parse(header).unwrap();
        assert!(rest <= Duration::from_secs(5) && rest > Duration::from_secs(4), "{rest:?}");
    }
}
