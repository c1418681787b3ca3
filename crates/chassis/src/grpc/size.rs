//! Bounds on messages, watched on the wire: they hold for every service, whatever its own settings.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use tonic::Status;
use tonic::body::Body;

use crate::error::{Error, Reason};

/// Bytes that one message may have.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sizes {
    pub(crate) request_max: usize,
    pub(crate) response_max: usize,
}

/// Bytes before each message in a gRPC body: one of flags, four of length, big-endian.
const PREFIX_BYTES: usize = 5;

/// Follows the length prefixes of a body without reading its messages.
#[derive(Debug)]
pub(super) struct Lengths {
    message_max: usize,
    /// The prefix as far as it has come, as a number: the flags are shifted out in the end.
    prefix: u64,
    prefix_have: usize,
    message_left: usize,
}

impl Lengths {
    pub(super) fn new(message_max: usize) -> Self {
        Self { message_max, prefix: 0, prefix_have: 0, message_left: 0 }
    }

    /// Whether every message that begins in `data`, the next piece of the body, is within the bound.
    pub(super) fn admit(&mut self, mut data: &[u8]) -> bool {
        loop {
            let skipped = self.message_left.min(data.len());
            self.message_left -= skipped;
            let rest = data.get(skipped..).unwrap_or_default();
            let Some((byte, rest)) = rest.split_first() else { return true };
            data = rest;
            self.prefix = self.prefix << 8 | u64::from(*byte);
            self.prefix_have += 1;
            if self.prefix_have == PREFIX_BYTES {
                let length = usize::try_from(self.prefix & u64::from(u32::MAX)).unwrap_or(usize::MAX);
                if length > self.message_max {
                    return false;
                }
                (self.prefix, self.prefix_have, self.message_left) = (0, 0, length);
            }
        }
    }
}

/// A request's body that ends with TOO_LARGE where a message beyond the bound begins.
pub(super) struct Bounded {
    body: Body,
    lengths: Lengths,
}

impl Bounded {
    pub(super) fn new(body: Body, message_max: usize) -> Self {
        Self { body, lengths: Lengths::new(message_max) }
    }
}

impl HttpBody for Bounded {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        if let Poll::Ready(Some(Ok(frame))) = &polled
            && let Some(data) = frame.data_ref()
            && !self.lengths.admit(data)
        {
            let message =
                format!("a message is larger than {} bytes; send less at once", self.lengths.message_max);
            return Poll::Ready(Some(Err(Error::new(Reason::TooLarge, message).into())));
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn wire(sizes: &[usize]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for size in sizes {
            bytes.push(1);
            bytes.extend_from_slice(&u32::try_from(*size).unwrap().to_be_bytes());
            bytes.extend(std::iter::repeat_n(0xff, *size));
        }
        bytes
    }

    proptest! {
        #[test]
        fn finds_the_first_oversized_message_however_the_body_is_cut(
            sizes in prop::collection::vec(0_usize..40, 0..8),
            piece in 1_usize..60,
        ) {
            let mut lengths = Lengths::new(30);
            let admitted = wire(&sizes).chunks(piece).all(|data| lengths.admit(data));
            prop_assert_eq!(admitted, sizes.iter().all(|size| *size <= 30));
        }
    }

    #[test]
    fn the_length_alone_is_enough_to_refuse() {
        let announced = [0, 0xff, 0xff, 0xff, 0xff];
        assert!(!Lengths::new(1 << 20).admit(&announced));
    }
}
