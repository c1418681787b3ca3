//! The answer on its way out: bounded in time and size, ending with a status that has a reason.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use tokio::time::{Instant, Sleep, sleep_until};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};
use tonic::Status;
use tonic::body::Body;

use super::call::Call;
use super::deadline::{Deadline, exceeded};
use super::size::Lengths;
use super::status::{Outcome, settle, trailers};
use crate::error::{Error, Reason};

type Item = Option<Result<Frame<Bytes>, Status>>;

/// A handler's body, watched until its last frame.
pub(super) struct Answer {
    body: Body,
    call: Call,
    lengths: Lengths,
    response_max: usize,
    limits: Limits,
    ended: bool,
}

/// What ends an answer before its handler does. The timers are made when a stream first has to wait.
pub(super) struct Limits {
    deadline: Option<Deadline>,
    deadline_timer: Option<Pin<Box<Sleep>>>,
    closing: CancellationToken,
    closing_signal: Option<Pin<Box<WaitForCancellationFutureOwned>>>,
}

impl Limits {
    pub(super) fn new(deadline: Option<Deadline>, closing: CancellationToken) -> Self {
        Self { deadline, deadline_timer: None, closing, closing_signal: None }
    }

    /// Why the answer must end now, if it must.
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Error> {
        if let Some(deadline) = self.deadline {
            let timer = self.deadline_timer.get_or_insert_with(|| Box::pin(sleep_until(deadline.at())));
            if Instant::now() >= deadline.at() || timer.as_mut().poll(context).is_ready() {
                return Poll::Ready(exceeded());
            }
        }
        let closing = &self.closing;
        let signal = self.closing_signal.get_or_insert_with(|| Box::pin(closing.clone().cancelled_owned()));
        signal.as_mut().poll(context).map(|()| {
            Error::new(Reason::Unavailable, "the server stops; connect again and go on where you were")
        })
    }
}

impl Answer {
    pub(super) fn new(body: Body, call: Call, response_max: usize, limits: Limits) -> Self {
        Self { body, call, lengths: Lengths::new(response_max), response_max, limits, ended: false }
    }

    /// Ends the answer with `error`, whatever the handler still had to say.
    fn fail(&mut self, error: Error) -> Poll<Item> {
        let (trailers, outcome) = trailers(error);
        self.end(outcome);
        Poll::Ready(Some(Ok(Frame::trailers(trailers))))
    }

    fn end(&mut self, outcome: Outcome) {
        self.ended = true;
        self.call.end(outcome);
        // The handler's stream ends here, and not when the connection gets round to it.
        self.body = Body::empty();
    }

    fn pass(&mut self, frame: Frame<Bytes>) -> Poll<Item> {
        let frame = match frame.into_data() {
            Ok(data) if self.lengths.admit(&data) => return Poll::Ready(Some(Ok(Frame::data(data)))),
            Ok(_) => {
                let message = format!("the answer is larger than {} bytes; ask for less", self.response_max);
                return self.fail(Error::new(Reason::TooLarge, message));
            }
            Err(frame) => frame,
        };
        match frame.into_trailers() {
            Ok(mut trailers) => {
                let outcome = settle(&mut trailers).unwrap_or(Outcome::OK);
                self.end(outcome);
                Poll::Ready(Some(Ok(Frame::trailers(trailers))))
            }
            Err(frame) => Poll::Ready(Some(Ok(frame))),
        }
    }
}

impl HttpBody for Answer {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Item> {
        let this = &mut *self;
        if this.ended {
            return Poll::Ready(None);
        }
        let span = this.call.span().clone();
        let _entered = span.enter();
        let polled = catch_unwind(AssertUnwindSafe(|| Pin::new(&mut this.body).poll_frame(context)));
        match polled {
            Ok(Poll::Ready(Some(Ok(frame)))) => this.pass(frame),
            Ok(Poll::Ready(Some(Err(status)))) => this.fail(Error::internal(&status.code())),
            Ok(Poll::Ready(None)) => {
                this.end(Outcome::OK);
                Poll::Ready(None)
            }
            Ok(Poll::Pending) => match this.limits.poll(context) {
                Poll::Ready(error) => this.fail(error),
                Poll::Pending => Poll::Pending,
            },
            Err(_) => this.fail(panicked()),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.ended
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::default()
    }
}

/// What a caller learns of a panic; where it happened is in the log.
pub(super) fn panicked() -> Error {
    Error::internal(&"a handler panicked")
}
