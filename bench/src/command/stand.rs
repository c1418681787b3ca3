//! What the contenders share, and a turn of one of them.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use sqlx::{Connection as _, PgConnection};
use uuid::Uuid;
use vigie_testkit::{Postgres, Process, Scratch};

use super::callers::{self, Measured, Work};
use super::stock::Stock;
use super::{CALLERS_MAX, Command};
use crate::harness::{blocking, median, text, thousandths};
use crate::vigie::{Person, Vigie};
use crate::{child, cpu, servers};

/// A turn of callers and the start of their process.
const TURN_MAX: Duration = Duration::from_secs(30);

/// Lines that one turn may register.
const LINES_PER_TURN: u64 = 1_000_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    Vigie,
    Floor,
}

/// One of both servers.
pub struct Server {
    pub side: Side,
    pub endpoint: String,
    pub pid: u32,
}

/// What the contenders share.
pub struct Stand {
    scratch: Scratch,
    server: Arc<Postgres>,
    /// Vigie's database.
    url: String,
    account: Uuid,
    /// Systems, who register lines.
    inventory: PathBuf,
    /// Billing clerks.
    clerks: PathBuf,
    stock: Stock,
    /// So far, each with numbers of its own.
    turns: u64,
    /// Commands that Vigie has acknowledged so far.
    acknowledged: u64,
}

/// A turn, and what it computed for a command: microseconds.
pub struct Turn {
    measured: Measured,
    server_cpu_us: f64,
    postgres_cpu_us: f64,
    callers_cpu_us: f64,
    /// How long work went on that had been put off.
    settled_after: Duration,
}

impl Stand {
    pub async fn new(
        scratch: Scratch,
        server: Arc<Postgres>,
        url: String,
        vigie: &Vigie,
        account: Uuid,
        stock: Stock,
    ) -> Result<Self, String> {
        let system =
            Person { subject: "inventory", roles: &["integration"], account: Some(account), step_up: false };
        let clerk = Person { subject: "clerk", ..Person::staff(&["billing_clerk"]) };
        let (inventory, clerks) =
            (tokens(vigie, &scratch, system).await?, tokens(vigie, &scratch, clerk).await?);
        Ok(Self { scratch, server, url, account, inventory, clerks, stock, turns: 0, acknowledged: 0 })
    }

    /// Where it all happens.
    pub const fn folder(&self) -> &Scratch {
        &self.scratch
    }

    pub const fn stock(&self) -> &Stock {
        &self.stock
    }

    /// Calls that Vigie has answered so far.
    pub const fn calls(&self) -> u64 {
        self.acknowledged + self.stock.calls()
    }

    /// So many callers with one command on one of the servers. Of Vigie's log it is an error unless it then holds
    /// exactly one event more for each command that was acknowledged.
    pub async fn turn(&mut self, server: &Server, command: Command, callers: usize) -> Result<Turn, String> {
        self.turns += 1;
        let (tokens, work) = match command {
            Command::UnpaidLifted => (&self.clerks, self.stock.work()),
            Command::RegisterLine => {
                let first_line = self.turns * LINES_PER_TURN;
                (&self.inventory, Work::Register { account: self.account, first_line })
            }
        };
        let options = callers::Options {
            endpoint: server.endpoint.clone(),
            tokens: tokens.clone(),
            callers,
            warm_up: command.warm_up(),
            round: command.round(),
            work,
        };
        let last_before = self.last_position().await?;
        let used = || -> Result<(f64, f64), String> {
            let postgres = self.server.pids().map_err(text)?;
            Ok((cpu::seconds(server.pid), cpu::seconds_of_all(postgres)))
        };
        let before = used()?;
        let process = child::start(&self.scratch, callers::NAME, &options)?;
        let measured = blocking(move || finished(&process)).await?;
        let after = used()?;
        let settled_after = cpu::settle(server.pid).await;

        if server.side == Side::Vigie {
            let stored = self.stored_after(last_before).await?;
            if stored != measured.acknowledged {
                let acknowledged = measured.acknowledged;
                return Err(format!("{acknowledged} commands were acknowledged, and {stored} events came"));
            }
            self.acknowledged += measured.acknowledged;
            if command == Command::UnpaidLifted {
                self.stock.refill(measured.acknowledged).await?;
                cpu::settle(server.pid).await;
            }
        }
        let per_command = |seconds: f64| seconds * 1e6 / measured.acknowledged as f64;
        Ok(Turn {
            measured,
            server_cpu_us: per_command(after.0 - before.0),
            postgres_cpu_us: per_command(after.1 - before.1),
            callers_cpu_us: per_command(measured.cpu_s),
            settled_after,
        })
    }

    /// Of Vigie's log of lines.
    async fn last_position(&self) -> Result<i64, String> {
        servers::number(&self.url, "SELECT max(position) FROM lines.events").await
    }

    /// Events that came into it later.
    async fn stored_after(&self, position: i64) -> Result<u64, String> {
        let mut connection = PgConnection::connect(&self.url).await.map_err(text)?;
        let count: i64 = sqlx::query_scalar("SELECT count(*) FROM lines.events WHERE position > $1")
            .bind(position)
            .fetch_one(&mut connection)
            .await
            .map_err(text)?;
        connection.close().await.map_err(text)?;
        u64::try_from(count).map_err(text)
    }
}

/// A file with a token a line, each for a caller of its own.
async fn tokens(vigie: &Vigie, scratch: &Scratch, of: Person<'_>) -> Result<PathBuf, String> {
    let mut tokens = String::new();
    for caller in 0..CALLERS_MAX {
        let subject = format!("{}-{caller}", of.subject);
        tokens.push_str(&vigie.token(Person { subject: &subject, ..of }).await?);
        tokens.push('\n');
    }
    let path = scratch.path().join(format!("tokens-{}", of.subject));
    std::fs::write(&path, tokens).map_err(text)?;
    Ok(path)
}

/// What the callers print at their end, or why they could not.
fn finished(callers: &Process) -> Result<Measured, String> {
    let result = callers.wait_for_line("a result", TURN_MAX, |line| line.starts_with('{')).map_err(text)?;
    serde_json::from_str(&result.text).map_err(text)
}

impl Turn {
    pub const fn per_second(&self) -> f64 {
        self.measured.per_second
    }
}

/// The middle of several turns.
pub fn summary(turns: &[Turn]) -> Value {
    let middle = |of: fn(&Turn) -> f64| median(turns.iter().map(of));
    json!({
        "per_s": middle(Turn::per_second).round(),
        "p50_ms": thousandths(middle(|turn| turn.measured.p50_ms)),
        "p99_ms": thousandths(middle(|turn| turn.measured.p99_ms)),
        "server_cpu_us_per_command": middle(|turn| turn.server_cpu_us).round(),
        "postgres_cpu_us_per_command": middle(|turn| turn.postgres_cpu_us).round(),
        "callers_cpu_us_per_command": middle(|turn| turn.callers_cpu_us).round(),
        "put_off_ms": middle(|turn| turn.settled_after.as_secs_f64() * 1e3).round(),
    })
}
