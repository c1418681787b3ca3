//! The kit's own runtime: what it runs must not depend on whether the test's thread is blocked.

use std::sync::OnceLock;

use tokio::runtime::{Builder, Runtime};

use crate::Error;

static RUNTIME: OnceLock<Result<Runtime, Error>> = OnceLock::new();

pub(crate) fn runtime() -> Result<&'static Runtime, Error> {
    RUNTIME
        .get_or_init(|| {
            Builder::new_multi_thread()
                .worker_threads(2)
                .thread_name("vigie-testkit")
                .enable_all()
                .build()
                .map_err(|error| Error::failed("runtime", error))
        })
        .as_ref()
        .map_err(Clone::clone)
}

/// Runs `work` on the kit's runtime and blocks until it is done; allowed inside of another runtime too.
pub(crate) fn wait_for<T: Send + 'static>(
    work: impl Future<Output = Result<T, Error>> + Send + 'static,
) -> Result<T, Error> {
    let (send, receive) = std::sync::mpsc::sync_channel(1);
    runtime()?.spawn(async move {
        let _ = send.send(work.await);
    });
    receive.recv().map_err(|_| Error::failed("runtime", "a task of the test kit ended early"))?
}
