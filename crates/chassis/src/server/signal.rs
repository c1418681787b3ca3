//! When the operating system asks the process to stop.

use std::future::Future;

use tokio::signal::unix::{Signal, SignalKind, signal as listen};

/// Ends at the first SIGINT or SIGTERM from this call on. Inside a tokio runtime.
pub fn signal() -> impl Future<Output = ()> + Send + 'static {
    // Now, and not when first polled: a signal in between would kill the process.
    let (interrupt, terminate) = (listen(SignalKind::interrupt()), listen(SignalKind::terminate()));
    async move {
        tokio::select! {
            () = first(interrupt) => tracing::info!("SIGINT: stopping"),
            () = first(terminate) => tracing::info!("SIGTERM: stopping"),
        }
    }
}

async fn first(signal: std::io::Result<Signal>) {
    match signal {
        Ok(mut signal) => {
            signal.recv().await;
        }
        Err(error) => {
            tracing::error!(%error, "a signal cannot be listened to; the process ends without draining");
            std::future::pending::<()>().await;
        }
    }
}
