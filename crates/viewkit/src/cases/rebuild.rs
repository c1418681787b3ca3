//! A view can be computed again at any time, beside the live one, with the same digest.

use std::sync::Arc;

use sqlx::AssertSqlSafe;
use vigie_eventlog::Location;
use vigie_eventlog::view::Comparison;

use crate::{Engine, House, MemoryLog, PATIENCE, Partitions, Script, View};

/// Twice in a row, and it says how far it is; `script` is longer than what a rebuild takes in at once.
pub async fn rebuilt_has_the_digest_of_the_live_one<V: View>(engine: Engine, script: &Script) {
    // The live one was fed in another order than the rebuild reads.
    let partitions = Partitions { log: MemoryLog::of(&script.events), seed: 3 };
    let shuffled = House::<V>::open(engine, Arc::new(partitions)).await;
    shuffled.catch_up(script.head()).await;
    let in_order = shuffled.another_process(Arc::new(MemoryLog::of(&script.events))).await;

    let head = script.head();
    let mut progress = Vec::new();
    for _ in 0..2 {
        let comparison = in_order.rebuild(|step| progress.push(step)).await.unwrap();
        assert!(comparison.agrees(), "{comparison:?}");
        assert_eq!(comparison.live, shuffled.digest().await);
        assert_eq!(comparison.at.position, head);
    }
    assert!(progress.iter().any(|step| step.events_done > 0 && step.events_done < head), "{progress:?}");
    assert!(progress.iter().all(|step| step.events_done <= step.events_total && step.events_total == head));
}

/// The log grows from its first `there` events to the whole script while the view is rebuilt.
pub async fn a_rebuild_goes_on_beside_a_view_that_moves<V: View>(
    engine: Engine,
    script: &Script,
    there: usize,
) {
    let log = MemoryLog::of(&script.events[..there]);
    let house = House::<V>::open(engine, Arc::new(log.clone())).await;
    house.catch_up(there as i64).await;
    log.replace(&script.events);
    let (comparison, ()) = tokio::join!(house.rebuild(|_| ()), house.catch_up(script.head()));
    let comparison = comparison.unwrap();
    assert!(comparison.agrees() && comparison.at.position >= there as i64, "{comparison:?}");
    assert!(house.rebuild(|_| ()).await.unwrap().agrees());
}

/// `tamper` is SQL that changes one row. A rebuild says so and puts nothing right; starting over does.
pub async fn a_changed_row_is_found_and_left_alone<V: View>(engine: Engine, script: &Script, tamper: &str) {
    let house = House::<V>::fed(engine, script).await;
    let database = house.database().await;
    assert_eq!(database.execute(AssertSqlSafe(tamper.to_owned()), &[]).await.unwrap(), 1);

    let tampered = house.digest().await;
    let comparison = house.rebuild(|_| ()).await.unwrap();
    assert!(!comparison.agrees());
    assert_eq!((comparison.live, house.digest().await), (tampered, tampered));

    house.start_over().await;
    house.catch_up(script.head()).await;
    assert_eq!(house.digest().await, comparison.rebuilt);
}

/// A view that starts over while it runs reads the log again although no event comes to wake it.
pub async fn starting_over_reads_a_silent_log_again<V: View>(engine: Engine, script: &Script) {
    let house = House::<V>::fed(engine, script).await;
    let (before, head) = (house.digest().await, script.head());
    let start_over = async {
        house.reached(head).await;
        house.start_over().await;
        assert!(house.checkpoint().position < head);
        tokio::time::timeout(PATIENCE, house.reached(head)).await.expect("no event comes to wake it");
    };
    Box::pin(house.run_until(start_over)).await.unwrap();
    assert_eq!(house.digest().await, before);
}

/// Beside a view on SQLite no file of its rebuild is left.
pub async fn nothing_of_a_rebuild_is_left_behind<V: View>(script: &Script) {
    let house = House::<V>::fed(Engine::Sqlite, script).await;
    house.rebuild(|_| ()).await.unwrap();
    let Location::Sqlite(path) = house.location() else { panic!() };
    let left: Vec<_> = std::fs::read_dir(path.parent().unwrap())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.contains("rebuild"))
        .collect();
    assert_eq!(left, Vec::<String>::new());
}

/// What a second rebuild in the same process comes to while the first goes on, and the first agrees.
pub async fn two_rebuilds_at_once<V: View>(script: &Script) -> Result<Comparison, V::Error> {
    let house = House::<V>::fed(Engine::Sqlite, script).await;
    let (first, second) = tokio::join!(house.rebuild(|_| ()), house.rebuild(|_| ()));
    assert!(first.unwrap().agrees());
    second
}
