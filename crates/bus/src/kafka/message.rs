//! Our record and librdkafka's messages.

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use rdkafka::message::{Header, Headers, Message, OwnedHeaders};

use crate::record::{Error, HEADERS_BYTES_MAX, HEADERS_MAX, Record, Withdrawal};

/// The record that a message is, bounded, whoever wrote it. `None` for a message without a value: on the state topic
/// that withdraws what is there under its key.
///
/// # Errors
/// When the key is missing, or the headers are too large or not readable.
pub fn record_of<M: Message>(message: &M) -> Result<Option<Record<'_>>, Error> {
    let Some(payload) = message.payload() else { return Ok(None) };
    let (key, headers) = key_and_headers_of(message)?;
    Ok(Some(Record { key: key.into(), headers, payload: payload.into() }))
}

/// What a message without a value withdraws, bounded, whoever wrote it.
///
/// # Errors
/// When it does not say in which incarnation, or the key or the headers are not what they should be.
pub fn withdrawal_of<M: Message>(message: &M) -> Result<Withdrawal, Error> {
    let (key, headers) = key_and_headers_of(message)?;
    Withdrawal::of(key, headers)
}

type Borrowed<'m> = (Cow<'m, str>, Cow<'m, [u8]>);

fn key_and_headers_of<M: Message>(message: &M) -> Result<(&[u8], Vec<Borrowed<'_>>), Error> {
    let key = message.key().ok_or(Error::Missing("the key"))?;
    let mut headers = Vec::new();
    let Some(theirs) = message.headers() else { return Ok((key, headers)) };
    let count = theirs.count();
    if count > HEADERS_MAX {
        return Err(Error::Oversized { what: "the headers' count", size: count, limit: HEADERS_MAX });
    }
    let mut bytes = 0;
    for index in 0..count {
        let Some(Header { key: name, value }) = header_at(theirs, index)? else { continue };
        bytes += name.len() + value.map_or(0, <[u8]>::len);
        if bytes > HEADERS_BYTES_MAX {
            let what = "the headers' bytes";
            return Err(Error::Oversized { what, size: bytes, limit: HEADERS_BYTES_MAX });
        }
        if let Some(value) = value {
            headers.push((Cow::Borrowed(name), Cow::Borrowed(value)));
        }
    }
    Ok((key, headers))
}

/// The binding panics at a header name that is not UTF-8, and anybody who may write to a topic can send one.
fn header_at<H: Headers>(headers: &H, index: usize) -> Result<Option<Header<'_, &[u8]>>, Error> {
    catch_unwind(AssertUnwindSafe(|| headers.try_get(index)))
        .map_err(|_| Error::Malformed { what: "a header's name", expected: "UTF-8" })
}

/// A record's headers as librdkafka takes them.
pub(crate) fn headers_of(record: &Record<'_>) -> OwnedHeaders {
    record
        .headers
        .iter()
        .fold(OwnedHeaders::new_with_capacity(record.headers.len()), |headers, (name, value)| {
            headers.insert(Header { key: name, value: Some(value.as_ref()) })
        })
}

/// The headers of a message without a value.
pub(crate) fn withdrawal_headers_of(withdrawal: &Withdrawal) -> OwnedHeaders {
    let headers = withdrawal.headers();
    headers.iter().fold(OwnedHeaders::new_with_capacity(headers.len()), |owned, (name, value)| {
        owned.insert(Header { key: name, value: Some(value) })
    })
}

#[cfg(test)]
mod tests {
    use rdkafka::Timestamp;
    use rdkafka::message::OwnedMessage;

    use super::*;

    fn message(payload: Option<&[u8]>, headers: OwnedHeaders) -> OwnedMessage {
        let (payload, key) = (payload.map(<[u8]>::to_vec), Some(b"key".to_vec()));
        OwnedMessage::new(payload, key, "topic".to_owned(), Timestamp::NotAvailable, 0, 0, Some(headers))
    }

    #[test]
    fn a_record_is_read_as_it_was_sent() {
        let sent = Record {
            key: b"key".into(),
            headers: vec![("ce_id".into(), b"1".into()), ("ce_actor".into(), b"".into())],
            payload: b"{}".into(),
        };
        let message = message(Some(b"{}"), headers_of(&sent));
        assert_eq!(record_of(&message), Ok(Some(sent)));
    }

    #[test]
    fn a_message_without_a_value_withdraws() {
        let stream_id = uuid::Uuid::from_u128(7);
        let sent = Withdrawal { stream_id, incarnation: 2 };
        let mut message = message(None, withdrawal_headers_of(&sent));
        message = message.set_key(Some(stream_id.to_string().into_bytes()));
        assert_eq!(record_of(&message), Ok(None));
        assert_eq!(withdrawal_of(&message), Ok(sent));
    }

    #[test]
    fn oversized_headers_are_refused_before_they_are_taken_in() {
        let big = vec![0_u8; HEADERS_BYTES_MAX];
        let headers = OwnedHeaders::new().insert(Header { key: "x", value: Some(&big) });
        let refused = record_of(&message(Some(b""), headers)).unwrap_err();
        assert!(matches!(refused, Error::Oversized { limit: HEADERS_BYTES_MAX, .. }), "{refused}");

        let many = (0..=HEADERS_MAX).fold(OwnedHeaders::new(), |headers, _| {
            headers.insert(Header { key: "x", value: None::<&[u8]> })
        });
        let refused = record_of(&message(Some(b""), many)).unwrap_err();
        assert!(matches!(refused, Error::Oversized { limit: HEADERS_MAX, .. }), "{refused}");
    }
}
