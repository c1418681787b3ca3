//! A real home location register.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use rustix::process::Signal;
use sqlx::{ConnectOptions, Connection};

use crate::part::Part;
use crate::{Ctrl, Error, Scratch, port, runtime, tool};

const NAME: &str = "OsmoHLR";
const VTY_PORT: u16 = 4258;
const CTRL_PORT: u16 = 4259;
const GSUP_PORT: u16 = 4222;
const START_LIMIT: Duration = Duration::from_secs(10);

/// Network access mode: which domains serve a subscriber, as the register itself says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nam {
    /// Circuit-switched: calls and SMS.
    pub cs: bool,
    /// Packet-switched: data.
    pub ps: bool,
}

/// An OsmoHLR with an empty database, on its fixed ports at a free address 127.x.y.z.
#[derive(Debug)]
pub struct OsmoHlr {
    address: Ipv4Addr,
    program: PathBuf,
    database: PathBuf,
    part: Mutex<Part>,
    ctrl: Mutex<Option<Ctrl>>,
    // Last, so that the register has been told to end before its folder goes.
    _scratch: Scratch,
}

impl OsmoHlr {
    /// Starts the program that `VIGIE_TEST_OSMOHLR` names, else the one installed.
    ///
    /// # Errors
    /// What to install, or the end of the register's log.
    pub fn start() -> Result<Self, Error> {
        let program = match std::env::var_os("VIGIE_TEST_OSMOHLR").map(PathBuf::from) {
            Some(program) => program,
            None => tool::on_path("osmo-hlr").ok_or_else(|| Error::Missing {
                part: NAME.to_owned(),
                advice: "set VIGIE_TEST_OSMOHLR to the program, or install it (Debian: `apt-get install osmo-hlr`); \
                         `make test` does"
                    .to_owned(),
            })?,
        };
        let scratch = Scratch::new("osmo-hlr")?;
        let home = scratch.folder("hlr")?;
        let address = free_address()?;
        std::fs::write(home.join("osmo-hlr.cfg"), configuration(address))
            .map_err(|error| Error::failed(NAME, error))?;
        let hlr = Self {
            address,
            program,
            database: home.join("hlr.db"),
            part: Mutex::new(Part::new(NAME, home, scratch.path().join("osmo-hlr.log"))),
            ctrl: Mutex::new(None),
            _scratch: scratch,
        };
        hlr.launch(&mut hlr.part.lock())?;
        Ok(hlr)
    }

    /// Where commands for people are taken, the only interface that tells an attached phone.
    pub fn vty(&self) -> SocketAddr {
        self.at(VTY_PORT)
    }

    /// Where the control interface listens.
    pub fn ctrl(&self) -> SocketAddr {
        self.at(CTRL_PORT)
    }

    /// Where MSC and SGSN attach.
    pub fn gsup(&self) -> SocketAddr {
        self.at(GSUP_PORT)
    }

    /// The register's process, for tools such as strace.
    pub fn pid(&self) -> Option<u32> {
        self.part.lock().pid()
    }

    /// Creates a subscriber who may use both domains; `msisdn` in digits without "+".
    ///
    /// # Errors
    /// What the register says.
    pub fn provision(&self, imsi: &str, msisdn: Option<&str>) -> Result<(), Error> {
        self.with_ctrl(|ctrl| {
            ctrl.set("subscriber.create", imsi)?.map_err(|reason| Error::failed(NAME, reason))?;
            if let Some(msisdn) = msisdn {
                let variable = format!("subscriber.by-imsi-{imsi}.msisdn");
                ctrl.set(&variable, msisdn)?.map_err(|reason| Error::failed(NAME, reason))?;
            }
            Ok(())
        })
    }

    /// Creates many subscribers (IMSI, MSISDN without "+") at once, by one transaction on the register's database: a
    /// hundred thousand in a second or two, where its own interfaces would need minutes.
    ///
    /// # Errors
    /// What the database says; then none is created.
    pub fn provision_many(
        &self,
        subscribers: impl IntoIterator<Item = (String, String)>,
    ) -> Result<(), Error> {
        let subscribers: Vec<_> = subscribers.into_iter().collect();
        let database = self.database.clone();
        runtime::wait_for(async move {
            let insert = insert_all(&database, &subscribers).await;
            insert.map_err(|error| Error::failed(NAME, error))
        })
    }

    /// What the register says of `imsi`, by a connection of the test's own; None if it does not know it.
    ///
    /// # Errors
    /// When there is no answer.
    pub fn nam(&self, imsi: &str) -> Result<Option<Nam>, Error> {
        let info = self.info(imsi)?;
        Ok(info.map(|info| Nam {
            cs: field(&info, "nam_cs") == Some("1"),
            ps: field(&info, "nam_ps") == Some("1"),
        }))
    }

    /// The number of `imsi`, without "+".
    ///
    /// # Errors
    /// When there is no answer.
    pub fn msisdn(&self, imsi: &str) -> Result<Option<String>, Error> {
        Ok(self.info(imsi)?.and_then(|info| field(&info, "msisdn").map(str::to_owned)))
    }

    /// All that the register says of `imsi`: lines of name, tab, value.
    ///
    /// # Errors
    /// When there is no answer.
    pub fn info(&self, imsi: &str) -> Result<Option<String>, Error> {
        self.with_ctrl(|ctrl| match ctrl.get(&format!("subscriber.by-imsi-{imsi}.info"))? {
            Ok(info) => Ok(Some(info)),
            Err(reason) if reason.contains("No such subscriber") => Ok(None),
            Err(reason) => Err(Error::failed(NAME, reason)),
        })
    }

    /// Writes the flags behind everybody's back by CTRL: no attached phone is told.
    ///
    /// # Errors
    /// What the register says.
    pub fn set_nam_silently(&self, imsi: &str, nam: Nam) -> Result<(), Error> {
        self.with_ctrl(|ctrl| {
            for (domain, enabled) in [("cs", nam.cs), ("ps", nam.ps)] {
                let variable = format!("subscriber.by-imsi-{imsi}.{domain}-enabled");
                let value = if enabled { "1" } else { "0" };
                ctrl.set(&variable, value)?.map_err(|reason| Error::failed(NAME, reason))?;
            }
            Ok(())
        })
    }

    /// SIGKILL.
    ///
    /// # Errors
    /// As the system says.
    pub fn kill9(&self) -> Result<(), Error> {
        *self.ctrl.lock() = None;
        self.part.lock().kill()
    }

    /// Freezes it (SIGSTOP): connections are accepted by the kernel and stay silent.
    ///
    /// # Errors
    /// As the system says.
    pub fn stop(&self) -> Result<(), Error> {
        self.part.lock().signal_all(Signal::STOP)
    }

    /// Lets it go on (SIGCONT).
    ///
    /// # Errors
    /// As the system says.
    pub fn cont(&self) -> Result<(), Error> {
        self.part.lock().signal_all(Signal::CONT)
    }

    /// Starts it again on the same database and address; a running one is killed first.
    ///
    /// # Errors
    /// The end of its log.
    pub fn restart(&self) -> Result<(), Error> {
        self.kill9()?;
        self.launch(&mut self.part.lock())
    }

    fn launch(&self, part: &mut Part) -> Result<(), Error> {
        let mut command = Command::new(&self.program);
        command.args(["-c", "osmo-hlr.cfg", "-l"]).arg(&self.database);
        part.start(&mut command, START_LIMIT, |_| {
            let ports = [VTY_PORT, CTRL_PORT, GSUP_PORT];
            ports.into_iter().all(|port| TcpStream::connect(self.at(port)).is_ok())
        })
    }

    fn at(&self, port: u16) -> SocketAddr {
        SocketAddr::new(IpAddr::V4(self.address), port)
    }

    fn with_ctrl<T>(&self, work: impl FnOnce(&mut Ctrl) -> Result<T, Error>) -> Result<T, Error> {
        let mut slot = self.ctrl.lock();
        let mut ctrl = match slot.take() {
            Some(ctrl) => ctrl,
            None => Ctrl::connect(self.ctrl())?,
        };
        let result = work(&mut ctrl)?;
        // Kept only after success: a failed exchange may have left half an answer behind.
        *slot = Some(ctrl);
        Ok(result)
    }
}

impl Drop for OsmoHlr {
    fn drop(&mut self) {
        let _ = self.kill9();
    }
}

fn field<'a>(info: &'a str, name: &str) -> Option<&'a str> {
    info.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('\t'))
}

fn configuration(address: Ipv4Addr) -> String {
    format!(
        "log stderr\n logging filter all 1\n logging level main notice\n\
         line vty\n bind {address}\nctrl\n bind {address}\nhlr\n gsup\n  bind ip {address}\n"
    )
}

/// OsmoHLR's control port cannot be chosen, so each one gets an address of its own; where a process begins to look depends
/// on its id, so that two seldom meet.
fn free_address() -> Result<Ipv4Addr, Error> {
    static ISSUED: AtomicU32 = AtomicU32::new(0);
    let [.., second, third] = std::process::id().to_be_bytes();
    for _ in 0..250 {
        let host = ISSUED.fetch_add(1, Ordering::Relaxed) % 250 + 1;
        let Ok(host) = u8::try_from(host) else { continue };
        let address = Ipv4Addr::new(127, 16 + second % 200, third, host);
        let ports = [VTY_PORT, CTRL_PORT, GSUP_PORT];
        if ports.into_iter().all(|number| port::is_free(SocketAddr::new(IpAddr::V4(address), number))) {
            return Ok(address);
        }
    }
    Err(Error::failed(NAME, "no free address 127.x.y.z"))
}

async fn insert_all(database: &Path, subscribers: &[(String, String)]) -> Result<(), sqlx::Error> {
    let options =
        sqlx::sqlite::SqliteConnectOptions::new().filename(database).busy_timeout(Duration::from_secs(10));
    let mut connection = options.connect().await?;
    let mut transaction = connection.begin().await?;
    for (imsi, msisdn) in subscribers {
        sqlx::query("INSERT INTO subscriber (imsi, msisdn, nam_cs, nam_ps) VALUES ($1, $2, 1, 1)")
            .bind(imsi)
            .bind(msisdn)
            .execute(&mut *transaction)
            .await?;
    }
    transaction.commit().await?;
    connection.close().await
}
