//! The services that a server serves, and their names: what is served is what is checked.

use std::convert::Infallible;

use http::{Request, Response};
use tonic::body::Body;
use tonic::server::NamedService;
use tonic::service::{Routes, RoutesBuilder};
use tower::Service;

/// Services of one server.
#[derive(Clone, Debug, Default)]
pub struct Services {
    routes: RoutesBuilder,
    names: Vec<&'static str>,
}

impl Services {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one: the `…Server` that is generated from the contract.
    #[must_use]
    #[allow(clippy::should_implement_trait, reason = "a builder's verb, not arithmetic")]
    pub fn add<S>(mut self, service: S) -> Self
    where
        S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>
            + NamedService
            + Clone
            + Send
            + Sync
            + 'static,
        S::Future: Send + 'static,
    {
        self.routes.add_service(service);
        self.names.push(S::NAME);
        self
    }

    /// The names, with package.
    pub fn names(&self) -> &[&'static str] {
        &self.names
    }

    pub(super) fn into_routes(self) -> Routes {
        self.routes.routes().prepare()
    }
}
