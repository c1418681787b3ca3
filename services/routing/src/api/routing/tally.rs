//! How many contacts went where.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use opentelemetry::{KeyValue, global};

use crate::domain::route::{Decision, To};

/// Destinations, as the metric names them.
const DESTINATIONS: [&str; 5] = ["account_manager", "cover", "desk", "closed", "nobody"];

/// Decided routes by destination: counted in place and shown whenever somebody looks, since a decision takes less time than
/// an instrument with attributes.
#[derive(Clone, Debug)]
pub(super) struct Tally(Arc<[AtomicU64; DESTINATIONS.len()]>);

impl Tally {
    pub(super) fn new() -> Self {
        let counts: Arc<[AtomicU64; DESTINATIONS.len()]> = Arc::default();
        let seen = Arc::downgrade(&counts);
        let _ = global::meter("vigie.routing")
            .u64_observable_counter("vigie.routing.routes")
            .with_description("Contacts, or parts of one, that were routed, by destination")
            .with_callback(move |observer| {
                let Some(counts) = seen.upgrade() else { return };
                for (destination, count) in DESTINATIONS.iter().zip(&*counts) {
                    let about = [KeyValue::new("destination", *destination)];
                    observer.observe(count.load(Ordering::Relaxed), &about);
                }
            })
            .build();
        Self(counts)
    }

    pub(super) fn count(&self, decision: &Decision<'_>) {
        for route in decision.routes.as_slice() {
            let place = match route.to {
                To::Manager { .. } => 0,
                To::Cover { .. } => 1,
                To::Desk { .. } => 2,
                To::Closed { .. } => 3,
                To::Nobody => 4,
            };
            if let Some(count) = self.0.get(place) {
                count.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
}
