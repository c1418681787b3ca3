//! The steps of an act without Vigie: what PostgreSQL and OsmoHLR cost when nobody stands in between.

use std::net::SocketAddr;

use socket2::SockRef;
use sqlx::PgConnection;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use uuid::Uuid;
use vigie_testkit::OsmoHlr;

use crate::append::bare_postgres;
use crate::append::row::Row;
use crate::fiction;
use crate::harness::text;

/// Positions that one connection may use.
const POSITIONS: i64 = 1_000_000_000;

/// More than the longest answer of the register.
const ANSWER_BYTES_MAX: usize = 16 * 1024;

/// One connection to each.
pub struct Parts {
    database: PgConnection,
    next_position: i64,
    payload_bytes: usize,
    vty: Connection,
    ctrl: Connection,
}

impl Parts {
    /// Connects; `number` tells it from others that write to the same tables.
    pub async fn connect(
        url: &str,
        register: &OsmoHlr,
        payload_bytes: usize,
        number: i64,
    ) -> Result<Self, String> {
        let mut vty = Connection::open(register.vty()).await?;
        vty.exchange(b"", |received| received.ends_with(b"> ")).await?;
        vty.exchange(b"enable\n", |received| received.ends_with(b"# ")).await?;
        Ok(Self {
            database: bare_postgres::connect(url).await.map_err(text)?,
            next_position: number * POSITIONS + 1,
            payload_bytes,
            vty,
            ctrl: Connection::open(register.ctrl()).await?,
        })
    }

    /// Intent, write, read-back, confirmation, for subscriber `number`.
    pub async fn act(&mut self, number: u64, is_barred: bool) -> Result<(), String> {
        let imsi = fiction::imsi(number);
        self.commit(number).await?;
        let mode = if is_barred { "none" } else { "cs+ps" };
        let command = format!("subscriber imsi {imsi} update network-access-mode {mode}\n");
        self.vty.exchange(command.as_bytes(), |received| received.ends_with(b"# ")).await?;
        let info = self.get(&format!("subscriber.by-imsi-{imsi}.info")).await?;
        let flag = if is_barred { '0' } else { '1' };
        for domain in ["cs", "ps"] {
            if !info.contains(&format!("nam_{domain}\t{flag}")) {
                return Err(format!("the register did not do it: {info}"));
            }
        }
        self.commit(number).await
    }

    /// A row of the subscriber's stream.
    async fn commit(&mut self, number: u64) -> Result<(), String> {
        let stream_id = Uuid::from_u128(u128::from(number));
        let row = Row::sized(stream_id, self.next_position, self.payload_bytes);
        let committed = bare_postgres::commit(&mut self.database, &[row], self.next_position).await;
        self.next_position += 1;
        committed.map_err(text)
    }

    /// CTRL: `[u16 length][0xEE][0x00][text]`, the length being that of the text and one.
    async fn get(&mut self, variable: &str) -> Result<String, String> {
        let request = format!("GET 1 {variable}");
        let length = u16::try_from(request.len() + 1).map_err(text)?;
        let frame = [length.to_be_bytes().as_slice(), &[0xEE, 0x00], request.as_bytes()].concat();
        let is_whole = |received: &[u8]| match received {
            [high, low, _, body @ ..] => body.len() >= usize::from(u16::from_be_bytes([*high, *low])),
            _ => false,
        };
        let answer = self.ctrl.exchange(&frame, is_whole).await?;
        Ok(String::from_utf8_lossy(&answer).into_owned())
    }
}

/// A TCP connection on which one asks and one answers.
struct Connection(TcpStream);

impl Connection {
    async fn open(address: SocketAddr) -> Result<Self, String> {
        let stream = TcpStream::connect(address).await.map_err(text)?;
        stream.set_nodelay(true).map_err(text)?;
        Ok(Self(stream))
    }

    /// Sends `request` and receives until `is_whole`.
    async fn exchange(
        &mut self,
        request: &[u8],
        is_whole: impl Fn(&[u8]) -> bool,
    ) -> Result<Vec<u8>, String> {
        self.0.write_all(request).await.map_err(text)?;
        let mut received = Vec::with_capacity(512);
        while !is_whole(&received) {
            if received.len() > ANSWER_BYTES_MAX {
                return Err("an answer without end".to_owned());
            }
            // Or the register's Nagle waits 40 ms for the kernel's delayed acknowledgement.
            SockRef::from(&self.0).set_tcp_quickack(true).map_err(text)?;
            if self.0.read_buf(&mut received).await.map_err(text)? == 0 {
                return Err("the register hung up".to_owned());
            }
        }
        Ok(received)
    }
}
