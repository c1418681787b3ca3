//! What stands beside a null value on the state topic.

use std::borrow::Cow;

use uuid::Uuid;

use super::{Error, Fields, Record, SEQUENCE_DIGITS, header, malformed};

/// A stream that never existed: a restore of the log lost it.
///
/// Its headers are those that readers order by. It is no CloudEvent and does not say that it is one: nothing happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Withdrawal {
    /// The stream, which is the record's key.
    pub stream_id: Uuid,
    /// The log's incarnation, which lost it. The sequence is 0: whatever the stream has in this incarnation is newer.
    pub incarnation: i64,
}

impl Withdrawal {
    /// Names (see [`header`]) and values.
    pub fn headers(&self) -> [(&'static str, String); 3] {
        [
            (header::SEQUENCE, "0".repeat(SEQUENCE_DIGITS)),
            (header::INCARNATION, self.incarnation.to_string()),
            (header::PARTITION_KEY, self.stream_id.to_string()),
        ]
    }

    /// The withdrawal that a key and headers are.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn of<'a>(key: &'a [u8], headers: Vec<(Cow<'a, str>, Cow<'a, [u8]>)>) -> Result<Self, Error> {
        let record = Record { key: key.into(), headers, payload: Cow::Borrowed(&[]) };
        let fields = Fields::of(&record)?;
        let stream_id = fields.uuid(header::PARTITION_KEY)?;
        if record.key != fields.required(header::PARTITION_KEY)? {
            return Err(malformed("the key", "the stream's id, which ce_partitionkey gives"));
        }
        if fields.required(header::SEQUENCE)? != "0".repeat(SEQUENCE_DIGITS).as_bytes() {
            return Err(malformed(header::SEQUENCE, "0, in 19 digits"));
        }
        Ok(Self { stream_id, incarnation: fields.number(header::INCARNATION)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(withdrawal: &Withdrawal) -> Vec<(Cow<'static, str>, Cow<'static, [u8]>)> {
        let owned = |(name, value): (&'static str, String)| (name.into(), value.into_bytes().into());
        withdrawal.headers().into_iter().map(owned).collect()
    }

    #[test]
    fn a_withdrawal_is_read_as_it_was_made() {
        let made = Withdrawal { stream_id: Uuid::from_u128(7), incarnation: 2 };
        let key = made.stream_id.to_string();
        assert_eq!(Withdrawal::of(key.as_bytes(), headers(&made)), Ok(made));
        assert_eq!(made.headers()[0].1, "0000000000000000000");
    }

    #[test]
    fn what_somebody_else_deleted_is_no_withdrawal() {
        let made = Withdrawal { stream_id: Uuid::from_u128(7), incarnation: 2 };
        let key = made.stream_id.to_string();
        assert!(matches!(Withdrawal::of(key.as_bytes(), Vec::new()), Err(Error::Missing(_))));
        let other = Uuid::from_u128(8).to_string();
        assert!(matches!(Withdrawal::of(other.as_bytes(), headers(&made)), Err(Error::Malformed { .. })));
        for (name, value) in [(0, "0"), (1, "0"), (1, "two")] {
            let mut headers = headers(&made);
            headers[name].1 = value.as_bytes().into();
            assert!(
                matches!(Withdrawal::of(key.as_bytes(), headers), Err(Error::Malformed { .. })),
                "{value}"
            );
        }
    }
}
