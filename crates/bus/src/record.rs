//! An event as a Kafka record and back: CloudEvents 1.0, binary content mode of its Kafka protocol binding.
//!
//! The value is the event's exact bytes; everything else that the log knows of it is in the headers, so that whoever
//! reads the topic needs no call back, and a record makes the same [`RecordedEvent`] again that it was made of.

use std::borrow::Cow;
use std::fmt::Display;
use std::str::FromStr;

use uuid::Uuid;
use vigie_clock::Timestamp;
use vigie_eventlog::RecordedEvent;

pub mod header;
#[cfg(test)]
mod tests;
mod withdrawal;

pub use withdrawal::Withdrawal;

/// Bytes of all names and values of a record's headers that are read; more is refused.
pub const HEADERS_BYTES_MAX: usize = 16 << 10;

/// Bytes of a record's value that are read; more is refused. The log takes events of 64 KiB at most.
pub const VALUE_BYTES_MAX: usize = 1 << 20;

/// Headers that are read; more is refused. Ours are fewer than half of it, the rest is for those that others add.
pub const HEADERS_MAX: usize = 64;

/// CloudEvents version of the headers.
const SPECVERSION: &str = "1.0";

const CONTENT_TYPE: &str = "application/json";

/// Digits of `ce_sequence`: it sorts as text (CloudEvents sequence extension), and holds any 64-bit version.
const SEQUENCE_DIGITS: usize = 19;

/// A record of an event, on the events topic and on the state topic alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record<'a> {
    /// The stream's id as hyphenated text: all events of a stream are in one partition, in order.
    pub key: Cow<'a, [u8]>,
    /// Names (see [`header`]) and values, UTF-8.
    pub headers: Vec<(Cow<'a, str>, Cow<'a, [u8]>)>,
    /// The event's exact JSON bytes.
    pub payload: Cow<'a, [u8]>,
}

/// Why a record is not one of our events.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// It lacks a header, its key or its value.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// A header or the key is not what it should be. The value may be personal and is not shown.
    #[error("{what} is not {expected}")]
    Malformed {
        /// The header's name, or `the key`.
        what: &'static str,
        /// What it should be.
        expected: &'static str,
    },
    /// A header of ours is there twice.
    #[error("{0} is there more than once")]
    Repeated(&'static str),
    /// It is larger than any record of ours.
    #[error("{what} is {size}, more than {limit}")]
    Oversized {
        /// What is too large, and the unit.
        what: &'static str,
        /// How large it is.
        size: usize,
        /// How large it may be.
        limit: usize,
    },
    /// It is an event of another context.
    #[error("ce_source names another context than {expected}")]
    Foreign {
        /// The context whose topic it was read from.
        expected: String,
    },
}

impl<'a> Record<'a> {
    /// The record of an event of `context`.
    pub fn of(event: &'a RecordedEvent, context: &str) -> Self {
        let stream_id = event.stream_id.to_string();
        let mut headers = Vec::with_capacity(header::ALL.len());
        let mut put = |name: &'static str, value: Cow<'a, str>| {
            let value = match value {
                Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
                Cow::Owned(text) => Cow::Owned(text.into_bytes()),
            };
            headers.push((Cow::Borrowed(name), value));
        };
        let text = |value: &dyn Display| Cow::Owned(value.to_string());
        put(header::SPECVERSION, SPECVERSION.into());
        put(header::ID, text(&event.event_id));
        put(header::TYPE, event.event_type.as_str().into());
        put(header::SOURCE, format!("/vigie/{context}/{}/{stream_id}", event.shard).into());
        put(header::TIME, text(&event.occurred_at));
        put(header::RECORDED_TIME, text(&event.recorded_at));
        put(header::SEQUENCE, format!("{:0SEQUENCE_DIGITS$}", event.stream_version).into());
        put(header::INCARNATION, text(&event.incarnation));
        put(header::POSITION, text(&event.position));
        put(header::PARTITION_KEY, stream_id.clone().into());
        put(header::ACCOUNT_ID, text(&event.account_id));
        put(header::ACTOR, event.actor.as_str().into());
        put(header::CHANNEL, event.channel.as_str().into());
        if let Some(on_behalf_of) = &event.on_behalf_of {
            put(header::ON_BEHALF_OF, on_behalf_of.as_str().into());
        }
        if let Some(request_id) = &event.request_id {
            put(header::REQUEST_ID, text(request_id));
        }
        if let Some(act_id) = &event.act_id {
            put(header::ACT_ID, text(act_id));
        }
        put(header::CHAIN_HASH, text(&event.hash));
        if let Some(traceparent) = &event.traceparent {
            put(header::TRACEPARENT, traceparent.as_str().into());
        }
        put(header::CONTENT_TYPE, CONTENT_TYPE.into());
        Self {
            key: Cow::Owned(stream_id.into_bytes()),
            headers,
            payload: Cow::Borrowed(event.payload.as_slice()),
        }
    }

    /// The same in a higher incarnation than the event's own: the log was restored, and this is the newest that its stream
    /// has, whatever was shown before.
    pub fn again(event: &'a RecordedEvent, context: &str, incarnation: i64) -> Self {
        let mut record = Self::of(event, context);
        for (name, value) in &mut record.headers {
            if name == header::INCARNATION {
                *value = Cow::Owned(incarnation.to_string().into_bytes());
            }
        }
        record
    }

    /// Bytes of it, roughly what it takes on the way.
    pub fn bytes(&self) -> usize {
        self.key.len() + self.headers_bytes() + self.payload.len()
    }

    fn headers_bytes(&self) -> usize {
        self.headers.iter().map(|(name, value)| name.len() + value.len()).sum()
    }

    /// The event of `context` that this is a record of. Headers that are not ours are ignored.
    ///
    /// # Errors
    /// What is wrong with it: nothing of a record that somebody else wrote is taken at its word.
    pub fn event(&self, context: &str) -> Result<RecordedEvent, Error> {
        check_size("the headers' count", self.headers.len(), HEADERS_MAX)?;
        check_size("the headers' bytes", self.headers_bytes(), HEADERS_BYTES_MAX)?;
        check_size("the value's bytes", self.payload.len(), VALUE_BYTES_MAX)?;
        let fields = Fields::of(self)?;

        let is_this_version = fields.text(header::SPECVERSION)? == SPECVERSION;
        is_this_version.then_some(()).ok_or(malformed(header::SPECVERSION, "1.0"))?;
        let media_type = fields.text(header::CONTENT_TYPE)?.split(';').next().unwrap_or_default();
        let is_json = media_type.trim().eq_ignore_ascii_case(CONTENT_TYPE);
        is_json.then_some(()).ok_or(malformed(header::CONTENT_TYPE, CONTENT_TYPE))?;

        let stream_id = fields.uuid(header::PARTITION_KEY)?;
        if self.key != fields.required(header::PARTITION_KEY)? {
            return Err(malformed("the key", "the stream's id, which ce_partitionkey gives"));
        }
        let shard = shard_of(fields.text(header::SOURCE)?, context, stream_id)?;
        Ok(RecordedEvent {
            position: fields.number(header::POSITION)?,
            event_id: fields.uuid(header::ID)?,
            shard,
            incarnation: fields.number(header::INCARNATION)?,
            stream_id,
            stream_version: fields.sequence()?,
            event_type: fields.text(header::TYPE)?.to_owned(),
            account_id: fields.uuid(header::ACCOUNT_ID)?,
            recorded_at: fields.time(header::RECORDED_TIME)?,
            occurred_at: fields.time(header::TIME)?,
            actor: fields.text(header::ACTOR)?.to_owned(),
            on_behalf_of: fields.optional(header::ON_BEHALF_OF, Fields::text)?.map(str::to_owned),
            channel: fields.text(header::CHANNEL)?.to_owned(),
            request_id: fields.optional(header::REQUEST_ID, Fields::uuid)?,
            act_id: fields.optional(header::ACT_ID, Fields::uuid)?,
            traceparent: fields.optional(header::TRACEPARENT, Fields::text)?.map(str::to_owned),
            payload: self.payload.to_vec(),
            hash: fields.parsed(header::CHAIN_HASH, "a SHA-256 in hexadecimal")?,
        })
    }
}

/// The values of our headers, each at the place of its name in [`header::ALL`].
struct Fields<'r>([Option<&'r [u8]>; header::ALL.len()]);

impl<'r> Fields<'r> {
    fn of(record: &'r Record<'_>) -> Result<Self, Error> {
        let mut fields = Self([None; header::ALL.len()]);
        for (name, value) in &record.headers {
            let ours = header::ALL.iter().zip(&mut fields.0).find(|(ours, _)| **ours == name);
            let Some((name, field)) = ours else { continue };
            if field.replace(value).is_some() {
                return Err(Error::Repeated(name));
            }
        }
        Ok(fields)
    }

    fn get(&self, name: &'static str) -> Option<&'r [u8]> {
        header::ALL.iter().zip(&self.0).find_map(|(ours, value)| (*ours == name).then_some(*value)?)
    }

    fn required(&self, name: &'static str) -> Result<&'r [u8], Error> {
        self.get(name).ok_or(Error::Missing(name))
    }

    fn optional<T>(
        &self,
        name: &'static str,
        read: impl FnOnce(&Self, &'static str) -> Result<T, Error>,
    ) -> Result<Option<T>, Error> {
        self.get(name).map(|_| read(self, name)).transpose()
    }

    fn text(&self, name: &'static str) -> Result<&'r str, Error> {
        std::str::from_utf8(self.required(name)?).map_err(|_| malformed(name, "UTF-8"))
    }

    fn parsed<T: FromStr>(&self, name: &'static str, expected: &'static str) -> Result<T, Error> {
        self.text(name)?.parse().map_err(|_| malformed(name, expected))
    }

    /// Positions, versions and incarnations count from 1.
    fn number(&self, name: &'static str) -> Result<i64, Error> {
        match self.parsed(name, "a number")? {
            number @ 1.. => Ok(number),
            _ => Err(malformed(name, "a number from 1 on")),
        }
    }

    fn sequence(&self) -> Result<i64, Error> {
        // With fewer digits it would sort elsewhere.
        match self.required(header::SEQUENCE)?.len() {
            SEQUENCE_DIGITS => self.number(header::SEQUENCE),
            _ => Err(malformed(header::SEQUENCE, "a number of 19 digits")),
        }
    }

    fn uuid(&self, name: &'static str) -> Result<Uuid, Error> {
        uuid_of(self.text(name)?).ok_or(malformed(name, "a UUID with hyphens"))
    }

    fn time(&self, name: &'static str) -> Result<Timestamp, Error> {
        Timestamp::parse(self.text(name)?).ok_or(malformed(name, "an RFC 3339 instant"))
    }
}

/// Only the hyphenated spelling: another one would be another key.
fn uuid_of(text: &str) -> Option<Uuid> {
    Uuid::try_parse(text).ok().filter(|_| text.len() == uuid::fmt::Hyphenated::LENGTH)
}

/// The shard of `/vigie/<context>/<shard>/<stream id>`.
fn shard_of(source: &str, context: &str, stream_id: Uuid) -> Result<i32, Error> {
    let wrong = || malformed(header::SOURCE, "/vigie/<context>/<shard>/<stream id>");
    let mut parts = source.strip_prefix("/vigie/").ok_or_else(wrong)?.split('/');
    let (Some(named), Some(shard), Some(stream), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(wrong());
    };
    if named != context {
        return Err(Error::Foreign { expected: context.to_owned() });
    }
    if uuid_of(stream) != Some(stream_id) {
        return Err(malformed(header::SOURCE, "of the stream that ce_partitionkey gives"));
    }
    shard.parse().map_err(|_| wrong())
}

const fn malformed(what: &'static str, expected: &'static str) -> Error {
    Error::Malformed { what, expected }
}

fn check_size(what: &'static str, size: usize, limit: usize) -> Result<(), Error> {
    if size > limit { Err(Error::Oversized { what, size, limit }) } else { Ok(()) }
}
