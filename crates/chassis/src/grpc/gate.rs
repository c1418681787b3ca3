//! The layer that every call goes through.

use std::convert::Infallible;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures::FutureExt;
use http::{Request, Response};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tonic::Status;
use tonic::body::Body;
use tower::{Layer, Service};
use tracing::Instrument;
use vigie_clock::Clock;

use super::answer::{Answer, Limits, panicked};
use super::arrival::ReceivedAt;
use super::authorise::authorise;
use super::call::{Call, Recorder};
use super::deadline::{Deadline, within};
use super::size::{Bounded, Sizes};
use super::status::settle;
use crate::error::{Error, Reason};
use crate::identity::Verifier;
use crate::rules::{Rule, Rules};

/// What the gate needs to know.
pub(crate) struct Parts {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) rules: Rules,
    pub(crate) verifier: Option<Verifier>,
    pub(crate) recorder: Recorder,
    pub(crate) sizes: Sizes,
    /// Cancelled when streams must end because the server stops.
    pub(crate) closing: CancellationToken,
}

/// Puts itself in front of the services.
#[derive(Clone)]
pub(crate) struct Gate(Arc<Parts>);

impl Gate {
    pub(crate) fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }
}

impl<S> Layer<S> for Gate {
    type Service = Gated<S>;

    fn layer(&self, inner: S) -> Gated<S> {
        Gated { parts: Arc::clone(&self.0), inner }
    }
}

/// Services behind the gate.
#[derive(Clone)]
pub(crate) struct Gated<S> {
    parts: Arc<Parts>,
    inner: S,
}

impl<S> Service<Request<Body>> for Gated<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        // Before anything else: this is T0.
        let received = ReceivedAt { timestamp: self.parts.clock.now(), instant: Instant::now() };
        // The one that was made ready answers; its clone waits for the next call.
        let clone = self.inner.clone();
        let inner = std::mem::replace(&mut self.inner, clone);
        let parts = Arc::clone(&self.parts);
        Box::pin(async move { Ok(answer(&parts, inner, request, received).await) })
    }
}

async fn answer<S>(parts: &Parts, inner: S, request: Request<Body>, received: ReceivedAt) -> Response<Body>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>,
{
    let known = parts.rules.find(request.uri().path());
    let mut call =
        Call::begin(&parts.recorder, known.map(|(method, _)| method), request.headers(), received.instant);
    let rule = known.map(|(_, rule)| *rule);

    let deadline = Deadline::read(request.headers(), received);
    let handled = async {
        let deadline = deadline.clone()?;
        within(deadline, handle(parts, inner, request, rule, received, deadline)).await
    };
    let handled = handled.instrument(call.span().clone()).await;
    let mut response = handled.unwrap_or_else(|refusal| Status::from(refusal).into_http());

    if let Some(outcome) = settle(response.headers_mut()) {
        // The headers say it all: nothing follows.
        call.end(outcome);
        return response;
    }
    let limits = Limits::new(deadline.unwrap_or_default(), parts.closing.clone());
    response.map(|body| Body::new(Answer::new(body, call, parts.sizes.response_max, limits)))
}

async fn handle<S>(
    parts: &Parts,
    mut inner: S,
    mut request: Request<Body>,
    rule: Option<Rule>,
    received: ReceivedAt,
    deadline: Option<Deadline>,
) -> Result<Response<Body>, Error>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>,
{
    // The server started, so every RPC that it serves has a rule.
    let rule = rule.ok_or_else(|| Error::new(Reason::Unimplemented, "there is no such RPC here"))?;
    authorise(&mut request, rule, parts.verifier.as_ref()).await?;

    request.extensions_mut().insert(received);
    if let Some(deadline) = deadline {
        request.extensions_mut().insert(deadline);
    }
    let request = request.map(|body| Body::new(Bounded::new(body, parts.sizes.request_max)));

    let handler = AssertUnwindSafe(async move { inner.call(request).await });
    match handler.catch_unwind().await {
        Ok(Ok(response)) => Ok(response),
        Ok(Err(never)) => match never {},
        Err(_) => Err(panicked()),
    }
}
