//! What columns hold that no database has a type for.

use serde::Serialize;
use serde::de::DeserializeOwned;
use vigie_clock::Timestamp;
use vigie_eventlog::{Row, Value};

use super::Error;

/// A list or structure as JSON text.
pub(super) fn json(what: &'static str, value: &impl Serialize) -> Result<Value, Error> {
    Ok(serde_json::to_string(value).map_err(|_| Error::Corrupt(what))?.into())
}

/// Back from [`json`].
pub(super) fn from_json<T: DeserializeOwned>(what: &'static str, text: &str) -> Result<T, Error> {
    serde_json::from_str(text).map_err(|_| Error::Corrupt(what))
}

/// Microseconds since the epoch.
pub(super) fn micros(instant: Option<Timestamp>) -> Value {
    instant.map(Timestamp::as_micros).into()
}

/// Back from [`micros`].
pub(super) fn opt_instant(row: &Row, index: usize) -> Result<Option<Timestamp>, Error> {
    Ok(row.opt_i64(index)?.map(Timestamp::from_micros))
}

/// An instant that is always there.
pub(super) fn instant(row: &Row, index: usize) -> Result<Timestamp, Error> {
    Ok(Timestamp::from_micros(row.i64(index)?))
}
