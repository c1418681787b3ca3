//! What a service runs beside requests.

use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;
use vigie_eventlog::reaction::{Reaction, Reactor};

/// Runs a task that ends where it stands when its handle is dropped.
pub fn spawn(task: impl Future<Output = ()> + Send + 'static) -> AbortOnDropHandle<()> {
    AbortOnDropHandle::new(tokio::spawn(task))
}

/// Carries a reaction out until `stopping`. One that stopped before says so once, `without` being what is missing then
/// (`no stolen handset is blocked any more`): all else goes on.
pub async fn react<R: Reaction>(reactor: Reactor<R>, stopping: CancellationToken, without: &'static str) {
    if let Err(error) = reactor.run(stopping.cancelled_owned()).await {
        tracing::error!(
            error = &error as &dyn std::error::Error,
            "{without} until a person says from where the reaction goes on"
        );
    }
}
