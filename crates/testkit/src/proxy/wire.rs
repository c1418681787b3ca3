//! One connection through the proxy: two pumps, each a reader, a queue of what is under way, and a writer.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use socket2::SockRef;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::{Duration, Instant};

use super::{Control, Direction, End, Moment, Trigger};

const CHUNK_BYTES: usize = 16 * 1024;
const CHUNKS_UNDER_WAY: usize = 256;
/// How much of a pattern may lie in earlier reads.
const PATTERN_TAIL: usize = 256;

/// Bytes under way.
struct Chunk {
    due: Instant,
    bytes: Vec<u8>,
    /// The armed cut happens when these have arrived.
    is_last: bool,
}

pub(super) async fn accept(listener: TcpListener, target: SocketAddr, control: Arc<Control>) {
    while let Ok((client, _)) = listener.accept().await {
        control.accepted.fetch_add(1, Ordering::SeqCst);
        if control.faults.lock().is_refusing {
            reset(&client);
            continue;
        }
        let control = Arc::clone(&control);
        tokio::spawn(async move {
            control.open.fetch_add(1, Ordering::SeqCst);
            connect_and_carry(client, target, &control).await;
            control.open.fetch_sub(1, Ordering::SeqCst);
        });
    }
}

async fn connect_and_carry(client: TcpStream, target: SocketAddr, control: &Control) {
    if control.faults.lock().is_black_hole {
        return swallow(client, control).await;
    }
    match TcpStream::connect(target).await {
        Ok(server) => carry(client, server, control).await,
        Err(_) => reset(&client),
    }
}

/// A connection that nobody will ever answer.
async fn swallow(mut client: TcpStream, control: &Control) {
    let mut cut = control.cut.subscribe();
    let mut buffer = vec![0; CHUNK_BYTES];
    loop {
        tokio::select! {
            read = client.read(&mut buffer) => if !matches!(read, Ok(count) if count > 0) { return },
            _ = cut.changed() => {
                if cut.borrow().1.resets_client() { reset(&client) }
                return;
            }
        }
    }
}

async fn carry(mut client: TcpStream, mut server: TcpStream, control: &Control) {
    let mut cut = control.cut.subscribe();
    let _ = client.set_nodelay(true);
    let _ = server.set_nodelay(true);
    let end = {
        let (client_in, client_out) = client.split();
        let (server_in, server_out) = server.split();
        let pumps = async {
            tokio::join!(
                pump(client_in, server_out, Direction::ToTarget, control),
                pump(server_in, client_out, Direction::ToClient, control),
            )
        };
        tokio::select! {
            _ = pumps => return,
            _ = cut.changed() => cut.borrow().1,
        }
    };
    if end.resets_client() {
        reset(&client);
    }
    if end.resets_target() {
        reset(&server);
    }
}

/// Carries bytes one way until the sender has no more or the receiver takes no more.
async fn pump(mut from: ReadHalf<'_>, mut to: WriteHalf<'_>, direction: Direction, control: &Control) {
    let (send, mut receive) = mpsc::channel::<Chunk>(CHUNKS_UNDER_WAY);
    let read = async move {
        let mut buffer = vec![0; CHUNK_BYTES];
        let mut tail = Vec::new();
        let mut is_lost = false;
        loop {
            let count = from.read(&mut buffer).await.unwrap_or(0);
            let faults = *control.faults.lock();
            is_lost |= faults.is_black_hole;
            if count == 0 {
                // Behind a black hole even the end does not arrive.
                if is_lost {
                    std::future::pending::<()>().await;
                }
                return;
            }
            if is_lost {
                continue;
            }
            let mut bytes = buffer.get(..count).unwrap_or_default().to_vec();
            let last = control.bytes_before_cut(direction, &mut tail, &bytes);
            bytes.truncate(last.unwrap_or(count));
            if faults.is_garbling && direction == Direction::ToClient {
                bytes.iter_mut().for_each(|byte| *byte = !*byte);
            }
            let due = Instant::now() + faults.delay(direction);
            if send.send(Chunk { due, bytes, is_last: last.is_some() }).await.is_err() {
                return;
            }
            if last.is_some() {
                std::future::pending::<()>().await;
            }
        }
    };
    let write = async move {
        while let Some(chunk) = receive.recv().await {
            tokio::time::sleep_until(chunk.due).await;
            if to.write_all(&chunk.bytes).await.is_err() {
                return;
            }
            if chunk.is_last {
                control.trip(direction);
            }
        }
        let _ = to.shutdown().await;
    };
    tokio::join!(read, write);
}

impl super::Faults {
    fn delay(&self, direction: Direction) -> Duration {
        match direction {
            Direction::ToTarget => self.delay_to_target,
            Direction::ToClient => self.delay_to_client,
        }
    }
}

impl Control {
    /// How many of `bytes` still pass, if the armed cut is due in them. `tail` holds what passed before.
    fn bytes_before_cut(&self, direction: Direction, tail: &mut Vec<u8>, bytes: &[u8]) -> Option<usize> {
        let mut armed = self.trigger.lock();
        let passing = match armed.as_mut() {
            Some(Trigger::Bytes { direction: wanted, remaining }) if *wanted == direction => {
                let passing = (*remaining <= bytes.len()).then_some(*remaining);
                *remaining = remaining.saturating_sub(bytes.len());
                passing
            }
            Some(Trigger::Pattern { direction: wanted, pattern, moment }) if *wanted == direction => {
                let seen = tail.len();
                let text = [tail.as_slice(), bytes].concat();
                let found =
                    text.windows(pattern.len().max(1)).position(|window| window == pattern.as_slice());
                found.map(|start| match moment {
                    Moment::Before => start.saturating_sub(seen),
                    Moment::After => bytes.len(),
                })
            }
            _ => None,
        };
        if passing.is_some() {
            *armed = None;
        }
        tail.extend_from_slice(bytes);
        tail.drain(..tail.len().saturating_sub(PATTERN_TAIL));
        passing
    }

    /// The armed cut: the sender is reset, the receiver has all that passed and sees the end.
    fn trip(&self, direction: Direction) {
        self.cut_all(match direction {
            Direction::ToTarget => End::ResetClient,
            Direction::ToClient => End::ResetTarget,
        });
        *self.cuts_by_trigger.lock() += 1;
        self.tripped.notify_all();
    }
}

impl End {
    fn resets_client(self) -> bool {
        matches!(self, Self::ResetBoth | Self::ResetClient)
    }

    fn resets_target(self) -> bool {
        matches!(self, Self::ResetBoth | Self::ResetTarget)
    }
}

fn reset(stream: &TcpStream) {
    // Closing with a linger time of zero sends RST instead of FIN.
    let _ = SockRef::from(stream).set_linger(Some(Duration::ZERO));
}
