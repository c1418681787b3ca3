//! A view on the real event log.

use std::sync::Arc;

use crate::{Engine, House, LiveLog, Script, View, catch_up, seconds, uuid};

/// A process that ends in the middle of a story, and another that reads only the rest of it.
pub async fn a_view_that_stopped_goes_on_where_it_stood<V: View>(engine: Engine) {
    let live = LiveLog::open(engine).await;
    let first = House::<V>::open(engine, Arc::new(live.log.clone())).await;
    let script = Script::new().suspend(uuid(1), uuid(10), "THEFT", &[]);
    let asked = script.events.len();
    live.append(&script).await;
    first.catch_up(1).await;
    first.close().await;

    let mut rest = script.wait(seconds(2.0)).barred(uuid(1), &[uuid(10)]);
    rest.events.drain(..asked);
    live.append(&rest).await;
    let second = first.another_process(Arc::new(live.log.clone())).await;
    assert_eq!(second.checkpoint().position, 1);
    catch_up(&second, 2).await;
    let fresh = House::<V>::open(engine, Arc::new(live.log.clone())).await;
    fresh.catch_up(2).await;
    assert_eq!(second.digest().await, fresh.digest().await);
}
