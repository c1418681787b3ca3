//! Ports that nobody holds.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::sync::atomic::{AtomicU32, Ordering};

use crate::Error;

const FIRST: u32 = 10_000;
const COUNT: u32 = 22_000;

static ISSUED: AtomicU32 = AtomicU32::new(0);

/// A free TCP port of 127.0.0.1 in 10000–31999: below the ephemeral range (32768 and up), where an outgoing connection
/// would hold it now and then. No port is given out twice in a process; neighbouring processes begin far apart.
///
/// # Errors
/// When all are taken.
pub fn free_port() -> Result<u16, Error> {
    let home = std::process::id().wrapping_mul(97) % COUNT;
    for _ in 0..COUNT {
        let step = ISSUED.fetch_add(1, Ordering::Relaxed);
        let port = FIRST + (home + step) % COUNT;
        let Ok(port) = u16::try_from(port) else { continue };
        if is_free(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port)) {
            return Ok(port);
        }
    }
    Err(Error::failed("ports", "none free between 10000 and 31999"))
}

/// Whether nobody listens at `address`.
pub(crate) fn is_free(address: SocketAddr) -> bool {
    TcpListener::bind(address).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_differ_and_stay_below_the_ephemeral_range() {
        let ports: Vec<_> = (0..50).map(|_| free_port().unwrap()).collect();
        assert!(ports.iter().all(|port| (10_000..32_000).contains(port)));
        let distinct: std::collections::BTreeSet<_> = ports.iter().collect();
        assert_eq!(distinct.len(), ports.len());
    }

    #[test]
    fn a_port_in_use_is_not_free() {
        let address = SocketAddr::from(([127, 0, 0, 1], free_port().unwrap()));
        let listener = TcpListener::bind(address).unwrap();
        assert!(!is_free(address));
        drop(listener);
        assert!(is_free(address));
    }
}
