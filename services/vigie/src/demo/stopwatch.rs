//! When the register was written to and read back, for lines that the demo watches.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use vigie_clock::{Clock, Timestamp};
use vigie_lines::register::{Domains, Error, ReadBack, Register, Session};

/// What was seen of one line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Times {
    /// The register took the write.
    pub(crate) written: Option<Timestamp>,
    /// It was read after that.
    pub(crate) read_back: Option<Timestamp>,
}

/// A register with a watch in hand. Clones share it.
#[derive(Clone)]
pub(crate) struct Stopwatch {
    register: Arc<dyn Register>,
    clock: Arc<dyn Clock>,
    watched: Arc<Mutex<HashMap<String, Times>>>,
}

impl Stopwatch {
    /// Watches nobody yet.
    pub(crate) fn new(register: Arc<dyn Register>, clock: Arc<dyn Clock>) -> Self {
        Self { register, clock, watched: Arc::default() }
    }

    /// Watches the line of `imsi` from now on.
    pub(crate) fn watch(&self, imsi: &str) {
        self.lock().insert(imsi.to_owned(), Times::default());
    }

    /// What was seen of it; it is not watched any longer.
    pub(crate) fn take(&self, imsi: &str) -> Times {
        self.lock().remove(imsi).unwrap_or_default()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Times>> {
        self.watched.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, imsi: &str, note: impl FnOnce(&mut Times, Timestamp)) {
        if let Some(times) = self.lock().get_mut(imsi) {
            note(times, self.clock.now());
        }
    }
}

#[async_trait]
impl Register for Stopwatch {
    fn description(&self) -> String {
        self.register.description()
    }

    fn is_simulated(&self) -> bool {
        self.register.is_simulated()
    }

    async fn connect(&self) -> Result<Box<dyn Session>, Error> {
        let session = self.register.connect().await?;
        Ok(Box::new(Watched { session, watch: self.clone() }))
    }
}

struct Watched {
    session: Box<dyn Session>,
    watch: Stopwatch,
}

#[async_trait]
impl Session for Watched {
    async fn read(&mut self, imsi: &str) -> Result<Option<ReadBack>, Error> {
        let found = self.session.read(imsi).await?;
        self.watch.note(imsi, |times, now| {
            if times.written.is_some() {
                times.read_back.get_or_insert(now);
            }
        });
        Ok(found)
    }

    async fn set_domains(&mut self, imsi: &str, domains: Domains) -> Result<(), Error> {
        self.session.set_domains(imsi, domains).await?;
        self.watch.note(imsi, |times, now| {
            times.written.get_or_insert(now);
        });
        Ok(())
    }

    async fn set_number(&mut self, imsi: &str, msisdn: Option<&str>) -> Result<(), Error> {
        self.session.set_number(imsi, msisdn).await
    }

    async fn ping(&mut self) -> Result<(), Error> {
        self.session.ping().await
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use vigie_clock::ManualClock;
    use vigie_lines::register::{Simulated, SimulatedOptions};

    use super::*;

    #[tokio::test]
    async fn only_the_read_after_the_write_counts_and_only_for_who_is_watched() {
        let simulated = Simulated::open(SimulatedOptions::default()).unwrap();
        let (watched, other) = ("208010000000001", "208010000000002");
        simulated.provision_many([(watched, None), (other, None)]).unwrap();
        let clock = Arc::new(ManualClock::at(Timestamp::from_micros(1_000)));
        let stopwatch = Stopwatch::new(Arc::new(simulated), clock.clone());
        stopwatch.watch(watched);

        let mut session = stopwatch.connect().await.unwrap();
        session.read(watched).await.unwrap();
        clock.advance(Duration::from_micros(10));
        session.set_domains(watched, Domains::BARRED).await.unwrap();
        clock.advance(Duration::from_micros(10));
        session.read(watched).await.unwrap();
        clock.advance(Duration::from_micros(10));
        session.read(watched).await.unwrap();
        session.set_domains(other, Domains::BARRED).await.unwrap();

        let at = |micros| Some(Timestamp::from_micros(micros));
        assert_eq!(stopwatch.take(watched), Times { written: at(1_010), read_back: at(1_020) });
        assert_eq!(stopwatch.take(other), Times::default());
    }
}
