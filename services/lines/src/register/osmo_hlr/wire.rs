//! What both interfaces share: a TCP connection, bounded reads, and what a failure says about what was sent.

use std::io;

use socket2::SockRef;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Why an exchange ended without an answer.
#[derive(Debug)]
pub(super) enum Failure {
    /// The connection was found closed before anything of the request was sent.
    NotSent(io::Error),
    /// The connection broke after sending began.
    Broken(io::Error),
    /// What came back is no answer.
    Garbled(&'static str),
}

/// A connection and what was received but not understood yet.
pub(super) struct Wire {
    stream: TcpStream,
    received: Vec<u8>,
    received_max: usize,
}

impl Wire {
    /// Connects; at most `received_max` bytes are held.
    pub(super) async fn connect(address: &str, received_max: usize) -> Result<Self, Failure> {
        let stream = TcpStream::connect(address).await.map_err(Failure::NotSent)?;
        stream.set_nodelay(true).map_err(Failure::NotSent)?;
        Ok(Self { stream, received: Vec::new(), received_max })
    }

    /// Sends a request. Before the first byte leaves it looks whether the other side has hung up or has said something that
    /// nobody asked for: then nothing is sent.
    pub(super) async fn send(&mut self, request: &[u8]) -> Result<(), Failure> {
        let mut unasked = [0; 1];
        match self.stream.try_read(&mut unasked) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock && self.received.is_empty() => {}
            Ok(0) => return Err(Failure::NotSent(io::ErrorKind::ConnectionAborted.into())),
            Err(error) if error.kind() != io::ErrorKind::WouldBlock => return Err(Failure::NotSent(error)),
            _ => return Err(Failure::NotSent(io::Error::other("the register spoke without being asked"))),
        }
        self.stream.write_all(request).await.map_err(Failure::Broken)
    }

    /// Sends something that asks for no answer.
    pub(super) async fn reply(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.stream.write_all(bytes).await.map_err(Failure::Broken)
    }

    /// Receives until `parse` finds an answer at the start of what came: the answer and how many bytes it took.
    pub(super) async fn receive<T>(
        &mut self,
        mut parse: impl FnMut(&[u8]) -> Result<Option<(T, usize)>, Failure>,
    ) -> Result<T, Failure> {
        loop {
            if let Some((answer, taken)) = parse(&self.received)? {
                self.received.drain(..taken.min(self.received.len()));
                return Ok(answer);
            }
            if self.received.len() >= self.received_max {
                return Err(Failure::Garbled("an answer that is too long"));
            }
            self.acknowledge_at_once();
            let mut chunk = [0; 2048];
            match self.stream.read(&mut chunk).await {
                Ok(0) => return Err(Failure::Broken(io::ErrorKind::UnexpectedEof.into())),
                Ok(count) => self.received.extend_from_slice(chunk.get(..count).unwrap_or_default()),
                Err(error) => return Err(Failure::Broken(error)),
            }
        }
    }

    /// The register sends with Nagle's algorithm: the second piece of an answer waits for our acknowledgement of the first,
    /// which the kernel would hold back for 40 ms. The switch is not permanent, so it is set before every read.
    fn acknowledge_at_once(&self) {
        #[cfg(target_os = "linux")]
        let _ = SockRef::from(&self.stream).set_tcp_quickack(true);
    }
}
