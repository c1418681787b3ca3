//! OsmoHLR 1.5, Osmocom's home location register, over its two interfaces.
//!
//! Domains are written by the VTY, because only that tells the MSC and SGSN where a phone is attached; numbers and reads go
//! over the control interface. Never the other way round: the VTY skips the notice when a flag already has its value, so a
//! write by the control interface first leaves a barred phone on the network.

mod ctrl;
mod vty;
mod wire;

use std::fmt;
use std::io;
use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use self::ctrl::Ctrl;
use self::vty::Vty;
use self::wire::Failure;
use super::{CALL_TIMEOUT, Domains, Error, ReadBack, Register, Session, digits};

/// Where the register is and how long to wait for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Options {
    /// Control interface, host and port. It has neither authentication nor encryption: a private address.
    pub ctrl: String,
    /// VTY, host and port. As above.
    pub vty: String,
    /// Longest time of one call, in milliseconds.
    pub call_timeout_ms: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            ctrl: "127.0.0.1:4259".to_owned(),
            vty: "127.0.0.1:4258".to_owned(),
            call_timeout_ms: u64::try_from(CALL_TIMEOUT.as_millis()).unwrap_or(500),
        }
    }
}

/// An OsmoHLR.
#[derive(Clone, Debug)]
pub struct OsmoHlr {
    options: Options,
}

impl OsmoHlr {
    /// Does not connect yet.
    pub const fn new(options: Options) -> Self {
        Self { options }
    }

    fn timeout(&self) -> Duration {
        Duration::from_millis(self.options.call_timeout_ms.max(1))
    }
}

#[async_trait]
impl Register for OsmoHlr {
    fn description(&self) -> String {
        format!("OsmoHLR at {}", self.options.ctrl)
    }

    fn is_simulated(&self) -> bool {
        false
    }

    async fn connect(&self) -> Result<Box<dyn Session>, Error> {
        let connect = async {
            let (ctrl, vty) =
                tokio::try_join!(Ctrl::connect(&self.options.ctrl), Vty::connect(&self.options.vty))?;
            Ok(Connections { ctrl, vty })
        };
        match tokio::time::timeout(self.timeout(), connect).await {
            Ok(Ok(open)) => Ok(Box::new(OsmoHlrSession { open: Some(open), timeout: self.timeout() })),
            Ok(Err(Failure::NotSent(source) | Failure::Broken(source))) => Err(Error::Unreachable { source }),
            Ok(Err(Failure::Garbled(why))) => Err(Error::Garbled { source: io::Error::other(why) }),
            Err(_) => Err(Error::Unreachable { source: io::ErrorKind::TimedOut.into() }),
        }
    }
}

struct Connections {
    ctrl: Ctrl,
    vty: Vty,
}

/// None in `open` means spent. A call takes the connections out and puts them back when it knows how it ended, so that a
/// call whose future was dropped spends the session too.
struct OsmoHlrSession {
    open: Option<Connections>,
    timeout: Duration,
}

impl fmt::Debug for OsmoHlrSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OsmoHlrSession").field("is_open", &self.open.is_some()).finish_non_exhaustive()
    }
}

/// What becomes of a failure once something may have been sent.
#[derive(Clone, Copy)]
enum Call {
    Read,
    Write,
}

impl OsmoHlrSession {
    fn take(&mut self) -> Result<Connections, Error> {
        let spent = || io::Error::new(io::ErrorKind::NotConnected, "this session has ended");
        self.open.take().ok_or_else(|| Error::Unreachable { source: spent() })
    }

    /// Runs `work` within the timeout and keeps the connections if its end is known.
    async fn call<T>(
        &mut self,
        call: Call,
        work: impl AsyncFnOnce(&mut Connections) -> Result<T, Failure>,
    ) -> Result<T, Error> {
        let mut connections = self.take()?;
        let outcome = match tokio::time::timeout(self.timeout, work(&mut connections)).await {
            Ok(Ok(value)) => {
                self.open = Some(connections);
                return Ok(value);
            }
            Ok(Err(failure)) => failure,
            Err(_) => {
                return Err(match call {
                    Call::Read => Error::Timeout(self.timeout),
                    Call::Write => Error::UnknownEffect { source: io::ErrorKind::TimedOut.into() },
                });
            }
        };
        Err(match (outcome, call) {
            (Failure::NotSent(source), _) => Error::Unreachable { source },
            (Failure::Broken(source), Call::Read) => Error::Garbled { source },
            (Failure::Garbled(why), Call::Read) => Error::Garbled { source: io::Error::other(why) },
            (Failure::Broken(source), Call::Write) => Error::UnknownEffect { source },
            (Failure::Garbled(why), Call::Write) => Error::UnknownEffect { source: io::Error::other(why) },
        })
    }

    /// What the register says of whom `selector` names, such as `by-imsi-…`.
    async fn info(&mut self, selector: &str) -> Result<Option<ReadBack>, Error> {
        let variable = format!("subscriber.{selector}.info");
        let answer = self
            .call(Call::Read, async |open| match open.ctrl.get(&variable).await? {
                Ok(info) => Ok(Ok(Some(parse_info(&info)?))),
                Err(reason) if says_unknown(&reason) => Ok(Ok(None)),
                Err(reason) => Ok(Err(reason)),
            })
            .await?;
        answer.map_err(|reason| Error::Refused(digits::without_identifiers(&reason)))
    }

    /// Why the register did not set a number: its own words name neither an unknown subscriber nor a taken number for
    /// certain, so ask.
    async fn why_not_set(&mut self, imsi: &str, number: Option<&str>, reason: &str) -> Result<(), Error> {
        if self.info(&format!("by-imsi-{imsi}")).await?.is_none() {
            return Err(Error::NoSuchSubscriber);
        }
        if let Some(number) = number
            && let Some(owner) = self.info(&format!("by-msisdn-{number}")).await?
            && owner.imsi != imsi
        {
            return Err(Error::NumberTaken);
        }
        Err(Error::Refused(digits::without_identifiers(reason)))
    }
}

#[async_trait]
impl Session for OsmoHlrSession {
    async fn read(&mut self, imsi: &str) -> Result<Option<ReadBack>, Error> {
        let imsi = digits::imsi(imsi)?;
        let found = self.info(&format!("by-imsi-{imsi}")).await?;
        match found {
            Some(found) if found.imsi != imsi => {
                self.open = None;
                Err(Error::Garbled { source: io::Error::other("an answer about another subscriber") })
            }
            found => Ok(found),
        }
    }

    async fn set_domains(&mut self, imsi: &str, domains: Domains) -> Result<(), Error> {
        let imsi = digits::imsi(imsi)?;
        let mode = match domains {
            Domains { cs: true, ps: true } => "cs+ps",
            Domains { cs: true, ps: false } => "cs",
            Domains { cs: false, ps: true } => "ps",
            Domains { cs: false, ps: false } => "none",
        };
        let command = format!("subscriber imsi {imsi} update network-access-mode {mode}");
        let said = self.call(Call::Write, async |open| open.vty.command(&command).await).await?;
        match said.as_str() {
            "" => Ok(()),
            complaint if complaint.contains("No subscriber") => Err(Error::NoSuchSubscriber),
            complaint if complaint.starts_with('%') => {
                Err(Error::Refused(digits::without_identifiers(complaint)))
            }
            // Neither silence nor a complaint: whatever this is, it does not say that nothing happened.
            surprise => {
                self.open = None;
                Err(Error::UnknownEffect { source: io::Error::other(digits::without_identifiers(surprise)) })
            }
        }
    }

    async fn set_number(&mut self, imsi: &str, msisdn: Option<&str>) -> Result<(), Error> {
        let imsi = digits::imsi(imsi)?;
        let number = msisdn.map(digits::msisdn).transpose()?;
        let variable = format!("subscriber.by-imsi-{imsi}.msisdn");
        let value = number.unwrap_or("none");
        let answer = self.call(Call::Write, async |open| open.ctrl.set(&variable, value).await).await?;
        match answer {
            Ok(_) => Ok(()),
            Err(reason) if says_unknown(&reason) => Err(Error::NoSuchSubscriber),
            Err(reason) => self.why_not_set(imsi, number, &reason).await,
        }
    }

    async fn ping(&mut self) -> Result<(), Error> {
        self.call(Call::Read, async |open| {
            open.ctrl.ping().await?;
            open.vty.command("").await.map(drop)
        })
        .await
    }
}

fn says_unknown(reason: &str) -> bool {
    reason.starts_with("No such subscriber")
}

/// Lines of name, tab, value. A phone that the element itself reported gone (purged) is not attached there.
fn parse_info(info: &str) -> Result<ReadBack, Failure> {
    let field = |name: &str| info.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('\t'));
    let flag = |name: &str| match field(name) {
        Some("1") => Ok(true),
        Some("0") => Ok(false),
        _ => Err(Failure::Garbled("a subscriber without its access mode")),
    };
    let is_known = |element: &str| field(element).is_some_and(|name| !name.is_empty());
    let imsi = field("imsi").ok_or(Failure::Garbled("a subscriber without an IMSI"))?;
    Ok(ReadBack {
        imsi: imsi.to_owned(),
        msisdn: field("msisdn").filter(|number| !number.is_empty()).map(|number| format!("+{number}")),
        domains: Domains { cs: flag("nam_cs")?, ps: flag("nam_ps")? },
        attached: is_known("vlr_number") && !flag("ms_purged_cs")?
            || is_known("sgsn_number") && !flag("ms_purged_ps")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const INFO: &str = "\nid\t1\nimsi\t208010000000001\nmsisdn\t33600000001\nnam_cs\t1\nnam_ps\t0\nvlr_number\tMSC-1\n\
                        ms_purged_cs\t0\nms_purged_ps\t0\nlmsi\t00000000";

    #[test]
    fn reads_a_subscriber() {
        let found = parse_info(INFO).unwrap();
        assert_eq!((found.imsi.as_str(), found.msisdn.as_deref()), ("208010000000001", Some("+33600000001")));
        assert_eq!((found.domains, found.attached), (Domains { cs: true, ps: false }, true));
    }

    #[test]
    fn a_purged_phone_is_not_attached_and_a_number_may_be_missing() {
        let found = parse_info(
            &INFO.replace("ms_purged_cs\t0", "ms_purged_cs\t1").replace("msisdn\t33600000001\n", ""),
        )
        .unwrap();
        assert_eq!((found.msisdn, found.attached), (None, false));
    }

    #[test]
    fn a_subscriber_without_flags_is_no_answer() {
        for missing in ["nam_cs\t1\n", "nam_ps\t0\n", "imsi\t208010000000001\n"] {
            assert!(parse_info(&INFO.replace(missing, "")).is_err(), "{missing}");
        }
        assert!(parse_info(&INFO.replace("nam_ps\t0", "nam_ps\tmaybe")).is_err());
    }
}
