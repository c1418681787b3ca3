//! Reads and writes on the register for one line, under its lease.

use std::time::Duration;

use tokio::time::Instant;

use super::lease::Held;
use super::metrics::Metrics;
use super::stop::Stop;
use crate::domain::Target;
use crate::register::{Domains, Error, ReadBack, Session};

/// A session, and the lease that writing takes.
pub(crate) struct Hands<'a> {
    /// None once it has ended.
    pub(crate) session: &'a mut Option<Box<dyn Session>>,
    pub(crate) metrics: &'a Metrics,
    /// No write begins unless the lease lasts at least this long.
    pub(crate) write_needs: Duration,
    pub(crate) held: Option<Held>,
}

/// What a domain write came to.
#[derive(Debug)]
pub(crate) struct Settled {
    pub(crate) read_back: ReadBack,
    /// An element was known for the phone just before our write; false if no write was needed.
    pub(crate) detached: bool,
}

impl Hands<'_> {
    /// Drives the register to `target`, one idempotent step after another, so that a crash between any two ends right. Every
    /// step that is found done is skipped. Answers what was read back at the end for the SIM in use then.
    pub(crate) async fn carry_out(&mut self, target: &Target) -> Result<Settled, Stop> {
        match target {
            Target::Open { imsi, .. } => self.settle(imsi.as_str(), Domains::OPEN).await,
            Target::Barred { imsi, .. } | Target::Terminated { imsi, .. } => {
                self.settle(imsi.as_str(), Domains::BARRED).await
            }
            Target::SimReplaced { old_imsi, new_imsi, msisdn, barred_after } => {
                self.replace(old_imsi.as_str(), new_imsi.as_str(), msisdn.as_str(), *barred_after).await
            }
        }
    }

    /// Bar the old, free the number, give it to the new, read back both. A new SIM that is to be barred is barred before it
    /// gets the number: it must not live for a moment.
    async fn replace(
        &mut self,
        old: &str,
        new: &str,
        number: &str,
        barred_after: bool,
    ) -> Result<Settled, Stop> {
        let is_known = self.read(old).await?.is_some();
        if is_known {
            let old_sim = self.settle(old, Domains::BARRED).await?.read_back;
            if old_sim.msisdn.is_some() {
                self.set_number(old, None).await?;
            }
        }
        let wanted = if barred_after { Domains::BARRED } else { Domains::OPEN };
        let barred_first = if barred_after { Some(self.settle(new, Domains::BARRED).await?) } else { None };
        match self.known(new).await?.msisdn {
            Some(already) if already == number => {}
            Some(_) => return Err(Stop::Conflict("the new SIM has another number")),
            None => self.set_number(new, Some(number)).await?,
        }
        let settled = self.settle(new, wanted).await?;
        let old_is_done = match self.read(old).await? {
            Some(old_sim) => old_sim.domains.is_barred() && old_sim.msisdn.is_none(),
            None => true,
        };
        if !old_is_done || settled.read_back.msisdn.as_deref() != Some(number) {
            return Err(Stop::Differs);
        }
        Ok(Settled {
            detached: barred_first.is_some_and(|first| first.detached) || settled.detached,
            ..settled
        })
    }

    /// Reads, writes if it differs, reads back.
    pub(crate) async fn settle(&mut self, imsi: &str, wanted: Domains) -> Result<Settled, Stop> {
        let before = self.known(imsi).await?;
        if before.domains == wanted {
            return Ok(Settled { read_back: before, detached: false });
        }
        self.set_domains(imsi, wanted).await?;
        let after = self.known(imsi).await?;
        if after.domains == wanted {
            Ok(Settled { read_back: after, detached: before.attached && wanted.is_barred() })
        } else {
            Err(Stop::Differs)
        }
    }

    pub(crate) async fn read(&mut self, imsi: &str) -> Result<Option<ReadBack>, Stop> {
        let began = Instant::now();
        let result = self.session()?.read(imsi).await;
        self.done("read", began, result)
    }

    async fn known(&mut self, imsi: &str) -> Result<ReadBack, Stop> {
        self.read(imsi).await?.ok_or(Stop::Register(Error::NoSuchSubscriber))
    }

    async fn set_domains(&mut self, imsi: &str, domains: Domains) -> Result<(), Stop> {
        self.may_write()?;
        vigie_eventlog::kill_point("register.before_write");
        let began = Instant::now();
        let result = self.session()?.set_domains(imsi, domains).await;
        vigie_eventlog::kill_point("register.after_write");
        self.done("set_domains", began, result)?;
        self.wrote_in_time()
    }

    async fn set_number(&mut self, imsi: &str, msisdn: Option<&str>) -> Result<(), Stop> {
        self.may_write()?;
        vigie_eventlog::kill_point("register.before_write");
        let began = Instant::now();
        let result = self.session()?.set_number(imsi, msisdn).await;
        vigie_eventlog::kill_point("register.after_write");
        self.done("set_number", began, result)?;
        self.wrote_in_time()
    }

    /// No register checks our fencing number, so the age of the lease is looked at before every write …
    fn may_write(&self) -> Result<(), Stop> {
        match self.held {
            Some(held) if held.lasts(self.write_needs) => Ok(()),
            _ => Err(Stop::LeaseStale),
        }
    }

    /// … and after it: this process may have stood still in between.
    fn wrote_in_time(&self) -> Result<(), Stop> {
        match self.held {
            Some(held) if held.lasts(Duration::ZERO) => Ok(()),
            _ => Err(Stop::LateAnswer),
        }
    }

    fn session(&mut self) -> Result<&mut Box<dyn Session>, Stop> {
        let gone = || Stop::Register(Error::Unreachable { source: std::io::ErrorKind::NotConnected.into() });
        self.session.as_mut().ok_or_else(gone)
    }

    fn done<T>(&mut self, call: &'static str, began: Instant, result: Result<T, Error>) -> Result<T, Stop> {
        self.metrics.call(call, began.elapsed(), &result);
        if result.as_ref().is_err_and(Error::ends_session) {
            *self.session = None;
        }
        result.map_err(Stop::Register)
    }
}
