//! Readiness as metrics, for those who are not the load balancer.

use opentelemetry::KeyValue;
use opentelemetry::metrics::Meter;

use super::Readiness;

/// Shows the readiness and its checks whenever somebody looks.
pub(crate) fn observe(readiness: &Readiness, meter: &Meter) {
    let whole = readiness.clone();
    let ready = meter
        .u64_observable_gauge("vigie.ready")
        .with_description("1 if this process should get work")
        .with_callback(move |observer| observer.observe(whole.is_ready().into(), &[]));
    let _ = ready.build();
    let parts = readiness.clone();
    let checks = meter
        .u64_observable_gauge("vigie.ready.check")
        .with_description("1 if this part of the process can serve")
        .with_callback(move |observer| {
            for (name, passes) in parts.checks() {
                observer.observe(passes.into(), &[KeyValue::new("check", name)]);
            }
        });
    let _ = checks.build();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::telemetry::Telemetry;

    #[test]
    fn a_failing_check_shows_and_so_does_what_it_makes_of_the_whole() {
        let (readiness, telemetry) = (Readiness::new(), Telemetry::disabled());
        readiness.check("log").pass();
        let view = readiness.check("view");
        observe(&readiness, &telemetry.meter("test"));
        let says = |line: &str| telemetry.prometheus_text().unwrap().lines().any(|it| it == line);
        assert!(says("vigie_ready 0") && says(r#"vigie_ready_check{check="log"} 1"#));
        assert!(says(r#"vigie_ready_check{check="view"} 0"#));
        view.pass();
        assert!(says("vigie_ready 1") && says(r#"vigie_ready_check{check="view"} 1"#));
    }
}
