//! Rule 18: loss and theft overtake imports and bulk acts.

use futures::future::join_all;

use crate::support::{Place, Stall, append, id};

on_both_engines!(urgent_appends_overtake_a_long_queue);

async fn urgent_appends_overtake_a_long_queue(place: Place) {
    let log = place.open().await;
    let stall = Stall::of(&place).await;
    let bulk = join_all((0..1000).map(|_| log.append(append(id(), 0, 1))));
    let (bulk, urgent, ()) = tokio::join!(
        bulk,
        async {
            Stall::settle().await;
            let urgent = (0..20).map(|_| {
                let mut urgent = append(id(), 0, 1);
                urgent.urgent = true;
                log.append(urgent)
            });
            join_all(urgent).await
        },
        async {
            Stall::settle().await;
            Stall::settle().await;
            stall.end().await;
        }
    );
    let position_of = |appended: Result<vigie_eventlog::Appended, _>| appended.unwrap().events[0].position;
    let last_urgent = urgent.into_iter().map(position_of).max().unwrap();
    // Ahead of them is only the batch that was under way already.
    assert!(last_urgent <= 512 + 20, "position {last_urgent}");
    let behind = bulk.into_iter().map(position_of).filter(|position| *position > last_urgent).count();
    assert!(behind >= 1000 - 512, "only {behind} of the bulk come after them");
}
