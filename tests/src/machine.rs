//! What the tests of this binary share: the machine, and how long they may take.

use tokio::sync::{Mutex, MutexGuard};

/// The machine for oneself: tests that load it or measure time wait for one another.
pub async fn machine() -> MutexGuard<'static, ()> {
    static MACHINE: Mutex<()> = Mutex::const_new(());
    MACHINE.lock().await
}

/// Whether this is the long run (`VIGIE_TEST_LONG`).
pub fn is_long() -> bool {
    std::env::var_os("VIGIE_TEST_LONG").is_some()
}

/// `short` for every change, `long` in the long run.
pub fn sized<T>(short: T, long: T) -> T {
    if is_long() { long } else { short }
}
