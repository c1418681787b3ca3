//! A register without a network, for the embedded default and for tests: the same port, faults on demand.

mod generator;
mod store;

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep, sleep_until};

use self::generator::Generator;
use self::store::{Change, Store, Subscriber};
use super::{CALL_TIMEOUT, Domains, Error, ReadBack, Register, Session, digits};

/// Late writes under way at once; one more is lost, as in a network that is overrun.
const LATE_WRITES_MAX: usize = 4096;

/// How the simulated register behaves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Options {
    /// Where subscribers are kept over restarts; None keeps them in memory.
    pub file: Option<PathBuf>,
    /// Shortest time to an answer, in milliseconds.
    pub latency_min_ms: u64,
    /// Longest time to an answer, in milliseconds. Beyond the call's timeout, a write lands after it was given up.
    pub latency_max_ms: u64,
    /// Longest time of one call, in milliseconds.
    pub call_timeout_ms: u64,
    /// The same seed gives the same latencies, session by session.
    pub seed: u64,
    /// Whether a SIM that it is asked for the first time is a subscriber from then on, in service and without a number:
    /// there is nobody else to provision a register without a network. False: it answers that it does not know the SIM.
    pub knows_every_sim: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            file: None,
            latency_min_ms: 0,
            latency_max_ms: 0,
            call_timeout_ms: u64::try_from(CALL_TIMEOUT.as_millis()).unwrap_or(500),
            seed: 1,
            knows_every_sim: true,
        }
    }
}

/// What is wrong with the register at the moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    /// Nobody can connect, and open sessions break before they send.
    pub is_unreachable: bool,
    /// Every write is answered with no.
    pub refuses_writes: bool,
    /// Nothing is answered.
    pub silence: Option<Silence>,
    /// Reads are answered, writes are not.
    pub write_silence: Option<Silence>,
}

/// What becomes of writes that are not answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Silence {
    /// They never land.
    Lost,
    /// They land so long after they were sent.
    Late(Duration),
}

/// A register in this process. Clones are the same register.
#[derive(Clone, Debug)]
pub struct Simulated {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    options: Options,
    store: Mutex<Store>,
    faults: Mutex<Faults>,
    sessions: AtomicU64,
    late: Arc<Semaphore>,
}

impl Simulated {
    /// Opens the register with the subscribers of its file, if it has one.
    ///
    /// # Errors
    /// When the file cannot be read or holds something else.
    pub fn open(options: Options) -> io::Result<Self> {
        let store = Store::open(options.file.as_deref())?;
        Ok(Self {
            inner: Arc::new(Inner {
                options,
                store: Mutex::new(store),
                faults: Mutex::default(),
                sessions: AtomicU64::new(0),
                late: Arc::new(Semaphore::new(LATE_WRITES_MAX)),
            }),
        })
    }

    /// Creates a subscriber who may use both domains and whose phone is on. One who is there already stays as he is.
    ///
    /// # Errors
    /// [`Error::NumberTaken`], [`Error::Refused`].
    pub fn provision(&self, imsi: &str, msisdn: Option<&str>) -> Result<(), Error> {
        self.provision_many([(imsi, msisdn)])
    }

    /// [`provision`](Self::provision) for many, in order, until the first error.
    ///
    /// # Errors
    /// As above.
    pub fn provision_many<'a>(
        &self,
        subscribers: impl IntoIterator<Item = (&'a str, Option<&'a str>)>,
    ) -> Result<(), Error> {
        let mut store = self.inner.store.lock();
        for (imsi, msisdn) in subscribers {
            let (imsi, _) = (digits::imsi(imsi)?, msisdn.map(digits::msisdn).transpose()?);
            store.create(imsi, msisdn)?;
        }
        Ok(())
    }

    /// Switches the phone of `imsi` on or off, as far as the network can tell.
    ///
    /// # Errors
    /// [`Error::NoSuchSubscriber`], [`Error::Refused`].
    pub fn set_phone(&self, imsi: &str, is_on: bool) -> Result<(), Error> {
        self.inner.apply(imsi, &Change::Phone(is_on))
    }

    /// Writes the flags behind everybody's back, as another system of the operator would.
    ///
    /// # Errors
    /// [`Error::NoSuchSubscriber`], [`Error::Refused`].
    pub fn interfere(&self, imsi: &str, domains: Domains) -> Result<(), Error> {
        self.inner.apply(imsi, &Change::Domains(domains))
    }

    /// The truth, at once and whatever the faults.
    pub fn look(&self, imsi: &str) -> Option<ReadBack> {
        self.inner.store.lock().get(imsi).map(|subscriber| read_back(imsi, subscriber))
    }

    /// What is wrong from now on; calls under way keep the faults that they began with.
    pub fn set_faults(&self, faults: Faults) {
        *self.inner.faults.lock() = faults;
    }
}

#[async_trait]
impl Register for Simulated {
    fn description(&self) -> String {
        "SIMULATED REGISTER".to_owned()
    }

    fn is_simulated(&self) -> bool {
        true
    }

    async fn connect(&self) -> Result<Box<dyn Session>, Error> {
        let inner = Arc::clone(&self.inner);
        let faults = *inner.faults.lock();
        if faults.is_unreachable {
            return Err(Error::Unreachable { source: io::ErrorKind::ConnectionRefused.into() });
        }
        if faults.silence.is_some() {
            sleep(inner.timeout()).await;
            return Err(Error::Unreachable { source: io::ErrorKind::TimedOut.into() });
        }
        let number = inner.sessions.fetch_add(1, Ordering::SeqCst);
        let generator = Generator::new(inner.options.seed, number);
        Ok(Box::new(SimulatedSession { inner, generator, is_usable: true }))
    }
}

impl Inner {
    fn timeout(&self) -> Duration {
        Duration::from_millis(self.options.call_timeout_ms.max(1))
    }

    fn apply(&self, imsi: &str, change: &Change) -> Result<(), Error> {
        self.store.lock().change(imsi, change)
    }
}

#[derive(Debug)]
struct SimulatedSession {
    inner: Arc<Inner>,
    generator: Generator,
    is_usable: bool,
}

/// When a call's request reaches the register and whether its answer comes back.
struct Course {
    /// None: never.
    lands_at: Option<Instant>,
    /// None: no answer in time.
    answered_at: Option<Instant>,
    given_up_at: Instant,
    refuses_writes: bool,
}

impl SimulatedSession {
    /// Begins a call: from here until [`end`](Self::end) the session counts as spent, so that a dropped call spends it.
    fn begin(&mut self, is_write: bool) -> Result<Course, Error> {
        let faults = *self.inner.faults.lock();
        let was_usable = std::mem::replace(&mut self.is_usable, false);
        if !was_usable || faults.is_unreachable {
            return Err(Error::Unreachable { source: io::ErrorKind::NotConnected.into() });
        }
        let now = Instant::now();
        let options = &self.inner.options;
        let latency = self.generator.between(options.latency_min_ms, options.latency_max_ms);
        let arrival = now + Duration::from_millis(latency);
        let given_up_at = now + self.inner.timeout();
        let silence = faults.silence.or(faults.write_silence.filter(|_| is_write));
        let lands_at = match silence {
            None => Some(arrival),
            Some(Silence::Late(delay)) => Some(arrival + delay),
            Some(Silence::Lost) => None,
        };
        let is_answered = silence.is_none() && arrival < given_up_at;
        Ok(Course {
            lands_at,
            answered_at: is_answered.then_some(arrival),
            given_up_at,
            refuses_writes: faults.refuses_writes,
        })
    }

    fn end(&mut self) {
        self.is_usable = true;
    }

    async fn read_call(&mut self) -> Result<(), Error> {
        let course = self.begin(false)?;
        match course.answered_at {
            Some(answered_at) => {
                pass_until(answered_at).await;
                self.end();
                Ok(())
            }
            None => {
                sleep_until(course.given_up_at).await;
                Err(Error::Timeout(self.inner.timeout()))
            }
        }
    }

    async fn write_call(&mut self, imsi: &str, change: Change) -> Result<(), Error> {
        let course = self.begin(true)?;
        let Some(answered_at) = course.answered_at else {
            if let Some(lands_at) = course.lands_at.filter(|_| !course.refuses_writes) {
                self.land_late(imsi, change, lands_at);
            }
            sleep_until(course.given_up_at).await;
            return Err(Error::UnknownEffect { source: io::ErrorKind::TimedOut.into() });
        };
        pass_until(answered_at).await;
        let outcome = if course.refuses_writes {
            Err(Error::Refused("writes are refused".to_owned()))
        } else {
            self.inner.apply(imsi, &change)
        };
        self.end();
        outcome
    }

    /// Nobody waits for this write any more, and it lands all the same.
    fn land_late(&self, imsi: &str, change: Change, lands_at: Instant) {
        let Ok(permit) = Arc::clone(&self.inner.late).try_acquire_owned() else { return };
        let (inner, imsi) = (Arc::clone(&self.inner), imsi.to_owned());
        tokio::spawn(async move {
            sleep_until(lands_at).await;
            // What it answers to nobody does not matter.
            let _ = inner.apply(&imsi, &change);
            drop(permit);
        });
    }
}

#[async_trait]
impl Session for SimulatedSession {
    async fn read(&mut self, imsi: &str) -> Result<Option<ReadBack>, Error> {
        let imsi = digits::imsi(imsi)?;
        self.read_call().await?;
        let mut store = self.inner.store.lock();
        if self.inner.options.knows_every_sim {
            store.create(imsi, None)?;
        }
        Ok(store.get(imsi).map(|subscriber| read_back(imsi, subscriber)))
    }

    async fn set_domains(&mut self, imsi: &str, domains: Domains) -> Result<(), Error> {
        let imsi = digits::imsi(imsi)?;
        self.write_call(imsi, Change::Domains(domains)).await
    }

    async fn set_number(&mut self, imsi: &str, msisdn: Option<&str>) -> Result<(), Error> {
        let (imsi, _) = (digits::imsi(imsi)?, msisdn.map(digits::msisdn).transpose()?);
        self.write_call(imsi, Change::Number(msisdn.map(str::to_owned))).await
    }

    async fn ping(&mut self) -> Result<(), Error> {
        self.read_call().await
    }
}

/// A timer ticks in milliseconds: no latency at all must not become one.
async fn pass_until(instant: Instant) {
    if instant > Instant::now() {
        sleep_until(instant).await;
    }
}

/// A phone that is on hangs on the network as long as some domain serves it, and comes back by itself once one does again.
fn read_back(imsi: &str, subscriber: &Subscriber) -> ReadBack {
    let domains = Domains { cs: subscriber.cs, ps: subscriber.ps };
    ReadBack {
        imsi: imsi.to_owned(),
        msisdn: subscriber.msisdn.clone(),
        domains,
        attached: subscriber.phone_is_on && !domains.is_barred(),
    }
}
