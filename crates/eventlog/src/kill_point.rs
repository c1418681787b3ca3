//! Named points at which a test kills the process.
//!
//! With the feature `kill-points` and `VIGIE_KILL_POINT=name` (or `name@n` for the n-th time) in the environment
//! the process says `KILL-POINT name` on standard error and stands still there until the test's SIGKILL. Without the
//! feature there is nothing.

/// Stands still here if the environment names this point.
#[cfg(feature = "kill-points")]
pub fn kill_point(name: &str) {
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicU64, Ordering};

    static WANTED: OnceLock<Option<(String, u64)>> = OnceLock::new();
    static REACHED: AtomicU64 = AtomicU64::new(0);

    let wanted = WANTED.get_or_init(|| {
        let wanted = std::env::var("VIGIE_KILL_POINT").ok()?;
        let (name, nth) = wanted.split_once('@').unwrap_or((&wanted, "1"));
        Some((name.to_owned(), nth.parse().ok()?))
    });
    let Some((wanted, nth)) = wanted else { return };
    if wanted == name && REACHED.fetch_add(1, Ordering::SeqCst) + 1 == *nth {
        #[allow(clippy::print_stderr, reason = "the test waits for this line")]
        {
            eprintln!("KILL-POINT {name}");
        }
        loop {
            std::thread::sleep(std::time::Duration::from_secs(3600));
        }
    }
}

/// Stands still here if the environment names this point.
#[cfg(not(feature = "kill-points"))]
#[inline(always)]
pub fn kill_point(_name: &str) {}
