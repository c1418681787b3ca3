mod appends;
mod place;
mod seen;

pub(crate) use appends::{append, appended, event, id, load};
pub(crate) use place::{Engine, Place};
pub(crate) use seen::{assert_is_the_log, assert_is_the_state, descents, read_all, read_messages};

use std::time::Duration;

use tokio::time::{Instant, timeout};
use vigie_bus::kafka::{Handle, State};

/// A local instant from now.
pub(crate) fn later(seconds: u64) -> Instant {
    Instant::now() + Duration::from_secs(seconds)
}

/// Waits until the relay's state is `wanted`.
pub(crate) async fn state(relay: &Handle, what: &str, wanted: impl Fn(&State) -> bool) -> State {
    let mut states = relay.states();
    let reached = timeout(Duration::from_secs(30), states.wait_for(|state| wanted(state))).await;
    let reached = reached.unwrap_or_else(|_| panic!("not {what}, but {:?}", relay.state()));
    reached.unwrap().clone()
}

pub(crate) async fn leads(relay: &Handle) -> i64 {
    match state(relay, "leading", |state| matches!(state, State::Leading { .. })).await {
        State::Leading { epoch } => epoch,
        _ => unreachable!(),
    }
}

/// Runs what blocks aside.
pub(crate) async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work).await.unwrap()
}
