//! Rule 22: two writers never undo each other.

use std::sync::Arc;
use std::time::Duration;

use crate::{Engine, House, MemoryLog, Partitions, Script, SlowFeed, View, catch_up};

/// Two processes over one view, one of them stopped now and then in the middle: as if there were one.
pub async fn two_processes_give_the_same_digest<V: View>(engine: Engine, script: &Script) {
    let in_order = House::<V>::fed(engine, script).await.digest().await;

    let feed = Arc::new(Partitions { log: MemoryLog::of(&script.events), seed: 1 });
    let first = House::<V>::open(engine, feed.clone()).await;
    let second = first.another_process(feed).await;
    for stop_ms in [3, 7, 20, 30] {
        let stop = tokio::time::sleep(Duration::from_millis(stop_ms));
        first.run_until(stop).await.unwrap();
    }
    tokio::join!(first.catch_up(script.head()), catch_up(&second, script.head()));
    assert_eq!(first.digest().await, in_order);
}

/// A process that hangs with a batch in its hands while another goes on writes nothing when it wakes.
pub async fn an_old_owner_cannot_set_the_checkpoint_back<V: View>(engine: Engine, script: &Script) {
    let log = MemoryLog::of(&script.events);
    let new_owner = House::<V>::open(engine, Arc::new(log.clone())).await;
    let (slow, go) = SlowFeed::new(log);
    let old_owner = new_owner.another_process(Arc::new(slow)).await;

    // The old owner has read the beginning and hangs; the new one does everything; then the old one wakes.
    let everything_else = async {
        new_owner.catch_up(script.head()).await;
        let before = new_owner.digest().await;
        go.notify_one();
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert_eq!(new_owner.digest().await, before);
    };
    Box::pin(old_owner.run_until(everything_else)).await.unwrap();
}
