//! The admin address: metrics for Prometheus, liveness and readiness for whoever runs the process.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use http::StatusCode;
use http::header::CONTENT_TYPE;

use crate::health::Readiness;
use crate::telemetry::Telemetry;

/// Media type of the Prometheus text format.
const PROMETHEUS: &str = "text/plain; version=0.0.4; charset=utf-8";

#[derive(Clone)]
struct Admin {
    telemetry: Telemetry,
    readiness: Readiness,
}

pub(super) fn routes(telemetry: Telemetry, readiness: Readiness) -> Router {
    Router::new()
        .route("/metrics", get(metrics))
        .route("/livez", get(|| async { "alive\n" }))
        .route("/readyz", get(ready))
        .with_state(Admin { telemetry, readiness })
}

async fn metrics(
    State(admin): State<Admin>,
) -> Result<([(http::HeaderName, &'static str); 1], String), StatusCode> {
    let text = admin.telemetry.prometheus_text().map_err(|error| {
        tracing::error!(%error, "metrics cannot be written");
        StatusCode::INTERNAL_SERVER_ERROR
    })?;
    Ok(([(CONTENT_TYPE, PROMETHEUS)], text))
}

async fn ready(State(admin): State<Admin>) -> (StatusCode, String) {
    if admin.readiness.is_ready() {
        return (StatusCode::OK, "ready\n".to_owned());
    }
    let failing: String =
        admin.readiness.failing().iter().map(|(name, why)| format!("{name}: {why}\n")).collect();
    (StatusCode::SERVICE_UNAVAILABLE, failing)
}
