//! A block list without a network, for the embedded default and for tests: the same port, faults on demand.

mod store;

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use tokio::time::sleep;

use self::store::Store;
use super::{BlockList, CALL_TIMEOUT, Error};
use crate::domain::Imei;

/// How the simulated list behaves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Options {
    /// Where it is kept over restarts; None keeps it in memory.
    pub file: Option<PathBuf>,
    /// Time to an answer, in milliseconds.
    pub latency_ms: u64,
    /// Longest time of one call, in milliseconds.
    pub call_timeout_ms: u64,
}

impl Default for Options {
    fn default() -> Self {
        let call_timeout_ms = u64::try_from(CALL_TIMEOUT.as_millis()).unwrap_or(2_000);
        Self { file: None, latency_ms: 0, call_timeout_ms }
    }
}

/// What is wrong with the list at the moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    /// Nobody can connect.
    pub is_unreachable: bool,
    /// Every write is answered with no.
    pub refuses_writes: bool,
    /// Writes land and nobody answers.
    pub loses_answers: bool,
    /// Writes are answered and do not land.
    pub forgets_writes: bool,
}

/// A list in this process. Clones are the same list.
#[derive(Clone, Debug)]
pub struct Simulated(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    options: Options,
    store: Mutex<Store>,
    faults: Mutex<Faults>,
}

impl Simulated {
    /// Opens the list with what its file holds, if it has one.
    ///
    /// # Errors
    /// When the file cannot be read or holds something else.
    pub fn open(options: Options) -> io::Result<Self> {
        let store = Mutex::new(Store::open(options.file.as_deref())?);
        Ok(Self(Arc::new(Inner { options, store, faults: Mutex::default() })))
    }

    /// The truth, at once and whatever the faults.
    pub fn look(&self, imei: &Imei) -> bool {
        self.0.store.lock().contains(imei)
    }

    /// How many handsets are on it.
    pub fn count(&self) -> usize {
        self.0.store.lock().count()
    }

    /// What is wrong from now on; calls under way keep the faults that they began with.
    pub fn set_faults(&self, faults: Faults) {
        *self.0.faults.lock() = faults;
    }

    fn timeout(&self) -> Duration {
        Duration::from_millis(self.0.options.call_timeout_ms.max(1))
    }

    /// The way there, and the faults that meet the call.
    async fn reach(&self) -> Result<Faults, Error> {
        let faults = *self.0.faults.lock();
        if faults.is_unreachable {
            return Err(Error::Unreachable { source: io::ErrorKind::ConnectionRefused.into() });
        }
        let latency = Duration::from_millis(self.0.options.latency_ms);
        if latency >= self.timeout() {
            sleep(self.timeout()).await;
            return Err(Error::Unreachable { source: io::ErrorKind::TimedOut.into() });
        }
        if !latency.is_zero() {
            sleep(latency).await;
        }
        Ok(faults)
    }

    async fn write(&self, imei: &Imei, listed: bool) -> Result<(), Error> {
        let faults = self.reach().await?;
        if faults.refuses_writes {
            return Err(Error::Refused("writes are refused".to_owned()));
        }
        if !faults.forgets_writes {
            let kept = self.0.store.lock().set(imei, listed);
            kept.map_err(|source| Error::UnknownEffect { source })?;
        }
        if faults.loses_answers {
            sleep(self.timeout()).await;
            return Err(Error::UnknownEffect { source: io::ErrorKind::TimedOut.into() });
        }
        Ok(())
    }
}

#[async_trait]
impl BlockList for Simulated {
    fn description(&self) -> String {
        "SIMULATED BLOCK LIST".to_owned()
    }

    fn is_simulated(&self) -> bool {
        true
    }

    async fn put(&self, imei: &Imei) -> Result<(), Error> {
        self.write(imei, true).await
    }

    async fn contains(&self, imei: &Imei) -> Result<bool, Error> {
        self.reach().await?;
        Ok(self.look(imei))
    }

    async fn remove(&self, imei: &Imei) -> Result<(), Error> {
        self.write(imei, false).await
    }
}
