//! Serves, and stops in order.

use std::future::Future;
use std::net::SocketAddr;

use axum::Router;
use tokio::net::TcpListener;
use tokio::task::JoinError;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;
use tonic::transport::server::TcpIncoming;
use tonic_health::server::HealthReporter;
use tower::layer::util::{Identity, Stack};

use super::{Error, Options};
use crate::grpc::Gate;
use crate::health::{self, Readiness};

/// A server that holds its addresses and does not serve yet.
pub struct Server {
    pub(super) options: Options,
    pub(super) address: SocketAddr,
    pub(super) transport: tonic::transport::server::Router<Stack<Gate, Identity>>,
    pub(super) incoming: TcpIncoming,
    pub(super) admin: Option<Admin>,
    pub(super) readiness: Readiness,
    pub(super) reporter: HealthReporter,
    pub(super) names: Vec<&'static str>,
    pub(super) closing: CancellationToken,
}

/// The admin address, held.
pub(super) struct Admin {
    pub(super) address: SocketAddr,
    pub(super) listener: TcpListener,
    pub(super) routes: Router,
}

impl Server {
    /// Where gRPC is served.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where metrics and readiness are served.
    pub fn admin_address(&self) -> Option<SocketAddr> {
        self.admin.as_ref().map(|admin| admin.address)
    }

    /// Serves until `shutdown` ends, then stops in this order: not ready, a pause for load balancers to notice, no new
    /// connections and the end of every stream, a bounded time for calls under way, the admin address last.
    ///
    /// A command that was taken runs in a task of its own and is not touched by the end of its call.
    pub async fn run(self, shutdown: impl Future<Output = ()>) -> Result<(), Error> {
        let _health = spawn(health::report(self.readiness.clone(), self.reporter, self.names));
        let _admin = self.admin.map(|admin| spawn(serve_admin(admin)));

        let stop = CancellationToken::new();
        let stopped = stop.clone().cancelled_owned();
        let mut serving = spawn(self.transport.serve_with_incoming_shutdown(self.incoming, stopped));
        tracing::info!(address = %self.address, "serving");
        tokio::select! {
            () = shutdown => {}
            ended = &mut serving => return outcome(ended).and(Err(Error::Ended)),
        }

        self.readiness.drain();
        sleep(self.options.lame_duck()).await;
        // A stream that follows has no end of its own, and would use up the whole time for draining.
        self.closing.cancel();
        stop.cancel();
        // Bounded here, because the transport can wait for ever (hyper#4170).
        match timeout(self.options.drain(), &mut serving).await {
            Ok(ended) => outcome(ended)?,
            Err(_) => tracing::warn!("calls were still under way at the end of the time for draining"),
        }
        tracing::info!("stopped");
        Ok(())
    }
}

/// A task that ends with its handle: nothing outlives [`Server::run`], however that ends.
fn spawn<F>(future: F) -> AbortOnDropHandle<F::Output>
where
    F: Future<Output: Send> + Send + 'static,
{
    AbortOnDropHandle::new(tokio::spawn(future))
}

async fn serve_admin(admin: Admin) {
    if let Err(error) = axum::serve(admin.listener, admin.routes).await {
        tracing::error!(%error, "the admin address is no longer served");
    }
}

fn outcome(ended: Result<Result<(), tonic::transport::Error>, JoinError>) -> Result<(), Error> {
    match ended {
        Ok(served) => Ok(served?),
        Err(_) => Err(Error::Ended),
    }
}
