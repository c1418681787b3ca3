//! Tells `grpc.health.v1` what [`Readiness`] says.

use tonic_health::ServingStatus;
use tonic_health::server::HealthReporter;

use super::Readiness;

/// Keeps the status of every service of `services`, and of the server as a whole (""), at the readiness. Never ends.
pub(crate) async fn report(readiness: Readiness, reporter: HealthReporter, services: Vec<&'static str>) {
    let mut ready = readiness.subscribe();
    loop {
        let status =
            if *ready.borrow_and_update() { ServingStatus::Serving } else { ServingStatus::NotServing };
        for service in services.iter().chain(&[""]) {
            reporter.set_service_status(service, status).await;
        }
        // `readiness` is held here, so the sender lives and `changed` cannot fail.
        if ready.changed().await.is_err() {
            return;
        }
    }
}
