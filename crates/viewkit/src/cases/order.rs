//! Rule 25: order within a stream is all that a view relies on.

use std::sync::Arc;

use crate::{Engine, House, MemoryLog, Partitions, Script, View};

/// In order, or in twelve partitions that interleave and repeat: the digest is the same.
pub async fn shuffled_gives_the_same_digest<V: View>(engine: Engine, script: &Script) {
    let in_order = House::<V>::fed(engine, script).await.digest().await;
    for seed in 0..4 {
        let log = MemoryLog::of(&script.events);
        let house = House::<V>::open(engine, Arc::new(Partitions { log, seed })).await;
        house.catch_up(script.head()).await;
        assert_eq!(house.digest().await, in_order, "seed {seed}");
    }
}

/// The digest says what is in the tables and not where they are; `another` script gives another.
pub async fn both_engines_give_the_same_digest<V: View>(script: &Script, another: &Script) {
    let sqlite = House::<V>::fed(Engine::Sqlite, script).await.digest().await;
    let postgres = House::<V>::fed(Engine::Postgres, script).await.digest().await;
    assert_eq!(sqlite, postgres);
    let another = House::<V>::fed(Engine::Sqlite, another).await.digest().await;
    assert_ne!(sqlite, another);
}
