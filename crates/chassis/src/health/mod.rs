//! Whether this process should get work: named checks, for load balancers (`/readyz`) and gRPC clients
//! (`grpc.health.v1`).

mod metrics;
mod readiness;
mod report;

pub(crate) use metrics::observe;
pub use readiness::{Check, Readiness};
pub(crate) use report::report;
