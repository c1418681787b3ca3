//! Load from concurrent clients, and what the disk does meanwhile.

use std::fmt::Display;
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use tokio::time::Instant;

/// What an error says, for people.
pub fn text(error: impl Display) -> String {
    error.to_string()
}

/// Runs what blocks, beside the runtime.
pub async fn blocking<T, E>(work: impl FnOnce() -> Result<T, E> + Send + 'static) -> Result<T, String>
where
    T: Send + 'static,
    E: Display + Send + 'static,
{
    tokio::task::spawn_blocking(work).await.map_err(text)?.map_err(text)
}

/// What one contender did in one round.
#[derive(Clone, Debug, Default)]
pub struct Round {
    pub per_second: f64,
    pub latencies: Vec<Duration>,
}

/// Lets `clients` call `operation` over and over for `duration`.
pub async fn load<F, Fut>(clients: usize, duration: Duration, operation: F) -> Result<Round, String>
where
    F: Fn(usize, u64) -> Fut + Clone + Send + 'static,
    Fut: Future<Output = Result<(), String>> + Send,
{
    let start = Instant::now();
    let end = start + duration;
    let tasks: Vec<_> = (0..clients)
        .map(|client| {
            let operation = operation.clone();
            tokio::spawn(async move {
                let mut latencies = Vec::new();
                let mut turn = 0;
                while Instant::now() < end {
                    let before = Instant::now();
                    operation(client, turn).await?;
                    latencies.push(before.elapsed());
                    turn += 1;
                }
                Ok::<_, String>(latencies)
            })
        })
        .collect();
    let mut latencies = Vec::new();
    for task in tasks {
        latencies.extend(task.await.map_err(|error| error.to_string())??);
    }
    let per_second = latencies.len() as f64 / start.elapsed().as_secs_f64();
    Ok(Round { per_second, latencies })
}

/// The middle of several rounds.
pub fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Nearest-rank percentile, in milliseconds.
pub fn percentile_ms(latencies: &mut [Duration], percent: usize) -> f64 {
    latencies.sort_unstable();
    let rank = (latencies.len() * percent).div_ceil(100).max(1) - 1;
    latencies.get(rank).map_or(f64::NAN, |latency| latency.as_secs_f64() * 1000.0)
}

/// Nearest-rank percentile of what took so long, for conditions: to the microsecond.
pub fn rounded_ms(latencies: &mut [Duration], percent: usize) -> f64 {
    thousandths(percentile_ms(latencies, percent))
}

/// With three digits after the point.
pub fn thousandths(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

/// Syncs a second that the disk under `folder` does, one after another.
pub fn fsyncs_per_second(folder: &Path) -> std::io::Result<f64> {
    let path = folder.join("fsync-rate");
    let mut file = std::fs::File::create(&path)?;
    let start = std::time::Instant::now();
    let mut syncs = 0_u32;
    while start.elapsed() < Duration::from_millis(300) {
        file.write_all(&[0; 4096])?;
        file.sync_data()?;
        syncs += 1;
    }
    std::fs::remove_file(path)?;
    Ok(f64::from(syncs) / start.elapsed().as_secs_f64())
}
