//! A real PostgreSQL.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::str::FromStr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use rustix::process::Signal;
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection};

use crate::part::Part;
use crate::{Error, Scratch, free_port, runtime, tool};

const NAME: &str = "PostgreSQL";
const START_LIMIT: Duration = Duration::from_secs(30);
const STOP_LIMIT: Duration = Duration::from_secs(20);

/// A PostgreSQL server with fsync on, at most 200 connections, on a port of its own; or the server that
/// `VIGIE_TEST_POSTGRES` names, which the kit only creates databases on.
#[derive(Debug)]
pub struct Postgres {
    url: String,
    own: Option<Own>,
}

#[derive(Debug)]
struct Own {
    part: Mutex<Part>,
    server: PathBuf,
    port: u16,
    account: Option<Account>,
    // Last, so that the server has been told to end before its folder goes.
    _scratch: Scratch,
}

impl Postgres {
    /// The one server of this test binary. Tests that stop or freeze it [`start`](Self::start) their own.
    ///
    /// # Errors
    /// As [`start`](Self::start), the same at every call.
    pub fn shared() -> Result<&'static Self, Error> {
        static SHARED: OnceLock<Result<Postgres, Error>> = OnceLock::new();
        SHARED.get_or_init(Self::start).as_ref().map_err(Clone::clone)
    }

    /// `VIGIE_TEST_POSTGRES` (a URL of a superuser) if set, else a server of the newest version installed.
    ///
    /// # Errors
    /// What to install, or the end of the server's log.
    pub fn start() -> Result<Self, Error> {
        match std::env::var("VIGIE_TEST_POSTGRES") {
            Ok(url) => Ok(Self { url, own: None }),
            Err(_) => Self::start_own(),
        }
    }

    /// A server of the newest version installed, even when `VIGIE_TEST_POSTGRES` names another: for tests that kill it.
    ///
    /// # Errors
    /// What to install, or the end of the server's log.
    pub fn start_own() -> Result<Self, Error> {
        let programs = programs().ok_or_else(|| Error::Missing {
            part: NAME.to_owned(),
            advice: "set VIGIE_TEST_POSTGRES to the URL of a server, or install it (Debian: `apt-get install postgresql`); \
                     `make test` does"
                .to_owned(),
        })?;
        let scratch = Scratch::new("postgres")?;
        let home = scratch.folder("data")?;
        let account = Account::unprivileged()?;
        if let Some(account) = &account {
            std::os::unix::fs::chown(&home, Some(account.uid), Some(account.gid))
                .map_err(|error| Error::failed(NAME, error))?;
        }
        create_cluster(&programs, &home, account.as_ref())?;
        let port = free_port()?;
        let own = Own {
            part: Mutex::new(Part::new(NAME, home, scratch.path().join("postgres.log"))),
            server: programs.join("postgres"),
            port,
            account,
            _scratch: scratch,
        };
        own.start(&mut own.part.lock())?;
        Ok(Self { url: format!("postgres://vigie@127.0.0.1:{port}/postgres"), own: Some(own) })
    }

    /// URL of a superuser on the database `postgres`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The port it listens on, at 127.0.0.1.
    ///
    /// # Errors
    /// When the server is not ours.
    pub fn port(&self) -> Result<u16, Error> {
        Ok(self.own()?.port)
    }

    /// A new empty database whose name begins with `name`; its URL.
    ///
    /// # Errors
    /// As the server says.
    pub fn create_database(&self, name: &str) -> Result<String, Error> {
        static CREATED: AtomicU32 = AtomicU32::new(0);
        let name: String = name.chars().filter(char::is_ascii_alphanumeric).take(30).collect();
        let number = CREATED.fetch_add(1, Ordering::Relaxed);
        let database = format!("t_{}_{}_{number}", name.to_lowercase(), std::process::id());
        let server = PgConnectOptions::from_str(&self.url).map_err(|error| Error::failed(NAME, error))?;
        let url = server.clone().database(&database).to_url_lossy().to_string();
        runtime::wait_for(async move {
            let mut connection = server.connect().await.map_err(|error| Error::failed(NAME, error))?;
            let statement = sqlx::AssertSqlSafe(format!("CREATE DATABASE {database}"));
            sqlx::raw_sql(statement)
                .execute(&mut connection)
                .await
                .map_err(|error| Error::failed(NAME, error))?;
            connection.close().await.map_err(|error| Error::failed(NAME, error))
        })?;
        Ok(url)
    }

    /// As `pg_ctl stop -m immediate`: backends leave at once, recovery at the next start.
    ///
    /// # Errors
    /// When the server is not ours or does not end.
    pub fn stop_immediate(&self) -> Result<(), Error> {
        self.own()?.part.lock().end_by(Signal::QUIT, STOP_LIMIT)
    }

    /// SIGKILL to the server and to all its backends at once.
    ///
    /// # Errors
    /// When the server is not ours.
    pub fn kill9(&self) -> Result<(), Error> {
        self.own()?.part.lock().kill()
    }

    /// Starts it again on the same data and port; a running one is stopped first (fast shutdown).
    ///
    /// # Errors
    /// When the server is not ours, or the end of its log.
    pub fn restart(&self) -> Result<(), Error> {
        let own = self.own()?;
        let mut part = own.part.lock();
        if part.is_running() {
            part.end_by(Signal::INT, STOP_LIMIT)?;
        }
        own.start(&mut part)
    }

    /// Freezes the server and every backend (SIGSTOP): connections stay open and silent.
    ///
    /// # Errors
    /// When the server is not ours.
    pub fn signal_stop(&self) -> Result<(), Error> {
        self.own()?.part.lock().signal_all(Signal::STOP)
    }

    /// Lets a frozen server go on (SIGCONT).
    ///
    /// # Errors
    /// When the server is not ours.
    pub fn signal_cont(&self) -> Result<(), Error> {
        self.own()?.part.lock().signal_all(Signal::CONT)
    }

    /// The server's process and its backends, for tools such as strace.
    ///
    /// # Errors
    /// When the server is not ours.
    pub fn pids(&self) -> Result<Vec<u32>, Error> {
        Ok(self.own()?.part.lock().pids())
    }

    fn own(&self) -> Result<&Own, Error> {
        self.own
            .as_ref()
            .ok_or_else(|| Error::failed(NAME, "the server of VIGIE_TEST_POSTGRES is not ours to stop"))
    }
}

impl Own {
    fn start(&self, part: &mut Part) -> Result<(), Error> {
        let mut command = Command::new(&self.server);
        command.arg("-D").arg(part.home()).args(["-p", &self.port.to_string()]);
        for setting in [
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "max_connections=200",
            "synchronous_commit=on",
            "shared_buffers=64MB",
            "logging_collector=off",
        ] {
            command.args(["-c", setting]);
        }
        if let Some(account) = &self.account {
            account.apply(&mut command);
        }
        let status = part.home().join("postmaster.pid");
        part.start(&mut command, START_LIMIT, |pid| is_ready(&status, pid))
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        let _ = self.part.lock().kill();
    }
}

/// The server writes its process id into the first line of `postmaster.pid` and its state into the eighth. A file left by
/// a killed server still says "ready", of another process.
fn is_ready(status: &Path, pid: u32) -> bool {
    let text = std::fs::read_to_string(status).unwrap_or_default();
    let mut lines = text.lines();
    let is_this_one = lines.next().is_some_and(|line| line.trim().parse() == Ok(pid));
    is_this_one && lines.nth(6).is_some_and(|line| line.trim() == "ready")
}

fn create_cluster(programs: &Path, home: &Path, account: Option<&Account>) -> Result<(), Error> {
    let mut command = Command::new(programs.join("initdb"));
    command.arg("-D").arg(home);
    // Nothing is lost if the machine dies while the empty cluster is made: the server itself runs with fsync.
    command.args(["-U", "vigie", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C"]);
    command.env("LC_ALL", "C").current_dir(home).stdin(Stdio::null());
    if let Some(account) = account {
        account.apply(&mut command);
    }
    let output = command.output().map_err(|error| Error::failed("initdb", error))?;
    if output.status.success() {
        Ok(())
    } else {
        Err(Error::failed("initdb", String::from_utf8_lossy(&output.stderr).trim()))
    }
}

/// The folder that holds `initdb` and `postgres`: Debian's newest version, else what is on PATH.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok().into_iter().flatten().flatten();
    let newest = versions
        .filter_map(|version| {
            let number: u32 = version.file_name().to_str()?.parse().ok()?;
            Some((number, version.path().join("bin")))
        })
        .filter(|(_, folder)| {
            tool::is_program(&folder.join("postgres")) && tool::is_program(&folder.join("initdb"))
        })
        .max();
    match newest {
        Some((_, folder)) => Some(folder),
        None => tool::on_path("postgres")?.canonicalize().ok()?.parent().map(Path::to_owned),
    }
}

/// Whom the server runs as when we are root, which it refuses.
#[derive(Clone, Debug)]
struct Account {
    uid: u32,
    gid: u32,
}

impl Account {
    /// None when we are not root.
    fn unprivileged() -> Result<Option<Self>, Error> {
        if !rustix::process::getuid().is_root() {
            return Ok(None);
        }
        let accounts = std::fs::read_to_string("/etc/passwd").map_err(|error| Error::failed(NAME, error))?;
        let find = |name: &str| {
            accounts.lines().find_map(|line| {
                let mut fields = line.split(':');
                let is_wanted = fields.next() == Some(name);
                let uid = fields.nth(1)?.parse().ok()?;
                let gid = fields.next()?.parse().ok()?;
                is_wanted.then_some(Self { uid, gid })
            })
        };
        let account = find("postgres").or_else(|| find("nobody"));
        account.map(Some).ok_or_else(|| {
            Error::failed(NAME, "refuses to run as root, and there is no user postgres or nobody")
        })
    }

    fn apply(&self, command: &mut Command) {
        use std::os::unix::process::CommandExt;
        command.uid(self.uid).gid(self.gid);
    }
}
