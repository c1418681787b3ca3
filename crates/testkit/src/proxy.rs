//! A bad network between two parties, switched while they talk.

mod wire;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::{Error, free_port, runtime};

/// Which way bytes travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From whoever connected to the proxy to the target.
    ToTarget,
    /// Back.
    ToClient,
}

/// How a connection ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// RST to both sides: "connection reset by peer".
    Reset,
    /// FIN to both sides: end of file.
    Close,
}

/// Whether what triggers a cut still arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// The bytes up to the trigger arrive, the trigger and what follows does not.
    Before,
    /// The trigger arrives, with all that was sent in one piece with it; the answer does not: the sender cannot know.
    After,
}

/// A TCP proxy with faults. All its addresses share them; without faults it forwards. It runs on threads of its own.
#[derive(Debug)]
pub struct Proxy {
    addresses: Vec<SocketAddr>,
    control: Arc<Control>,
    listeners: Vec<JoinHandle<()>>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Faults {
    delay_to_target: Duration,
    delay_to_client: Duration,
    is_black_hole: bool,
    is_refusing: bool,
    is_garbling: bool,
}

#[derive(Clone, Debug)]
enum Trigger {
    Bytes { direction: Direction, remaining: usize },
    Pattern { direction: Direction, pattern: Vec<u8>, moment: Moment },
}

#[derive(Clone, Copy, Debug)]
enum End {
    ResetBoth,
    ResetClient,
    ResetTarget,
    CloseBoth,
}

#[derive(Debug)]
struct Control {
    faults: Mutex<Faults>,
    trigger: Mutex<Option<Trigger>>,
    /// Counts cuts; each connection ends when the count moves.
    cut: watch::Sender<(u64, End)>,
    cuts_by_trigger: Mutex<u64>,
    tripped: Condvar,
    open: AtomicUsize,
    accepted: AtomicUsize,
}

impl Proxy {
    /// A proxy at a free port of 127.0.0.1 in front of `target`.
    ///
    /// # Errors
    /// When no port can be had.
    pub fn start(target: SocketAddr) -> Result<Self, Error> {
        Self::start_many(&[target])
    }

    /// One proxy with an address of its own in front of each of `targets`, as in `addresses()[i]` → `targets[i]`.
    ///
    /// # Errors
    /// When no port can be had.
    pub fn start_many(targets: &[SocketAddr]) -> Result<Self, Error> {
        let routes: Result<Vec<_>, _> = targets
            .iter()
            .map(|target| Ok((SocketAddr::from((Ipv4Addr::LOCALHOST, free_port()?)), *target)))
            .collect();
        Self::listen(&routes?)
    }

    /// One proxy that listens at the first address of each route and forwards to the second.
    ///
    /// # Errors
    /// When an address is taken.
    pub fn listen(routes: &[(SocketAddr, SocketAddr)]) -> Result<Self, Error> {
        let control = Arc::new(Control {
            faults: Mutex::default(),
            trigger: Mutex::default(),
            cut: watch::Sender::new((0, End::CloseBoth)),
            cuts_by_trigger: Mutex::default(),
            tripped: Condvar::new(),
            open: AtomicUsize::new(0),
            accepted: AtomicUsize::new(0),
        });
        let mut proxy = Self { addresses: Vec::new(), control, listeners: Vec::new() };
        for &(address, target) in routes {
            let listener = runtime::wait_for(async move {
                TcpListener::bind(address).await.map_err(|error| Error::failed("proxy", error))
            })?;
            proxy.addresses.push(address);
            let control = Arc::clone(&proxy.control);
            proxy.listeners.push(runtime::runtime()?.spawn(wire::accept(listener, target, control)));
        }
        Ok(proxy)
    }

    /// Where to connect for the first target.
    pub fn address(&self) -> SocketAddr {
        self.addresses.first().copied().unwrap_or_else(|| SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0)))
    }

    /// Where to connect, in the order of the targets.
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// Holds everything that travels in `direction` back by `delay`, also what a sender who has hung up sent before.
    pub fn delay(&self, direction: Direction, delay: Duration) {
        let mut faults = self.control.faults.lock();
        match direction {
            Direction::ToTarget => faults.delay_to_target = delay,
            Direction::ToClient => faults.delay_to_client = delay,
        }
    }

    /// Half-open: connections are accepted and stay open, what is sent disappears. A connection that lost bytes this way
    /// stays lost after [`heal`](Self::heal).
    pub fn black_hole(&self) {
        self.control.faults.lock().is_black_hole = true;
    }

    /// New connections are reset as soon as they are accepted; open ones go on.
    pub fn refuse(&self) {
        self.control.faults.lock().is_refusing = true;
    }

    /// What travels to the client arrives with each byte inverted.
    pub fn garble(&self) {
        self.control.faults.lock().is_garbling = true;
    }

    /// No faults and no armed cut from now on.
    pub fn heal(&self) {
        *self.control.faults.lock() = Faults::default();
        *self.control.trigger.lock() = None;
    }

    /// Ends all open connections now; later ones are accepted. What was held back is lost.
    pub fn cut(&self, how: Cut) {
        self.control.cut_all(match how {
            Cut::Reset => End::ResetBoth,
            Cut::Close => End::CloseBoth,
        });
    }

    /// Cuts all connections once `bytes` more have travelled in `direction`; exactly so many arrive. The side that sent
    /// is reset, the other sees the end of what it got.
    pub fn cut_after_bytes(&self, direction: Direction, bytes: usize) {
        *self.control.trigger.lock() = Some(Trigger::Bytes { direction, remaining: bytes });
    }

    /// Cuts all connections when `pattern` travels in `direction`, once. The side that sent is reset, the other sees
    /// the end of what it got.
    pub fn cut_at(&self, direction: Direction, pattern: &[u8], moment: Moment) {
        *self.control.trigger.lock() =
            Some(Trigger::Pattern { direction, pattern: pattern.to_vec(), moment });
    }

    /// Waits until an armed cut has happened `times` times in the life of this proxy.
    ///
    /// # Errors
    /// When it has not within `limit`.
    pub fn wait_for_cuts(&self, times: u64, limit: Duration) -> Result<(), Error> {
        let end = Instant::now() + limit;
        let mut cuts = self.control.cuts_by_trigger.lock();
        while *cuts < times {
            if self.control.tripped.wait_until(&mut cuts, end).timed_out() {
                return Err(Error::timed_out("an armed cut of the wire", limit));
            }
        }
        Ok(())
    }

    /// Connections open now.
    pub fn open_connections(&self) -> usize {
        self.control.open.load(Ordering::SeqCst)
    }

    /// Connections accepted so far.
    pub fn accepted_connections(&self) -> usize {
        self.control.accepted.load(Ordering::SeqCst)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        for listener in &self.listeners {
            listener.abort();
        }
        self.cut(Cut::Close);
    }
}

impl Control {
    fn cut_all(&self, end: End) {
        self.cut.send_modify(|(count, last)| {
            *count += 1;
            *last = end;
        });
    }
}
