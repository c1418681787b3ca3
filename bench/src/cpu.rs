//! Processor time of processes, which tells who is the bottleneck.

use std::time::Duration;

use tokio::time::{Instant, sleep};

/// The kernel shows times in units of 10 ms, on every machine.
const TICKS_PER_SECOND: f64 = 100.0;

/// A process that uses less than this of the time is idle.
const IDLE_SHARE: f64 = 0.1;

const LOOK_EVERY: Duration = Duration::from_millis(200);
const SETTLE_MAX: Duration = Duration::from_secs(20);

/// Seconds that a process has computed so far, in user and kernel mode; 0 for one that is gone.
pub fn seconds(pid: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // The second field is the program's name in brackets and may hold anything; utime and stime are the 14th and 15th.
    let after_name = stat.rsplit_once(')').map(|(_, rest)| rest).unwrap_or_default();
    let ticks = after_name.split_whitespace().skip(11).take(2).filter_map(|field| field.parse::<f64>().ok());
    ticks.sum::<f64>() / TICKS_PER_SECOND
}

/// The same of several.
pub fn seconds_of_all(pids: impl IntoIterator<Item = u32>) -> f64 {
    pids.into_iter().map(seconds).sum()
}

/// Waits until a process has nothing to do any more, so that work which it put off is not done in somebody else's
/// time; how long that took.
pub async fn settle(pid: u32) -> Duration {
    let start = Instant::now();
    while start.elapsed() < SETTLE_MAX {
        let (before, looked) = (seconds(pid), Instant::now());
        sleep(LOOK_EVERY).await;
        if (seconds(pid) - before) / looked.elapsed().as_secs_f64() <= IDLE_SHARE {
            // The look itself is no settling.
            return start.elapsed().saturating_sub(LOOK_EVERY);
        }
    }
    start.elapsed()
}
